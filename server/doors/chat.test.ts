// The chat door: one credential and no cookie, the sites of 'channel.site_origins' held everywhere, and 'ticket.session_minutes' to the millisecond.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { only, trail } from '#test/people.ts';
import { bearer, beginChat, chatSocket, type ChatSocket, knockAt, makeChannel, openOn, OTHER_SITE, SITE, type TestChannel } from '#test/chat.ts';
import { addSiteKey, signed, type SiteKey } from '#test/tickets.ts';

const MINUTE = 60_000;
let house: TestHouse;
let admin: Admin;
let cookie: string;
let channel: TestChannel;
let siteKey: SiteKey;
const sockets: ChatSocket[] = [];
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  channel = await makeChannel(house, admin, cookie, [SITE, OTHER_SITE]);
  siteKey = await addSiteKey(house.building.parts.store.brand(channel.brandId), channel.id);
});
after(() => house.close());
afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.terminate();
  // Hours pass in these tests: the admin signs in anew.
  cookie = await house.signIn(admin);
});

const look = (token: string, headers: Record<string, string | undefined> = {}) => house.call('GET', '/api/v1/chat/conversation', { headers: { ...bearer(token), ...headers } });
async function open(token: string): Promise<ChatSocket> {
  const socket = await chatSocket(house, token);
  sockets.push(socket);
  return socket;
}
async function set(settings: Record<string, unknown>): Promise<void> {
  const saved = await house.save(admin, cookie, settings);
  assert.equal(saved.status, 200, saved.text);
}
async function turn(enabled: boolean): Promise<void> {
  await house.stepUp(admin, cookie);
  const changed = await house.call('PATCH', `/api/v1/channels/${channel.id}`, { cookie, body: { enabled } });
  assert.equal(changed.status, 200, changed.text);
}
const byTicket = (claims: Record<string, unknown> = {}) => beginChat(house, channel, { ticket: signed(siteKey, channel.address, house.clock.now, claims) });

describe('who asks', () => {
  it('is told by the chat token alone: a cookie of the workspace opens nothing here, and is not looked at', async () => {
    const token = await beginChat(house, channel);
    assert.equal((await house.call('GET', '/api/v1/chat/conversation', { cookie })).body.code, 'chat.session_missing');
    const both = await house.call('GET', '/api/v1/chat/conversation', { cookie: 'a=b; a=b; __Host-session=nonsense', headers: bearer(token) });
    assert.equal(both.status, 200);
    assert.equal(both.cookies.length, 0);
    assert.equal((await house.call('GET', '/api/v1/session', { headers: bearer(token) })).status, 401, 'and the token opens nothing there');
  });

  it('a credential of another kind is refused, wherever it stands', async () => {
    const token = await beginChat(house, channel);
    for (const authorization of ['Bearer pck_b000000000000_x_y', `Basic ${token}`, token, 'Bearer cht_a cht_b', 'Bearer', 'Bearer tkt_x']) {
      assert.deepEqual((await house.call('GET', '/api/v1/chat/conversation', { headers: { authorization } })).body.code, 'chat.wrong_credential', authorization);
    }
    assert.equal((await house.call('GET', `/api/v1/chat/open/${channel.address}`, { headers: { origin: SITE, ...bearer(token) } })).body.code, 'chat.wrong_credential');
    assert.equal((await house.call('GET', `/api/v1/chat/conversation?token=${token}`)).body.code, 'ticket.in_address');
  });

  it('a token that nobody gave is no session', async () => {
    for (const token of [`cht_${channel.brandId}.${'a'.repeat(43)}`, `cht_b000000000000.${'a'.repeat(43)}`, 'cht_x']) assert.deepEqual([(await look(token)).status, (await look(token)).body.code], [401, 'chat.session_missing']);
  });

  it('only our own frame may ask with it: no other page, whatever it sends along', async () => {
    const token = await beginChat(house, channel);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) assert.equal((await look(token, headers)).body.code, 'chat.cross_site');
    const post = (headers: Record<string, string | undefined>) => house.call('POST', '/api/v1/chat/messages', { body: { id: 'message-0001', text: 'x' }, headers: { ...bearer(token), ...headers } });
    assert.equal((await post({ 'sec-fetch-site': undefined, origin: SITE })).body.code, 'chat.cross_site');
    assert.equal((await post({ 'sec-fetch-site': undefined })).body.code, 'chat.cross_site');
    const { opening } = (await openOn(house, channel)).body;
    const begun = await house.call('POST', '/api/v1/chat/sessions', { body: { opening }, headers: { 'sec-fetch-site': 'cross-site', origin: SITE } });
    assert.equal(begun.body.code, 'chat.cross_site');
  });
});

describe("'channel.site_origins'", () => {
  it('a site taken off the list is refused at the next request, its sockets close at once, and other sites go on', async () => {
    const [here, there] = [await beginChat(house, channel), await beginChat(house, channel, { site: OTHER_SITE })];
    const { opening } = (await openOn(house, channel)).body;
    const [closing, staying] = [await open(here), await open(there)];
    await set({ 'channel.site_origins': only(OTHER_SITE) });
    assert.deepEqual([(await look(here)).status, (await look(here)).body.code], [403, 'chat.site_not_allowed']);
    assert.deepEqual(await closing.closed, [4403, 'chat.site_not_allowed']);
    assert.equal((await openOn(house, channel)).body.code, 'chat.site_not_allowed');
    assert.equal((await house.call('POST', '/api/v1/chat/sessions', { body: { opening } })).body.code, 'chat.site_not_allowed', 'what it opened before is worth nothing');
    const frame = await house.call('GET', `/chat/frame/${channel.address}`);
    assert.match(frame.headers['content-security-policy'] as string, /frame-ancestors https:\/\/other\.example;/);
    assert.equal((await look(there)).status, 200);
    staying.say({ type: 'send', id: 'message-0001', text: 'still here' });
    await staying.told('ack');
    const late = await knockAt(house);
    sockets.push(late);
    late.say({ type: 'hello', token: here, since: null });
    assert.deepEqual(await late.closed, [4403, 'chat.site_not_allowed']);
    const rows = (await trail(house, cookie)).filter(({ facts }) => facts?.code === 'chat.site_not_allowed');
    assert.equal(rows[0].facts.setting, 'channel.site_origins');
    await set({ 'channel.site_origins': only(SITE, OTHER_SITE) });
    assert.equal((await look(here)).status, 200, 'put back, the session goes on');
  });

  it('none: the chat opens on no site', async () => {
    const token = await beginChat(house, channel);
    const socket = await open(token);
    await set({ 'channel.site_origins': { state: 'none', entries: [{ value: SITE }] } });
    assert.equal((await look(token)).body.code, 'chat.site_not_allowed');
    assert.deepEqual(await socket.closed, [4403, 'chat.site_not_allowed']);
    assert.match((await house.call('GET', `/chat/frame/${channel.address}`)).headers['content-security-policy'] as string, /frame-ancestors 'none'/);
    await set({ 'channel.site_origins': only(SITE, OTHER_SITE) });
  });

  it('a channel that is switched off closes its sockets and answers in words, and comes back', async () => {
    const token = await beginChat(house, channel);
    const socket = await open(token);
    await turn(false);
    assert.deepEqual(await socket.closed, [4403, 'chat.channel_off']);
    assert.deepEqual([(await look(token)).status, (await look(token)).body.code], [404, 'chat.channel_off']);
    assert.equal((await openOn(house, channel)).body.code, 'chat.channel_off');
    const frame = await house.call('GET', `/chat/frame/${channel.address}`);
    assert.equal(frame.status, 404);
    assert.match(frame.headers['content-security-policy'] as string, /frame-ancestors https:\/\/shop\.example/);
    await turn(true);
    assert.equal((await look(token)).status, 200);
    await open(token);
  });
});

describe("a session bought by a ticket and 'ticket.session_minutes'", () => {
  it('is over at its minute, over HTTP and on the socket alike', async () => {
    await set({ 'ticket.session_minutes': 30 });
    const token = await byTicket();
    const socket = await open(token);
    const { session } = (await look(token)).body;
    assert.deepEqual([session.verifiedBy, session.expiresAt], ['external_id', house.clock.now + 30 * MINUTE]);
    const begun = house.clock.now;
    house.clock.now = begun + 30 * MINUTE - 1;
    house.building.parts.chat.round();
    socket.say({ type: 'send', id: 'message-0001', text: 'just in time' });
    await socket.told('ack');
    assert.equal((await look(token)).status, 200);
    house.clock.now = begun + 30 * MINUTE;
    assert.deepEqual([(await look(token)).status, (await look(token)).body.code], [401, 'chat.session_over']);
    socket.say({ type: 'send', id: 'message-0002', text: 'too late' });
    assert.deepEqual(await socket.closed, [4401, 'chat.session_over']);
  });

  it('a lowered value ends sessions that live, a raised one lengthens none; anonymous ones are not concerned', async () => {
    await set({ 'ticket.session_minutes': 30 });
    const [token, anonymous] = [await byTicket(), await beginChat(house, channel)];
    const begun = house.clock.now;
    const [socket, other] = [await open(token), await open(anonymous)];
    house.clock.now = begun + 10 * MINUTE;
    await set({ 'ticket.session_minutes': 5 });
    assert.equal((await look(token)).body.code, 'chat.session_over');
    assert.deepEqual(await socket.closed, [4401, 'chat.session_over']);
    await set({ 'ticket.session_minutes': 600 });
    house.clock.now = begun + 30 * MINUTE;
    assert.equal((await look(token)).body.code, 'chat.session_over');
    assert.equal((await look(anonymous)).status, 200);
    assert.equal(other.socket.readyState, other.socket.OPEN);
  });

  it('one that a lowered value ended stays over when the value is raised within its time, over HTTP and on a socket', async () => {
    await set({ 'ticket.session_minutes': 30 });
    const [asking, listening] = [await byTicket(), await byTicket()];
    const begun = house.clock.now;
    const socket = await open(listening);
    house.clock.now = begun + 10 * MINUTE;
    await set({ 'ticket.session_minutes': 5 });
    assert.deepEqual(await socket.closed, [4401, 'chat.session_over']);
    assert.equal((await look(asking)).body.code, 'chat.session_over');
    await set({ 'ticket.session_minutes': 600 });
    for (const token of [asking, listening]) assert.deepEqual([(await look(token)).status, (await look(token)).body.code], [401, 'chat.session_over']);
    const late = await knockAt(house);
    sockets.push(late);
    late.say({ type: 'hello', token: asking, since: null });
    assert.deepEqual(await late.closed, [4401, 'chat.session_over']);
    const { store } = house.building.parts;
    const rows = store.brand(channel.brandId);
    const ended = await rows.all(rows.q.selectFrom('chat_sessions').select('end_reason').where('end_reason', '=', 'over'));
    assert.ok(ended.length >= 2);
  });

  it('sees the history of its customer, on whatever browser; somebody nobody vouched for sees none of it', async () => {
    const [first, second] = [await byTicket({ external_id: 'c-1' }), await byTicket({ external_id: 'c-1' })];
    const said = await house.call('POST', '/api/v1/chat/messages', { body: { id: 'message-0001', text: 'my order' }, headers: bearer(first) });
    assert.equal(said.status, 201, said.text);
    assert.deepEqual((await look(second)).body.messages.map(({ text }: { text: string }) => text), ['my order']);
    for (const token of [await byTicket({ external_id: 'c-2' }), await beginChat(house, channel)]) assert.deepEqual((await look(token)).body.messages, []);
  });

  it('a ticket that is refused begins nothing, and is told by its code', async () => {
    const { opening } = (await openOn(house, channel)).body;
    const ticket = signed(siteKey, channel.address, house.clock.now);
    const begin = () => house.call('POST', '/api/v1/chat/sessions', { body: { opening, ticket } });
    assert.equal((await begin()).status, 201);
    assert.deepEqual([(await begin()).status, (await begin()).body.code], [401, 'ticket.replayed']);
  });
});
