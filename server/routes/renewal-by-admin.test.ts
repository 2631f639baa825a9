// A renewal that an administrator started, and what strangers who ask for one of the same person can and cannot do to it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { newestToken } from '#test/links.ts';
import { trail } from '#test/people.ts';
import { atUsers } from '#test/users.ts';

const MINUTE = 60_000;
let house: TestHouse;
let admin: Admin;
let page: ReturnType<typeof atUsers>;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  page = atUsers(house, admin);
});
after(() => house.close());
beforeEach(() => page.anew());

const ask = (email: string) => house.call('POST', '/api/v1/renewal', { body: { brand: 'acme', email } });
const opens = async (token: string) => (await house.call('POST', '/api/v1/renewal/open', { body: { token } })).status;
async function started(email: string, id: string): Promise<string> {
  // Mails are told apart by their instants.
  house.clock.now += 1_000;
  assert.equal((await page.freshPost(`/${id}/renewal`, {})).status, 200);
  return newestToken(house, email);
}

for (const on of [false, true]) {
  describe(`password.reset_without_otp ${on ? 'on' : 'off'}`, () => {
    before(async () => {
      await page.anew();
      assert.equal((await house.save(admin, page.cookie(), { 'password.reset_without_otp': on })).status, 200);
    });

    it('a link an administrator started outlives whoever asks; until it ends, they get none, and no mail', async () => {
      const { id, email } = await page.member();
      const token = await started(email, id);
      const mails = (await page.mailsTo(email)).length;
      const nobody = await ask('nobody@acme.example');
      for (let n = 0; n < 3; n += 1) {
        const { status, body } = await ask(email);
        assert.deepEqual([status, body], [nobody.status, nobody.body]);
      }
      assert.equal(await opens(token), 200, 'still the way in');
      assert.equal((await page.mailsTo(email)).length, mails);
      const row = (await trail(house, page.cookie())).find(({ event, facts }) => event === 'password.renewal_asked' && facts.agent === id);
      assert.match(row.sentence, /no link was sent \(an administrator’s link is open\)/);
      const { status } = await house.call('POST', '/api/v1/renewal/complete', { body: { token, password: 'nine amber kettles hum' } });
      assert.equal(status, 200);
      house.clock.now += 60 * MINUTE;
      await ask(email);
      assert.equal((await page.mailsTo(email)).length, mails + 2, 'the change was told, and the used link is in nobody’s way');
    });

    it('three who asked before do not silence the administrator, whose link ends theirs', async () => {
      const { id, email } = await page.member();
      for (let n = 0; n < 4; n += 1) await ask(email);
      const asked = on ? await newestToken(house, email) : null;
      const token = await started(email, id);
      assert.equal(await opens(token), 200);
      if (asked !== null) assert.equal(await opens(asked), 410);
    });
  });
}

it('who asks twice holds one link: the newer', async () => {
  const first = (await ask(admin.email)) && (await newestToken(house, admin.email));
  house.clock.now += 1_000;
  const second = (await ask(admin.email)) && (await newestToken(house, admin.email));
  assert.deepEqual([await opens(first), await opens(second)], [410, 200]);
});

it('a refusal ends nothing: the link asked for while the setting was on is not voided once it is off', async () => {
  const { email } = await page.member();
  const set = async (on: boolean) => assert.equal((await house.save(admin, page.cookie(), { 'password.reset_without_otp': on })).status, 200);
  await set(true);
  await ask(email);
  const token = await newestToken(house, email);
  await set(false);
  await ask(email);
  await set(true);
  assert.equal(await opens(token), 200);
  await set(false);
});
