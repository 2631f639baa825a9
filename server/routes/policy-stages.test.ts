// A change on stage, from outside: only counted, then for some, then for everybody; whom it holds for meets it at once, and nobody else.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import * as decisionRows from '#store/decisions.ts';
import * as settingRows from '#store/settings.ts';
import { inShare } from '#policy/stage.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { bearer, beginChat, makeChannel, openOn, OTHER_SITE, SITE } from '#test/chat.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';
import { readyEnv } from '#test/ready-places.ts';
import { policyRound } from '#server/workers/policy-ends.ts';

const LIST = 'management.allowlist';
const HOURS = 'session.absolute_hours';
const MINUTE = 60_000;
const DAY = 86_400_000;
const LIMIT = { percent: 20, least: 10, minutes: 15 };

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`a change on stage (${engine})`, () => {
    let house: TestHouse;
    let admin: Admin;
    let cookie: string;
    let noa: { id: string; shown: string };
    let omer: { id: string; shown: string };
    let env: Record<string, string>;
    let folder: string;
    before(async () => {
      env = await readyEnv(engine);
      house = await openHouse({ env });
      admin = await house.setUp();
      cookie = await house.signIn(admin);
      await save({ 'two_factor.mode': 'off' });
      [noa, omer] = [await person('noa'), await person('omer')];
    });
    after(async () => {
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function person(local: string): Promise<{ id: string; shown: string }> {
      const email = await addAgent(house, admin, local);
      const shown = (await knock(house, admin.slug, email, undefined, OUTSIDE)).cookies.find((one) => one.startsWith('__Host-session='))!;
      return { id: (await house.call('GET', '/api/v1/session', { cookie: shown, from: OUTSIDE })).body.agent.id, shown };
    }
    const brandOf = async () => (await house.building.parts.brands.bySlug(admin.slug))!;
    const rowsOf = async () => house.building.parts.store.brand((await brandOf()).id);
    const etag = async () => `"v${(await brandOf()).policy.version}"`;
    let stepped = { at: -Infinity, by: '' };
    /** Once an hour is enough, and each session for itself. */
    const stepUp = async () => {
      if (stepped.by === cookie && house.clock.now - stepped.at < 50 * MINUTE) return;
      await house.stepUp(admin, cookie);
      stepped = { at: house.clock.now, by: cookie };
    };
    const save = async (settings: unknown, more: object = {}): Promise<Answer> => {
      await stepUp();
      return house.call('PATCH', '/api/v1/policy', { cookie, body: { settings, ...more }, headers: { 'if-match': await etag() } });
    };
    const post = async (path: string, body: unknown, shown = cookie): Promise<Answer> => {
      if (shown === cookie) await stepUp();
      return house.call('POST', `/api/v1/policy/stage${path}`, { cookie: shown, body, headers: { 'if-match': await etag() } });
    };
    const stage = async () => (await house.call('GET', '/api/v1/policy/stage', { cookie })).body;
    const begin = async (settings: unknown, how: object): Promise<string> => {
      const answer = await post('', { settings, ...how });
      assert.equal(answer.status, 200, answer.text);
      return (await stage()).stage.id;
    };
    const visit = async ({ shown }: { shown: string }, times: number, from = OUTSIDE) => {
      const seen: string[] = [];
      for (let n = 0; n < times; n += 1) seen.push(await house.call('GET', '/api/v1/session', { cookie: shown, from }).then(({ status, body }) => `${status} ${body.code ?? ''}`));
      return seen;
    };
    const replayed = async (path: string) => (JSON.parse((await house.call('POST', `/api/v1/policy${path}`, { cookie, body: { settings: {} } })).text.trim().split('\n').at(-1)!) as { result: any }).result;
    const round = () => policyRound(house.building.parts)();

    it('report only: the old settings hold, and what the new ones would have refused is counted and told', async () => {
      await visit(noa, 10);
      await begin({ [LIST]: only(INSIDE) }, { kind: 'report', reason: 'Only the office.' });
      assert.deepEqual(new Set(await visit(noa, 7)), new Set(['200 ']));
      assert.deepEqual(new Set(await visit(omer, 3, INSIDE)), new Set(['200 ']));
      const { stage: shown } = await stage();
      assert.deepEqual([shown.kind, shown.reason, shown.beganBy, shown.changes[0].label, shown.people], ['report', 'Only the office.', 'Dana Levi', 'IP white-list for management', null]);
      assert.deepEqual([shown.figures.nowRefused, shown.figures.changed, shown.figures.within.decisions], [7, 7, 0], 'what was decided before it began does not count');
      assert.deepEqual(shown.figures.differences.map((one: any) => [one.question, one.was, one.becomes, one.count]), [['management-access', null, 'network.not_allowed', 7]]);
      const result = await replayed('/stage/replay');
      assert.deepEqual([result.changed, result.nowRefused, result.agents, result.unfaithful], [7, 7, 1, 0], 'the count is what a replay of the same decisions gives');
      assert.equal(result.examples[0].subject.name, 'noa');
    });

    it('survives a restart in the middle, figures and all', async () => {
      const { stage: before } = await stage();
      const { dataDir, clock } = house;
      await house.building.close();
      folder = dataDir;
      house = await openHouse({ env, dataDir });
      house.clock.now = clock.now + MINUTE;
      assert.deepEqual((await stage()).stage.figures.differences, before.figures.differences);
      assert.equal((await brandOf()).policy.values[LIST].state, 'any');
    });

    it('a second one, a trial of the same values and a save of them must wait; other settings need not', async () => {
      assert.equal((await post('', { settings: { [HOURS]: 5 }, kind: 'report' })).body.code, 'policy.stage_running');
      assert.equal((await save({ [LIST]: only('127.0.0.0/8') })).body.code, 'policy.staged');
      assert.equal((await save({ 'password.min_length': 14, 'two_factor.mode': 'off' })).status, 422);
      assert.equal((await save({ 'password.history': 9 })).status, 200);
      assert.equal((await stage()).stage.changes.length, 1);
    });

    it('for a share: who is in it is refused from outside at once, who is not goes on; both are counted', async () => {
      const { stage: { id } } = await stage();
      const percent = [...Array(98).keys()].map((n) => n + 1).find((share) => inShare(id, noa.id, share) !== inShare(id, omer.id, share))!;
      const [inside, outside] = inShare(id, noa.id, percent) ? [noa, omer] : [omer, noa];
      assert.equal((await post('/widen', { id, kind: 'share', share: percent })).status, 200);
      assert.deepEqual(await visit(inside, 2), Array(2).fill('403 network.not_allowed'));
      assert.deepEqual(await visit(inside, 1, INSIDE), ['200 '], 'the list lets in from inside');
      assert.deepEqual(new Set(await visit(outside, 3)), new Set(['200 ']));
      const { stage: shown } = await stage();
      assert.deepEqual([shown.kind, shown.share], ['share', percent]);
      assert.deepEqual([shown.figures.within.nowRefused, shown.figures.nowRefused], [2, 7 + 2 + 3]);
      assert.equal((await replayed('/replay')).unfaithful, 0, 'what the draft decided is looked at under the draft');
      assert.equal((await replayed('/stage/replay')).nowRefused, 12);
      const drafted = (await decisionRows.page(await rowsOf(), '', 1_000)).filter((row) => row.version < 0);
      assert.ok(drafted.some((row) => row.code === 'network.not_allowed'));
      const [refusal] = await trail(house, cookie, 'what=request.refused');
      const explained = (await house.call('GET', `/api/v1/policy/explain?refusal=${refusal.id}`, { cookie })).body;
      assert.deepEqual([explained.allowed, explained.setting.key, explained.setting.value, explained.now.allowed], [false, LIST, `Only these addresses may connect: ${INSIDE}`, true], 'the draft refused then; what is saved would not');
      // Sign-in asks the same of whoever is known by then.
      assert.equal((await knock(house, admin.slug, `${inside === noa ? 'noa' : 'omer'}@${admin.slug}.example`, undefined, OUTSIDE)).body.code, 'sign_in.failed');
      assert.equal((await knock(house, admin.slug, `${inside === noa ? 'omer' : 'noa'}@${admin.slug}.example`, undefined, OUTSIDE)).body.next, 'workspace');
    });

    it('enforced for everybody it does what it said: who would have been refused is, with the same code', async () => {
      const { stage: { id } } = await stage();
      assert.equal((await post('/enforce', { id })).status, 200);
      assert.deepEqual(await visit(noa, 1), ['403 network.not_allowed']);
      assert.deepEqual(await visit(omer, 1), ['403 network.not_allowed']);
      const { stage: none, last } = await stage();
      assert.deepEqual([none, last.state, last.endedBy, last.figures.nowRefused], [null, 'enforced', 'Dana Levi', 12]);
      const [newest] = (await house.call('GET', '/api/v1/policy/versions', { cookie })).body.versions;
      assert.deepEqual([newest.reason, newest.changes.length], ['Only the office.', 1]);
      assert.equal((await post('/take-back', { id })).body.code, 'policy.stage_over');
      const events = (await trail(house, cookie)).map((row) => row.event);
      for (const event of ['policy.stage_began', 'policy.stage_widened', 'policy.stage_enforced', 'policy.changed']) assert.ok(events.includes(event), event);
      await save({ [LIST]: { state: 'any' } });
    });

    it('for a team: its members, and as soon as somebody joins or leaves it', async () => {
      const made = await house.call('POST', '/api/v1/teams', { cookie, body: { name: `Night ${engine}`, members: [noa.id] } });
      const id = await begin({ [LIST]: only(INSIDE) }, { kind: 'team', team: made.body.id });
      assert.deepEqual((await stage()).stage.people, { within: 1, of: 3 });
      assert.deepEqual([await visit(noa, 1), await visit(omer, 1)], [['403 network.not_allowed'], ['200 ']]);
      assert.equal((await house.call('PATCH', `/api/v1/teams/${made.body.id}`, { cookie, body: { members: [omer.id] } })).status, 200);
      assert.deepEqual([await visit(noa, 1), await visit(omer, 1)], [['200 '], ['403 network.not_allowed']]);
      assert.equal((await post('/take-back', { id })).status, 200);
      assert.deepEqual([await visit(noa, 1), await visit(omer, 1)], [['200 '], ['200 ']]);
      assert.equal((await stage()).last.state, 'taken_back');
    });

    it('in one channel: chats of a site that is taken off close there and nowhere else, and customers who go on trying do not bring it back', async () => {
      const [one, other] = [await makeChannel(house, admin, cookie, [SITE], `first ${engine}`), await makeChannel(house, admin, cookie, [SITE], `second ${engine}`)];
      const tokens = [await beginChat(house, one), await beginChat(house, other)];
      const read = async () => Promise.all(tokens.map(async (token) => (await house.call('GET', '/api/v1/chat/conversation', { headers: bearer(token) })).status));
      assert.deepEqual(await read(), [200, 200]);
      const SITES = 'channel.site_origins';
      const id = await begin({ [SITES]: only(OTHER_SITE) }, { kind: 'channel', in: one.id, limit: { percent: 50, least: 10, minutes: 15 } });
      assert.deepEqual(await read(), [403, 200]);
      assert.deepEqual([(await openOn(house, one)).status, (await openOn(house, other)).status], [403, 200]);
      const page = await house.call('GET', `/api/v1/channels/${one.id}/policy`, { cookie });
      assert.deepEqual(page.body.settings[SITES].value.entries, [{ value: SITE }], 'the page edits what is saved');
      const { figures, in: place } = (await stage()).stage;
      assert.equal(place.name, `first ${engine}`);
      assert.ok(figures.within.nowRefused >= 1 && figures.nowRefused > figures.within.nowRefused, 'in the other channel it is only counted');
      assert.equal((await replayed('/stage/replay')).unfaithful, 0);
      for (let n = 0; n < 12; n += 1) await read();
      await house.building.parts.journal.flush();
      house.clock.now += 6_000;
      await round();
      const { id: present, outside } = (await stage()).stage;
      assert.deepEqual([present, outside.told, outside.times, outside.nowRefused >= 13, outside.decisions >= outside.nowRefused], [id, true, null, true, true], `whoever began it is warned: ${JSON.stringify(outside)}`);
      assert.equal((await post('/take-back', { id })).status, 200);
      assert.deepEqual(await read(), [200, 200]);
    });

    it("a channel's own values are reported on, and enforced in that channel alone; when they are taken back nothing is left of them", async () => {
      const [one, other] = [await makeChannel(house, admin, cookie, [SITE], `third ${engine}`), await makeChannel(house, admin, cookie, [SITE], `fourth ${engine}`)];
      const sites = async (channel: { id: string }) => (await brandOf()).policyIn(channel.id).values['channel.site_origins'].entries.map(({ value }) => value);
      const draft = { channel: one.id, settings: { 'channel.site_origins': only(OTHER_SITE) } };
      assert.deepEqual((await post('', { ...draft, kind: 'share', share: 10 })).body.faults[0].code, 'stage.channel_draft');
      for (const how of ['take-back', 'enforce']) {
        const id = await begin(draft.settings, { channel: one.id, kind: 'report' });
        assert.deepEqual([(await openOn(house, one)).status, (await openOn(house, other)).status], [200, 200]);
        const { figures, changes } = (await stage()).stage;
        assert.deepEqual([figures.nowRefused, changes[0].channel.name], [1, `third ${engine}`], 'in the other channel nothing would change');
        assert.equal((await post(`/${how}`, { id })).status, 200);
        assert.deepEqual([await sites(one), await sites(other)], [how === 'enforce' ? [OTHER_SITE] : [SITE], [SITE]]);
      }
    });

    it('says what cannot be staged so, and why; who may not is refused', async () => {
      const refused = async (settings: unknown, how: object) => (await post('', { settings, ...how })).body.faults?.map((one: any) => one.code);
      assert.deepEqual(await refused({ 'api.allowlist': only(INSIDE) }, { kind: 'share', share: 10 }), ['stage.not_by_person']);
      assert.deepEqual(await refused({ 'password.history': 3 }, { kind: 'report' }), ['stage.not_counted']);
      assert.deepEqual(await refused({ [HOURS]: 3 }, { kind: 'channel', in: 'chn_none' }), ['stage.not_by_channel', 'channel.missing']);
      assert.deepEqual(await refused({ [HOURS]: 3 }, { kind: 'share' }), ['stage.share']);
      assert.deepEqual(await refused({ [HOURS]: 3 }, { kind: 'team', team: 'tem_none' }), ['team.missing']);
      assert.equal((await post('', { settings: { [HOURS]: 3 }, kind: 'report' }, noa.shown)).status, 403);
      assert.equal((await house.call('GET', '/api/v1/policy/stage', { cookie: noa.shown, from: OUTSIDE })).body.code, 'capability.missing');
      assert.equal((await post('/replay', {})).body.code, 'policy.stage_over');
    });

    it('goes back by itself when refusals rise over the rate, and says so; and not before', async () => {
      const before = await settingRows.kept(await rowsOf());
      const made = await house.call('POST', '/api/v1/teams', { cookie, body: { name: `both ${engine}`, members: [noa.id, omer.id] } });
      const id = await begin({ [LIST]: only(INSIDE) }, { kind: 'team', team: made.body.id, limit: LIMIT });
      const flushed = async () => {
        await house.building.parts.journal.flush();
        house.clock.now += 6_000;
        await round();
      };
      await visit(noa, 50, INSIDE);
      await visit(noa, 9);
      await flushed();
      assert.equal((await stage()).stage?.id, id, 'nine of many are fewer than a fifth');
      for (const one of [noa, omer]) assert.equal((await visit(one, 10))[0], '403 network.not_allowed');
      await flushed();
      const { stage: none, last } = await stage();
      assert.deepEqual([none, last.state, last.endedBy], [null, 'returned', null]);
      assert.deepEqual(await visit(noa, 1), ['200 ']);
      assert.deepEqual(await settingRows.kept(await rowsOf()), before);
      const [row] = await trail(house, cookie, 'what=policy.stage_returned');
      assert.match(row.sentence, /^Refusals rose under the change on stage \(\d+ of \d+ decisions\), so it ended by itself\.$/);
    });

    it('ends by itself when its time is over', async () => {
      await begin({ [HOURS]: 4 }, { kind: 'report', days: 2 });
      house.clock.now += 2 * DAY - MINUTE;
      await round();
      cookie = await house.signIn(admin);
      assert.equal((await stage()).stage.kind, 'report');
      house.clock.now += MINUTE;
      await round();
      assert.equal((await stage()).last.state, 'over');
      assert.ok((await trail(house, cookie, 'what=policy.stage_over')).length > 0);
    });
  });
}
