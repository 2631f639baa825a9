// Two nodes on one database, SQLite and PostgreSQL: what one saves holds on the other once it confirms, and who cannot confirm denies.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeKeptChanges } from '#policy/history.ts';
import * as trialRows from '#store/policy-trials.ts';
import * as settingRows from '#store/settings.ts';
import { newId } from '#identity/tokens.ts';
import { policyRound } from '#server/workers/policy-ends.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE } from '#test/people.ts';
import { readyDatabase } from '#test/ready-places.ts';
import { ENGINES, type Engine, newBrand } from '#test/stores.ts';

const MINUTE = 60_000;

interface Pair {
  readonly left: TestHouse;
  readonly right: TestHouse;
  readonly admin: Admin;
  /** A session begun at the left node. */
  readonly cookie: string;
  /** The right node hears what the left one said. */
  hear(): Promise<void>;
}

async function twoNodes(engine: Engine, run: (pair: Pair) => Promise<void>): Promise<void> {
  const env: Record<string, string> = engine === 'postgres' ? { DATABASE_URL: await readyDatabase() } : {};
  const left = await openHouse({ env });
  const right = await openHouse({ env, dataDir: left.dataDir });
  try {
    const admin = await left.setUp();
    const cookie = await left.signIn(admin);
    const hear = async () => {
      right.clock.now = left.clock.now;
      await right.building.parts.brands.confirm();
    };
    await hear();
    await run({ left, right, admin, cookie, hear });
  } finally {
    await right.close();
    await left.close();
  }
}
const seen = (house: TestHouse, cookie: string, from = INSIDE) => house.call('GET', '/api/v1/session', { cookie, from });

for (const engine of ENGINES) {
  describe(`two nodes on ${engine}`, () => {
    it('know each other’s sessions, and their end', async () =>
      twoNodes(engine, async ({ left, right, cookie, hear }) => {
        assert.equal((await seen(right, cookie)).status, 200);
        assert.equal((await left.call('POST', '/api/v1/sign-out', { cookie })).status, 204);
        await hear();
        assert.equal((await seen(right, cookie)).body.code, 'session.ended');
        // Leaving twice, at another node too, is leaving.
        assert.equal((await right.call('POST', '/api/v1/sign-out', { cookie })).status, 204);
      }));

    it('take over a saved list; a save from an older version is refused at the other node too', async () =>
      twoNodes(engine, async ({ left, right, admin, cookie, hear }) => {
        const plain = await addAgent(left, admin, 'plain');
        const theirs = (await knock(right, 'acme', plain, undefined, OUTSIDE)).cookies[0]!;
        assert.equal((await seen(right, theirs, OUTSIDE)).status, 200);
        const older = (await right.call('GET', '/api/v1/policy', { cookie })).headers.etag;
        assert.equal((await left.save(admin, cookie, { 'management.allowlist': only(INSIDE) })).status, 200);
        await hear();
        assert.equal((await seen(right, theirs, OUTSIDE)).body.code, 'network.not_allowed');
        assert.equal((await right.call('GET', '/api/v1/policy', { cookie })).body.settings['management.allowlist'].origin.setByName, 'Dana Levi');
        const stale = await right.call('PATCH', '/api/v1/policy', { cookie, body: { settings: { 'session.absolute_hours': 9 } }, headers: { 'if-match': older } });
        assert.equal(stale.body.code, 'policy.stale');
      }));

    it('know of a code that was given at the other: for a save, and for an address outside', async () =>
      twoNodes(engine, async ({ left, right, admin, cookie, hear }) => {
        assert.equal((await seen(right, cookie)).status, 200);
        await left.save(admin, cookie, { 'management.allowlist': only(INSIDE) });
        await hear();
        assert.equal((await seen(right, cookie, OUTSIDE)).status, 200);
        const { etag } = (await right.call('GET', '/api/v1/policy', { cookie })).headers;
        const saved = await right.call('PATCH', '/api/v1/policy', { cookie, body: { settings: { 'session.absolute_hours': 9 } }, headers: { 'if-match': etag } });
        assert.equal(saved.status, 200, saved.text);
      }));

    it('of two saves at once from one version one holds, at both nodes the same', async () =>
      twoNodes(engine, async ({ left, right, admin, cookie, hear }) => {
        await left.stepUp(admin, cookie);
        await hear();
        const { etag } = (await left.call('GET', '/api/v1/policy', { cookie })).headers;
        const save = (house: TestHouse, hours: number) => house.call('PATCH', '/api/v1/policy', { cookie, body: { settings: { 'session.absolute_hours': hours } }, headers: { 'if-match': etag } });
        const answers = await Promise.all([save(left, 20), save(right, 21)]);
        assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 412], answers.map((answer) => answer.text).join('\n'));
        await left.building.parts.brands.confirm();
        await hear();
        const values = await Promise.all([left, right].map(async (house) => (await house.call('GET', '/api/v1/policy', { cookie })).body.settings['session.absolute_hours'].value));
        assert.equal(values[0], answers[0]!.status === 200 ? 20 : 21);
        assert.equal(values[1], values[0]);
      }));

    it('count what a person types at one for the other', async () =>
      twoNodes(engine, async ({ left, right, cookie }) => {
        assert.equal((await seen(right, cookie)).status, 200);
        const began = left.clock.now;
        left.clock.now = began + 20 * MINUTE;
        await left.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } });
        right.clock.now = began + 31 * MINUTE;
        assert.equal((await seen(right, cookie)).status, 200, 'the other node had seen newer input');
        right.clock.now = began + 50 * MINUTE;
        assert.equal((await seen(right, cookie)).body.code, 'session.idle');
      }));

    it('count the failures of one lane together', async () =>
      twoNodes(engine, async ({ left, right, admin }) => {
        for (let n = 0; n < 5; n += 1) assert.equal((await knock(n % 2 === 0 ? left : right, 'acme', admin.email, 'wrong')).status, 401);
        for (const house of [left, right]) assert.equal((await knock(house, 'acme', admin.email)).body.code, 'sign_in.locked');
      }));

    it('settings that this program cannot read deny in their own brand, and hold up neither another nor its trials', async () =>
      twoNodes(engine, async ({ right, admin, cookie, hear }) => {
        const { brands, store } = right.building.parts;
        const other = await newBrand(store);
        const [acme, theirs] = [(await brands.bySlug(admin.slug))!, (await brands.byId(other.id))!];
        const trial = { id: 'trl_1', version: 0, undo: writeKeptChanges([]), began_at: 1, began_by: null, until: 2, limit_percent: null, limit_least: null, limit_minutes: null, stays: 0 };
        const row = () => ({ id: newId('evt'), at: 1, actor: { kind: 'host', id: null }, event: 'policy.applied', entity: { kind: 'setting', id: 'of.tomorrow' } }) as const;
        await other.commit({ statements: [trialRows.insert(other, trial)], entries: [row()], bumps: ['policy'] });
        await hear();
        // By a newer program, on another node.
        const rows = store.brand(acme.id);
        await rows.commit({ statements: [settingRows.put(rows, { key: 'of.tomorrow', value: '1', set_by: null, set_at: 1 })], entries: [row()], bumps: ['policy'] });
        right.clock.uptime += 6_000;
        await assert.rejects(hear(), /unknown to this program/);
        assert.equal(theirs.confirmedAt, right.clock.uptime);
        await brands.confirm(other.id);
        await assert.rejects(brands.confirm(acme.id), /unknown to this program/, 'a fault is told to whoever asks for that brand');
        assert.equal((await seen(right, cookie)).body.code, 'policy.unconfirmed');
        await policyRound({ ...right.building.parts })().catch(() => undefined);
        assert.equal(await trialRows.waiting(other), undefined, 'the trial of the other brand is over');
      }));

    it('whom a stage holds for is read at the next look where it could not be, and until then nothing is confirmed', async () =>
      twoNodes(engine, async ({ right, admin, hear }) => {
        const { brands, store } = right.building.parts;
        const brand = (await brands.bySlug(admin.slug))!;
        let [read, away] = [0, true];
        brand.readMembers = async () => {
          if (away) throw new Error('the store is away');
          read += 1;
          return false;
        };
        await store.brand(brand.id).commit({ statements: [], entries: [{ id: newId('evt'), at: 1, actor: { kind: 'host', id: null }, event: 'team.changed', entity: { kind: 'team', id: 'tea_1' } }], bumps: ['people'] });
        right.clock.uptime += 1_000;
        await assert.rejects(hear(), /away/);
        assert.notEqual(brand.confirmedAt, right.clock.uptime);
        await brands.commit([store.brand(brand.id).part({ statements: [], entries: [{ id: newId('evt'), at: 1, actor: { kind: 'host', id: null }, event: 'team.changed', entity: { kind: 'team', id: 'tea_1' } }], bumps: ['people'] })]);
        away = false;
        await hear();
        assert.deepEqual([read, brand.confirmedAt], [1, right.clock.uptime]);
        await hear();
        assert.equal(read, 1, 'and not again while nobody changed');
      }));

    it('deny once the policy was not confirmed for more than five seconds, and only then', async () =>
      twoNodes(engine, async ({ right, cookie, hear }) => {
        assert.equal((await seen(right, cookie)).status, 200);
        right.clock.uptime += 5_000;
        assert.equal((await seen(right, cookie)).status, 200);
        right.clock.uptime += 1;
        const denied = await seen(right, cookie);
        assert.equal(denied.status, 503);
        assert.equal(denied.body.code, 'policy.unconfirmed');
        await hear();
        assert.equal((await seen(right, cookie)).status, 200);
      }));
  });
}
