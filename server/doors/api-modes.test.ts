// Tests of `api.authentication_mode` and `api.allowlist` as saved by an administrator: every mode with every place of a token, through real HTTP.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newAccessToken, newApiKey } from '#identity/api-keys.ts';
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
const basic = (id: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });
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

test('exchange: the key buys a token of an hour at most, which alone opens anything', async () => {
  await setMode('exchange');
  for (const bought of [await buy({ ...GRANT, client_id: key.id, client_secret: key.text }), await buy(GRANT, { headers: basic(key.id, key.text) })]) {
    assert.equal(bought.status, 200, bought.text);
    assert.deepEqual([bought.body.token_type, bought.body.expires_in, bought.body.scope], ['Bearer', 3_600, 'conversations:read']);
    assert.equal(bought.headers['cache-control'], 'no-store');
    const text = bought.body.access_token as string;
    assert.equal((await ask('header', text)).status, 200);
    assert.equal((await ask('query', text)).body.code, 'api.token_misplaced');
    assert.equal((await buy({ ...GRANT, client_secret: text })).body.error, 'invalid_client');
  }
  const rows: readonly [Record<string, string>, Record<string, string | undefined>, number, string, string][] = [
    [{ ...GRANT, client_secret: newApiKey(brandId).text }, {}, 401, 'api.key_invalid', 'invalid_client'],
    [{ ...GRANT, client_id: 'key_other', client_secret: key.text }, {}, 401, 'api.key_invalid', 'invalid_client'],
    [GRANT, basic(key.id, 'wrong'), 401, 'api.key_invalid', 'invalid_client'],
    [{ ...GRANT, client_secret: key.text }, basic(key.id, key.text), 400, 'api.token_twice', 'invalid_request'],
    [GRANT, {}, 401, 'api.key_missing', 'invalid_client'],
    [{ grant_type: 'password', client_secret: key.text }, {}, 400, 'oauth.grant_type', 'unsupported_grant_type'],
    [{ ...GRANT, client_secret: key.text, scope: 'policy:write' }, {}, 400, 'oauth.scope', 'invalid_scope'],
    [{ ...GRANT, client_secret: key.text, scope: 'conversations:read policy:write' }, {}, 400, 'oauth.scope', 'invalid_scope'],
    [{ ...GRANT, client_secret: key.text, scope: 'CONVERSATIONS:READ' }, {}, 400, 'oauth.scope', 'invalid_scope'],
    [{ ...GRANT, client_secret: key.text }, { cookie }, 400, 'request.two_credentials', 'invalid_request'],
  ];
  for (const [fields, headers, status, code, error] of rows) {
    const answer = await buy(fields, { headers });
    assert.deepEqual([answer.status, answer.body.code, answer.body.error], [status, code, error], answer.text);
  }
  assert.equal((await buy(GRANT, { headers: { ...basic(key.id, 'wrong') } })).headers['www-authenticate'], 'Basic realm="portcullis"');
  assert.match(String((await buy({ ...GRANT, client_secret: 'x' }, { headers: { accept: 'application/json' } })).headers['content-type']), /^application\/json/);
});

test('exchange: a token may be asked for less than its key may do, and does no more', async () => {
  await setMode('exchange');
  const wide = await addApiKey(house, admin, cookie, ['conversations:read', 'users:read']);
  const narrow = await buy({ ...GRANT, client_secret: wide.text, scope: 'users:read users:read' });
  assert.deepEqual([narrow.status, narrow.body.scope], [200, 'users:read']);
  const teams = (text: string) => house.call('GET', '/api/v1/teams', { headers: bearer(text) });
  assert.equal((await teams(narrow.body.access_token)).status, 200);
  assert.equal((await ask('header', narrow.body.access_token)).body.code, 'api.scope_missing');
  const whole = await buy({ ...GRANT, client_secret: wide.text });
  assert.equal(whole.body.scope, 'conversations:read users:read');
  assert.equal((await ask('header', whole.body.access_token)).status, 200);
  // What is taken from the key is taken from what it bought.
  await house.stepUp(admin, cookie);
  assert.equal((await house.call('PATCH', `/api/v1/api-keys/${wide.id}`, { cookie, body: { scopes: ['conversations:read'] } })).status, 200);
  assert.equal((await teams(narrow.body.access_token)).body.code, 'api.scope_missing');
});

test('exchange: an access token ends by itself, with its key, and with the mode', async () => {
  const own = await addApiKey(house, admin, cookie, ['conversations:read']);
  const text = (await buy({ ...GRANT, client_secret: own.text })).body.access_token as string;
  const then = house.clock.now;
  house.clock.now = then + 3_600_000 - 1;
  assert.equal((await ask('header', text)).status, 200);
  house.clock.now = then + 3_600_000;
  assert.equal((await ask('header', text)).body.code, 'api.token_expired');
  house.clock.now = then;
  const second = (await buy({ ...GRANT, client_secret: own.text })).body.access_token as string;
  assert.equal((await ask('header', second)).status, 200);
  await house.stepUp(admin, cookie);
  assert.equal((await house.call('DELETE', `/api/v1/api-keys/${own.id}`, { cookie })).status, 200);
  assert.equal((await ask('header', second)).status, 401);
  assert.equal((await buy({ ...GRANT, client_secret: own.text })).body.code, 'api.key_revoked');
  const third = (await buy({ ...GRANT, client_secret: key.text })).body.access_token as string;
  await setMode('header');
  assert.equal((await ask('header', third)).body.code, 'api.key_invalid');
  assert.equal((await ask('header', newAccessToken(brandId).text)).body.code, 'api.key_invalid');
  assert.equal((await buy({ ...GRANT, client_secret: key.text })).body.code, 'api.exchange_off');
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

test('rotation: what a secret bought ends with it', async () => {
  const own = await addApiKey(house, admin, cookie, ['conversations:read']);
  const rotate = async (graceDays: number): Promise<string> => {
    await house.stepUp(admin, cookie);
    const rotated = await house.call('POST', `/api/v1/api-keys/${own.id}/rotate`, { cookie, body: { graceDays } });
    assert.equal(rotated.status, 200, rotated.text);
    return rotated.body.secret as string;
  };
  const bought = async (secret: string): Promise<string> => (await buy({ ...GRANT, client_secret: secret })).body.access_token as string;
  await setMode('exchange');
  const leaked = await bought(own.text);
  assert.equal((await ask('header', leaked)).status, 200);
  const second = await rotate(0);
  assert.equal((await ask('header', leaked)).body.code, 'api.key_invalid', 'no grace: nor for what the old one bought');
  assert.equal((await buy({ ...GRANT, client_secret: own.text })).status, 401);
  const kept = await bought(second);
  const third = await rotate(1);
  assert.equal((await ask('header', kept)).status, 200, 'within the grace it goes on');
  await rotate(1);
  assert.equal((await ask('header', kept)).body.code, 'api.key_invalid', 'the one before the last is over, and what it bought');
  assert.equal((await buy({ ...GRANT, client_secret: third })).status, 200);
  await setMode('header');
});

test('a secret that comes twice is nobody\'s guess', async () => {
  await setMode('exchange');
  const twice = await house.call('POST', '/api/v1/oauth/token', { raw: `${form({ ...GRANT, client_secret: key.text })}&client_secret=other`, headers: { ...PROGRAM, 'content-type': 'application/x-www-form-urlencoded' } });
  assert.deepEqual([twice.status, twice.body.code, twice.body.error], [400, 'api.token_twice', 'invalid_request']);
  await setMode('header');
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
