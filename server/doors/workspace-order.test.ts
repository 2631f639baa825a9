// What is judged before what: the right to be here comes before any body is read, and a replaced factor leaves its row.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { totpCode } from '#identity/totp.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, knock } from '#test/people.ts';

describe('the order of judging', () => {
  let house: TestHouse;
  let admin: Admin;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
  });
  after(() => house.close());

  it('refuses who has no right before a word of the body is read', async () => {
    const cookie = (await knock(house, admin.slug, await addAgent(house, admin, 'plain'))).cookies[0];
    for (const [method, path] of [['POST', '/api/v1/policy/check'], ['PATCH', '/api/v1/policy']] as const) {
      const answer = await house.call(method, path, { cookie, raw: '{"settings": this is no JSON' });
      assert.equal(answer.status, 403, path);
      assert.equal(answer.body.code, 'capability.missing', path);
    }
  });

  it('writes a row for the authenticator that a new one replaces', async () => {
    const cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    const begun = await house.call('POST', '/api/v1/account/factors/totp', { cookie, body: {} });
    assert.equal(begun.status, 201, begun.text);
    const code = totpCode(begun.body.secret, Math.floor(house.clock.now / 30_000));
    assert.equal((await house.call('POST', `/api/v1/account/factors/totp/${begun.body.id}/confirm`, { cookie, body: { code } })).status, 200);
    const { body } = await house.call('GET', '/api/v1/audit?what=factor.', { cookie });
    const removed = body.rows.filter((row: { event: string }) => row.event === 'factor.removed');
    assert.equal(removed.length, 1);
    assert.equal(removed[0].facts.replacedBy, begun.body.id);
  });
});
