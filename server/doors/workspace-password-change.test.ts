// Passwords at the workspace door: their history, their ages, the look-up of breached ones, and what a change ends.
// Holds password.history, password.breach_lookup, password.min_age_days and password.max_age_days.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import WebSocket from 'ws';
import * as agentRows from '#store/agents.ts';
import * as sessionRows from '#store/sessions.ts';
import { remindOfPasswords } from '#server/workers/reminders.ts';
import { type Admin, openHouse, PASSWORD, presentCookie, type TestHouse } from '#test/house.ts';
import { mailsOf } from '#test/mails.ts';
import { addAgent, knock, trail } from '#test/people.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const NEW = 'seven slow rivers bend east';

/** What the look-up answers: set by each test. */
let breach: { status: number; body: (prefix: string) => string } = { status: 200, body: () => '' };
const service = createServer((request, response) => response.writeHead(breach.status).end(breach.body(request.url!.slice(-5))));

describe('a person’s own password', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  let made = 0;
  before(async () => {
    await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
    house = await openHouse({ env: { BREACH_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}/` } });
  });
  after(async () => {
    service.close();
    await house.close();
  });
  // A brand for each test: its own person, settings and ages.
  beforeEach(async () => {
    made += 1;
    admin = await house.setUp({ name: `Acme ${made}`, slug: `acme-${made}` });
    cookie = await house.signIn(admin);
  });

  const set = async (settings: Record<string, unknown>): Promise<void> => {
    const saved = await house.save(admin, cookie, settings);
    assert.equal(saved.status, 200, saved.text);
  };
  const post = (current: string, password: string, as = cookie) => house.call('POST', '/api/v1/account/password', { cookie: as, body: { current, password } });
  const change = async (current: string, password: string) => {
    await house.stepUp(admin, cookie);
    return post(current, password);
  };
  const brandRowsOf = async () => {
    const { brands, store } = house.building.parts;
    const brand = (await brands.bySlug(admin.slug))!;
    return { brand, rows: store.brand(brand.id), agent: (await agentRows.byEmailKey(store.brand(brand.id), admin.email))! };
  };
  const faultsOf = (answer: { body: { faults?: { path: string; code: string }[] } }) => (answer.body.faults ?? []).map(({ path, code }) => `${path} ${code}`);
  /** An open live line of a session, and why it is closed. */
  async function openSocket(as: string): Promise<{ closed: Promise<string> }> {
    const host = `localhost:${house.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { headers: { cookie: presentCookie(as), host }, origin: `http://${host}` });
    await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
    return { closed: new Promise((resolve) => socket.once('close', (_code, reason) => resolve(reason.toString()))) };
  }

  it('is changed with a fresh code and the present one; every other session ends, and a mail tells', async () => {
    const other = await house.signIn(admin);
    assert.equal((await post(PASSWORD, NEW)).body.code, 'step_up.required');
    const changed = await change(PASSWORD, NEW);
    assert.deepEqual([changed.status, changed.body], [200, { breachLookup: 'off' }]);
    assert.deepEqual([(await house.call('GET', '/api/v1/session', { cookie })).status, (await house.call('GET', '/api/v1/session', { cookie: other })).status], [200, 401]);
    assert.deepEqual([(await knock(house, admin.slug, admin.email)).status, (await knock(house, admin.slug, admin.email, NEW)).status], [401, 200]);
    const mail = (await mailsOf(house)).filter(({ to }) => to.includes(admin.email)).at(-1)!;
    assert.match(mail.subject, /password .* was changed/);
    assert.ok(!mail.text.includes(NEW));
    assert.equal((await trail(house, cookie)).filter((row) => row.event === 'password.changed').length, 1);
    // The code was for one change.
    assert.equal((await post(NEW, 'nine quiet owls sat still')).body.code, 'step_up.required');
  });

  it('sockets of the sessions that end are closed at once', async () => {
    const other = await house.signIn(admin);
    const { rows, agent } = await brandRowsOf();
    const { closed } = await openSocket(other);
    assert.equal((await change(PASSWORD, NEW)).status, 200);
    assert.equal(await closed, 'session.ended');
    assert.equal((await sessionRows.liveOf(rows, agent.id)).length, 1);
  });

  it('every fault of the form is told at once; nothing is changed', async () => {
    await house.stepUp(admin, cookie);
    assert.deepEqual(faultsOf(await post('wrong', 'short')), ['current password.wrong', 'password password.too_short']);
    assert.deepEqual(faultsOf(await post(PASSWORD, 'password1234567')), ['password password.common']);
    assert.deepEqual(faultsOf(await post(PASSWORD, 'Dana-Levi-12345')), ['password password.context_word']);
    assert.deepEqual(faultsOf(await post(PASSWORD, PASSWORD)), ['password password.recent']);
    // Whoever does not know the present one is not told that it is the one they typed as new.
    assert.deepEqual(faultsOf(await post('wrong', PASSWORD)), ['current password.wrong']);
    assert.equal((await knock(house, admin.slug, admin.email)).status, 200);
  });

  it('without a second factor nobody changes it by choice', async () => {
    const email = await addAgent(house, admin, 'noa');
    const agent = (await knock(house, admin.slug, email)).cookies.find((one) => one.startsWith('__Host-session='))!;
    assert.equal((await post(PASSWORD, NEW, agent)).body.code, 'factor.none');
  });

  const phrases = ['amber boats cross slowly', 'quick foxes nap on hills', 'violet clouds drift by noon', 'sober judges bake rye bread'];
  it("'password.history': set to 2, the last three are refused and the fourth is taken", async () => {
    await set({ 'password.history': 2 });
    let current: string = PASSWORD;
    for (const next of phrases.slice(0, 3)) {
      assert.equal((await change(current, next)).status, 200);
      current = next;
    }
    // Used so far, the newest first: phrases 2, 1, 0, PASSWORD.
    for (const used of [phrases[2]!, phrases[1]!, phrases[0]!]) assert.deepEqual(faultsOf(await change(current, used)), ['password password.recent'], used);
    assert.equal((await change(current, PASSWORD)).status, 200);
  });

  it("'password.history': a raised number counts at once, and one set to 0 leaves the present one alone", async () => {
    await set({ 'password.history': 0 });
    assert.equal((await change(PASSWORD, phrases[0]!)).status, 200);
    assert.equal((await change(phrases[0]!, phrases[1]!)).status, 200);
    await set({ 'password.history': 2 });
    assert.deepEqual(faultsOf(await change(phrases[1]!, PASSWORD)), ['password password.recent']);
    await set({ 'password.history': 0 });
    assert.equal((await change(phrases[1]!, PASSWORD)).status, 200);
  });

  it("'password.min_age_days': refused to the last millisecond, with the first date; taken at it", async () => {
    await set({ 'password.min_age_days': 2, 'session.absolute_hours': 720, 'session.idle_timeout_minutes': 0 });
    const { agent } = await brandRowsOf();
    const allowedAt = (agent.password_set_at as number) + 2 * DAY;
    house.clock.now = allowedAt - 60_000;
    house.code(admin);
    await house.stepUp(admin, cookie);
    house.clock.now = allowedAt - 1;
    const early = await post(PASSWORD, NEW);
    assert.deepEqual([early.status, early.body.code], [409, 'password.too_new']);
    assert.match(early.body.detail, new RegExp(new Date(allowedAt).toISOString().slice(0, 10)));
    house.clock.now = allowedAt;
    assert.equal((await post(PASSWORD, NEW)).status, 200);
  });

  it("'password.max_age_days': a live session is led to the change at its next request and opens nothing else; its sockets close", async () => {
    await set({ 'password.max_age_days': 3, 'session.absolute_hours': 720, 'session.idle_timeout_minutes': 0 });
    const email = await addAgent(house, admin, 'noa');
    const { brand, agent } = await brandRowsOf();
    const endsAt = (agent.password_set_at as number) + 3 * DAY;
    house.clock.now = endsAt - 1;
    assert.equal((await house.call('GET', '/api/v1/policy', { cookie })).status, 200);
    const noa = (await knock(house, admin.slug, email)).cookies.find((one) => one.startsWith('__Host-session='))!;
    const preview = async (settings: object) => (await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings } })).body.sessionsHeldBack;
    assert.deepEqual([await preview({ 'password.max_age_days': 4 }), await preview({ 'password.max_age_days': 2 }), await preview({ 'two_factor.enrol_by': '2026-11-01' })], [0, 1, 1], 'whose password is too old, or who has no factor, is held up, and the save says so before');
    assert.equal((await house.call('POST', '/api/v1/sign-out', { cookie: noa })).status, 204);
    const { closed } = await openSocket(cookie);
    house.clock.now = endsAt;
    const held = await house.call('GET', '/api/v1/policy', { cookie });
    assert.deepEqual([held.status, held.body.code], [403, 'password.change_required']);
    house.building.parts.live.judgeBrand(brand.id);
    assert.equal(await closed, 'password.change_required');
    // A forced change waits for no minimum age; who has a factor gives a code for it.
    assert.equal((await post(PASSWORD, NEW)).body.code, 'step_up.required');
    assert.equal((await change(PASSWORD, NEW)).status, 200);
    assert.equal((await house.call('GET', '/api/v1/policy', { cookie })).status, 200);
  });

  it("'password.max_age_days': after a clock jump of two days a sign-in leads to the change; who has no factor gives the present password alone", async () => {
    await set({ 'password.max_age_days': 2 });
    const email = await addAgent(house, admin, 'noa');
    house.clock.now += 2 * DAY;
    const entered = (await knock(house, admin.slug, email)).cookies.find((one) => one.startsWith('__Host-session='))!;
    assert.equal((await house.call('GET', '/api/v1/policy', { cookie: entered })).body.code, 'password.change_required');
    assert.deepEqual(faultsOf(await post('wrong', NEW, entered)), ['current password.wrong']);
    assert.equal((await post(PASSWORD, NEW, entered)).status, 200);
    house.clock.now -= 3 * HOUR;
    assert.equal((await knock(house, admin.slug, email, NEW)).status, 200);
  });

  it("'password.breach_lookup': a hit is refused, no answer is stated in the answer and the trail, and off asks nobody", async () => {
    const { hash } = await import('node:crypto');
    const digest = hash('sha1', NEW, 'hex').toUpperCase();
    breach = { status: 200, body: (prefix) => (prefix === digest.slice(0, 5) ? `${digest.slice(5)}:12` : `${'0'.repeat(35)}:1`) };
    await set({ 'password.breach_lookup': true });
    assert.deepEqual(faultsOf(await change(PASSWORD, NEW)), ['password password.breached']);
    assert.deepEqual((await change(PASSWORD, phrases[0]!)).body, { breachLookup: 'clean' });
    breach = { status: 500, body: () => '' };
    assert.deepEqual((await change(phrases[0]!, phrases[1]!)).body, { breachLookup: 'failed' });
    const [row] = (await trail(house, cookie)).filter(({ event }) => event === 'password.changed');
    assert.equal(row.facts?.breachLookup ?? (await house.call('GET', `/api/v1/audit/${row.id}`, { cookie })).body.facts.breachLookup, 'failed');
    await set({ 'password.breach_lookup': false });
    assert.deepEqual((await change(phrases[1]!, NEW)).body, { breachLookup: 'off' });
  });

  it('a hash of other parameters is made anew at the next sign-in, and the age stays', async () => {
    const { brand, rows, agent } = await brandRowsOf();
    const { hash } = await import('@node-rs/argon2');
    const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await rows.note([agentRows.replaceHash(rows, agent.id, weak)]);
    assert.equal((await knock(house, brand.slug, admin.email, 'not the password')).status, 401);
    assert.equal((await brandRowsOf()).agent.password_hash, weak, 'not for a wrong one');
    assert.equal((await knock(house, brand.slug, admin.email)).status, 200);
    const renewed = (await brandRowsOf()).agent;
    assert.match(renewed.password_hash as string, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.equal(renewed.password_set_at, agent.password_set_at);
  });

  it('reminders are mailed at 14, 7 and 1 days, each once, however many nodes make the round', async () => {
    await set({ 'password.max_age_days': 30 });
    const { agent } = await brandRowsOf();
    const endsAt = (agent.password_set_at as number) + 30 * DAY;
    const reminders = async () => (await mailsOf(house)).filter(({ to, subject }) => to.includes(admin.email) && subject.includes('ends in')).map(({ subject }) => /ends in (\d+ days?)/.exec(subject)![1]);
    const round = () => Promise.all([remindOfPasswords(house.building.parts), remindOfPasswords(house.building.parts)]);
    for (const at of [endsAt - 14 * DAY - 1, endsAt - 14 * DAY, endsAt - 7 * DAY - 1, endsAt - 7 * DAY, endsAt - DAY - 1, endsAt - DAY, endsAt - 1, endsAt]) {
      house.clock.now = at;
      house.clock.uptime += 60_000;
      await round();
    }
    house.clock.uptime += 60_000;
    assert.deepEqual((await reminders()).sort(), ['1 day', '14 days', '7 days']);
  });
});
