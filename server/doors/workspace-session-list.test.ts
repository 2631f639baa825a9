// A person's own sessions at the workspace door: listed, ended from another one, and what must be proven first.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, knock, trail } from '#test/people.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const END_OTHERS = '/api/v1/account/sessions/end-others';

describe('one\'s own sessions', () => {
  let house: TestHouse;
  let admin: Admin;
  let plain: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    plain = await addAgent(house, admin, 'plain');
    await addAgent(house, admin, 'other');
  });
  after(() => house.close());

  const enter = async (email = plain, userAgent = FIREFOX): Promise<string> => {
    const answer = await house.call('POST', '/api/v1/sign-in', { body: { brand: 'acme', email, password: PASSWORD }, headers: { 'user-agent': userAgent } });
    return answer.cookies.find((one) => one.startsWith('__Host-session='))!;
  };
  const list = async (cookie: string) => (await house.call('GET', '/api/v1/account/sessions', { cookie })).body;
  const isIn = async (cookie: string) => (await house.call('GET', '/api/v1/session', { cookie })).status === 200;
  async function onlyOne(): Promise<string> {
    const cookie = await enter();
    await house.call('POST', END_OTHERS, { cookie, body: { password: PASSWORD } });
    return cookie;
  }

  it('are listed with browser, system, address and last input; only one\'s own, this one marked, no token among it', async () => {
    const mine = await onlyOne();
    const other = await enter(plain, '<script>alert(1)</script>');
    await enter('other@acme.example');
    house.clock.now += 60_000;
    await house.call('POST', '/api/v1/session/input', { cookie: mine, body: { idleSeconds: 0 } });
    const { sessions, askedFor } = await list(mine);
    assert.equal(askedFor, 'password');
    assert.equal(sessions.length, 2);
    assert.deepEqual(sessions.map((one: { current: boolean }) => one.current), [true, false], 'the one used last stands first');
    const { id: _id, signedInAt: _signedInAt, ...rest } = sessions[0];
    assert.deepEqual(rest, { browser: 'Firefox 128', system: 'Windows 10', kind: 'desktop', address: '127.0.0.1', lastInputAt: house.clock.now, proven: 'password', factorMethod: null, current: true });
    assert.deepEqual([sessions[1].browser, sessions[1].system], [null, null]);
    const text = JSON.stringify(sessions);
    for (const secret of [mine.slice(-43), other.slice(-43), 'script', 'token']) assert.ok(!text.includes(secret), secret);
  });

  it('that ran out are not listed', async () => {
    const mine = await onlyOne();
    await enter();
    for (const _ of [1, 2]) {
      house.clock.now += 20 * 60_000;
      await house.call('POST', '/api/v1/session/input', { cookie: mine, body: { idleSeconds: 0 } });
    }
    assert.equal((await list(mine)).sessions.length, 1);
  });

  it('end one at a time, at once, and by name in the trail; the password again comes first where there is no factor', async () => {
    const [mine, gone, kept] = [await onlyOne(), await enter(), await enter()];
    const { id } = (await list(gone)).sessions.find((one: { current: boolean }) => one.current);
    const path = `/api/v1/account/sessions/${id}`;
    assert.equal((await house.call('DELETE', path, { cookie: mine, body: {} })).body.code, 'password.required');
    assert.equal((await house.call('DELETE', path, { cookie: mine, body: { password: 'not it' } })).body.code, 'password.wrong');
    assert.ok(await isIn(gone));
    const ended = await house.call('DELETE', path, { cookie: mine, body: { password: PASSWORD } });
    assert.deepEqual([ended.status, ended.body], [200, { ended: 1 }]);
    const told = await house.call('GET', '/api/v1/session', { cookie: gone });
    assert.deepEqual([told.status, told.body.code], [401, 'session.ended']);
    assert.ok((await isIn(mine)) && (await isIn(kept)));
    assert.deepEqual((await house.call('DELETE', path, { cookie: mine, body: { password: PASSWORD } })).body, { ended: 0 }, 'ended is ended');
    const [row] = await trail(house, await house.signIn(admin), 'what=sessions.ended&');
    assert.match(row.sentence, /plain/);
    assert.deepEqual([row.facts.reason, row.facts.sessions, row.facts.ids], ['elsewhere', 1, [id]]);
  });

  it('of somebody else cannot be ended', async () => {
    const theirs = await enter('other@acme.example');
    const { id } = (await list(theirs)).sessions.find((one: { current: boolean }) => one.current);
    assert.deepEqual((await house.call('DELETE', `/api/v1/account/sessions/${id}`, { cookie: await enter(), body: { password: PASSWORD } })).body, { ended: 0 });
    assert.ok(await isIn(theirs));
  });

  it('end all but this one', async () => {
    const others = [await enter(), await enter(), await enter()];
    const theirs = await enter('other@acme.example');
    const mine = await onlyOne();
    assert.equal((await list(mine)).sessions.length, 1);
    assert.deepEqual([await isIn(mine), await isIn(theirs)], [true, true]);
    for (const cookie of others) assert.equal(await isIn(cookie), false);
  });

  it('guessing the password here is slowed, and then stops', async () => {
    const mine = await enter();
    const codes = new Set<string>();
    for (let tries = 0; tries < 15; tries += 1) {
      house.clock.now += 1;
      codes.add((await house.call('POST', END_OTHERS, { cookie: mine, body: { password: `wrong ${tries}` } })).body.code);
    }
    assert.ok(codes.has('sign_in.locked') || codes.has('request.rate_limited'), [...codes].join());
  });

  it('of somebody with a factor ask for a code, not for the password', async () => {
    const [gone, mine] = [await house.signIn(admin), await house.signIn(admin)];
    assert.equal((await list(mine)).askedFor, 'code');
    assert.equal((await house.call('POST', END_OTHERS, { cookie: mine, body: { password: PASSWORD } })).body.code, 'step_up.required');
    await house.stepUp(admin, mine);
    assert.equal((await house.call('POST', END_OTHERS, { cookie: mine, body: {} })).status, 200);
    assert.deepEqual([await isIn(gone), await isIn(mine)], [false, true]);
  });

  it('need a session', async () => {
    assert.equal((await house.call('GET', '/api/v1/account/sessions')).body.code, 'session.missing');
    assert.equal((await knock(house, 'acme', plain)).status === 200, true);
  });
});
