// Break-glass beside a running server: one admin gets in, nobody else notices but by the row, the mail and the banner.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as auditRows from '#store/audit-rows.ts';
import * as totpRows from '#store/totp-factors.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { portcullis, type Ran, until } from '#test/program.ts';

const OUTSIDE = '127.0.0.2';
const MINUTE = 60_000;

/** A brand whose list is on, with mode off: outside, even an admin is refused. */
async function lockedOut(context: TestContext, rounds = false): Promise<{ house: TestHouse; admin: Admin; cookie: string; run: (...words: string[]) => Promise<Ran> }> {
  const house = await openHouse({ rounds });
  context.after(() => house.close());
  const admin = await house.setUp();
  const cookie = await house.signIn(admin);
  const saved = await house.save(admin, cookie, { 'management.allowlist': { state: 'only', entries: ['127.0.0.1'] }, 'two_factor.mode': 'off' });
  assert.equal(saved.status, 200, saved.text);
  const env = { DATA_DIR: house.dataDir, PORT: String(house.port) };
  return { house, admin, cookie, run: (...words) => portcullis(env, words, () => house.clock.now) };
}

const tokenOf = ({ said }: Ran): string => /\/unlock#([A-Za-z0-9_-]+)/.exec(said)?.[1] ?? assert.fail(said);
const brandStore = async (house: TestHouse) => house.building.parts.store.brand((await house.building.parts.brands.bySlug('acme'))!.id);

test('the link signs its admin in from anywhere, once; that session alone is exempt, for as long as was said', async (context) => {
  const { house, admin, cookie, run } = await lockedOut(context);
  const ran = await run('unlock', admin.email, '--for', '20m');
  assert.equal(ran.code, 0, ran.err);
  assert.match(ran.said, new RegExp(`http://localhost:${house.port}/b/acme/unlock#`));

  const signedIn = await house.call('POST', '/api/v1/unlock', { from: OUTSIDE, body: { token: tokenOf(ran) } });
  assert.deepEqual(signedIn.body, { next: 'workspace', brand: 'acme' });
  const exempt = signedIn.cookies.find((one) => one.startsWith('__Host-session='));
  const session = await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie: exempt });
  assert.equal(session.status, 200);
  assert.equal(session.body.proven, 'host');
  assert.equal(session.body.exemptUntil, house.clock.now + 20 * MINUTE);

  const again = await house.call('POST', '/api/v1/unlock', { from: OUTSIDE, body: { token: tokenOf(ran) } });
  assert.deepEqual([again.status, again.body.code], [410, 'link.invalid']);
  assert.equal((await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie })).body.code, 'network.not_allowed', 'another session of the same admin');
  const password = { brand: 'acme', email: admin.email, password: 'four grey herons walk' };
  assert.equal((await house.call('POST', '/api/v1/sign-in', { from: OUTSIDE, body: password })).body.code, 'sign_in.failed');
  assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200, 'inside nothing changed');

  house.clock.now += 20 * MINUTE;
  const over = await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie: exempt });
  assert.deepEqual([over.status, over.body.code], [403, 'network.not_allowed']);
});

test('everybody hears of it: rows of the host in both chains, a mail to every admin, a banner while it lasts', async (context) => {
  const { house, admin, cookie, run } = await lockedOut(context);
  const ran = await run('unlock', admin.email);
  const { store } = house.building.parts;
  for (const scope of [store.system, await brandStore(house)]) {
    const [row] = await auditRows.page(scope, { event: 'unlock.issued', limit: 1 });
    assert.equal(row?.actor_kind, 'host');
  }
  const outbox = join(house.dataDir, 'outbox');
  const [mail, ...more] = readdirSync(outbox).map((name) => readFileSync(join(outbox, name), 'utf8'));
  assert.equal(more.length, 0);
  assert.match(mail!, new RegExp(`To: ${admin.email}`));
  assert.match(mail!.replace(/=\r\n/g, '').replace(/\r\n/g, ' '), /break-glass sign-in link for Dana Levi was made on the server of Acme[^]*exempt from the IP white-list for 30 minutes/);
  assert.ok(!mail!.includes(tokenOf(ran)), 'the link itself is printed and nowhere else');

  const banner = async () => (await house.call('GET', '/api/v1/notices', { cookie })).body.notices.filter((one: { title: string }) => one.title === 'Break-glass access is open').length;
  assert.equal(await banner(), 0);
  await house.call('POST', '/api/v1/unlock', { from: OUTSIDE, body: { token: tokenOf(ran) } });
  assert.equal(await banner(), 1);
  assert.equal((await auditRows.page(await brandStore(house), { event: 'unlock.used', limit: 9 })).length, 1);
  house.clock.now += 29 * MINUTE;
  await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } });
  house.clock.now += MINUTE;
  assert.equal(await banner(), 0);
});

test('the link is dead ten minutes later', async (context) => {
  const { house, admin, run } = await lockedOut(context);
  const token = tokenOf(await run('unlock', admin.email));
  house.clock.now += 10 * MINUTE;
  assert.equal((await house.call('POST', '/api/v1/unlock', { body: { token } })).body.code, 'link.invalid');
});

test('--lift-lock opens the lock of ten wrong passwords at once', async (context) => {
  const { house, admin, run } = await lockedOut(context);
  const attempt = (password: string) => house.call('POST', '/api/v1/sign-in', { body: { brand: 'acme', email: admin.email, password } });
  for (let tries = 0; tries < 10; tries += 1) {
    house.clock.now += 2 * MINUTE;
    assert.equal((await attempt('a wrong password indeed')).body.code, 'sign_in.failed');
  }
  assert.equal((await attempt('four grey herons walk')).body.code, 'sign_in.locked');
  assert.match((await run('unlock', admin.email, '--lift-lock')).said, /The lock of Dana Levi was lifted/);
  assert.equal((await attempt('four grey herons walk')).status, 200);
  assert.equal((await auditRows.page(await brandStore(house), { event: 'lock.lifted', limit: 9 }))[0]?.actor_kind, 'host');
});

test('--reset-factors takes the factors away, also for the server that runs, and the link enrols a new one', async (context) => {
  const { house, admin, run } = await lockedOut(context, true);
  const brand = await brandStore(house);
  const before = house.building.parts.brands.peek(brand.id)!.peopleVersion;
  const ran = await run('unlock', admin.email, '--reset-factors');
  assert.match(ran.said, /All second factors of Dana Levi were removed/);
  await until('the running server hears of it', () => house.building.parts.brands.peek(brand.id)!.peopleVersion > before, 1_000);

  const signedIn = await house.call('POST', '/api/v1/unlock', { from: OUTSIDE, body: { token: tokenOf(ran) } });
  const exempt = signedIn.cookies.find((one) => one.startsWith('__Host-session='));
  const { agent } = (await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie: exempt })).body;
  assert.deepEqual([agent.hasFactor, agent.recoveryCodesLeft], [false, 0]);
  assert.equal((await totpRows.verifiedOf(brand, agent.id)).length, 0);
  const enrolled = await house.call('POST', '/api/v1/account/factors/totp', { from: OUTSIDE, cookie: exempt, body: {} });
  assert.equal(enrolled.status, 201, enrolled.text);
  const code = house.code({ ...admin, secret: enrolled.body.secret });
  const confirmed = await house.call('POST', `/api/v1/account/factors/totp/${enrolled.body.id}/confirm`, { from: OUTSIDE, cookie: exempt, body: { code } });
  assert.equal(confirmed.body.recoveryCodes.length, 10);
});

test('who is no active admin of one brand gets no link, and nothing changes', async (context) => {
  const { house, admin, run } = await lockedOut(context);
  const { store } = house.building.parts;
  const rows = (await auditRows.last(store.system))?.seq;
  assert.match((await run('unlock', 'nobody@acme.example')).err, /^No active admin signs in with nobody@acme\.example\. Nothing was changed\.\n$/);
  assert.match((await run('unlock', admin.email, '--brand', 'other')).err, /at \/b\/other/);
  assert.equal((await auditRows.last(store.system))?.seq, rows);
  assert.equal((await run('unlock', ` ${admin.email.toUpperCase()} `, '--brand', 'acme')).code, 0, 'as a person types it');
});
