// One's own devices over HTTP: the list, and forgetting one or all with a fresh code, which ends what was begun there.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, knock, trail } from '#test/people.ts';

let house: TestHouse;
let admin: Admin;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  const saved = await house.save(admin, await house.signIn(admin), { 'two_factor.mode': 'on', 'two_factor.trust_days': 7 });
  assert.equal(saved.status, 200, saved.text);
});
after(() => house.close());
beforeEach(() => {
  house.clock.now += 60 * 60_000;
});

const named = (answer: Answer, name: string): string => answer.cookies.find((cookie) => cookie.startsWith(`${name}=`) && cookie.length > name.length + 1)!;
async function trusting(userAgent: string): Promise<{ device: string; session: string }> {
  const first = await house.call('POST', '/api/v1/sign-in', { body: { brand: 'acme', email: admin.email, password: PASSWORD } });
  const done = await house.call('POST', '/api/v1/sign-in/code', { cookie: named(first, '__Host-signin'), headers: { 'user-agent': userAgent }, body: { method: 'totp', code: house.code(admin), trust: true } });
  assert.equal(done.status, 200, done.text);
  return { device: named(done, '__Host-device'), session: named(done, '__Host-session') };
}
const list = async (cookie: string) => (await house.call('GET', '/api/v1/account/devices', { cookie })).body;
const alive = async (cookie: string) => (await house.call('GET', '/api/v1/session', { cookie })).status === 200;

describe('one\'s own devices', () => {
  it('are listed with when and from where, and which is this one', async () => {
    const { device, session } = await trusting('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0');
    const body = await list(`${session}; ${device}`);
    assert.equal(body.trustDays, 7);
    const here = body.devices.filter((one: { here: boolean }) => one.here);
    assert.equal(here.length, 1);
    assert.equal(here[0].browser, 'Firefox 128');
    assert.equal(here[0].address, '127.0.0.1');
    assert.equal(here[0].trustedUntil, here[0].lastUsedAt + 7 * 86_400_000);
    assert.ok(!JSON.stringify(body).includes(device.split('=')[1]!), 'no token is shown');
    assert.ok((await list(session)).devices.every((one: { here: boolean }) => !one.here));
  });

  it('are forgotten with a fresh code, each time; sessions begun there end at once, the present one stays', async () => {
    const [one, two] = [await trusting('One'), await trusting('Two')];
    const { devices } = await list(`${one.session}; ${two.device}`);
    const id = devices.find((device: { here: boolean }) => device.here).id as string;
    const forget = () => house.call('DELETE', `/api/v1/account/devices/${id}`, { cookie: one.session });
    assert.equal((await forget()).body.code, 'step_up.required');
    await house.stepUp(admin, one.session);
    assert.equal((await forget()).status, 204);
    assert.equal(await alive(two.session), false);
    assert.equal(await alive(one.session), true);
    const again = await house.call('POST', '/api/v1/sign-in', { cookie: two.device, body: { brand: 'acme', email: admin.email, password: PASSWORD } });
    assert.equal(again.body.next, 'code');
    assert.equal((await forget()).body.code, 'step_up.required', 'the code was used up');
    await house.stepUp(admin, one.session);
    assert.equal((await forget()).body.code, 'device.missing');
    const rows = await trail(house, one.session, 'what=device.forgotten');
    assert.equal(rows.length, 1);
    assert.equal(rows[0].facts.trusted, true);
  });

  it('are forgotten all at once', async () => {
    const [one, two] = [await trusting('One'), await trusting('Two')];
    const all = () => house.call('POST', '/api/v1/account/devices/forget-all', { cookie: one.session });
    assert.equal((await all()).body.code, 'step_up.required');
    await house.stepUp(admin, one.session);
    assert.equal((await all()).status, 204);
    assert.deepEqual((await list(one.session)).devices, []);
    assert.deepEqual([await alive(one.session), await alive(two.session)], [true, false]);
  });

  it('of another person are not there to forget', async () => {
    const { session, device } = await trusting('Mine');
    const id = (await list(`${session}; ${device}`)).devices.find((one: { here: boolean }) => one.here).id as string;
    const saved = await house.save(admin, session, { 'two_factor.mode': 'off' });
    assert.equal(saved.status, 200, saved.text);
    const other = named(await knock(house, 'acme', await addAgent(house, admin, 'other')), '__Host-session');
    assert.ok((await list(other)).devices.every((one: { id: string }) => one.id !== id));
    assert.equal((await house.call('DELETE', `/api/v1/account/devices/${id}`, { cookie: other })).body.code, 'step_up.required');
    assert.ok((await list(session)).devices.some((one: { id: string }) => one.id === id));
  });
});
