// What a person's pages show of their account is never older than the last change of it, whoever made it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';

describe('GET /session', () => {
  let house: TestHouse;
  let admin: Admin;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
  });
  after(() => house.close());
  const shown = async (cookie: string) => (await house.call('GET', '/api/v1/session', { cookie })).body.agent;

  it('counts a recovery code that another session has just used', async () => {
    const [one, other] = [await house.signIn(admin), await house.signIn(admin)];
    assert.equal((await shown(one)).recoveryCodesLeft, 10);
    assert.equal((await shown(other)).recoveryCodesLeft, 10);
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie: other, body: { method: 'recovery', code: admin.recoveryCodes[0] } })).status, 200);
    assert.equal((await shown(one)).recoveryCodesLeft, 9);
    assert.equal((await shown(other)).recoveryCodesLeft, 9);
  });

  it('shows a phone and new recovery codes as soon as they are there', async () => {
    const cookie = await house.signIn(admin);
    assert.equal((await shown(cookie)).phone, null);
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('POST', '/api/v1/account/phone', { cookie, body: { number: '+4915112345678' } })).status, 202);
    const code = /\b\d{6}\b/.exec(house.terminal.join('\n'))?.[0];
    assert.equal((await house.call('POST', '/api/v1/account/phone/confirm', { cookie, body: { code } })).status, 204);
    assert.equal((await shown(cookie)).phone, '+4915112345678');
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('POST', '/api/v1/account/recovery-codes', { cookie })).status, 201);
    assert.equal((await shown(cookie)).recoveryCodesLeft, 10);
  });
});
