// The settings over HTTP: their shape, who may save them, from which version, with how fresh a code, and what it leaves in the trail.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { catalogue, keys, tabs } from '#policy/catalogue.ts';
import { notEnforced } from '#policy/not-enforced.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as settingRows from '#store/settings.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

const HOUR = 3_600_000;
let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  await house.stepUp(admin, cookie);
});
after(() => house.close());

const get = (shown = cookie) => house.call('GET', '/api/v1/policy', { cookie: shown });
const version = async () => (await get()).body.version as number;
const check = (settings: unknown, shown = cookie) => house.call('POST', '/api/v1/policy/check', { cookie: shown, body: { settings } });
const patch = (settings: unknown, etag: string | undefined, shown = cookie): Promise<Answer> => house.call('PATCH', '/api/v1/policy', { cookie: shown, body: { settings }, headers: { 'if-match': etag } });
const save = async (settings: unknown) => patch(settings, `"v${await version()}"`);
const codes = (answer: Answer) => answer.body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]);

describe('reading the settings', () => {
  it('is for who may change them, and for keys of that scope: what a white-list holds is no business of anybody else, in a channel neither', async () => {
    const { id } = (await house.call('POST', '/api/v1/channels', { cookie, body: { name: 'reading', title: 'Chat', greeting: 'Hello', awayText: 'Away', colour: '#0b6456' } })).body;
    const paths = ['/api/v1/policy', `/api/v1/channels/${id}/policy`];
    const plain = (await knock(house, admin.slug, await addAgent(house, admin, 'plain', ['forward', 'see_audit', 'customer_privacy']))).cookies[0]!;
    const trusted = (await knock(house, admin.slug, await addAgent(house, admin, 'trusted', ['manage_settings']))).cookies[0]!;
    for (const path of paths) {
      const refused = await house.call('GET', path, { cookie: plain });
      assert.deepEqual([refused.status, refused.body.code, refused.text.includes('allowlist'), refused.headers.etag], [403, 'capability.missing', false, undefined]);
      assert.equal((await house.call('GET', path, { cookie: trusted })).status, 200);
    }
    const [reads, others] = [(await addApiKey(house, admin, cookie, ['policy:read'])).text, (await addApiKey(house, admin, cookie, ['conversations:read'])).text];
    assert.equal((await house.call('GET', paths[0]!, { headers: bearer(reads) })).status, 200);
    assert.equal((await house.call('GET', paths[0]!, { headers: bearer(others) })).body.code, 'api.scope_missing');
  });

  it('gives every key once, with its default, its origin and whether it is enforced; every key stands in one tab', async () => {
    const { body, headers } = await get();
    assert.deepEqual(Object.keys(body.settings).sort(), [...keys].sort());
    assert.deepEqual(body.tabs.flatMap((tab: { keys: string[] }) => tab.keys).sort(), [...keys].sort());
    assert.deepEqual(body.tabs.map((tab: { id: string }) => tab.id), tabs.map((tab) => tab.id));
    assert.equal(headers.etag, `"v${body.version}"`);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(body.address, INSIDE);
    assert.equal(body.insideList, true);
    for (const key of keys) {
      const { value, origin, enforced, notEnforcedUntil, ...rest } = body.settings[key];
      assert.deepEqual(rest.default, JSON.parse(JSON.stringify(catalogue[key].default)), key);
      assert.deepEqual(value, rest.default, key);
      assert.deepEqual(origin, { from: 'default', locked: false, setBy: null, setByName: null, setAt: null }, key);
      assert.equal(enforced, notEnforced[key] === undefined, key);
      assert.equal(notEnforcedUntil, notEnforced[key], key);
    }
  });

  it('names who set a value, and when', async () => {
    await save({ 'session.absolute_hours': 11 });
    const { origin } = (await get()).body.settings['session.absolute_hours'];
    assert.equal(origin.from, 'brand');
    assert.equal(origin.setByName, 'Dana Levi');
    assert.equal(origin.setAt, house.clock.now);
  });

  it('gives a JSON Schema that knows every key', async () => {
    const { body } = await house.call('GET', '/api/v1/policy/schema', { cookie });
    assert.deepEqual(Object.keys(body.properties).sort(), [...keys].sort());
  });
});

describe('the version a change was made from', () => {
  const missing: [string, string | undefined][] = [['none', undefined], ['any', '*'], ['weak', 'W/"v1"'], ['without quotes', 'v1'], ['of letters', '"vx"'], ['negative', '"v-1"'], ['two', '"v1", "v2"'], ['too long', `"v${'1'.repeat(13)}"`]];
  for (const [title, etag] of missing) {
    it(`must be said: ${title} is 428`, async () => {
      const answer = await patch({ 'session.absolute_hours': 9 }, etag);
      assert.equal(answer.status, 428);
      assert.equal(answer.body.code, 'policy.version_missing');
    });
  }

  it('must be the newest: an older and a later one are 412, and nothing is saved', async () => {
    const now = await version();
    for (const stale of [now - 1, now + 1, 0]) assert.equal((await patch({ 'session.absolute_hours': 9 }, `"v${stale}"`)).body.code, 'policy.stale');
    assert.equal(await version(), now);
  });

  it('lets one of several saves at once through', async () => {
    const etag = `"v${await version()}"`;
    const answers = await Promise.all([20, 21, 22, 23].map((hours) => patch({ 'session.absolute_hours': hours }, etag)));
    const won = answers.filter((answer) => answer.status === 200);
    assert.equal(won.length, 1);
    assert.ok(answers.every((answer) => answer === won[0] || answer.body.code === 'policy.stale'), answers.map((answer) => answer.text).join('\n'));
    assert.deepEqual((await get()).body.settings['session.absolute_hours'].value, won[0]!.body.settings['session.absolute_hours'].value);
  });

  it('stays when nothing changes', async () => {
    const now = await version();
    const { value } = (await get()).body.settings['session.absolute_hours'];
    assert.equal((await save({ 'session.absolute_hours': value })).status, 200);
    assert.equal((await save({})).status, 200);
    assert.equal(await version(), now);
  });
});

describe('who may save', () => {
  it('needs a code for it: the window is open one hour to the millisecond', async () => {
    await house.save(admin, cookie, { 'session.idle_timeout_minutes': 0 });
    await house.stepUp(admin, cookie);
    const opened = house.clock.now;
    house.clock.now = opened + HOUR - 1;
    assert.equal((await save({ 'session.absolute_hours': 31 })).status, 200);
    house.clock.now = opened + HOUR;
    const late = await save({ 'session.absolute_hours': 32 });
    assert.equal(late.status, 403);
    assert.equal(late.body.code, 'step_up.required');
    await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } });
    await house.save(admin, cookie, { 'session.idle_timeout_minutes': 30 });
  });

  it('asks each session for its own code', async () => {
    const other = await house.signIn(admin);
    assert.equal((await patch({ 'session.absolute_hours': 33 }, `"v${await version()}"`, other)).body.code, 'step_up.required');
  });

  it('needs the right to manage settings', async () => {
    const email = await addAgent(house, admin, 'reader');
    const manager = await addAgent(house, admin, 'manager', ['manage_settings']);
    const reader = (await knock(house, 'acme', email)).cookies[0]!;
    for (const answer of [await check({}, reader), await patch({}, '"v1"', reader), await patch({ 'no.key': 1 }, undefined, reader)]) {
      assert.equal(answer.status, 403);
      assert.equal(answer.body.code, 'capability.missing');
    }
    const managing = (await knock(house, 'acme', manager)).cookies[0]!;
    assert.equal((await check({ 'session.absolute_hours': 9 }, managing)).status, 200);
    // Who has no factor cannot step up, and so cannot save.
    assert.equal((await patch({ 'session.absolute_hours': 9 }, `"v${await version()}"`, managing)).body.code, 'step_up.required');
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie: managing, body: { code: '123456', method: 'totp' } })).body.code, 'factor.none');
  });
});

describe('a saved change', () => {
  it('leaves one row a setting, with before and after, in the version it made', async () => {
    await house.save(admin, cookie, { 'session.absolute_hours': 40, 'session.idle_timeout_minutes': 30 });
    const before = await trail(house, cookie, 'what=policy.changed');
    await save({ 'session.absolute_hours': 41, 'session.idle_timeout_minutes': 45 });
    const rows = (await trail(house, cookie, 'what=policy.changed')).slice(0, -before.length);
    const made = await version();
    assert.deepEqual(
      rows.map((row) => [row.entity.id, row.before, row.after, row.facts.version, row.facts.direction, row.facts.address, row.actor.name]).sort(),
      [['session.absolute_hours', 40, 41, made, 'looser', INSIDE, 'Dana Levi'], ['session.idle_timeout_minutes', 30, 45, made, 'looser', INSIDE, 'Dana Levi']],
    );
    await save({ 'session.idle_timeout_minutes': 30 });
  });

  it('and its row are one: the store holds the row of every change, and of no change that was refused', async () => {
    const { store, brands } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    const stored = await settingRows.kept(rows);
    const now = await version();
    for (const refused of [{ 'session.absolute_hours': 0 }, { 'session.absolute_hours': 50, 'no.key': 1 }]) assert.equal((await save(refused)).status, 422);
    assert.deepEqual(await settingRows.kept(rows), stored);
    const changes = await auditRows.page(rows, { event: 'policy.changed', limit: 500 });
    const versions = new Set(changes.map((row) => JSON.parse(row.detail).facts.version as number));
    assert.equal(Math.max(...versions), now);
  });

  it('keeps the entries of a list through a switch of its state', async () => {
    await house.save(admin, cookie, { 'management.allowlist': { state: 'only', entries: [{ value: '127.0.0.0/8', note: 'here' }] } });
    await save({ 'management.allowlist': { state: 'any' } });
    assert.deepEqual((await get()).body.settings['management.allowlist'].value, { state: 'any', entries: [{ value: '127.0.0.0/8', note: 'here' }] });
    await save({ 'management.allowlist': { state: 'only' } });
    assert.deepEqual((await get()).body.settings['management.allowlist'].value, { state: 'only', entries: [{ value: '127.0.0.0/8', note: 'here' }] });
    assert.equal((await house.call('GET', '/api/v1/session', { cookie, from: OUTSIDE })).status, 200);
    assert.deepEqual(codes(await save({ 'management.allowlist': { state: 'only', entries: [] } })), [['management.allowlist/entries', 'list.empty']]);
    await save({ 'management.allowlist': { state: 'any', entries: [] } });
  });

  it('is what the check said it would be', async () => {
    const rows: Record<string, unknown>[] = [
      { 'session.absolute_hours': 44 },
      { 'session.absolute_hours': 'x', 'no.key': true },
      { 'management.allowlist': only('192.0.2.1'), 'two_factor.mode': 'off' },
      { 'two_factor.mode': 'on' },
      { 'password.min_length': 12 },
    ];
    for (const draft of rows) {
      const said = (await check(draft)).body;
      const done = await save(draft);
      const title = JSON.stringify(draft);
      if (done.status === 422) assert.deepEqual(said.faults, done.body.faults, title);
      else if (done.status === 409) assert.deepEqual([said.refused, said.warnings[0].code], [true, done.body.code], title);
      else assert.deepEqual([done.status, said.refused, said.faults], [200, false, []], title);
      assert.equal(done.status === 200, Object.keys(draft)[0] === 'session.absolute_hours' && Object.keys(draft).length === 1, title);
    }
  });
});
