// After a new proof a session has a new token, and the one before opens nothing (OWASP ASVS 5.0, 7.2.4); no clock set back lengthens one.
// Holds session.idle_timeout_minutes and session.absolute_hours against a clock that jumps.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { decideSession } from '#policy/decide/session.ts';
import { type Admin, openHouse, presentCookie, type TestHouse } from '#test/house.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the token of a session', () => {
  let house: TestHouse;
  let admin: Admin;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
  });
  after(() => house.close());
  const seen = async (cookie: string, stale = false) => (await house.call('GET', '/api/v1/session', { cookie, stale })).body.code ?? 'allowed';

  it('is another one after step-up; the old one opens nothing at once, and the session is the same', async () => {
    const old = await house.signIn(admin);
    const before = (await house.call('GET', '/api/v1/account/sessions', { cookie: old })).body.sessions.find((one: { current: boolean }) => one.current);
    await house.stepUp(admin, old);
    const fresh = presentCookie(old);
    assert.notEqual(fresh, old);
    assert.deepEqual([await seen(old, true), await seen(fresh)], ['session.missing', 'allowed']);
    const now = (await house.call('GET', '/api/v1/account/sessions', { cookie: fresh })).body.sessions.find((one: { current: boolean }) => one.current);
    assert.equal(now.id, before.id);
    assert.equal((await house.call('POST', '/api/v1/session/input', { cookie: old, stale: true, body: { idleSeconds: 0 } })).status, 401);
  });

  it('before it opens nothing on a connection that showed it, either', async () => {
    const old = await house.signIn(admin);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () => new Promise<number>((resolve, reject) => {
      const headers = { host: `localhost:${house.port}`, cookie: old, 'sec-fetch-site': 'same-origin' };
      request({ host: '127.0.0.1', port: house.port, path: '/api/v1/session', agent, headers }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0))).on('error', reject).end();
    });
    assert.deepEqual([await ask(), await ask()], [200, 200]);
    // By hand, so that nothing else drops what connections showed before.
    const { sessions, store } = house.building.parts;
    const session = sessions.peek(old.split('=')[1]!)!;
    const rotation = sessions.rotate(session);
    await store.brand(session.brandId).note([rotation.statement]);
    sessions.markRotated(session, rotation);
    assert.equal(await ask(), 401);
    agent.destroy();
  });

  it('is not another one after a wrong code', async () => {
    const cookie = await house.signIn(admin);
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie, body: { method: 'totp', code: '000000' } })).body.code, 'code.wrong');
    assert.equal(await seen(cookie, true), 'allowed');
  });

  it('may be another one under an open socket, which stays', async () => {
    const cookie = await house.signIn(admin);
    const host = `localhost:${house.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live`, { headers: { cookie: presentCookie(cookie), host }, origin: `http://${host}` });
    await new Promise((resolve) => socket.once('message', resolve));
    await house.stepUp(admin, cookie);
    house.building.parts.live.judgeAll();
    socket.ping();
    await new Promise((resolve) => socket.once('pong', resolve));
    assert.equal(socket.readyState, WebSocket.OPEN);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    assert.equal((await house.call('POST', '/api/v1/sign-out', { cookie })).status, 204);
    assert.equal(await closed, 4401, 'and ends with its session');
  });

  it('is read again from the store, as another node does, by the new one only', async () => {
    const old = await house.signIn(admin);
    await house.stepUp(admin, old);
    const { sessions, brands } = house.building.parts;
    sessions.forget((await brands.bySlug('acme'))!.id);
    assert.deepEqual([await seen(old, true), await seen(old)], ['session.missing', 'allowed']);
  });
});

describe('a clock that jumps', () => {
  let house: TestHouse;
  let admin: Admin;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
  });
  after(() => house.close());
  const seen = async (cookie: string) => (await house.call('GET', '/api/v1/session', { cookie })).body.code ?? 'allowed';
  /** Time goes on for this long; the wall clock stands at `wall`. */
  async function elapse(ms: number, wall: number): Promise<void> {
    house.clock.now = wall;
    house.clock.uptime += ms;
    await house.building.parts.brands.confirm();
  }

  it('session.idle_timeout_minutes: three hours back does not lengthen a session by a millisecond', async () => {
    const cookie = await house.signIn(admin);
    const began = house.clock.now;
    await elapse(30 * MINUTE - 1, began - 3 * HOUR + 30 * MINUTE - 1);
    assert.equal(await seen(cookie), 'allowed');
    await elapse(1, began - 3 * HOUR + 30 * MINUTE);
    assert.equal(await seen(cookie), 'session.idle');
    house.clock.now = began;
    assert.equal(await seen(cookie), 'session.idle', 'and it stays over');
  });

  it('session.idle_timeout_minutes: input after the jump counts from when it was made', async () => {
    const cookie = await house.signIn(admin);
    const began = house.clock.now;
    await elapse(20 * MINUTE, began - 3 * HOUR);
    assert.equal((await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 60 } })).status, 200);
    await elapse(29 * MINUTE - 1, began - 2 * HOUR);
    assert.equal(await seen(cookie), 'allowed');
    await elapse(1, began - 2 * HOUR);
    assert.equal(await seen(cookie), 'session.idle');
    house.clock.now = began + HOUR;
  });

  it('session.absolute_hours: twelve hours are twelve hours, wherever the clock stands', async () => {
    const cookie = await house.signIn(admin);
    const began = house.clock.now;
    for (let half = 1; half <= 35; half += 1) {
      await elapse(20 * MINUTE, began - 3 * HOUR + half * 20 * MINUTE);
      assert.equal((await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } })).status, 200);
    }
    await elapse(20 * MINUTE, began + 9 * HOUR);
    assert.equal(await seen(cookie), 'session.absolute');
    house.clock.now = began + 13 * HOUR;
  });

  it('two days ahead ends every session, and setting it right again brings none back', async () => {
    const cookie = await house.signIn(admin);
    const began = house.clock.now;
    await elapse(1_000, began + 48 * HOUR);
    assert.equal(await seen(cookie), 'session.idle');
    await elapse(1_000, began + 2_000);
    assert.equal(await seen(cookie), 'session.idle');
    assert.equal(await seen(await house.signIn(admin)), 'allowed', 'who signs in anew is in');
  });

  it('a session from the future, as a node finds it after its clock was set back over a restart, opens nothing', async () => {
    const cookie = await house.signIn(admin);
    const row = await house.building.parts.sessions.load(presentCookie(cookie).split('=')[1]!);
    house.clock.now -= 3 * HOUR;
    const brand = (await house.building.parts.brands.bySlug('acme'))!;
    const judged = decideSession(brand.policy, { now: house.clock.now, createdAt: row!.createdAt, lastInputAt: row!.lastInputAt, ended: false });
    assert.equal(judged.allowed, false);
    house.clock.now += 3 * HOUR;
  });

  it('a window that a code opened is not opened again by setting the clock back', async () => {
    const cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    const began = house.clock.now;
    house.clock.now = began - 3 * HOUR;
    const policy = await house.call('GET', '/api/v1/policy', { cookie });
    const saved = await house.call('PATCH', '/api/v1/policy', { cookie, body: { settings: { 'session.absolute_hours': 13 } }, headers: { 'if-match': policy.headers.etag } });
    assert.equal(saved.body.code, 'step_up.required');
    house.clock.now = began;
  });
});
