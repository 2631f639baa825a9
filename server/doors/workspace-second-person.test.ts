// 'policy.second_person' at the workspace door: a change waits until another administrator approves it, once, and no way of changing settings leads around it.
// Size: one story of three administrators, each step going on from where the one before left the settings.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { mailsOf, type ReadMail } from '#test/mails.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { addAdmin, addAgent, become, INSIDE, knock, only, trail } from '#test/people.ts';
import { readyDatabase } from '#test/ready-places.ts';
import { addApiKey, bearer } from '#test/tickets.ts';
import { trialRound } from '#server/workers/policy-trials.ts';

const RULE = 'policy.second_person';
const LIST = 'management.allowlist';
const DAY = 86_400_000;

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`a second person for changes of settings (${engine})`, () => {
    let house: TestHouse;
    /** Another node where there can be one, else the same. */
    let other: TestHouse;
    let dana: Admin;
    let noa: Admin;
    let gil: Admin;
    const cookies = new Map<Admin, string>();
    before(async () => {
      const env: Record<string, string> = engine === 'postgres' ? { DATABASE_URL: await readyDatabase(), PORTCULLIS_KEYS: JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) }) } : {};
      house = await openHouse({ env });
      dana = await house.setUp();
      other = engine === 'postgres' ? await openHouse({ env }) : house;
      cookies.set(dana, await house.signIn(dana));
    });
    after(async () => {
      if (other !== house) await other.close();
      await house.close();
    });

    const parts = () => house.building.parts;
    const brandOf = async () => (await parts().brands.bySlug(dana.slug))!;
    async function administrator(local: string): Promise<Admin> {
      const made = await addAdmin(house, dana, local);
      cookies.set(made, made.cookie);
      return made;
    }
    async function send(who: Admin, method: string, path: string, body?: unknown, at = house): Promise<Answer> {
      const cookie = cookies.get(who)!;
      await house.stepUp(who, cookie);
      other.clock.now = house.clock.now;
      const etag = `"v${(await brandOf()).policy.version}"`;
      return at.call(method, `/api/v1${path}`, { cookie, from: INSIDE, ...(body === undefined ? {} : { body }), headers: { 'if-match': etag } });
    }
    const save = (who: Admin, settings: object, manner: object = {}) => send(who, 'PATCH', '/policy', { settings, ...manner });
    const waiting = async (who = dana): Promise<any[]> => (await send(who, 'GET', '/policy/proposals')).body.proposals;
    const act = (who: Admin, id: string, what: string, body?: unknown, at = house) => send(who, 'POST', `/policy/proposals/${id}/${what}`, body ?? {}, at);
    const value = async (key: string) => {
      await parts().brands.confirm();
      return (await brandOf()).policy.values[key as 'password.history'] as unknown;
    };
    /** What was mailed since it was asked last, to whom and of what. */
    let read = 0;
    const mailed = async (): Promise<ReadMail[]> => {
      const all = await mailsOf(house);
      return all.slice(read, (read = all.length));
    };
    const told = (mails: readonly ReadMail[]) => mails.map(({ to, subject }) => `${to}: ${subject}`).sort();
    const proposed = (who: string) => `${who}@acme.example: A change of settings at Acme waits for a second person`;
    /** Both nodes make their round at the same moment. */
    const rounds = () => Promise.all([house, other].map((at) => trialRound(at.building.parts)()));
    const code = ({ status, body }: Answer) => body.code ?? body.faults?.[0]?.code ?? status;

    it('cannot be asked for while there is one administrator alone', async () => {
      assert.equal(code(await save(dana, { [RULE]: 'all' })), 'policy.second_person_alone');
      noa = await administrator('noa');
      gil = await administrator('gil');
      assert.equal(code(await save(dana, { [RULE]: 'guarded' })), 200);
    });

    it('a guarded change becomes a proposal, another one is saved at once', async () => {
      assert.equal(code(await save(dana, { 'password.history': 7 })), 200);
      await mailed();
      const answer = await save(dana, { [LIST]: only(INSIDE) }, { reason: 'The office' });
      assert.deepEqual([answer.status, answer.body.proposed, await value(LIST)], [202, true, { state: 'any', entries: [] }]);
      const [one] = await waiting(noa);
      assert.deepEqual([one.by.name, one.reason, one.mine, one.mayApprove, one.stale, one.changes[0].afterText], ['Dana Levi', 'The office', false, true, false, 'Only these addresses may connect: 127.0.0.1']);
      const mails = await mailed();
      assert.deepEqual(told(mails), [proposed('gil'), proposed('noa')], 'whoever may approve it, and not its author');
      for (const { text } of mails) {
        assert.match(text, new RegExp(`^On .* Dana Levi proposed to change this: IP white-list for management\\.[^]*http://localhost:${house.port}/b/acme/settings/proposals\n`));
        assert.ok(!text.includes(INSIDE) && !text.includes('The office'), 'no value and no words of its author');
      }
    });

    it('its author cannot approve it, nor an agent who may change settings', async () => {
      const [{ id }] = await waiting();
      assert.equal(code(await act(dana, id, 'approve')), 'policy.own_proposal');
      assert.equal(code(await act(dana, id, 'reject', { why: 'no' })), 'policy.own_proposal');
      const email = await addAgent(house, dana, `desk-${engine}`, ['manage_settings']);
      const cookie = (await knock(house, dana.slug, email)).cookies[0]!;
      const bare = await house.call('POST', `/api/v1/policy/proposals/${id}/approve`, { cookie, body: {} });
      assert.ok(['step_up.required', 'factor.none', 'policy.approver'].includes(bare.body.code), bare.text);
      assert.equal((await waiting()).length, 1);
    });

    it('is saved once when another administrator approves, whoever else does so at the same moment on another node', async () => {
      const [{ id }] = await waiting();
      const before = (await brandOf()).policy.version;
      await house.stepUp(gil, cookies.get(gil)!);
      const [a, b] = await Promise.all([act(noa, id, 'approve'), act(gil, id, 'approve', {}, other)]);
      assert.deepEqual([a.status, b.status].sort(), [200, 409], `${a.text} ${b.text}`);
      assert.deepEqual(await value(LIST), { state: 'only', entries: [{ value: INSIDE }] });
      assert.equal((await brandOf()).policy.version, before + 1);
      const mails = await mailed();
      assert.deepEqual(told(mails), ['dana@acme.example: Your change of settings at Acme was approved'], 'once');
      assert.match(mails[0]!.text, new RegExp(`${a.status === 200 ? 'noa' : 'gil'} approved the change you had proposed: IP white-list for management\\.`));
      const { versions } = (await send(dana, 'GET', '/policy/versions')).body;
      const approver = a.status === 200 ? 'noa' : 'gil';
      assert.deepEqual([versions[0].author.name, versions[0].reason, versions[0].approvals.map((one: any) => one.by.name)], ['Dana Levi', 'The office', [approver]]);
      const rows = await trail(house, cookies.get(dana)!, 'what=policy.');
      assert.deepEqual([...new Set(rows.slice(0, 3).map((row) => `${row.event} by ${row.actor.name}`))].sort(), [`policy.changed by Dana Levi`, `policy.proposal_approved by ${approver}`, 'policy.proposed by Dana Levi']);
    });

    it('no other way leads around it: restore, stages, keys, and loosening the rule itself', async () => {
      const { version } = (await brandOf()).policy;
      const restored = await send(noa, 'POST', `/policy/versions/${version - 1}/restore`, {});
      assert.deepEqual([restored.status, (await waiting()).length], [202, 1], restored.text);
      const staged = await send(noa, 'POST', '/policy/stage', { settings: { [LIST]: { state: 'any' } }, kind: 'share', share: 99 });
      assert.equal(code(staged), 'policy.needs_second_person');
      assert.equal((await save(noa, { [RULE]: 'off' })).status, 202);
      assert.equal(await value(RULE), 'guarded');
      const key = (await addApiKey(house, dana, cookies.get(dana)!, ['policy:read', 'policy:write'], { allowlist: only(INSIDE), expiresAt: house.clock.now + 30 * DAY })).text;
      for (const settings of [{ [RULE]: 'off' }, { 'frame.allowed_origins': only('https://crm.example') }]) {
        const answer = await house.call('PATCH', '/api/v1/policy', { headers: { ...bearer(key), 'if-match': `"v${(await brandOf()).policy.version}"` }, body: { settings } });
        assert.ok([403, 409].includes(answer.status) && ['step_up.required', 'policy.needs_second_person'].includes(answer.body.code), answer.text);
      }
      for (const one of await waiting(noa)) assert.equal(code(await act(noa, one.id, 'withdraw')), 200);
      assert.equal((await waiting()).length, 0);
    });

    it('what is on stage as report only is enforced as a proposal of exactly that, with what was counted; approved, it ends the stage', async () => {
      const staging = async (at = 'report') => (await send(noa, 'POST', '/policy/stage', { settings: { [LIST]: only(INSIDE, '192.0.2.9') }, kind: at })).status;
      const onStage = async () => (await send(noa, 'GET', '/policy/stage')).body.stage;
      assert.equal(await staging(), 200);
      const { id } = await onStage();
      const asked = await send(noa, 'POST', '/policy/stage/enforce', { id });
      assert.deepEqual([asked.status, asked.body.proposed, (await onStage()).id], [202, true, id], asked.text);
      const [one] = await waiting(gil);
      assert.deepEqual([one.enforces.over, one.enforces.kind, one.mayApprove, one.changes.map((change: any) => change.key)], [false, 'report', true, [LIST]]);
      assert.ok(one.enforces.decisions > 0, 'what was counted stands beside it');
      assert.equal(code(await act(noa, one.id, 'approve')), 'policy.own_proposal');
      // Taken back, and put on stage anew: what was proposed was another stage.
      assert.equal((await send(noa, 'POST', '/policy/stage/take-back', { id })).status, 200);
      assert.equal(await staging(), 200);
      assert.equal(code(await act(noa, one.id, 'again')), 200);
      assert.deepEqual([(await waiting(gil))[0].enforces.over, code(await act(gil, one.id, 'approve'))], [true, 'policy.proposal_stale']);
      assert.equal(code(await act(noa, one.id, 'withdraw')), 200);
      assert.equal((await send(noa, 'POST', '/policy/stage/enforce', { id: (await onStage()).id })).status, 202);
      assert.equal(code(await act(gil, (await waiting(gil))[0].id, 'approve', {}, other)), 200);
      assert.deepEqual([await onStage(), ((await value(LIST)) as { entries: object[] }).entries.length], [null, 2]);
      const rows = (await trail(house, cookies.get(dana)!, 'what=policy.')).slice(0, 3).map(({ event, actor }) => `${event} by ${actor.name}`);
      assert.deepEqual(rows.sort(), ['policy.changed by noa', 'policy.proposal_approved by gil', 'policy.stage_enforced by gil']);
      await mailed();
    });

    it('is refused on other settings than it was made on; shown with what came between, and proposed again by its author', async () => {
      assert.equal((await save(dana, { 'two_factor.mode': 'off' })).status, 202);
      assert.equal(code(await save(noa, { 'password.history': 9 })), 200);
      const [one] = await waiting(noa);
      assert.deepEqual([one.stale, one.mayApprove, one.untouched, one.meanwhile.map((change: any) => change.key)], [true, false, true, ['password.history']]);
      assert.equal(code(await act(noa, one.id, 'approve')), 'policy.proposal_stale');
      assert.equal(code(await act(noa, one.id, 'again')), 'policy.proposal_over', 'not by somebody else');
      assert.equal(code(await act(dana, one.id, 'again')), 200);
      assert.deepEqual((await waiting(noa)).map(({ stale, mayApprove }) => [stale, mayApprove]), [[false, true]]);
      await mailed();
      assert.equal(code(await act(noa, one.id, 'reject', { why: 'Not before Monday' })), 200);
      const [rejected] = await mailed();
      assert.deepEqual([rejected?.to, rejected?.subject, rejected?.text.includes('Monday')], ['dana@acme.example', 'Your change of settings at Acme was rejected', false]);
      const { ended } = (await send(dana, 'GET', '/policy/proposals')).body;
      assert.deepEqual([ended[0].state, ended[0].why, ended[0].endedBy.name], ['rejected', 'Not before Monday', 'noa']);
      assert.equal(await value('two_factor.mode'), 'remote_only');
    });

    it('asked for of everything, locks and channels wait too, and are approved like any change', async () => {
      assert.equal((await save(dana, { [RULE]: 'all' })).status, 202);
      assert.equal(code(await act(noa, (await waiting(noa))[0].id, 'approve')), 200);
      const channel = (await send(dana, 'POST', '/channels', { name: 'Shop', title: 'Chat', greeting: 'Hello', awayText: 'Away', colour: '#0b6456' })).body;
      const id = (await send(dana, 'GET', '/channels')).body.channels[0].id as string;
      assert.ok(channel);
      assert.equal((await send(dana, 'PATCH', `/channels/${id}/policy`, { settings: { 'upload.max_bytes': 1_048_576 } })).status, 202);
      assert.equal((await send(dana, 'PUT', '/policy/locks', { key: 'upload.max_bytes', locked: true })).status, 202);
      const [ofChannel, lock] = await waiting(noa);
      assert.equal(code(await act(noa, ofChannel.id, 'approve')), 200);
      assert.equal((await brandOf()).policyIn(id).values['upload.max_bytes'], 1_048_576);
      assert.equal(code(await act(noa, lock.id, 'reject', { why: 'Later' })), 200);
      assert.equal((await save(dana, { [RULE]: 'guarded' })).status, 202);
      assert.equal(code(await act(noa, (await waiting(noa))[0].id, 'approve')), 200);
    });

    it('a change proposed on trial begins its trial when it is approved, and goes back by itself', async () => {
      assert.equal((await save(dana, { 'api.allowlist': only('192.0.2.1') }, { trialMinutes: 5 })).status, 202);
      const [one] = await waiting(noa);
      assert.equal(one.trialMinutes, 5);
      assert.equal(code(await act(noa, one.id, 'approve')), 200);
      assert.equal((await send(dana, 'GET', '/policy/trial')).body.trial.beganBy, 'noa');
      assert.equal((await value('api.allowlist') as { state: string }).state, 'only');
      house.clock.now += 5 * 60_000;
      await trialRound(parts())();
      assert.equal((await value('api.allowlist') as { state: string }).state, 'any');
    });

    it('an account that somebody else gave access to within a day is no second person yet', async () => {
      const mole = await administrator('mole');
      const moleId = (await house.call('GET', '/api/v1/session', { cookie: cookies.get(mole)! })).body.agent.id;
      house.clock.now += 2 * DAY;
      for (const who of [dana, noa, mole]) cookies.set(who, await house.signIn(who));
      assert.equal((await send(dana, 'PATCH', `/users/${moleId}`, { capabilities: ['remote_access'] })).status, 200);
      await mailed();
      assert.equal((await save(dana, { 'api.authentication_mode': 'exchange' })).status, 202);
      const [one] = await waiting(mole);
      assert.deepEqual(told(await mailed()).filter((line) => line.includes('waits')), [proposed('gil'), proposed('noa')], 'nor is it told');
      assert.equal(one.mayApprove, false);
      assert.equal(code(await act(mole, one.id, 'approve')), 'policy.approver');
      assert.equal((await waiting(noa))[0].mayApprove, true);
      assert.deepEqual([(await waiting(dana))[0].approvers, (await waiting(noa))[0].approvers], [2, null], 'its author is told how many may');
      assert.equal(code(await act(dana, one.id, 'withdraw')), 200);
      house.clock.now += DAY;
      for (const who of [dana, noa, gil, mole]) cookies.set(who, await house.signIn(who));
      assert.equal((await save(dana, { 'api.authentication_mode': 'exchange' })).status, 202);
      assert.equal((await waiting(mole))[0].mayApprove, true, 'a day later it counts');
      assert.equal(code(await act(dana, (await waiting())[0].id, 'withdraw')), 200);
    });

    it('runs out after a week, and ends when its author loses the right; an administrator made after it does not count', async () => {
      assert.equal((await save(gil, { 'api.authentication_mode': 'exchange' })).status, 202);
      const [one] = await waiting(noa);
      house.clock.now += 1;
      const late = await administrator('late');
      assert.equal(code(await act(late, one.id, 'approve')), 'policy.approver');
      await become(house, dana.slug, gil.email, 'agent');
      assert.equal(code(await act(noa, one.id, 'approve')), 'policy.proposal_over');
      await mailed();
      await rounds();
      assert.equal((await send(noa, 'GET', '/policy/proposals')).body.ended[0].state, 'withdrawn');
      assert.deepEqual(told(await mailed()), ['gil@acme.example: Your change of settings at Acme was withdrawn']);
      assert.equal((await save(dana, { 'api.authentication_mode': 'exchange' })).status, 202);
      const { id, until } = (await waiting())[0];
      const round = trialRound(parts());
      await round();
      await mailed();
      house.clock.now = other.clock.now = until - 1;
      await round();
      assert.deepEqual(await mailed(), [], 'not a moment before');
      house.clock.now = other.clock.now = until;
      for (const who of [dana, noa]) cookies.set(who, await house.signIn(who));
      assert.deepEqual([(await waiting(noa)).length, code(await act(noa, id, 'approve')), (await trail(house, cookies.get(noa)!, 'what=policy.proposal_expired')).length], [0, 'policy.proposal_over', 0], 'who asks ends nothing');
      await Promise.all([round(), rounds()]);
      assert.deepEqual(told(await mailed()), ['dana@acme.example: Your change of settings at Acme ran out'], 'one mail, whichever node was first');
      assert.equal((await send(noa, 'GET', '/policy/proposals')).body.ended[0].state, 'expired');
      const rows = await trail(house, cookies.get(noa)!, 'what=policy.proposal_expired');
      assert.deepEqual(rows.map((row) => [row.actor.kind, row.entity.id]), [['system', id]]);
    });
  });
}
