// Two nodes on one PostgreSQL: what one saves or revokes holds on the other within a second, and a node that is cut off denies.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { type Admin, openHouse, presentCookie, type TestHouse } from '#test/house.ts';
import { type Line, openDesk, openLine, type Told } from '#test/live-inbox.ts';
import { postgres } from '#test/postgres.ts';
import { until } from '#test/program.ts';

const WITHIN_MS = 1_000;
const OUTSIDE = '127.0.0.2';

interface Cable {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** A way to a server that can be cut, with everything that runs over it. */
async function cableTo(target: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const other = connect(target, '127.0.0.1');
    for (const [one, two] of [[socket, other], [other, socket]] as const) {
      sockets.add(one);
      one.pipe(two);
      one.on('error', () => two.destroy());
      one.on('close', () => (sockets.delete(one), two.destroy()));
    }
  });
  const listen = async (port: number): Promise<void> => void (await once(server.listen(port, '127.0.0.1'), 'listening'));
  await listen(0);
  const { port } = server.address() as { port: number };
  return {
    port,
    async cut() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: () => listen(port),
  };
}

describe('two nodes on one PostgreSQL', () => {
  let a: TestHouse;
  let b: TestHouse;
  let cable: Cable;
  let admin: Admin;
  let cookie: string;

  before(async () => {
    const url = new URL(await (await postgres()).freshDatabase());
    cable = await cableTo(Number(url.port));
    const through = new URL(url);
    through.port = String(cable.port);
    const PORTCULLIS_KEYS = JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });
    const open = (where: URL) => openHouse({ env: { DATABASE_URL: where.href, PORTCULLIS_KEYS }, rounds: true });
    // At once: both make the tables, both tie the database to the keys.
    [a, b] = await Promise.all([open(url), open(through)]);
    admin = await a.setUp();
    cookie = await a.signIn(admin);
    b.clock.now = a.clock.now;
  });
  after(async () => {
    await Promise.all([a?.close(), b?.close()]);
    await cable?.cut().catch(() => undefined);
  });

  // The schema is answered from memory: what is judged is the door, not whether the database answers.
  const seenBy = (house: TestHouse, from?: string) => house.call('GET', '/api/v1/policy/schema', { cookie, ...(from === undefined ? {} : { from }) });
  async function socketOn(house: TestHouse, from: string): Promise<{ closed: Promise<number> }> {
    const headers = { cookie: presentCookie(cookie), host: `localhost:${house.port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { origin: `http://localhost:${house.port}`, headers, localAddress: from });
    const closed = once(socket, 'close').then(([code]) => code as number);
    await once(socket, 'message');
    return { closed };
  }
  async function save(settings: Record<string, unknown>): Promise<void> {
    const saved = await a.save(admin, cookie, settings);
    assert.equal(saved.status, 200, saved.text);
    b.clock.now = a.clock.now;
  }

  it('opened at once, both are whole, and a session of one is known to the other', async () => {
    assert.equal((await seenBy(a)).status, 200);
    assert.equal((await seenBy(b)).status, 200);
  });

  it('a list saved on one closes the sockets and refuses the requests of a removed address on the other within a second', async () => {
    assert.equal((await seenBy(b, OUTSIDE)).status, 200);
    const socket = await socketOn(b, OUTSIDE);
    await save({ 'management.allowlist': { state: 'only', entries: ['127.0.0.1'] }, 'two_factor.mode': 'off' });
    const begun = performance.now();
    await until('the other node refuses the address', async () => (await seenBy(b, OUTSIDE)).body.code === 'network.not_allowed', WITHIN_MS);
    assert.equal(await socket.closed, 4403);
    assert.ok(performance.now() - begun < WITHIN_MS);
    assert.equal((await seenBy(b)).status, 200, 'inside it goes on');
    await save({ 'management.allowlist': { state: 'any', entries: [] } });
    await until('and lets it in again', async () => (await seenBy(b, OUTSIDE)).status === 200, WITHIN_MS);
  });

  it('a session ended on one is refused on the other, and its socket closed, within a second', async () => {
    const [gone, socket] = [cookie, await socketOn(b, '127.0.0.1')];
    assert.equal((await a.call('POST', '/api/v1/sign-out', { cookie: gone })).status, 204);
    const begun = performance.now();
    await until('the other node knows', async () => (await seenBy(b)).body.code === 'session.ended', WITHIN_MS);
    assert.equal(await socket.closed, 4401);
    assert.ok(performance.now() - begun < WITHIN_MS);
    cookie = await a.signIn(admin);
    b.clock.now = a.clock.now;
  });

  it('another session ended from this one is refused on the other node, and its socket closed, within a second', async () => {
    const gone = await a.signIn(admin);
    b.clock.now = a.clock.now;
    assert.equal((await b.call('GET', '/api/v1/session', { cookie: gone })).status, 200);
    const headers = { cookie: presentCookie(gone), host: `localhost:${b.port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${b.port}/api/v1/live`, { origin: `http://localhost:${b.port}`, headers });
    const closed = once(socket, 'close');
    await once(socket, 'message');
    await a.stepUp(admin, cookie);
    b.clock.now = a.clock.now;
    const begun = performance.now();
    const ended = await a.call('POST', '/api/v1/account/sessions/end-others', { cookie, body: {} });
    assert.deepEqual([ended.status, ended.body], [200, { ended: 1 }]);
    assert.equal((await a.call('GET', '/api/v1/session', { cookie: gone })).body.code, 'session.ended', 'here at once');
    await until('the other node knows', async () => (await b.call('GET', '/api/v1/session', { cookie: gone })).body.code === 'session.ended', WITHIN_MS);
    assert.equal((await closed)[0], 4401);
    assert.ok(performance.now() - begun < WITHIN_MS);
    assert.equal((await seenBy(b)).status, 200, 'this one goes on');
  });

  it('a token that was replaced on one opens nothing on the other within a second; the new one does, and the socket stays', async () => {
    const old = presentCookie(cookie);
    const { closed } = await socketOn(b, '127.0.0.1');
    let open = true;
    void closed.then(() => (open = false));
    const shown = (stale: boolean) => b.call('GET', '/api/v1/session', { cookie: old, stale });
    assert.equal((await shown(true)).status, 200);
    await a.stepUp(admin, cookie);
    b.clock.now = a.clock.now;
    await until('the other node knows', async () => (await shown(true)).body.code === 'session.missing', WITHIN_MS);
    assert.equal((await shown(false)).status, 200);
    assert.equal((await b.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } })).status, 200);
    assert.ok(open, 'the page is not cut');
    assert.equal((await a.call('POST', '/api/v1/sign-out', { cookie })).status, 204);
    assert.equal(await closed, 4401, 'and its socket ends with it');
    cookie = await a.signIn(admin);
    b.clock.now = a.clock.now;
  });

  it('what is written on one is told to the pages of the other, and so is who types, who looks and who is here', async () => {
    const desk = await openDesk(a);
    const says = await desk.customer('Kim');
    const { conversationId } = await says('Hello?');
    const who = await desk.actor(admin.email);
    const there = await openLine(b, cookie);
    there.say({ type: 'watch', conversation: conversationId });
    await there.told(({ type }) => type === 'viewers');
    const here = await openLine(a, cookie);
    here.say({ type: 'watch', conversation: conversationId });
    await here.told(({ type }) => type === 'viewers');
    await Promise.all(Array.from({ length: 20 }, (_, n) => says(`line ${n}`)));
    const texts = (one: Line): string[] => one.frames.flatMap(({ type, messages }) => (type === 'messages' ? messages.map(({ text }: Told) => text) : []));
    await until('the other node tells all', () => texts(there).length === 20);
    const seqs = there.frames.flatMap(({ type, messages }) => (type === 'messages' ? messages.map(({ seq }: Told) => seq) : []));
    assert.deepEqual(seqs, Array.from({ length: 20 }, (_, n) => n + 2), 'each once, in order');
    a.building.parts.murmurs.say(desk.brandId, { type: 'typing', conversation: conversationId, by: { kind: 'customer', id: 'cus_kim', name: 'Kim' } });
    assert.equal((await there.told(({ type }) => type === 'typing')).by.name, 'Kim');
    await until('who is here is known on both', async () => {
      const seen = await Promise.all([a, b].map(({ building }) => building.parts.presence.online(desk.brandId)));
      return seen.every((online) => online.has(who.id));
    });
    for (const one of [here, there]) {
      one.socket.terminate();
      await one.closed;
    }
  });

  it('a node that could not confirm its policy for five seconds denies, closes its sockets, and comes back by itself', async () => {
    assert.equal((await seenBy(b)).status, 200);
    const socket = await socketOn(b, '127.0.0.1');
    const brand = b.building.parts.brands.peek(cookie.split('=')[1]!.slice(0, 13))!;
    await cable.cut();
    b.clock.uptime = brand.confirmedAt + 5_000;
    assert.equal((await seenBy(b)).status, 200, 'exactly five seconds are not yet more');
    b.clock.uptime += 1;
    const denied = await seenBy(b);
    assert.deepEqual([denied.status, denied.body.code], [503, 'policy.unconfirmed']);
    assert.equal(await socket.closed, 4503);
    assert.equal((await seenBy(a)).status, 200, 'the other node is not touched');
    await cable.mend();
    await until('the node confirms again', async () => (await seenBy(b)).status === 200, 5_000);
  });
});
