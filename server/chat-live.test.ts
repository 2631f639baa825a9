// Open WebSockets of customers from outside: what each is told and never told, that a cut misses and doubles nothing, and what no page may do.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import * as agentRows from '#store/agents.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { bearer, beginChat, chatSocket, type ChatSocket, kept, knockAt, makeChannel, type TestChannel, toldOften } from '#test/chat.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let channel: TestChannel;
const sockets: ChatSocket[] = [];
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  channel = await makeChannel(house, admin, cookie);
});
after(() => house.close());
afterEach(() => {
  for (const { socket } of sockets.splice(0)) socket.terminate();
});

const live = () => house.building.parts.chat;
async function open(token: string, since: number | null = null): Promise<ChatSocket> {
  const socket = await chatSocket(house, token, since);
  sockets.push(socket);
  return socket;
}
async function knock(options: Parameters<typeof knockAt>[1] = {}): Promise<ChatSocket> {
  const socket = await knockAt(house, options);
  sockets.push(socket);
  return socket;
}
const send = (socket: ChatSocket, id: string, text: string) => socket.say({ type: 'send', id, text });
const answer = (conversation: string, id: string, text: string, kind = 'text') => house.call('POST', `/api/v1/conversations/${conversation}/messages`, { cookie, body: { id, kind, text } });
/** The conversation of a customer who has said something. */
async function conversing(text = 'Hello?'): Promise<{ token: string; socket: ChatSocket; conversation: string }> {
  const token = await beginChat(house, channel);
  const socket = await open(token);
  send(socket, 'message-first', text);
  const told = await socket.told('messages');
  return { token, socket, conversation: told['conversation'] };
}

describe('a customer’s socket', () => {
  it('is welcomed, acknowledged, and told what both sides say: never a note', async () => {
    const { socket, conversation } = await conversing();
    await socket.told('ack', ({ id }) => id === 'message-first');
    assert.deepEqual((await socket.told('conversation'))['conversation'].status, 'open');
    assert.equal((await answer(conversation, 'note-00001', 'a secret among us', 'note')).status, 201);
    assert.equal((await answer(conversation, 'answer-0001', 'Hello! How can I help?')).status, 201);
    const said = await socket.told('messages', ({ messages }) => messages[0].from === 'agent');
    assert.deepEqual([said['messages'].length, said['messages'][0].text, said['messages'][0].name], [1, 'Hello! How can I help?', 'Dana Levi']);
    assert.ok(!JSON.stringify(socket.heard).includes('secret'));
    assert.deepEqual(toldOften(socket), [1, 1]);
  });

  it('never hears another customer', async () => {
    const ann = await conversing('from Ann');
    const bob = await conversing('from Bob');
    assert.equal((await answer(ann.conversation, 'answer-0001', 'to Ann')).status, 201);
    await ann.socket.told('messages', ({ messages }) => messages[0].text === 'to Ann');
    assert.equal((await answer(bob.conversation, 'answer-0002', 'to Bob')).status, 201);
    await bob.socket.told('messages', ({ messages }) => messages[0].text === 'to Bob');
    assert.deepEqual(kept(ann.socket), ['from Ann', 'to Ann']);
    assert.deepEqual(kept(bob.socket), ['from Bob', 'to Bob']);
    assert.ok(!JSON.stringify(ann.socket.heard).includes(bob.conversation));
  });

  it('a second window of the same session is told the same; a message sent again is acknowledged and not doubled', async () => {
    const { token, socket } = await conversing('once');
    const second = await open(token);
    send(second, 'message-first', 'once');
    await second.told('ack');
    send(socket, 'message-0002', 'twice');
    await second.told('messages', ({ messages }) => messages[0].text === 'twice');
    assert.deepEqual(kept(second), ['once', 'twice']);
  });

  it('after a cut it misses nothing and doubles nothing, from where it was', async () => {
    const { token, socket, conversation } = await conversing('0');
    const feed = (await socket.told('messages'))['feed'];
    socket.socket.terminate();
    for (let n = 1; n <= 30; n += 1) assert.equal((await answer(conversation, `answer-${1000 + n}`, String(n))).status, 201);
    // While it comes back, more comes in.
    const going = [31, 32, 33, 34, 35].map((n) => answer(conversation, `answer-${1000 + n}`, String(n)));
    const again = await open(token, feed);
    await Promise.all(going);
    assert.equal((await answer(conversation, 'answer-last', 'last')).status, 201);
    await again.told('messages', ({ messages }) => messages.some(({ text }: { text: string }) => text === 'last'));
    assert.equal((await again.told('welcome'))['reset'], false);
    assert.deepEqual(kept(again).toSorted(), [...Array.from({ length: 35 }, (_, n) => String(n + 1)), 'last'].toSorted());
    assert.ok(toldOften(again).every((times) => times === 1));
  });

  it('what is said while it is being welcomed is told once: what history held, and what came after it', async () => {
    const { token, socket, conversation } = await conversing('0');
    socket.socket.terminate();
    // Waits: the server hears of the end a moment later, and asks anew who is there once nobody is connected.
    for (const { socket: left } of sockets) left.terminate();
    while (live().size() > 0) await new Promise(setImmediate);
    // Two moments of a welcome are held: before history is read, and after.
    const { feed, presence } = house.building.parts;
    const held = (owner: object, name: string) => {
      const original = (owner as Record<string, (...given: unknown[]) => Promise<unknown>>)[name]!;
      const gate = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      Object.assign(owner, {
        [name]: async (...given: unknown[]) => {
          reached.resolve();
          await gate.promise;
          return original(...given);
        },
      });
      return { reached: reached.promise, go: () => (gate.resolve(), Object.assign(owner, { [name]: original })) };
    };
    const [before, behind] = [held(feed, 'at'), held(presence, 'anyoneAvailable')];
    const coming = open(token);
    await before.reached;
    assert.equal((await answer(conversation, 'answer-0001', 'before history')).status, 201);
    before.go();
    await behind.reached;
    assert.equal((await answer(conversation, 'answer-0002', 'after history')).status, 201);
    behind.go();
    const again = await coming;
    assert.equal((await answer(conversation, 'answer-0003', 'welcomed')).status, 201);
    await again.told('messages', ({ messages }) => messages.some(({ text }: { text: string }) => text === 'welcomed'));
    assert.deepEqual(kept(again), ['0', 'before history', 'after history', 'welcomed']);
    assert.deepEqual(toldOften(again), [1, 1, 1, 1]);
  });

  it('who missed more than two hundred changes is given the newest fifty, and told to begin anew', async () => {
    const { token, socket, conversation } = await conversing('0');
    const feed = (await socket.told('messages'))['feed'];
    socket.socket.terminate();
    for (let n = 1; n <= 201; n += 1) assert.equal((await answer(conversation, `answer-${1000 + n}`, String(n))).status, 201);
    const welcome = await (await open(token, feed)).told('welcome');
    assert.deepEqual([welcome['reset'], welcome['messages'].length, welcome['messages'].at(-1).text], [true, 50, '201']);
  });

  it('what is redacted is told as empty; solving it is told in words', async () => {
    const { socket, conversation } = await conversing('my card is 4111');
    const id = (await socket.told('messages'))['messages'][0].id;
    const redacted = await house.call('POST', `/api/v1/conversations/${conversation}/messages/${id}/redact`, { cookie, body: {} });
    assert.ok(redacted.status < 300, redacted.text);
    const told = await socket.told('messages', ({ messages }) => messages[0].redacted);
    assert.deepEqual([told['messages'][0].id, told['messages'][0].text], [id, '']);
    assert.equal((await house.call('PATCH', `/api/v1/conversations/${conversation}`, { cookie, body: { status: 'solved' } })).status, 200);
    await socket.told('messages', ({ messages }) => messages[0].from === 'system');
    assert.equal((await socket.told('conversation', (one) => one['conversation'].status === 'solved'))['conversation'].id, conversation);
  });

  it('typing passes both ways, and is not kept', async () => {
    const { socket, conversation } = await conversing();
    const heard: unknown[] = [];
    house.building.parts.murmurs.hear((_brand, said) => void (said.type === 'typing' && heard.push(said.by.kind)));
    socket.say({ type: 'typing' });
    socket.say({ type: 'typing' });
    send(socket, 'message-0002', 'after typing');
    await socket.told('ack', ({ id }) => id === 'message-0002');
    assert.deepEqual(heard, ['customer'], 'once in two seconds');
    house.building.parts.murmurs.say(channel.brandId, { type: 'typing', conversation, by: { kind: 'agent', id: 'agt_x', name: 'Dana' } });
    assert.equal((await socket.told('typing'))['name'], 'Dana');
  });
});

describe('who is there to answer', () => {
  it('is told with the welcome and when it changes', async () => {
    const { socket } = await conversing();
    assert.equal((await socket.told('welcome'))['online'], false);
    const { presence, store } = house.building.parts;
    const [agent] = await agentRows.all(store.brand(channel.brandId));
    const leave = presence.arrived(channel.brandId, agent!.id);
    assert.equal((await socket.told('online'))['online'], true);
    const second = await open(await beginChat(house, channel));
    assert.equal((await second.told('welcome'))['online'], true);
    leave();
  });
});

describe('a socket that may not stay', () => {
  it('closes when its session is signed out, here or in another window', async () => {
    const { token, socket } = await conversing();
    const second = await open(token);
    const other = await conversing();
    assert.equal((await house.call('POST', '/api/v1/chat/sign-out', { headers: bearer(token) })).status, 204);
    assert.deepEqual(await socket.closed, [4401, 'chat.session_ended']);
    assert.deepEqual(await second.closed, [4401, 'chat.session_ended']);
    send(other.socket, 'message-0002', 'still here');
    await other.socket.told('ack', ({ id }) => id === 'message-0002');
    const late = await knock();
    late.say({ type: 'hello', token, since: null });
    assert.deepEqual(await late.closed, [4401, 'chat.session_ended']);
  });

  it('a token nobody gave opens nothing', async () => {
    for (const token of ['', 'cht_x', `cht_b000000000000.${'a'.repeat(43)}`, `cht_${channel.brandId}.${'a'.repeat(43)}`]) {
      const socket = await knock();
      socket.say({ type: 'hello', token, since: null });
      assert.deepEqual(await socket.closed, [4401, 'chat.session_missing'], token);
    }
  });

  it('closes when the clock passes the session’s end', async () => {
    const { socket } = await conversing();
    const clock = house.clock.now;
    house.clock.now += 30 * 86_400_000 - 1;
    live().round();
    assert.equal(socket.socket.readyState, socket.socket.OPEN);
    house.clock.now += 1;
    live().round();
    assert.deepEqual(await socket.closed, [4401, 'chat.session_over']);
    house.clock.now = clock;
  });

  it('closes when the server leaves', async () => {
    const other = await openHouse();
    const theirs = await other.setUp();
    const token = await beginChat(other, await makeChannel(other, theirs, await other.signIn(theirs)));
    const socket = await chatSocket(other, token);
    await other.close();
    assert.equal((await socket.closed)[0], 1001);
  });
});
