// Tests of a channel's keys and of the calls of a site's server, through the package that sites use.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pino from 'pino';
import type { FastifyBaseLogger } from 'fastify';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as customerRows from '#store/customers.ts';
import * as identityRows from '#store/customer-identities.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, trail } from '#test/people.ts';
import { addApiKey, addChannel, newPair } from '#test/tickets.ts';
import { redeemTicket } from '#inbox/ticket-redemption.ts';
import { mintTicket, PortcullisError, signOutCustomer, signTicket } from '../../sdk/tickets.ts';

const lines: string[] = [];
let house: TestHouse;
let admin: Admin;
let cookie: string;
let brandId: string;
let channel: string;

before(async () => {
  house = await openHouse({ log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) as unknown as FastifyBaseLogger });
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  brandId = (await house.building.parts.brands.bySlug(admin.slug))!.id;
  channel = await addChannel(house.building.parts.store.brand(brandId));
});
after(() => house.close());

const keysAt = (id = channel): string => `/api/v1/channels/${id}/keys`;
const origin = (): string => `http://localhost:${house.port}`;
function redeem(ticket: string) {
  const { store, keyring, brands } = house.building.parts;
  return redeemTicket({ store, keyring }, { brandId, channelId: channel, ticket, policy: brands.peek(brandId)!.policyIn(channel), now: house.clock.now });
}

test('a public key is registered within the window of a fresh code, listed, and revoked at once', async () => {
  const pair = newPair('ES256');
  const body = { label: 'Shop server', key: pair.publicKey.export({ format: 'pem', type: 'spki' }) };
  const early = await house.call('POST', keysAt(), { cookie, body });
  assert.equal(early.body.code, 'step_up.required');
  await house.stepUp(admin, cookie);
  const made = await house.call('POST', keysAt(), { cookie, body });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.audience, `${brandId}.${channel}`);
  const listed = await house.call('GET', keysAt(), { cookie });
  assert.deepEqual(listed.body.keys, [made.body.key]);
  assert.equal(made.body.key.alg, 'ES256');

  const sign = () => signTicket({ privateKey: pair.privateKey, keyId: made.body.key.id, channel: made.body.audience, externalId: 'c-1', name: 'Ann', now: house.clock.now });
  assert.ok((await redeem(sign())).ok);
  const again = await house.call('POST', keysAt(), { cookie, body });
  assert.deepEqual(again.body.faults.map((fault: { code: string }) => fault.code), ['channel_key.present']);
  assert.equal((await house.call('DELETE', `${keysAt()}/${made.body.key.id}`, { cookie })).status, 200);
  const refused = await redeem(sign());
  assert.ok(!refused.ok && refused.denial.facts['reason'] === 'key_revoked');
  assert.equal((await house.call('DELETE', `${keysAt()}/${made.body.key.id}`, { cookie })).status, 404);
  const rows = await trail(house, cookie);
  for (const event of ['channel_key.registered', 'channel_key.revoked']) assert.equal(rows.filter((row) => row.event === event).length, 1, event);
});

test('a private key is refused with words that say to throw it away, and kept nowhere', async () => {
  const pair = newPair();
  const pem = String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  for (const key of [pem, pair.privateKey.export({ format: 'jwk' })]) {
    const answer = await house.call('POST', keysAt(), { cookie, body: { label: 'x', key } });
    assert.equal(answer.status, 422);
    assert.equal(answer.body.faults[0].code, 'channel_key.private');
    assert.match(answer.body.faults[0].message, /throw this one away/);
  }
  assert.ok(!JSON.stringify([lines, await trail(house, cookie)]).includes(pem.split('\n')[1]!));
});

test('who may not manage settings sees and changes no keys; a channel that is not there has none', async () => {
  const email = await addAgent(house, admin, 'ben');
  const ben = await house.call('POST', '/api/v1/sign-in', { body: { brand: admin.slug, email, password: 'four grey herons walk' } });
  const his = ben.cookies.find((one) => one.startsWith('__Host-session='))!;
  assert.equal((await house.call('GET', keysAt(), { cookie: his })).body.code, 'capability.missing');
  assert.equal((await house.call('GET', '/api/v1/api-keys', { cookie: his })).body.code, 'capability.missing');
  assert.equal((await house.call('GET', keysAt('chn_nothing'), { cookie })).body.code, 'channel.missing');
});

test('the package: signs with either kind of key, however it is written', async () => {
  for (const alg of ['EdDSA', 'ES256'] as const) {
    const pair = newPair(alg);
    await house.stepUp(admin, cookie);
    const { body } = await house.call('POST', keysAt(), { cookie, body: { label: alg, key: pair.publicKey.export({ format: 'jwk' }) } });
    for (const privateKey of [pair.privateKey, pair.privateKey.export({ format: 'jwk' }), String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }))]) {
      const ticket = signTicket({ privateKey, keyId: body.key.id, channel: body.audience, externalId: 'c-2', email: 'c2@example.com', phone: '+49 151 12345678', name: 'Zoë', now: house.clock.now });
      const redeemed = await redeem(ticket);
      assert.ok(redeemed.ok && redeemed.verifiedBy === 'external_id' && redeemed.name === 'Zoë', alg);
    }
  }
  assert.throws(() => signTicket({ privateKey: newPair().privateKey, keyId: 'key_x', channel: 'c' }), TypeError);
});

test('the package: mints, is told what is wrong, and signs a customer out of the chat', async () => {
  const { text: apiKey } = await addApiKey(house, admin, cookie);
  const calling = { origin: origin(), apiKey };
  const minted = await mintTicket({ ...calling, channel, externalId: 'c-3', name: 'Cid' });
  assert.equal(minted.expiresAt.getTime(), house.clock.now + 60_000);
  const redeemed = await redeem(minted.ticket);
  assert.ok(redeemed.ok && redeemed.name === 'Cid');
  assert.ok((await redeem((await mintTicket({ ...calling, channel: `${brandId}.${channel}`, email: 'cid@example.com' })).ticket)).ok, 'the address names the channel too');

  const said = async (work: Promise<unknown>): Promise<PortcullisError> => {
    const error = await work.then(() => null, (thrown: unknown) => thrown);
    assert.ok(error instanceof PortcullisError);
    return error;
  };
  assert.deepEqual((await said(mintTicket({ ...calling, channel: 'chn_nothing', externalId: 'c' }))).faults.map(({ path }) => path), ['channel']);
  assert.deepEqual((await said(mintTicket({ ...calling, channel, email: 'no address' }))).faults.map(({ path }) => path), ['email']);
  assert.equal((await said(mintTicket({ ...calling, apiKey: 'pck_wrong', channel, externalId: 'c' }))).code, 'api.key_invalid');
  assert.equal((await said(mintTicket({ ...calling, channel, externalId: 'c', overrideCustomerDetails: true }))).code, 'api.scope_missing');

  const rows = house.building.parts.store.brand(brandId);
  const at = house.clock.now;
  const other = await addChannel(rows, 'Other');
  const session = (id: string, channelId: string, expires: number) => chatSessionRows.insert(rows, { id, channel_id: channelId, customer_id: 'cus_3', token_hash: Buffer.from(id), site: 'https://shop.example', proven: 'ticket', verified_by: 'external_id', created_at: at, expires_at: expires, address: null, user_agent: '' });
  await rows.note([
    customerRows.insert(rows, { id: 'cus_3', name: null, email: null, phone: null, external_id: 'three', fields: '[]', verified_by: 'external_id', created_at: at, last_seen_at: at, erased_at: null, erased_by: null }),
    identityRows.insert(rows, { kind: 'external_id', value: 'three', customer_id: 'cus_3', verified_at: at }),
    session('chs_1', channel, at + 60_000), session('chs_2', channel, at + 60_000), session('chs_3', other, at + 60_000), session('chs_4', channel, at),
  ]);
  const { feed } = house.building.parts;
  const before = await feed.at(brandId);
  assert.equal(await signOutCustomer({ ...calling, externalId: 'nobody' }), 0);
  assert.equal(await signOutCustomer({ ...calling, channel, externalId: 'three' }), 2);
  assert.equal(await signOutCustomer({ ...calling, externalId: 'three' }), 1);
  assert.equal(await signOutCustomer({ ...calling, externalId: 'three' }), 0);
  assert.equal(await feed.at(brandId), before + 3, 'open sockets are told through the feed');
  assert.deepEqual((await said(signOutCustomer({ ...calling, externalId: 'a', email: 'a@example.com' }))).faults.map(({ code }) => code), ['ticket.identifier']);
  assert.equal((await trail(house, cookie)).filter((row) => row.event === 'chat_sessions.ended').length, 3);
});

test('a ticket behind a question mark is refused by chat addresses, and no ticket, key or customer is ever logged', async () => {
  const { text: apiKey } = await addApiKey(house, admin, cookie);
  const { ticket } = await mintTicket({ origin: origin(), apiKey, channel, externalId: 'a-customer-that-nobody-logs' });
  for (const path of [`/chat.js?ticket=${ticket}`, `/chat/frame/${brandId}.${channel}?ticket=${ticket}`, `/chat/frame/${brandId}.${channel}?x=${ticket}`]) {
    const answer = await house.call('GET', path);
    assert.equal(answer.body.code, 'ticket.in_address', path);
    assert.ok(!answer.text.includes(ticket));
  }
  const everything = lines.join('\n') + JSON.stringify(await trail(house, cookie));
  for (const secret of [ticket, ticket.split('.')[1]!, apiKey, apiKey.split('_')[2]!, 'a-customer-that-nobody-logs']) assert.ok(!everything.includes(secret), 'a secret was written down');
});
