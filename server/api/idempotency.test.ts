// Tests of Idempotency-Key: done once, answered the same again, on another node too; nothing of the answer stands readable in the database.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { PNG, sendFile, TEXT } from '#test/files.ts';
import { addApiKey, addChannel, bearer } from '#test/tickets.ts';

let house: TestHouse;
let admin: Admin;
let key: { id: string; text: string };
let channel: string;

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  const cookie = await house.signIn(admin);
  key = await addApiKey(house, admin, cookie, ['conversations:read', 'conversations:write', 'customers:read', 'customers:write', 'media:write']);
  const { store, brands } = house.building.parts;
  const brand = store.brand((await brands.bySlug(admin.slug))!.id);
  channel = await addChannel(brand, 'Desk');
  await brand.note([brand.write(brand.q.updateTable('channels').set({ kind: 'api' }).where('id', '=', channel))]);
});
after(() => house.close());

const begin = (name: string | undefined, text = 'Where is my parcel?') =>
  house.call('POST', '/api/v1/conversations', { headers: { ...bearer(key.text), ...(name === undefined ? {} : { 'idempotency-key': name }) }, body: { channel, customer: { name: 'Ada', externalId: 'c-17' }, text } });
const count = async () => (await house.call('GET', '/api/v1/inbox', { headers: bearer(key.text) })).body.counts.all as number;

test('sent again it is done once, and answered the same', async () => {
  const first = await begin('order-17-question');
  assert.equal(first.status, 201, first.text);
  const again = await begin('order-17-question');
  assert.deepEqual([again.status, again.body], [201, first.body]);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(await count(), 1);
  assert.equal((await begin(undefined)).status, 201);
  assert.equal(await count(), 2);
});

test('at the same moment: one is done, the other is told', async () => {
  const before_ = await count();
  const both = await Promise.all([begin('at-the-same-moment'), begin('at-the-same-moment')]);
  assert.ok(both.some(({ status }) => status === 201));
  for (const { status, body } of both) assert.ok(status === 201 || body.code === 'idempotency.unfinished');
  assert.equal(await count(), before_ + 1);
});

test('another request under the same name, and a name that is none', async () => {
  assert.equal((await begin('order-17-question', 'Another text')).body.code, 'idempotency.reused');
  for (const name of ['short', 'x'.repeat(201), 'with a blank']) assert.equal((await begin(name)).body.code, 'idempotency.name');
});

test('of a file its head counts: another one under the same name is not taken for the first', async () => {
  const { id } = (await begin(undefined)).body.conversation;
  const send = (name: string, bytes: Uint8Array) => sendFile(house, `/api/v1/conversations/${id}/files`, bytes, { name, token: key.text, headers: { 'sec-fetch-site': undefined, 'idempotency-key': 'file-of-order-17' } });
  const first = await send('blinds.png', PNG);
  assert.equal(first.status, 201, first.text);
  assert.deepEqual((await send('blinds.png', PNG)).body, first.body);
  for (const other of [await send('invoice.png', PNG), await send('blinds.png', TEXT)]) assert.deepEqual([other.status, other.body.code], [422, 'idempotency.reused']);
});

test('what was refused may come again; a day later the name is free', async () => {
  const wrong = await begin('refused-at-first', '');
  assert.equal(wrong.status, 422);
  assert.equal((await begin('refused-at-first')).status, 201);
});

test('a program is told times as RFC 3339, in UTC with Z', async () => {
  const begun = await begin(undefined);
  const open = await house.call('GET', `/api/v1/conversations/${begun.body.conversation.id}`, { headers: bearer(key.text) });
  assert.match(open.body.conversation.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.match(open.body.messages[0].at, /Z$/);
  const said = await house.call('POST', `/api/v1/conversations/${begun.body.conversation.id}/messages`, { headers: bearer(key.text), body: { id: 'crm-message-1', kind: 'text', text: 'And the invoice?', as: 'customer' } });
  assert.equal(said.status, 201, said.text);
  assert.equal(said.body.message.author.kind, 'customer');
  assert.equal(said.body.message.verified, false);
});
