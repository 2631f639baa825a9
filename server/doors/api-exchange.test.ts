// Tests of `api.authentication_mode` at "exchange": what a key buys, what it opens, and when it ends (OAuth 2.0, RFC 6749 4.4).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newAccessToken, newApiKey } from '#identity/api-keys.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
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
const ask = (where: 'header' | 'query', text: string) => (where === 'header' ? house.call('GET', '/api/v1/inbox', { headers: bearer(text) }) : house.call('GET', `/api/v1/inbox?access_token=${text}`, { headers: PROGRAM }));
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const buy = (fields: Record<string, string>, { headers = {} }: { headers?: Record<string, string | undefined> } = {}) =>
  house.call('POST', '/api/v1/oauth/token', { raw: form(fields), headers: { ...PROGRAM, 'content-type': 'application/x-www-form-urlencoded', ...headers } });
const basic = (id: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });
const GRANT = { grant_type: 'client_credentials' };

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
