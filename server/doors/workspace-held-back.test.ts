// A session that is held back opens what mends its reason, and nothing that mends another one.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only } from '#test/people.ts';

describe('a held-back session', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
  });
  after(() => house.close());

  async function idOf(email: string): Promise<string> {
    return (await house.call('GET', '/api/v1/users', { cookie })).body.users.find((user: { email: string }) => user.email === email).id as string;
  }
  const sessionOf = async (email: string) => (await knock(house, admin.slug, email)).cookies.find((one) => one.startsWith('__Host-session=')) as string;
  const code = async (method: string, path: string, held: string, body?: object) => (await house.call(method, path, { cookie: held, ...(body === undefined ? {} : { body }) })).body?.code as string | undefined;

  it('for its password enrols no factor: whoever stole the password would own the account', async () => {
    const email = await addAgent(house, admin, 'noa');
    const id = await idOf(email);
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('POST', `/api/v1/users/${id}/renewal`, { cookie, body: { requireChange: true } })).status, 200);
    const held = await sessionOf(email);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: held })).body.heldBack, 'password.change_required');
    assert.equal(await code('POST', '/api/v1/account/factors/totp', held, { password: PASSWORD }), 'password.change_required');
    assert.equal(await code('POST', '/api/v1/account/factors/passkeys/options', held, { password: PASSWORD }), 'password.change_required');
    assert.equal(await code('GET', '/api/v1/notices', held), 'password.change_required');
    assert.equal((await house.call('POST', '/api/v1/account/password', { cookie: held, body: { current: PASSWORD, password: 'nine amber kettles hum' } })).status, 200);
    assert.equal((await house.call('GET', '/api/v1/notices', { cookie: held })).status, 200);
  });

  it('for its factor opens the enrolment and changes no password; with both reasons the password comes first', async () => {
    const bare = await addAgent(house, admin, 'tom');
    const both = await addAgent(house, admin, 'ella');
    const id = await idOf(both);
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('POST', `/api/v1/users/${id}/renewal`, { cookie, body: { requireChange: true } })).status, 200);
    // Everybody must have a factor from today on; who has none was last reminded yesterday.
    const yesterday = new Date(house.clock.now - 86_400_000).toISOString().slice(0, 10);
    assert.equal((await house.save(admin, cookie, { 'management.allowlist': only(INSIDE), 'two_factor.enrol_by': yesterday })).status, 200);
    const held = await sessionOf(bare);
    assert.equal(await code('POST', '/api/v1/account/password', held, { current: PASSWORD, password: 'nine amber kettles hum' }), 'factor.enrol_required');
    assert.equal((await house.call('POST', '/api/v1/account/factors/totp', { cookie: held, body: {} })).status, 201);
    assert.equal(await code('POST', '/api/v1/account/factors/totp', await sessionOf(both), {}), 'password.change_required');
  });

  it('is told as such before the save that holds it back; whom no list lets enrol there is told as asked for a code', async () => {
    await house.save(admin, cookie, { 'management.allowlist': { state: 'any' }, 'two_factor.enrol_by': null });
    await sessionOf(await addAgent(house, admin, 'gil'));
    const preview = async (settings: object) => {
      const { sessionsEnding, sessionsAskedForCode, sessionsHeldBack } = (await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings } })).body;
      return { sessionsEnding, sessionsAskedForCode, sessionsHeldBack };
    };
    const insideOnly = { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'on' };
    // Of the four agents one must change the password anyway.
    assert.deepEqual(await preview(insideOnly), { sessionsEnding: 0, sessionsAskedForCode: 0, sessionsHeldBack: 3 });
    assert.deepEqual(await preview({ 'two_factor.mode': 'on' }), { sessionsEnding: 0, sessionsAskedForCode: 4, sessionsHeldBack: 0 });
  });
});
