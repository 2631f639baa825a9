// Tests of `api.authentication_mode` and `api.allowlist` as saved by an administrator: every mode with every place of a token, through real HTTP.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newApiKey } from '#identity/api-keys.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { INSIDE, only, OUTSIDE, told, trail } from '#test/people.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let brandId: string;
let key: { id: string; text: string };

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  brandId = (await house.building.parts.brands.bySlug(admin.slug))!.id;
  key = await addApiKey(house, admin, cookie, ['conversations:read']);
});
after(() => house.close());

const setMode = async (mode: string) => assert.equal((await house.save(admin, cookie, { 'api.authentication_mode': mode })).status, 200);
const PROGRAM = { 'sec-fetch-site': undefined };
type Where = 'header' | 'query' | 'both' | 'query twice' | 'none';
const paths: Readonly<Record<Where, (text: string) => { path: string; headers: Record<string, string | undefined> }>> = {
  header: (text) => ({ path: '/api/v1/inbox', headers: bearer(text) }),
  query: (text) => ({ path: `/api/v1/inbox?access_token=${text}`, headers: PROGRAM }),
  both: (text) => ({ path: `/api/v1/inbox?view=all&access_token=${text}`, headers: bearer(text) }),
  'query twice': (text) => ({ path: `/api/v1/inbox?access_token=${text}&access_token=${text}`, headers: PROGRAM }),
  none: () => ({ path: '/api/v1/inbox', headers: PROGRAM }),
};
function ask(where: Where, text: string, from = INSIDE) {
  const { path, headers } = paths[where](text);
  return house.call('GET', path, { headers, from });
}
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const buy = (fields: Record<string, string>, { headers = {}, from = INSIDE }: { headers?: Record<string, string | undefined>; from?: string } = {}) =>
  house.call('POST', '/api/v1/oauth/token', { raw: form(fields), headers: { ...PROGRAM, 'content-type': 'application/x-www-form-urlencoded', ...headers }, from });
const GRANT = { grant_type: 'client_credentials' };

const ROWS: readonly [mode: string, where: Where, status: number, code: string | null][] = [
  ['header', 'header', 200, null], ['header', 'query', 401, 'api.token_misplaced'], ['header', 'both', 400, 'api.token_twice'], ['header', 'query twice', 400, 'api.token_twice'], ['header', 'none', 401, 'api.key_missing'],
  ['header_or_query', 'header', 200, null], ['header_or_query', 'query', 200, null], ['header_or_query', 'both', 400, 'api.token_twice'], ['header_or_query', 'query twice', 400, 'api.token_twice'], ['header_or_query', 'none', 401, 'api.key_missing'],
  ['query', 'header', 401, 'api.token_misplaced'], ['query', 'query', 200, null], ['query', 'both', 400, 'api.token_twice'], ['query', 'query twice', 400, 'api.token_twice'], ['query', 'none', 401, 'api.key_missing'],
  ['exchange', 'header', 401, 'api.exchange_first'], ['exchange', 'query', 401, 'api.token_misplaced'], ['exchange', 'both', 400, 'api.token_twice'], ['exchange', 'query twice', 400, 'api.token_twice'], ['exchange', 'none', 401, 'api.key_missing'],
];

test('api.authentication_mode: every mode, every place of the key', async () => {
  let mode = '';
  for (const [wanted, where, status, code] of ROWS) {
    if (mode !== wanted) await setMode((mode = wanted));
    const answer = await ask(where, key.text);
    assert.equal(answer.status, status, `${wanted} ${where} ${answer.text}`);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.ok(!answer.text.includes(key.text), 'no answer says a token back');
    if (code === null) {
      assert.equal(answer.headers['deprecation'] !== undefined, where === 'query');
      continue;
    }
    assert.equal(answer.body.code, code, `${wanted} ${where}`);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.equal(answer.headers['www-authenticate'] !== undefined, status === 401);
    if (code === 'api.token_misplaced') assert.match(String(answer.headers['www-authenticate']), wanted === 'query' ? /access_token/ : /Authorization: Bearer/);
  }
  // A token with another spelling of its parameter is one all the same.
  await setMode('header');
  assert.equal((await house.call('GET', `/api/v1/inbox?%61ccess%5Ftoken=${key.text}`, { headers: PROGRAM })).body.code, 'api.token_misplaced');
  assert.equal((await house.call('GET', `/api/v1/inbox?access_token=${key.text}`, { cookie })).body.code, 'request.two_credentials');
});

test('api.allowlist: any, only, none, saved on the page, and judged before the key is looked up', async () => {
  const list = async (value: object) => assert.equal((await house.save(admin, cookie, { 'api.allowlist': value })).status, 200);
  await list(only(INSIDE));
  assert.equal((await ask('header', key.text)).status, 200);
  const outside = await ask('header', key.text, OUTSIDE);
  assert.equal(outside.body.code, 'network.not_allowed');
  assert.deepEqual(told(await ask('header', newApiKey(brandId).text, OUTSIDE)), told(outside));
  assert.deepEqual(told(await ask('query', key.text, OUTSIDE)), told(outside), 'nor where tokens belong');
  assert.equal((await buy({ ...GRANT, client_secret: key.text }, { from: OUTSIDE })).body.code, 'network.not_allowed');
  await list({ state: 'none', entries: [{ value: INSIDE }] });
  assert.equal((await ask('header', key.text)).body.code, 'network.not_allowed');
  // The workspace is none of its business.
  assert.equal((await house.call('GET', '/api/v1/inbox', { cookie })).status, 200);
  await list({ state: 'any', entries: [] });
  assert.equal((await ask('header', key.text, OUTSIDE)).status, 200);
});

test('a key\'s own addresses, within the brand\'s', async () => {
  const own = await addApiKey(house, admin, cookie, ['conversations:read'], { allowlist: only(INSIDE) });
  assert.equal((await ask('header', own.text)).status, 200);
  const outside = await ask('header', own.text, OUTSIDE);
  assert.equal(outside.status, 403);
  assert.equal(outside.body.code, 'api.key_network');
  assert.ok(!outside.text.includes(INSIDE));
  await house.stepUp(admin, cookie);
  assert.equal((await house.call('PATCH', `/api/v1/api-keys/${own.id}`, { cookie, body: { allowlist: only(INSIDE, OUTSIDE) } })).status, 200);
  assert.equal((await ask('header', own.text, OUTSIDE)).status, 200, 'at the next request');
});

test('rotation: two live for the days of grace, then one', async () => {
  const own = await addApiKey(house, admin, cookie, ['conversations:read']);
  await house.stepUp(admin, cookie);
  const rotated = await house.call('POST', `/api/v1/api-keys/${own.id}/rotate`, { cookie, body: { graceDays: 1 } });
  assert.equal(rotated.status, 200, rotated.text);
  const next = rotated.body.secret as string;
  const until = rotated.body.key.previousUntil as number;
  assert.notEqual(next, own.text);
  for (const text of [next, own.text]) assert.equal((await ask('header', text)).status, 200);
  const listed = (await house.call('GET', '/api/v1/api-keys', { cookie })).body.keys.find(({ id }: { id: string }) => id === own.id);
  assert.ok(listed.previousUsedAt !== null, 'whoever rotates sees that the old one is used still');
  const then = house.clock.now;
  house.clock.now = until - 1;
  assert.equal((await ask('header', own.text)).status, 200);
  house.clock.now = until;
  assert.equal((await ask('header', own.text)).body.code, 'api.key_expired');
  assert.equal((await ask('header', next)).status, 200);
  house.clock.now = then;
  await house.stepUp(admin, cookie);
  const again = await house.call('POST', `/api/v1/api-keys/${own.id}/rotate`, { cookie, body: { graceDays: 0 } });
  assert.equal((await ask('header', own.text)).body.code, 'api.key_invalid', 'two live, never three');
  assert.equal((await ask('header', next)).body.code, 'api.key_expired');
  assert.equal((await ask('header', again.body.secret)).status, 200);
  assert.ok((await trail(house, cookie, 'what=api_key.rotated')).length >= 2);
});

test('the page says what the door would, step by step', async () => {
  const own = await addApiKey(house, admin, cookie, ['conversations:read'], { allowlist: only(OUTSIDE) });
  const trial = async (from?: string) => (await house.call('POST', `/api/v1/api-keys/${own.id}/test`, { cookie, body: from === undefined ? {} : { from } })).body;
  const here = await trial();
  assert.equal(here.ok, false);
  assert.deepEqual(here.steps.at(-1), { step: 'addresses', ok: false, sentence: '127.0.0.1 is none of its own addresses.' });
  assert.equal((await trial(OUTSIDE)).ok, true);
  assert.equal((await ask('header', own.text)).body.code, 'api.key_network');
  assert.equal((await house.call('POST', `/api/v1/api-keys/${own.id}/test`, { cookie, body: { from: '10.1' } })).status, 422);
});

test('which scopes were never used is hinted', async () => {
  const own = await addApiKey(house, admin, cookie, ['conversations:read', 'audit:read']);
  const unused = async () => (await house.call('GET', '/api/v1/api-keys', { cookie })).body.keys.find(({ id }: { id: string }) => id === own.id).unused;
  assert.deepEqual(await unused(), ['conversations:read', 'audit:read']);
  await ask('header', own.text);
  assert.deepEqual(await unused(), ['audit:read']);
  assert.equal((await house.call('GET', '/api/v1/audit', { headers: bearer(own.text) })).status, 200);
  assert.deepEqual(await unused(), []);
});

test('every answer says how much a key may still ask', async () => {
  const answer = await ask('header', key.text);
  assert.equal(answer.headers['ratelimit-policy'], '"key";q=1000000;w=1');
  assert.match(String(answer.headers['ratelimit']), /^"key";r=\d+;t=\d+$/);
});
