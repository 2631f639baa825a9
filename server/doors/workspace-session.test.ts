// Sessions that run out at the workspace door: by the clock of the server, to the millisecond, and for good.
// Holds session.idle_timeout_minutes and session.absolute_hours.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';

describe('session.idle_timeout_minutes and session.absolute_hours at the workspace door', () => {
  let house: TestHouse;
  let admin: Admin;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
  });
  after(() => house.close());
  const MINUTES = 60_000;

  it('session.idle_timeout_minutes: ends at exactly 30 minutes without input; requests do not count, input does', async () => {
    const cookie = await house.signIn(admin);
    const began = house.clock.now;
    house.clock.now = began + 30 * MINUTES - 1;
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200, 'one millisecond before');
    house.clock.now = began + 20 * MINUTES;
    await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 60 } });
    house.clock.now = began + 49 * MINUTES - 1;
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200, 'the input of minute 19 counts');
    house.clock.now = began + 49 * MINUTES;
    const over = await house.call('GET', '/api/v1/session', { cookie });
    assert.equal(over.status, 401);
    assert.equal(over.body.code, 'session.idle');
    house.clock.now = began + 50 * MINUTES;
    const late = await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } });
    assert.equal(late.body.code, 'session.idle', 'input cannot bring it back');
  });

  it('session.idle_timeout_minutes: a clock set back does not bring a session to life that has ended', async () => {
    const cookie = await house.signIn(admin);
    const began = house.clock.now;
    house.clock.now = began + 31 * MINUTES;
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).body.code, 'session.idle');
    house.clock.now = began + 1;
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 401);
    house.clock.now = began + 40 * MINUTES;
  });

  it('session.idle_timeout_minutes: a lowered value holds for the sessions that are open, and the save says how many end', async () => {
    const other = await house.signIn(admin);
    const cookie = await house.signIn(admin);
    house.clock.now += 12 * MINUTES;
    await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } });
    const check = await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings: { 'session.idle_timeout_minutes': 10 } } });
    assert.equal(check.body.sessionsEnding, 1);
    assert.equal((await house.save(admin, cookie, { 'session.idle_timeout_minutes': 10 })).status, 200);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: other })).body.code, 'session.idle');
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200);
    await house.save(admin, cookie, { 'session.idle_timeout_minutes': 30 });
  });

  it('session.absolute_hours: ends at exactly 12 hours, whatever is typed meanwhile', async () => {
    const cookie = await house.signIn(admin);
    const began = house.clock.now;
    for (let at = 20; at < 720; at += 20) {
      house.clock.now = began + at * MINUTES;
      await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } });
    }
    house.clock.now = began + 720 * MINUTES - 1;
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200);
    house.clock.now = began + 720 * MINUTES;
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).body.code, 'session.absolute');
  });

  it('a session that is signed out opens nothing, at once', async () => {
    const cookie = await house.signIn(admin);
    assert.equal((await house.call('POST', '/api/v1/sign-out', { cookie })).status, 204);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 401);
  });
});
