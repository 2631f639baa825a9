// Versions of the policy and changes on trial: what each changed and why, going back to one, and what nobody confirms goes back by itself.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parseAddress } from '#policy/address.ts';
import { writeKeptChanges } from '#policy/history.ts';
import { PINNED } from '#policy/policy-file.ts';
import { openBrands } from '#server/brands.ts';
import { keepingOf } from '#server/policy-commit.ts';
import { confirmTrial } from '#server/policy-trials.ts';
import * as versionRows from '#store/policy-versions.ts';
import * as settingRows from '#store/settings.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';
import { readyEnv } from '#test/ready-places.ts';
import { entryOf } from '#test/stores.ts';
import { policyRound } from '#server/workers/policy-ends.ts';

const MINUTE = 60_000;
const HOURS = 'session.absolute_hours';
const LIST = 'management.allowlist';

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`the policy's versions and trials (${engine})`, () => {
    let house: TestHouse;
    let admin: Admin;
    let cookie: string;
    let env: Record<string, string>;
    before(async () => {
      env = await readyEnv(engine);
      house = await openHouse({ env });
      admin = await house.setUp();
      cookie = await house.signIn(admin);
      await house.stepUp(admin, cookie);
    });
    after(() => house.close());

    const get = (path: string, shown = cookie, from = INSIDE) => house.call('GET', `/api/v1/policy${path}`, { cookie: shown, from });
    const etag = async () => (await get('')).headers.etag;
    const save = async (settings: unknown, manner: object = {}): Promise<Answer> => {
      await house.stepUp(admin, cookie);
      return house.call('PATCH', '/api/v1/policy', { cookie, body: { settings, ...manner }, headers: { 'if-match': await etag() } });
    };
    const post = async (path: string, body: unknown, shown = cookie, from = INSIDE): Promise<Answer> => house.call('POST', `/api/v1/policy${path}`, { cookie: shown, from, body, headers: { 'if-match': `"v${(await brandOf()).policy.version}"` } });
    const brandOf = async () => (await house.building.parts.brands.bySlug(admin.slug))!;
    const hours = async () => (await brandOf()).policy.values[HOURS];
    const round = () => policyRound(house.building.parts)();

    it('names author, reason and every change of a version, in words', async () => {
      assert.equal((await save({ [HOURS]: 10 }, { reason: 'Nobody works longer.' })).status, 200);
      assert.equal((await save({ [HOURS]: 9, 'password.history': 7 })).status, 200);
      const { body } = await get('/versions');
      const [newest, first] = body.versions;
      assert.deepEqual([body.present, newest.version, newest.reason, newest.author.name], [newest.version, first.version + 1, null, 'Dana Levi']);
      assert.deepEqual([first.reason, first.changes.length], ['Nobody works longer.', 1]);
      assert.deepEqual(first.changes[0], { channel: null, key: HOURS, label: 'Longest session', beforeText: '12 hours (the default)', afterText: '10 hours', lockedBefore: false, lockedAfter: false });
      assert.deepEqual(newest.changes.map((one: { beforeText: string }) => one.beforeText).sort(), ['10 hours', '5 earlier passwords (the default)']);
      const rows = await trail(house, cookie, 'what=policy.changed');
      assert.ok(rows.some((row) => row.facts.reason === 'Nobody works longer.'));
    });

    it('a reason of more than 500 characters or with control characters is invalid, and nothing is saved', async () => {
      const { version } = (await get('')).body;
      for (const reason of ['x'.repeat(501), 'one\u0000two', 'one\ntwo']) assert.equal((await save({ [HOURS]: 8 }, { reason })).status, 422);
      assert.equal((await get('')).body.version, version);
    });

    it('compares any two versions, and says so when one is not known', async () => {
      const { versions } = (await get('/versions')).body;
      const [newest, first] = versions;
      const { body } = await get(`/versions/${first.version}?with=${newest.version}`);
      assert.deepEqual(body.changes.map((one: { key: string; beforeText: string; afterText: string }) => [one.key, one.beforeText, one.afterText]).sort(), [
        ['password.history', '5 earlier passwords (the default)', '7 earlier passwords'], [HOURS, '10 hours', '9 hours'],
      ]);
      assert.deepEqual((await get(`/versions/${newest.version}`)).body.changes, []);
      assert.equal((await get('/versions/999')).body.code, 'policy.version_unknown');
      assert.equal((await get(`/versions/${first.version}?with=999`)).body.code, 'policy.version_unknown');
    });

    it('goes back to a version as a new one, default and all, with a row for each setting', async () => {
      const { versions, present } = (await get('/versions')).body;
      const first = versions.at(-1).version;
      const checked = await post(`/versions/${first}/restore/check`, undefined);
      assert.deepEqual(checked.body.changed.map((one: { key: string; afterText: string }) => [one.key, one.afterText]).sort(), [['password.history', '5 earlier passwords (the default)'], [HOURS, '10 hours']]);
      await house.stepUp(admin, cookie);
      assert.equal((await post(`/versions/${first}/restore`, { reason: 'Back to Monday.' })).body.version, present + 1);
      const { settings } = (await get('')).body;
      assert.deepEqual([settings[HOURS].value, settings['password.history'].value, settings['password.history'].origin.from], [10, 5, 'default']);
      const rows = await trail(house, cookie, 'what=policy.returned');
      assert.deepEqual(rows.map((row) => [row.entity.id, row.facts.to, row.facts.reason]).sort(), [['password.history', first, 'Back to Monday.'], [HOURS, first, 'Back to Monday.']]);
      assert.equal(rows.find((row) => row.entity.id === HOURS).sentence, `“Longest session” went back to what it was in version ${first} (Dana Levi).`);
    });

    it('goes back only with a fresh code, from the newest version, by who may', async () => {
      const first = (await get('/versions')).body.versions.at(-1).version;
      assert.equal((await house.call('POST', `/api/v1/policy/versions/${first}/restore`, { cookie, body: {} })).status, 428);
      const agent = await knock(house, admin.slug, await addAgent(house, admin, `noa-${engine}`));
      const shown = agent.cookies.find((one) => one.startsWith('__Host-session='));
      for (const [method, path] of [['GET', '/versions'], ['GET', '/trial'], ['POST', `/versions/${first}/restore`], ['POST', '/trial/confirm'], ['POST', '/trial/undo']] as const) {
        assert.equal((await house.call(method, `/api/v1/policy${path}`, { cookie: shown, ...(method === 'POST' ? { body: {} } : {}) })).body.code, 'capability.missing', path);
      }
      house.clock.now += 2 * 3_600_000;
      cookie = await house.signIn(admin);
      assert.equal((await post(`/versions/${first}/restore`, {})).body.code, 'step_up.required');
    });

    it('what would shut the saver out is not gone back to', async () => {
      await save({ [LIST]: only(INSIDE) });
      await save({ 'two_factor.mode': 'off' });
      const narrow = (await get('')).body.version;
      await save({ [LIST]: { state: 'any' } });
      const elsewhere = await house.signIn(admin, OUTSIDE);
      await house.stepUp(admin, elsewhere, OUTSIDE);
      const checked = await post(`/versions/${narrow}/restore/check`, undefined, elsewhere, OUTSIDE);
      assert.deepEqual([checked.body.refused, checked.body.warnings[0].code], [true, 'policy.locks_out_saver']);
      assert.equal((await post(`/versions/${narrow}/restore`, {}, elsewhere, OUTSIDE)).body.code, 'policy.locks_out_saver');
      await save({ 'two_factor.mode': 'remote_only' });
    });

    it('a change on trial holds at once, shuts every other save out, and goes back by itself at its time and not before', async () => {
      const before = await settingRows.kept(house.building.parts.store.brand((await brandOf()).id));
      assert.equal((await save({ [HOURS]: 3, [LIST]: only(INSIDE) }, { trialMinutes: 10 })).status, 200);
      assert.equal(await hours(), 3);
      const began = house.clock.now;
      const { trial } = (await get('/trial')).body;
      assert.deepEqual([trial.beganBy, trial.until, trial.changes.map((one: { key: string }) => one.key).sort()], ['Dana Levi', began + 10 * MINUTE, [LIST, HOURS].sort()]);
      assert.equal((await save({ [HOURS]: 4 })).body.code, 'policy.trial_waiting');
      house.clock.now = began + 10 * MINUTE - 1;
      await round();
      assert.equal(await hours(), 3);
      house.clock.now += 1;
      await round();
      assert.equal(await hours(), 10);
      assert.deepEqual(await settingRows.kept(house.building.parts.store.brand((await brandOf()).id)), before, 'to the letter, with who set it and when');
      const rows = await trail(house, cookie, 'what=policy.trial_returned');
      assert.deepEqual([rows.length, rows[0].actor.kind], [1, 'system']);
      assert.equal((await get('/versions')).body.versions[1].trial.state, 'returned');
    });

    it('goes back also when the server was stopped in between, once, whichever of two nodes comes first', async () => {
      await save({ [HOURS]: 2 }, { trialMinutes: 5 });
      const until = house.clock.now + 5 * MINUTE;
      await house.building.close();
      house = await openHouse({ env, dataDir: house.dataDir });
      house.clock.now = until + MINUTE;
      const other = engine === 'postgres' ? await openHouse({ env, dataDir: house.dataDir }) : null;
      try {
        if (other !== null) other.clock.now = house.clock.now;
        await Promise.all([round(), other === null ? undefined : policyRound(other.building.parts)()]);
        await house.building.parts.brands.confirm();
        assert.equal(await hours(), 10);
      } finally {
        await other?.close();
      }
      cookie = await house.signIn(admin);
      assert.equal((await trail(house, cookie, 'what=policy.trial_returned')).length, 2);
    });

    it('once confirmed it stays; it is confirmed once, and by nobody whom it would not let in', async () => {
      await save({ [HOURS]: 6 }, { trialMinutes: 5 });
      const { trial } = (await get('/trial')).body;
      assert.equal((await post('/trial/confirm', { id: 'trl_other' })).body.code, 'policy.trial_over');
      assert.equal((await post('/trial/confirm', { id: trial.id })).status, 200);
      assert.equal((await post('/trial/confirm', { id: trial.id })).body.code, 'policy.trial_over');
      house.clock.now += 6 * MINUTE;
      await round();
      assert.equal(await hours(), 6);
      assert.equal((await get('/trial')).body.trial, null);
      assert.equal((await trail(house, cookie, 'what=policy.trial_confirmed')).length, 1);
    });

    it('is taken back by hand at once, and then another may be saved', async () => {
      await save({ [HOURS]: 5 }, { trialMinutes: 5 });
      const { trial } = (await get('/trial')).body;
      assert.equal((await post('/trial/undo', { id: trial.id })).status, 200);
      assert.equal(await hours(), 6);
      assert.equal((await save({ [HOURS]: 7 })).status, 200);
      assert.equal((await trail(house, cookie, 'what=policy.trial_undone'))[0].actor.name, 'Dana Levi');
    });

    it('is confirmed only by whom the change lets in, also on a node that has not heard of it yet', async () => {
      const { store, sessions } = house.building.parts;
      const elsewhere = openBrands(store, () => house.clock.uptime);
      const stale = (await elsewhere.byId((await brandOf()).id))!;
      assert.equal((await save({ [LIST]: only(INSIDE), 'two_factor.mode': 'off' }, { trialMinutes: 5 })).status, 200);
      const { trial } = (await get('/trial')).body;
      const session = [...sessions.each()].find(({ person }) => person.admin)!;
      const client = { address: parseAddress(OUTSIDE)!, text: OUTSIDE, unknown: null };
      assert.equal((await confirmTrial({ ...house.building.parts, brands: elsewhere }, stale, trial.id, { session, client }))?.code, 'policy.trial_not_proven');
      assert.equal((await post('/trial/undo', { id: trial.id })).status, 200);
    });

    it('is not made longer by a clock that is set back', async () => {
      const before = await hours();
      assert.equal((await save({ [HOURS]: 5 }, { trialMinutes: 5 })).status, 200);
      const again = policyRound(house.building.parts);
      await again();
      assert.equal(await hours(), 5);
      house.clock.now -= 60 * MINUTE;
      house.clock.uptime += 5 * MINUTE;
      await house.building.parts.brands.confirm();
      await again();
      house.clock.now += 65 * MINUTE;
      assert.equal(await hours(), before);
    });

    it('lasts from a minute to a day', async () => {
      for (const trialMinutes of [0, 1_441, 1.5, '5']) assert.equal((await save({ [HOURS]: 5 }, { trialMinutes })).status, 422);
    });

    it('the check names administrators whom the change would shut out, by where they were last seen', async () => {
      const email = await addAgent(house, admin, `gil-${engine}`);
      const rows = house.building.parts.store.brand((await brandOf()).id);
      await rows.note([rows.write(rows.q.updateTable('agents').set({ role: 'admin' }).where('email', '=', email))]);
      assert.equal((await knock(house, admin.slug, email)).body.next, 'workspace');
      const asked = async (settings: object) => (await post('/check', { settings })).body.shutOut;
      assert.deepEqual(await asked({ [LIST]: only('192.0.2.1'), 'two_factor.mode': 'off' }), { admins: [`gil-${engine}`], noOtherAdmin: true });
      assert.deepEqual(await asked({ [LIST]: only(INSIDE), 'two_factor.mode': 'off' }), { admins: [], noOtherAdmin: false });
    });

    it('goes back to nothing from before a key was fixed by the policy file', async () => {
      const { id, policy: { version } } = await brandOf();
      const { store, brands } = house.building.parts;
      const rows = store.brand(id);
      const fixed = (value: number | null) => (value === null ? null : { value, locked: false, setBy: null, setAt: 1 });
      const pin = async (at: number, before: number | null, after: number | null) => {
        const changes = [{ channel: PINNED, key: HOURS, before: fixed(before), after: fixed(after) }];
        await brands.commit([rows.part({ statements: keepingOf(rows, changes, { version: at + 1, at: 1, author: null, reason: null }), entries: [entryOf('policy.changed')], bumps: ['policy'], onPolicyVersion: at })]);
      };
      await pin(version, null, 6);
      assert.equal(await hours(), 6);
      await house.stepUp(admin, cookie);
      const [asked, gone] = [await post(`/versions/${version}/restore/check`, {}), await post(`/versions/${version}/restore`, {})];
      assert.deepEqual([asked.body.faults[0]?.code, gone.status, gone.body.faults?.[0]?.code, await hours()], ['setting.pinned', 422, 'setting.pinned', 6], gone.text);
      await pin(version + 1, 6, null);
    });

    it('a value of before that no kind reads any more is said, and nothing is gone back to', async () => {
      const { version } = (await get('')).body;
      const { id } = await brandOf();
      const rows = house.building.parts.store.brand(id);
      const diff = writeKeptChanges([{ channel: null, key: HOURS, before: { value: 'a dozen', locked: false, setBy: null, setAt: 1 }, after: { value: 11, locked: false, setBy: null, setAt: 1 } }]);
      await rows.note([versionRows.insert(rows, { version: version + 1, at: 1, author: null, reason: null, diff })]);
      const asked = await post(`/versions/${version}/restore/check`, {});
      assert.deepEqual([asked.status, asked.body.faults.map((fault: { path: string }) => fault.path)], [200, [HOURS]], asked.text);
      assert.equal((await get('/versions')).body.versions[0].changes[0].beforeText, '"a dozen"');
    });
  });
}
