// The ceilings of a network in the chat: what many sessions of one network do is one, and no other network is the worse for it.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { CHAT_NETWORK_RATE } from '#server/chat-networks.ts';
import { bearer, beginChat, chatSocket, type ChatSocket, knockAt, makeChannel, type TestChannel } from '#test/chat.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { trail } from '#test/people.ts';

const ELSEWHERE = '127.0.1.1';
let house: TestHouse;
let admin: Admin;
let channel: TestChannel;
const sockets: ChatSocket[] = [];
before(async () => {
  house = await openHouse({ chatNetworkRate: { asks: { perSecond: 1, burst: 30 }, sends: { perSecond: 1, burst: 5 }, details: { perSecond: 1, burst: 3 }, sockets: 3 } });
  admin = await house.setUp();
  channel = await makeChannel(house, admin, await house.signIn(admin));
});
after(() => house.close());
async function later(ms: number): Promise<void> {
  house.clock.uptime += ms;
  await house.building.parts.brands.confirm();
}
// As after a pause: every rate is whole again.
beforeEach(() => later(120_000));
afterEach(() => Promise.all(sockets.splice(0).map(({ socket, closed }) => (socket.terminate(), closed))));

const token = () => beginChat(house, channel);
const look = (of: string, from?: string, since: number | null = 0) => house.call('GET', `/api/v1/chat/conversation${since === null ? '' : `?since=${since}`}`, { headers: bearer(of), ...(from === undefined ? {} : { from }) });
const say = (of: string, n: number, from?: string) => house.call('POST', '/api/v1/chat/messages', { headers: bearer(of), body: { id: `message-${1000 + n}`, text: 'x' }, ...(from === undefined ? {} : { from }) });
const tell = (of: string, name: string, from?: string) => house.call('PUT', '/api/v1/chat/details', { headers: bearer(of), body: { name }, ...(from === undefined ? {} : { from }) });

describe('one network', () => {
  it('asks so often, with however many sessions; another one asks on', async () => {
    const tokens = await Promise.all([token(), token(), token()]);
    for (let n = 0; n < 30; n += 1) assert.equal((await look(tokens[n % 3]!)).status, 200, `${n}`);
    const refused = await look(await token());
    assert.deepEqual([refused.status, refused.body.code, refused.headers['retry-after']], [429, 'request.rate_limited', '1']);
    assert.equal((await look(tokens[0]!, ELSEWHERE)).status, 200);
    await later(1_000);
    assert.equal((await look(tokens[0]!)).status, 200);
  });

  it('takes ten for a chat that is read whole, also when it gets there by a place nobody has been at', async () => {
    const [one, other] = [await token(), await token()];
    for (let n = 0; n < 3; n += 1) assert.equal((await look(one, undefined, null)).status, 200);
    assert.equal((await look(one, undefined, null)).status, 429);
    assert.equal((await say(other, 1, ELSEWHERE)).status, 201);
    await later(30_000);
    // Whoever is within the burst is answered; what the answer cost is owed then.
    for (let n = 0; n < 3; n += 1) assert.equal((await look(other, undefined, 999_999_999)).body.reset, true);
    assert.equal((await look(other)).status, 429);
  });

  it('is asked for no token before its rate: guessing takes of it', async () => {
    const unknown = `cht_${channel.brandId}.${'a'.repeat(43)}`;
    for (let n = 0; n < 30; n += 1) assert.equal((await look(unknown)).status, 401);
    assert.equal((await look(unknown)).status, 429);
    assert.equal((await look(unknown, ELSEWHERE)).status, 401);
  });

  it('sends so much, over HTTP and sockets together', async () => {
    const tokens = await Promise.all([token(), token(), token()]);
    for (let n = 0; n < 4; n += 1) assert.equal((await say(tokens[n % 3]!, n)).status, 201);
    const socket = await chatSocket(house, tokens[0]!);
    sockets.push(socket);
    socket.say({ type: 'send', id: 'message-2000', text: 'x' });
    await socket.told('ack');
    socket.say({ type: 'send', id: 'message-2001', text: 'x' });
    const refused = await socket.told('refused');
    assert.deepEqual([refused['code'], refused['id'], refused['retryAfter']], ['chat.too_fast', 'message-2001', 1]);
    const again = await say(tokens[1]!, 9);
    assert.deepEqual([again.status, again.body.code], [429, 'chat.too_fast']);
    assert.equal((await say(tokens[1]!, 9, ELSEWHERE)).status, 201);
  });

  it('has so many sockets open, those that said who they are among them', async () => {
    const one = await token();
    for (let n = 0; n < 3; n += 1) sockets.push(await chatSocket(house, one));
    await assert.rejects(knockAt(house), /429/);
    sockets.push(await knockAt(house, { from: ELSEWHERE }));
    sockets[0]!.socket.terminate();
    // Waits: the server hears of the end of the other socket a moment later.
    for (let open = false; !open; ) open = await knockAt(house).then((socket) => sockets.push(socket) > 0, () => false);
  });
});

describe('details that were typed', () => {
  it('are told five at once and then every ten seconds, by one session', async () => {
    const one = await token();
    // From two networks, so that neither is what stops it.
    for (let n = 0; n < 5; n += 1) assert.equal((await tell(one, `Ann ${n}`, n % 2 === 0 ? undefined : ELSEWHERE)).status, 204);
    const refused = await tell(one, 'Ann 6', '127.0.2.1');
    assert.deepEqual([refused.status, refused.body.code, refused.headers['retry-after']], [429, 'chat.too_fast', '10']);
    await later(10_000);
    assert.equal((await tell(one, 'Ann 7')).status, 204);
  });

  it('are told so often by one network, and what changes nothing writes nothing', async () => {
    const tokens = await Promise.all([token(), token(), token(), token()]);
    for (const one of tokens.slice(0, 3)) assert.equal((await tell(one, 'Bob')).status, 204);
    assert.deepEqual([(await tell(tokens[3]!, 'Bob')).status, (await tell(tokens[3]!, 'Bob', ELSEWHERE)).status], [429, 204]);
    // Minutes without input have passed in these tests: the admin signs in anew.
    const cookie = await house.signIn(admin);
    const rows = async () => (await trail(house, cookie)).filter(({ event }) => event === 'customer.details_given').length;
    const before = await rows();
    assert.ok(before > 0);
    await later(60_000);
    assert.equal((await tell(tokens[0]!, 'Bob')).status, 204);
    assert.equal(await rows(), before);
  });
});

it('a server that says nothing of it has these ceilings', () => {
  assert.deepEqual(CHAT_NETWORK_RATE, { asks: { perSecond: 100, burst: 400 }, sends: { perSecond: 20, burst: 200 }, details: { perSecond: 2, burst: 100 }, sockets: 2_000 });
});
