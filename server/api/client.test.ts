// The typed client against a real server: with the key itself and with access tokens it buys; what is refused is thrown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addApiKey } from '#test/tickets.ts';
import { connect } from '../../sdk/api.ts';
import { PortcullisError } from '../../sdk/tickets.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let origin: string;
let key: { id: string; text: string };

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  origin = house.building.parts.config.publicUrl.origin;
  key = await addApiKey(house, admin, cookie, ['customers:read', 'customers:write', 'conversations:read']);
});
after(() => house.close());

test('makes, finds and reads a customer', async () => {
  const desk = connect({ origin, apiKey: key.text });
  const { customer } = await desk.call('POST /api/v1/customers', { body: { name: 'Ada', externalId: 'c-17' }, idempotencyKey: 'customer-c-17' });
  const found = await desk.call('GET /api/v1/customers', { query: { externalId: 'c-17' } });
  assert.deepEqual(found.customers.map(({ id, name }) => [id, name]), [[customer.id, 'Ada']]);
  const { customer: read } = await desk.call('GET /api/v1/customers/{id}', { path: { id: customer.id } });
  assert.equal(read.externalId, 'c-17');
  assert.match(read.createdAt, /Z$/);
});

test('throws what is refused', async () => {
  const desk = connect({ origin, apiKey: key.text });
  await assert.rejects(desk.call('GET /api/v1/audit', { query: {} }), (error) => error instanceof PortcullisError && error.status === 403 && error.code === 'api.scope_missing');
});

test('exchange: buys a token once, and uses it', async () => {
  assert.equal((await house.save(admin, cookie, { 'api.authentication_mode': 'exchange' })).status, 200);
  let bought = 0;
  const counting: typeof fetch = (input, init) => {
    if (String(input).endsWith('/oauth/token')) bought += 1;
    return fetch(input, init);
  };
  const desk = connect({ origin, apiKey: key.text, exchange: true, fetch: counting });
  for (let n = 0; n < 3; n += 1) assert.ok(Array.isArray((await desk.call('GET /api/v1/inbox', { query: {} })).conversations));
  assert.equal(bought, 1);
  await assert.rejects(connect({ origin, apiKey: key.text }).call('GET /api/v1/inbox', { query: {} }), (error) => error instanceof PortcullisError && error.code === 'api.exchange_first');
});
