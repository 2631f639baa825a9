// What no page of ours sends over a customer's socket: refused with a code and words, the sender cut when it goes on, and nobody else the worse for it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { trail } from '#test/people.ts';
import { beginChat, chatSocket, type ChatSocket, kept, knockAt, makeChannel, type TestChannel } from '#test/chat.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let channel: TestChannel;
const sockets: ChatSocket[] = [];
before(async () => {
  house = await openHouse({ entranceRate: { perSecond: 1e6, burst: 1e6 } });
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  channel = await makeChannel(house, admin, cookie);
});
after(() => house.close());
afterEach(async () => {
  const closed = sockets.splice(0).map(({ socket, closed: gone }) => (socket.terminate(), gone));
  await Promise.all(closed);
});

const live = () => house.building.parts.chat;
const track = async (opening: Promise<ChatSocket>): Promise<ChatSocket> => {
  const socket = await opening;
  sockets.push(socket);
  return socket;
};
const knock = (options?: Parameters<typeof knockAt>[1]) => track(knockAt(house, options));
const welcomed = async () => track(chatSocket(house, await beginChat(house, channel)));

/** Somebody else goes on as if nothing were. */
async function othersAreServed(): Promise<void> {
  const other = await welcomed();
  other.say({ type: 'send', id: 'message-0001', text: 'undisturbed' });
  await other.told('ack');
  assert.deepEqual(kept(other), ['undisturbed']);
}

describe('before it says who it is', () => {
  for (const [title, frame] of [
    ['a message', { type: 'send', id: 'message-0001', text: 'x' }],
    ['typing', { type: 'typing' }],
    ['a hello without a token', { type: 'hello' }],
    ['a hello from nowhere', { type: 'hello', token: 'cht_x', since: -1 }],
    ['not JSON', '{"type":'],
    ['no object', '[1]'],
    ['an unknown type', { type: 'admin' }],
    ['bytes', Buffer.from([1, 2, 3])],
  ] as const) {
    it(`${title} closes the socket`, async () => {
      const socket = await knock();
      socket.say(frame);
      const [code, reason] = await socket.closed;
      assert.equal(code, 4408);
      assert.match(reason, /^chat\.(out_of_order|frame_unreadable)$/);
      await othersAreServed();
    });
  }

  it('silence for five seconds closes the socket', async () => {
    const socket = await knock();
    house.clock.uptime += 4_999;
    live().round();
    assert.equal(socket.socket.readyState, socket.socket.OPEN);
    house.clock.uptime += 1;
    live().round();
    assert.deepEqual(await socket.closed, [4408, 'chat.out_of_order']);
    await house.building.parts.brands.confirm();
  });

  it('another origin, and none, get no socket', async () => {
    await assert.rejects(knock({ origin: 'https://shop.example' }), /403/);
    await assert.rejects(knock({ origin: '' }), /403/);
  });

  it('one network has at most fifty sockets that have not said who they are; another network has its own', async () => {
    for (let n = 0; n < 50; n += 1) await knock();
    await assert.rejects(knock(), /429/);
    const elsewhere = await knock({ from: '127.0.1.1' });
    sockets[0]!.socket.terminate();
    await sockets[0]!.closed;
    // Waits: the server hears of the end of the other socket a moment later.
    for (let open = false; !open; ) open = await knock().then(() => true, () => false);
    assert.equal(elsewhere.socket.readyState, elsewhere.socket.OPEN);
  });
});

describe('once it has said who it is', () => {
  for (const [title, frame, code, id] of [
    ['not JSON', 'nonsense', 'chat.frame_unreadable', undefined],
    ['no object', 'null', 'chat.frame_unreadable', undefined],
    ['an unknown type', { type: 'resume' }, 'chat.frame_unreadable', undefined],
    ['bytes', Buffer.from('{"type":"typing"}'), 'chat.frame_unreadable', undefined],
    ['a second hello', { type: 'hello', token: 'cht_x', since: null }, 'chat.out_of_order', undefined],
    ['a message without an id', { type: 'send', text: 'x' }, 'chat.frame_unreadable', undefined],
    ['an id that is none', { type: 'send', id: '../../etc', text: 'x' }, 'chat.frame_unreadable', undefined],
    ['a text that is none', { type: 'send', id: 'message-0001', text: { a: 1 } }, 'chat.text_length', 'message-0001'],
    ['an empty text', { type: 'send', id: 'message-0001', text: ' \n ' }, 'chat.text_length', 'message-0001'],
    ['a text too long', { type: 'send', id: 'message-0001', text: 'x'.repeat(8_001) }, 'chat.text_length', 'message-0001'],
    ['a NUL', { type: 'send', id: 'message-0001', text: 'a\u0000b' }, 'text.unstorable', 'message-0001'],
    ['half a character', '{"type":"send","id":"message-0001","text":"\\ud800"}', 'text.unstorable', 'message-0001'],
  ] as const) {
    it(`${title}: ${code}, in words, and it goes on`, async () => {
      const socket = await welcomed();
      socket.say(frame);
      const refused = await socket.told('refused');
      assert.deepEqual([refused['code'], refused['id']], [code, id]);
      assert.match(refused['detail'], /^[A-Z].*\.$/);
      socket.say({ type: 'send', id: 'message-0002', text: 'and now in order' });
      await socket.told('ack', (one) => one['id'] === 'message-0002');
      assert.deepEqual(kept(socket), ['and now in order']);
    });
  }

  it('the longest text of any script is taken; a frame too large closes the socket', async () => {
    const socket = await welcomed();
    for (const [id, text] of [['message-han', '漢'.repeat(8_000)], ['message-emoji', '🦊'.repeat(8_000)]] as const) {
      socket.say({ type: 'send', id, text });
      await socket.told('ack', (one) => one['id'] === id);
    }
    socket.say('x'.repeat(33_000));
    assert.deepEqual(await socket.closed, [4413, 'chat.frame_too_large']);
    const larger = await welcomed();
    larger.say('x'.repeat(200_000));
    assert.equal((await larger.closed)[0], 1009);
    await othersAreServed();
  });

  it('beyond twenty at once messages are refused with the wait; whoever does not stop is cut and stays out, and nobody else is slowed', async () => {
    const token = await beginChat(house, channel);
    const socket = await track(chatSocket(house, token));
    for (let n = 0; n < 25; n += 1) socket.say({ type: 'send', id: `message-${1000 + n}`, text: String(n) });
    const refused = await socket.told('refused', (one) => one['id'] === 'message-1024');
    assert.deepEqual([refused['code'], refused['retryAfter']], ['chat.too_fast', 1]);
    assert.deepEqual(kept(socket), Array.from({ length: 20 }, (_, n) => String(n)), 'in their order, none doubled');
    await othersAreServed();
    for (let n = 0; n < 130; n += 1) socket.say({ type: 'send', id: `message-${2000 + n}`, text: 'flood' });
    assert.deepEqual(await socket.closed, [4429, 'chat.too_fast']);
    const again = await knock();
    again.say({ type: 'hello', token, since: null });
    assert.deepEqual(await again.closed, [4429, 'chat.too_fast']);
    await othersAreServed();
    const rows = (await trail(house, cookie)).filter(({ event, facts }) => event === 'request.refused' && facts?.code === 'chat.too_fast');
    assert.equal(rows.length, 2);
    house.clock.uptime += 60_000;
    await house.building.parts.brands.confirm();
    await track(chatSocket(house, token));
  });

  it('a session has at most ten windows', async () => {
    const token = await beginChat(house, channel);
    for (let n = 0; n < 10; n += 1) await track(chatSocket(house, token));
    const eleventh = await knock();
    eleventh.say({ type: 'hello', token, since: null });
    assert.deepEqual(await eleventh.closed, [4429, 'chat.too_many_windows']);
    await othersAreServed();
  });

  it('a page that answers no ping is cut with the second one', async () => {
    const dead = await welcomed();
    dead.socket.pause();
    const alive = await welcomed();
    house.clock.uptime += 30_000;
    await house.building.parts.brands.confirm();
    live().round();
    await once(alive.socket, 'ping');
    // Its pong is on the way before the next message of the same socket.
    alive.say({ type: 'send', id: 'message-0001', text: 'here' });
    await alive.told('ack');
    const open = live().size();
    house.clock.uptime += 30_000;
    await house.building.parts.brands.confirm();
    live().round();
    await once(alive.socket, 'ping');
    alive.say({ type: 'send', id: 'message-0002', text: 'still here' });
    await alive.told('ack', (one) => one['id'] === 'message-0002');
    assert.equal(live().size(), open - 1);
    dead.socket.resume();
  });

  it('bytes that are no WebSocket end that socket alone', async () => {
    const socket = await welcomed();
    (socket.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await socket.closed;
    await othersAreServed();
  });
});
