// Open WebSockets from outside: what they are told, and that none outlives its session, its address or its proof.
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { newId } from '#identity/tokens.ts';
import { type Admin, openHouse, PASSWORD, presentCookie, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE } from '#test/people.ts';

const MINUTE = 60_000;
let house: TestHouse;
let admin: Admin;
let plain: string;
const opened: WebSocket[] = [];
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  plain = await addAgent(house, admin, 'plain');
});
after(() => house.close());
afterEach(() => {
  for (const socket of opened.splice(0)) socket.terminate();
});

interface Heard {
  readonly socket: WebSocket;
  readonly messages: { type: string; version?: number }[];
  readonly closed: Promise<[number, string]>;
  /** Waits for a message of this type. */
  told(type: string): Promise<{ type: string; version?: number }>;
}
async function listen(cookie: string, from = INSIDE): Promise<Heard> {
  const host = `localhost:${house.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { localAddress: from, headers: { cookie: presentCookie(cookie), host }, origin: `http://${host}` });
  opened.push(socket);
  const messages: Heard['messages'] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)));
    for (const look of waiting) look();
  });
  const closed = new Promise<[number, string]>((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])));
  const told = (type: string) =>
    new Promise<{ type: string; version?: number }>((resolve) => {
      const look = () => {
        const found = messages.find((message) => message.type === type);
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
    });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  await told('hello');
  return { socket, messages, closed, told };
}
const signedIn = async (from = INSIDE) => (await knock(house, 'acme', plain, PASSWORD, from)).cookies[0] as string;
async function set(settings: Record<string, unknown>): Promise<void> {
  const saved = await house.save(admin, await house.signIn(admin), settings);
  assert.equal(saved.status, 200, saved.text);
}
const judge = () => house.building.parts.live.judgeAll();
const size = () => house.building.parts.live.size();

/** Writes as another process would: the command line, or another node. */
async function elsewhere(): Promise<void> {
  const { store, brands } = house.building.parts;
  const brand = store.brand((await brands.bySlug('acme'))!.id);
  await store.commit([brand.part({ statements: [], entries: [{ id: newId('evt'), at: house.clock.now, actor: { kind: 'host', id: null }, event: 'lock.lifted', entity: { kind: 'agent', id: null } }], bumps: ['people'] })]);
  await brands.confirm();
}

describe('an open WebSocket', () => {
  it('is told of a saved policy', async () => {
    const heard = await listen(await signedIn());
    await set({ 'session.absolute_hours': 24 });
    const { version } = await heard.told('policy');
    assert.equal(version, house.building.parts.brands.peek((await house.building.parts.brands.bySlug('acme'))!.id)!.policy.version);
  });

  it('closes with its session: signed out, here or in another tab', async () => {
    const cookie = await signedIn();
    const [here, there] = [await listen(cookie), await listen(cookie)];
    assert.equal((await house.call('POST', '/api/v1/sign-out', { cookie })).status, 204);
    assert.deepEqual(await here.closed, [4401, 'session.ended']);
    assert.deepEqual(await there.closed, [4401, 'session.ended']);
  });

  it('closes with its session also when another process changed the people meanwhile', async () => {
    const cookie = await signedIn();
    const heard = await listen(cookie);
    await elsewhere();
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200);
    assert.equal((await house.call('POST', '/api/v1/sign-out', { cookie })).status, 204);
    judge();
    assert.deepEqual(await heard.closed, [4401, 'session.ended']);
  });

  it('lives on what the person types in the page, also when another process changed the people meanwhile', async () => {
    const cookie = await signedIn();
    const heard = await listen(cookie);
    await elsewhere();
    house.clock.now += 29 * MINUTE;
    assert.equal((await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } })).status, 200);
    house.clock.now += 2 * MINUTE;
    judge();
    heard.socket.ping();
    await new Promise((resolve) => heard.socket.once('pong', resolve));
    assert.equal(heard.socket.readyState, WebSocket.OPEN);
  });

  it('closes when the session was idle for too long: what the socket itself sends is no input', async () => {
    const heard = await listen(await signedIn());
    for (let minute = 0; minute < 30; minute += 1) {
      house.clock.now += MINUTE;
      heard.socket.send('{"type":"watch","conversation":null}');
    }
    judge();
    assert.deepEqual(await heard.closed, [4401, 'session.idle']);
  });

  it('closes when its address leaves the list, and when it would need a code now', async () => {
    await set({ 'management.allowlist': { state: 'any' }, 'two_factor.mode': 'remote_only' });
    const away = await listen(await signedIn(OUTSIDE), OUTSIDE);
    const dana = await listen((await knock(house, 'acme', admin.email, PASSWORD, OUTSIDE)).cookies[0]!, OUTSIDE);
    const inside = await listen(await signedIn());
    await set({ 'management.allowlist': only(INSIDE) });
    assert.deepEqual(await away.closed, [4403, 'network.not_allowed']);
    assert.deepEqual(await dana.closed, [4423, 'second_factor.required']);
    await inside.told('policy');
    assert.equal(inside.socket.readyState, WebSocket.OPEN);
    await set({ 'management.allowlist': { state: 'any' } });
  });

  it('closes while the policy cannot be confirmed', async () => {
    const heard = await listen(await signedIn());
    house.clock.uptime += 5_001;
    judge();
    assert.deepEqual(await heard.closed, [4503, 'policy.unconfirmed']);
    await house.building.parts.brands.confirm();
  });

  it('is cut when a page sends more than any page of ours would, and the server lives on', async () => {
    const heard = await listen(await signedIn());
    heard.socket.send('x'.repeat(5_000));
    assert.equal((await heard.closed)[0], 1009);
    const broken = await listen(await signedIn());
    (broken.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await broken.closed;
    assert.equal((await house.call('GET', '/healthz')).status, 200);
  });

  it('has at most nineteen beside it in one session', async () => {
    const cookie = await signedIn();
    const before = size();
    for (let n = 0; n < 20; n += 1) await listen(cookie);
    const host = `localhost:${house.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { localAddress: INSIDE, headers: { cookie: presentCookie(cookie), host }, origin: `http://${host}` });
    const refused = await new Promise<IncomingMessage>((resolve) => socket.once('unexpected-response', (_request, response) => resolve(response)));
    assert.deepEqual([refused.statusCode, refused.headers['content-type'], refused.headers['x-content-type-options'], refused.headers['cache-control']], [429, 'application/problem+json', 'nosniff', 'no-store']);
    refused.destroy();
    assert.equal(size(), before + 20);
  });

  it('closes when the server leaves', async () => {
    const other = await openHouse();
    const host = `localhost:${other.port}`;
    const theirs = await other.setUp();
    const cookie = await other.signIn(theirs);
    const socket = new WebSocket(`ws://127.0.0.1:${other.port}/api/v1/live`, { headers: { cookie: presentCookie(cookie), host }, origin: `http://${host}` });
    await new Promise((resolve) => socket.once('message', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await other.close();
    assert.equal(await closed, 1001);
  });
});
