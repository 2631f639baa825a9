// Tests of tickets at the chat door, over real HTTP: `ticket.lifetime_seconds` to the millisecond, once, and what a refusal tells.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newOpening } from '#identity/chat-opening.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { only, trail } from '#test/people.ts';
import { addApiKey, addChannel, addSiteKey, bearer, signed, type SiteKey } from '#test/tickets.ts';

const LIFETIME = 'ticket.lifetime_seconds';
const SITE = 'https://shop.example';
let house: TestHouse;
let admin: Admin;
let cookie: string;
let brandId: string;
let channel: string;
let address: string;
let site: SiteKey;
let apiKey: string;

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  brandId = (await house.building.parts.brands.bySlug(admin.slug))!.id;
  const rows = house.building.parts.store.brand(brandId);
  channel = await addChannel(rows);
  address = `${brandId}.${channel}`;
  site = await addSiteKey(rows, channel);
  const saved = await house.save(admin, cookie, { 'channel.site_origins': only(SITE), [LIFETIME]: 60 });
  assert.equal(saved.status, 200, saved.text);
  apiKey = (await addApiKey(house, admin, cookie)).text;
});
after(() => house.close());

/** Opens the chat as the frame does, with the ticket its page was given. */
function open(ticket?: string, at = address): Promise<Answer> {
  const opening = newOpening(house.building.parts.keyring, { address: at, site: SITE }, house.clock.now);
  return house.call('POST', '/api/v1/chat/sessions', { body: { opening, ...(ticket === undefined ? {} : { ticket }) } });
}
const mint = async (body: object = {}): Promise<string> => {
  const answer = await house.call('POST', '/api/v1/auth/ticket', { body: { channel, external_id: 'c-17', ...body }, headers: bearer(apiKey) });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.ticket;
};
/** On a whole second, as tickets count. */
const onTheSecond = (): number => (house.clock.now = Math.ceil(house.clock.now / 1_000) * 1_000);

test('without a ticket the chat begins with nobody known', async () => {
  const answer = await open();
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.body.session.verifiedBy, null);
});

for (const [kind, make] of [['signed', async (more: object) => signed(site, address, house.clock.now, { ...more })], ['minted', mint]] as const) {
  test(`${kind}: knows the customer, once`, async () => {
    onTheSecond();
    const ticket = await make({ name: 'Ann' });
    const first = await open(ticket);
    assert.equal(first.status, 201, first.text);
    assert.equal(first.body.session.verifiedBy, 'external_id');
    assert.equal(first.body.session.name, 'Ann');
    const second = await open(ticket);
    assert.equal(second.status, 401);
    assert.equal(second.body.code, 'ticket.replayed');
    assert.ok(!second.text.includes('Ann') && !second.text.includes('c-17'));
  });

  test(`${kind}: redeemed by twenty at once, it opens one chat`, async () => {
    onTheSecond();
    const ticket = await make({});
    const answers = await Promise.all(Array.from({ length: 20 }, () => open(ticket)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    for (const answer of answers) if (answer.status !== 201) assert.equal(answer.body.code, 'ticket.replayed');
  });

  test(`${kind}: alive to the last millisecond of ${LIFETIME}, dead from then on`, async () => {
    for (const [after, status] of [[59_999, 201], [60_000, 401]] as const) {
      const made = onTheSecond();
      const ticket = await make({});
      house.clock.now = made + after;
      const answer = await open(ticket);
      assert.equal(answer.status, status, answer.text);
      if (status === 401) assert.equal(answer.body.code, 'ticket.expired');
    }
  });

  test(`${kind}: a lowered ${LIFETIME} counts at once for tickets that are out`, async () => {
    onTheSecond();
    const ticket = await make({});
    const made = house.clock.now;
    assert.equal((await house.save(admin, cookie, { [LIFETIME]: 10 })).status, 200);
    house.clock.now = made + 10_000;
    assert.equal((await open(ticket)).body.code, 'ticket.expired');
    const other = await make({});
    assert.equal((await open(other)).status, 201);
    assert.equal((await house.save(admin, cookie, { [LIFETIME]: 60 })).status, 200);
  });

  test(`${kind}: not for once, it opens several chats of one customer`, async () => {
    onTheSecond();
    const ticket = await make({ external_id: `many-${kind}`, one_time: false });
    for (let turn = 0; turn < 3; turn += 1) assert.equal((await open(ticket)).status, 201);
    const rows = house.building.parts.store.brand(brandId);
    const found = await rows.all(rows.q.selectFrom('customers').select('id').where('external_id', '=', `many-${kind}`));
    assert.equal(found.length, 1);
  });

  test(`${kind}: for this channel alone`, async () => {
    onTheSecond();
    const elsewhere = await addChannel(house.building.parts.store.brand(brandId), `Other ${kind}`);
    const answer = await open(await make({}), `${brandId}.${elsewhere}`);
    assert.equal(answer.body.code, 'ticket.foreign');
  });
}

test(`a channel with a ${LIFETIME} of its own keeps it, and the others the module's`, async () => {
  const rows = house.building.parts.store.brand(brandId);
  const strict = await addChannel(rows, 'Strict');
  const key = await addSiteKey(rows, strict);
  await house.stepUp(admin, cookie);
  const path = `/api/v1/channels/${strict}/policy`;
  const present = await house.call('GET', path, { cookie });
  const saved = await house.call('PATCH', path, { cookie, body: { settings: { [LIFETIME]: 20 } }, headers: { 'if-match': present.headers.etag } });
  assert.equal(saved.status, 200, saved.text);
  const made = onTheSecond();
  const tickets = [signed(key, `${brandId}.${strict}`, made), signed(key, `${brandId}.${strict}`, made), signed(site, address, made)] as const;
  const minted = await mint({ channel: strict });
  house.clock.now = made + 19_999;
  assert.equal((await open(tickets[0], `${brandId}.${strict}`)).status, 201);
  house.clock.now = made + 20_000;
  assert.equal((await open(tickets[1], `${brandId}.${strict}`)).body.code, 'ticket.expired');
  assert.equal((await open(minted, `${brandId}.${strict}`)).body.code, 'ticket.expired');
  assert.equal((await open(tickets[2])).status, 201);
});

test('a refusal\'s row tells the administrator the reason and the key, and nothing that the ticket says', async () => {
  onTheSecond();
  const stranger = await addSiteKey(house.building.parts.store.brand(brandId), channel);
  const answer = await open(signed({ ...stranger, id: site.id }, address, house.clock.now, { external_id: 'never-in-a-row', name: 'Nor this' }));
  assert.equal(answer.body.code, 'ticket.invalid');
  const rows = await trail(house, cookie);
  assert.ok(rows.some((row) => JSON.stringify(row).includes('"signature"') && JSON.stringify(row).includes(site.id)));
  assert.ok(!/never-in-a-row|Nor this/.test(JSON.stringify(rows)));
});

test('a ticket behind a question mark is refused at every chat address', async () => {
  const ticket = await mint();
  for (const path of [`/chat/frame/${address}?ticket=${ticket}`, `/api/v1/chat/open/${address}?ticket=x`, `/api/v1/chat/conversation?since=1&token=x`, `/chat.js?v=${ticket}`]) {
    const answer = await house.call('GET', path);
    assert.equal(answer.status, 400, path);
    assert.equal(answer.body.code, 'ticket.in_address', path);
  }
  assert.equal((await open(ticket)).status, 201, 'it was looked at by nobody');
});

test('the site\'s sign-out ends its customer\'s tickets too, also of somebody nobody knows', async () => {
  onTheSecond();
  const [used, spare] = [signed(site, address, house.clock.now, { external_id: 'leaver', one_time: false }), await mint({ external_id: 'leaver' })];
  const unknown = await mint({ external_id: 'never-seen' });
  assert.equal((await open(used)).status, 201);
  const out = (external_id: string) => house.call('POST', '/api/v1/auth/sign-out', { body: { external_id }, headers: bearer(apiKey) });
  assert.equal((await out('leaver')).body.ended, 1);
  assert.equal((await out('never-seen')).body.ended, 0);
  house.clock.now += 2_000;
  for (const ticket of [used, spare, unknown]) assert.equal((await open(ticket)).body.code, 'ticket.expired');
  assert.equal((await open(await mint({ external_id: 'leaver' }))).status, 201);
});

test('revoking a key ends the chats that were bought with it, and says how many', async () => {
  onTheSecond();
  const rows = house.building.parts.store.brand(brandId);
  const leaked = await addSiteKey(rows, channel);
  const key = await addApiKey(house, admin, cookie);
  const byKey = async () => (await house.call('POST', '/api/v1/auth/ticket', { body: { channel, external_id: 'v2' }, headers: bearer(key.text) })).body.ticket as string;
  const chats = [await open(signed(leaked, address, house.clock.now, { external_id: 'v1' })), await open(await byKey()), await open(signed(site, address, house.clock.now))];
  const look = async (chat: Answer) => (await house.call('GET', '/api/v1/chat/conversation', { headers: bearer(chat.body.token) })).status;
  assert.deepEqual(await Promise.all(chats.map(look)), [200, 200, 200]);
  await house.stepUp(admin, cookie);
  const first = await house.call('DELETE', `/api/v1/channels/${channel}/keys/${leaked.id}`, { cookie });
  assert.equal(first.status, 200, first.text);
  assert.deepEqual(first.body, { chatsEnded: 1 });
  await house.stepUp(admin, cookie);
  const second = await house.call('DELETE', `/api/v1/api-keys/${key.id}`, { cookie });
  assert.equal(second.status, 200, second.text);
  assert.deepEqual(second.body, { chatsEnded: 1 });
  assert.deepEqual(await Promise.all(chats.map(look)), [401, 401, 200]);
});

test('a name that hides or reorders is not taken from whoever types it', async () => {
  const chat = await open();
  const tell = (name: string) => house.call('PUT', '/api/v1/chat/details', { body: { name }, headers: { authorization: `Bearer ${chat.body.token}` } });
  assert.equal((await tell('Ann\u202egnp')).status, 422);
  assert.equal((await tell('Ann')).status, 204);
});

test('a typed address gives way to the proven one, the card marks what is proven, and it may be corrected to that', async () => {
  onTheSecond();
  const chat = await open(signed(site, address, house.clock.now, { external_id: 'typist' }));
  const headers = { authorization: `Bearer ${chat.body.token}` };
  assert.equal((await house.call('PUT', '/api/v1/chat/details', { body: { name: 'Typed', email: 'boss@bank.example' }, headers })).status, 204);
  assert.equal((await house.call('POST', '/api/v1/chat/messages', { body: { id: 'message-0001', text: 'hello' }, headers })).status, 201);
  const rows = house.building.parts.store.brand(brandId);
  const { id } = (await rows.one(rows.q.selectFrom('customers').select('id').where('external_id', '=', 'typist')))!;
  const conversation = (await rows.one(rows.q.selectFrom('conversations').select('id').where('customer_id', '=', id)))!.id;
  const card = async () => (await house.call('GET', `/api/v1/conversations/${conversation}`, { cookie })).body.customer;
  const write = (body: object) => house.call('PATCH', `/api/v1/customers/${id}`, { cookie, body });
  assert.deepEqual((await card()).proven, ['externalId']);
  assert.equal((await open(signed(site, address, house.clock.now, { external_id: 'typist', email: 'real@x.example' }))).status, 201);
  assert.deepEqual([(await card()).email, (await card()).name, (await card()).proven], ['real@x.example', 'Typed', ['email', 'externalId']]);
  assert.equal((await write({ email: 'boss@bank.example' })).status, 422);
  // An agent wrote a number before a ticket proved another: the agent's stays, unmarked, and may become the proven one and no third.
  assert.equal((await write({ phone: '+4915112345678' })).status, 200);
  assert.equal((await open(signed(site, address, house.clock.now, { external_id: 'typist', phone: '+4915187654321' }))).status, 201);
  assert.deepEqual([(await card()).phone, (await card()).proven], ['+4915112345678', ['email', 'externalId']]);
  assert.equal((await write({ phone: '+4915100000000' })).status, 422);
  assert.equal((await write({ phone: '+4915187654321' })).status, 200);
  assert.deepEqual((await card()).proven, ['email', 'phone', 'externalId']);
});
