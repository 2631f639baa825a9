// Tests of the API door: the brand's list before the key, the key before its scope, and what each refusal tells.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newApiKey } from '#identity/api-keys.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { INSIDE, only, OUTSIDE, told, trail } from '#test/people.ts';
import { addApiKey, addChannel, bearer } from '#test/tickets.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let brandId: string;
let channel: string;
let key: { id: string; text: string };

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  brandId = (await house.building.parts.brands.bySlug(admin.slug))!.id;
  channel = await addChannel(house.building.parts.store.brand(brandId));
  key = await addApiKey(house, admin, cookie);
});
after(() => house.close());

const mint = (text: string | undefined, { from = INSIDE, headers = {}, body = {} }: { from?: string; headers?: Record<string, string | undefined>; body?: object } = {}) =>
  house.call('POST', '/api/v1/auth/ticket', { from, body: { channel, external_id: 'c-1', ...body }, headers: { ...(text === undefined ? { 'sec-fetch-site': undefined } : bearer(text)), ...headers } });

test('a key opens what its scope says; what it answers is kept nowhere', async () => {
  const answer = await mint(key.text);
  assert.equal(answer.status, 201, answer.text);
  assert.match(answer.body.ticket, new RegExp(`^tkt_${brandId}\\.[A-Za-z0-9_-]{43}$`));
  assert.equal(answer.headers['cache-control'], 'no-store');
});

test('without a token, or with one in the wrong place: where it belongs', async () => {
  for (const answer of [await mint(undefined), await mint(undefined, { headers: { authorization: `Basic ${key.text}` } }), await mint(undefined, { headers: { authorization: key.text } }), await mint(undefined, { headers: { cookie } })]) {
    assert.equal(answer.status, 401);
    assert.equal(answer.body.code, 'api.key_missing');
    assert.equal(answer.headers['www-authenticate'], 'Bearer realm="portcullis"');
  }
  const inQuery = await house.call('POST', `/api/v1/auth/ticket?access_token=${key.text}`, { body: { channel, external_id: 'c-1' } });
  assert.equal(inQuery.status, 401);
  assert.equal(inQuery.body.code, 'api.token_misplaced');
  assert.match(String(inQuery.headers['www-authenticate']), /error_description="Send the access token as the header 'Authorization: Bearer …'\."|error_description=".*Authorization: Bearer/);
  // The scheme is read in any case (RFC 9110 11.1).
  assert.equal((await mint(undefined, { headers: { authorization: `bEARER ${key.text}` } })).status, 201);
});

test('a token and a cookie together are refused, whatever they are', async () => {
  for (const shown of [cookie, 'anything=1']) {
    const answer = await mint(key.text, { headers: { cookie: shown } });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.code, 'request.two_credentials');
  }
});

test('a wrong, a mistyped and a foreign key, and one of a brand that is not there, are one answer', async () => {
  const wrong = newApiKey(brandId).text;
  const nobody = newApiKey('b000000000000').text;
  const mistyped = `${key.text.slice(0, -1)}${key.text.endsWith('0') ? '1' : '0'}`;
  const answers = [await mint(wrong), await mint(nobody), await mint(mistyped), await mint('pck_'), await mint('x'.repeat(3_000)), await mint(key.text.toUpperCase())];
  for (const answer of answers) assert.deepEqual(told(answer), told(answers[0]!));
  assert.equal(answers[0]!.body.code, 'api.key_invalid');
  assert.match(String(answers[0]!.headers['www-authenticate']), /invalid_token/);
});

test('the brand\'s list stands before the key: a refused address learns nothing about it', async () => {
  const rows = house.building.parts;
  // What issue 7 will let people save; the door judges it now.
  const brand = (await rows.brands.byId(brandId))!;
  const { effective } = await import('#policy/effective.ts');
  const open = brand.policy;
  brand.policy = effective({ version: open.version, module: { 'api.allowlist': { value: only(INSIDE) } } });
  try {
    assert.equal((await mint(key.text)).status, 201);
    const outside = await mint(key.text, { from: OUTSIDE });
    assert.equal(outside.status, 403);
    assert.equal(outside.body.code, 'network.not_allowed');
    assert.deepEqual(told(await mint(newApiKey(brandId).text, { from: OUTSIDE })), told(outside));
    assert.ok(!outside.text.includes(INSIDE));
  } finally {
    brand.policy = open;
  }
});

test('a scope the key has not: refused, and named', async () => {
  const answer = await mint(key.text, { body: { override_customer_details: true } });
  assert.equal(answer.status, 403);
  assert.equal(answer.body.code, 'api.scope_missing');
  assert.match(answer.body.detail, /tickets:override/);
  const more = await addApiKey(house, admin, cookie, ['tickets:write', 'tickets:override']);
  assert.equal((await mint(more.text, { body: { override_customer_details: true } })).status, 201);
});

test('a revoked key opens nothing at once, and an expired one from its last millisecond on', async () => {
  const short = await addApiKey(house, admin, cookie, ['tickets:write'], { expiresAt: house.clock.now + 3_600_000 });
  const { expiresAt } = (await house.call('GET', '/api/v1/api-keys', { cookie })).body.keys.find((one: { id: string }) => one.id === short.id);
  const then = house.clock.now;
  house.clock.now = expiresAt - 1;
  assert.equal((await mint(short.text)).status, 201);
  house.clock.now = expiresAt;
  assert.equal((await mint(short.text)).body.code, 'api.key_expired');
  house.clock.now = then;

  const gone = await addApiKey(house, admin, cookie);
  assert.equal((await mint(gone.text)).status, 201);
  assert.equal((await house.call('DELETE', `/api/v1/api-keys/${gone.id}`, { cookie })).body.code, 'step_up.required');
  await house.stepUp(admin, cookie);
  assert.equal((await house.call('DELETE', `/api/v1/api-keys/${gone.id}`, { cookie })).status, 200);
  const answer = await mint(gone.text);
  assert.equal(answer.status, 401);
  assert.equal(answer.body.code, 'api.key_revoked');
  await house.stepUp(admin, cookie);
  assert.equal((await house.call('DELETE', `/api/v1/api-keys/${gone.id}`, { cookie })).body.code, 'key.missing');
});

test('the list tells when and from where a key was last used, and never the key', async () => {
  await mint(key.text);
  const listed = await house.call('GET', '/api/v1/api-keys', { cookie });
  const one = listed.body.keys.find((found: { id: string }) => found.id === key.id);
  assert.equal(one.lastUsedFrom, INSIDE);
  assert.ok(house.clock.now - one.lastUsedAt <= 3_600_000);
  assert.deepEqual(one.scopes, ['tickets:write']);
  assert.equal(one.createdBy, 'Dana Levi');
  for (const secret of [key.text, key.text.split('_')[2]!]) assert.ok(!listed.text.includes(secret));
  const rows = await trail(house, cookie);
  assert.ok(rows.some((row) => row.event === 'api_key.created') && rows.some((row) => row.event === 'api_key.revoked'));
  assert.ok(!JSON.stringify(rows).includes(key.text.split('_')[2]!), 'the trail must not know the secret');
});

test('what is wrong with a key that is to be made is said at once, before a code is asked for', async () => {
  const rows: readonly [object, string][] = [
    [{ name: '  ', scopes: ['tickets:write'] }, 'api_key.name'], [{ name: 'x'.repeat(101), scopes: ['tickets:write'] }, 'api_key.name'], [{ name: 'a\u0000', scopes: ['tickets:write'] }, 'api_key.name'],
    [{ name: 'a', scopes: [] }, 'api_key.scopes'], [{ name: 'a', scopes: ['everything'] }, 'api_key.scopes'], [{ name: 'a', scopes: ['tickets:override'] }, 'api_key.scopes'],
    [{ name: 'a', scopes: ['tickets:write'], expiresAt: 1 }, 'api_key.expires_at'],
    [{ name: 'a', scopes: ['tickets:write'], allowlist: only('10.0.0.1/8') }, 'cidr.host_bits'], [{ name: 'a', scopes: ['tickets:write'], allowlist: only() }, 'list.empty'],
    [{ name: 'a', scopes: ['policy:write'], expiresAt: house.clock.now + 86_400_000 }, 'api_key.policy_addresses'], [{ name: 'a', scopes: ['policy:write'], allowlist: only(INSIDE) }, 'api_key.policy_expiry'],
  ];
  for (const [body, expected] of rows) {
    const answer = await house.call('POST', '/api/v1/api-keys', { cookie, body });
    assert.equal(answer.status, 422, answer.text);
    assert.deepEqual(answer.body.faults.map((fault: { code: string }) => fault.code), [expected]);
  }
  // A code is good for one key.
  await addApiKey(house, admin, cookie);
  assert.equal((await house.call('POST', '/api/v1/api-keys', { cookie, body: { name: 'a', scopes: ['tickets:write'] } })).body.code, 'step_up.required');
});

test('a key that asks too fast waits; another one does not', async () => {
  const slow = await openHouse({ rate: { perSecond: 1, burst: 60 } });
  try {
    const owner = await slow.setUp();
    const signedIn = await slow.signIn(owner);
    const { store, brands } = slow.building.parts;
    const there = await addChannel(store.brand((await brands.bySlug(owner.slug))!.id));
    const keys = [await addApiKey(slow, owner, signedIn), await addApiKey(slow, owner, signedIn)];
    const ask = (text: string) => slow.call('POST', '/api/v1/auth/sign-out', { body: { channel: there, external_id: 'x' }, headers: bearer(text) });
    for (let asked = 0; asked < 60; asked += 1) assert.equal((await ask(keys[0]!.text)).status, 200);
    const refused = await ask(keys[0]!.text);
    assert.equal(refused.body.code, 'request.rate_limited');
    assert.equal(refused.headers['retry-after'], '1');
    assert.equal((await ask(keys[1]!.text)).status, 200);
    slow.clock.uptime += 1_000;
    assert.equal((await ask(keys[0]!.text)).status, 200);
  } finally {
    await slow.close();
  }
});
