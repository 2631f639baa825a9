// A change on trial with a rate of refusals: it goes back before its time when they rise among several people or keys, never by strangers or one alone; and one that need not be confirmed stays when they do not.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newApiKey } from '#identity/api-keys.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';
import { readyEnv } from '#test/ready-places.ts';
import { addApiKey, bearer } from '#test/tickets.ts';
import { policyRound } from '#server/workers/policy-ends.ts';

const LIST = 'management.allowlist';
const HOURS = 'session.absolute_hours';
const MINUTE = 60_000;
const LIMIT = { percent: 20, least: 10, minutes: 15 };

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`a trial with a rate of refusals (${engine})`, () => {
    let house: TestHouse;
    let admin: Admin;
    let cookie: string;
    let noa: string;
    let omer: string;
    before(async () => {
      house = await openHouse({ env: await readyEnv(engine) });
      admin = await house.setUp();
      cookie = await house.signIn(admin);
      await house.save(admin, cookie, { 'two_factor.mode': 'off' });
      const enter = async (local: string) => (await knock(house, admin.slug, await addAgent(house, admin, local), undefined, OUTSIDE)).cookies.find((one) => one.startsWith('__Host-session='))!;
      [noa, omer] = [await enter('noa'), await enter('omer')];
    });
    after(() => house.close());

    const policy = async () => (await house.building.parts.brands.bySlug(admin.slug))!.policy;
    const save = async (settings: unknown, manner: object): Promise<Answer> => house.call('PATCH', '/api/v1/policy', { cookie, body: { settings, ...manner }, headers: { 'if-match': `"v${(await policy()).version}"` } });
    const visit = async (times: number, shown = noa) => {
      for (let n = 0; n < times; n += 1) await house.call('GET', '/api/v1/session', { cookie: shown, from: OUTSIDE });
      await house.building.parts.journal.flush();
    };
    const later = async (ms: number) => {
      house.clock.now += ms;
      await policyRound(house.building.parts)();
    };
    const trial = async () => (await house.call('GET', '/api/v1/policy/trial', { cookie })).body.trial;

    it('one that stays by itself must have a rate, and say for how long it is watched', async () => {
      for (const manner of [{ trialMinutes: 10, stays: true }, { limit: LIMIT, stays: true }, { trialMinutes: 10, limit: { ...LIMIT, minutes: 7 } }]) assert.equal((await save({ [HOURS]: 11 }, manner)).status, 422);
    });

    it('one that only customers meet cannot stay by itself: their refusals bring nothing back', async () => {
      const sites = { 'channel.site_origins': only('https://shop.example') };
      const refused = await save(sites, { trialMinutes: 10, limit: LIMIT, stays: true });
      assert.deepEqual([refused.status, refused.body.code, await trial()], [409, 'policy.trial_unwatched', null]);
    });

    it('goes back before its time when refusals rise, with the figures in its row', async () => {
      assert.equal((await save({ [LIST]: only(INSIDE) }, { trialMinutes: 60, limit: LIMIT })).status, 200);
      assert.deepEqual((await trial()).limit, LIMIT);
      await visit(5);
      await later(6_000);
      assert.notEqual(await trial(), null, 'so few say nothing');
      await visit(14);
      await later(6_000);
      assert.notEqual(await trial(), null, 'one session that is refused, a stolen one as it may be, brings nothing back');
      await visit(1, omer);
      await later(6_000);
      assert.equal(await trial(), null);
      assert.equal((await policy()).values[LIST].state, 'any');
      const [row] = await trail(house, cookie, 'what=policy.trial_refused');
      assert.deepEqual([row.facts.refused, row.actor.kind], [20, 'system']);
      assert.match((await house.call('GET', '/api/v1/policy/versions', { cookie })).body.versions[0].reason, /^Refusals rose under the change on trial: 20 of \d+ decisions\.$/);
    });

    it('stays at its end, unconfirmed, when refusals did not rise', async () => {
      assert.equal((await save({ [HOURS]: 11 }, { trialMinutes: 10, limit: LIMIT, stays: true })).status, 200);
      await visit(20);
      await later(10 * MINUTE - 1);
      assert.equal((await trial()).stays, true);
      await later(1);
      assert.equal(await trial(), null);
      assert.equal((await policy()).values[HOURS], 11);
      assert.equal((await trail(house, cookie, 'what=policy.trial_stayed')).length, 1);
    });

    it('strangers bring nothing back, however many tries they make up; nor does one key; two do', async () => {
      const keys = [await addApiKey(house, admin, cookie, ['policy:read']), await addApiKey(house, admin, cookie, ['policy:read'])];
      const call = async (text: string, times: number): Promise<number> => {
        let status = 0;
        for (let n = 0; n < times; n += 1) ({ status } = await house.call('GET', '/api/v1/policy', { headers: bearer(text) }));
        await house.building.parts.journal.flush();
        await later(6_000);
        return status;
      };
      const state = async () => (await policy()).values['api.allowlist'].state;
      for (const { text } of keys) assert.equal(await call(text, 1), 200);
      assert.equal((await save({ 'api.allowlist': only('192.0.2.77') }, { trialMinutes: 60, limit: LIMIT })).status, 200);
      assert.deepEqual([await call(newApiKey((await house.building.parts.brands.bySlug(admin.slug))!.id).text, 150), await state()], [403, 'only'], 'strangers');
      assert.deepEqual([await call(keys[0]!.text, 30), await state()], [403, 'only'], 'one key');
      assert.deepEqual([await call(keys[1]!.text, 1), await state()], [403, 'any'], 'two');
    });

    it('without a rate nothing but its time takes it back', async () => {
      assert.equal((await save({ [LIST]: only(INSIDE) }, { trialMinutes: 30 })).status, 200);
      await visit(30);
      await later(15 * MINUTE);
      assert.notEqual(await trial(), null);
      await later(15 * MINUTE);
      assert.equal((await policy()).values[LIST].state, 'any');
      cookie = await house.signIn(admin);
      assert.equal((await trail(house, cookie, 'what=policy.trial_returned')).length, 1);
    });
  });
}
