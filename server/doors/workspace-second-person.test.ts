// 'policy.second_person' at the workspace door: a change waits until another administrator approves it, once, and no way of changing settings leads around it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Admin } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, trail } from '#test/people.ts';
import { codeOf as code, DAY, LIST, mailsTold as told, proposedTo as proposed, RULE, secondPersonStage } from '#test/second-person.ts';
import { ENGINES } from '#test/stores.ts';
import { addApiKey, bearer } from '#test/tickets.ts';
import { policyRound } from '#server/workers/policy-ends.ts';

for (const engine of ENGINES) {
  describe(`a second person for changes of settings (${engine})`, () => {
    const stage = secondPersonStage(engine);
    const { send, save, waiting, act, value, mailed, administrator, brandOf, cookieOf, parts } = stage;
    let noa: Admin;
    let gil: Admin;

    it('cannot be asked for while there is one administrator alone', async () => {
      assert.equal(code(await save(stage.dana, { [RULE]: 'all' })), 'policy.second_person_alone');
      noa = await administrator('noa');
      gil = await administrator('gil');
      assert.equal(code(await save(stage.dana, { [RULE]: 'guarded' })), 200);
    });

    it('a guarded change becomes a proposal, another one is saved at once', async () => {
      assert.equal(code(await save(stage.dana, { 'password.history': 7 })), 200);
      await mailed();
      const answer = await save(stage.dana, { [LIST]: only(INSIDE) }, { reason: 'The office' });
      assert.deepEqual([answer.status, answer.body.proposed, await value(LIST)], [202, true, { state: 'any', entries: [] }]);
      const [one] = await waiting(noa);
      assert.deepEqual([one.by.name, one.reason, one.mine, one.mayApprove, one.stale, one.changes[0].afterText], ['Dana Levi', 'The office', false, true, false, 'Only these addresses may connect: 127.0.0.1']);
      const mails = await mailed();
      assert.deepEqual(told(mails), [proposed('gil'), proposed('noa')], 'whoever may approve it, and not its author');
      for (const { text } of mails) {
        assert.match(text, new RegExp(`^On .* Dana Levi proposed to change this: IP white-list for management\\.[^]*http://localhost:${stage.house.port}/b/acme/settings/proposals\n`));
        assert.ok(!text.includes(INSIDE) && !text.includes('The office'), 'no value and no words of its author');
      }
    });

    it('its author cannot approve it, nor an agent who may change settings', async () => {
      const [{ id }] = await waiting();
      assert.equal(code(await act(stage.dana, id, 'approve')), 'policy.own_proposal');
      assert.equal(code(await act(stage.dana, id, 'reject', { why: 'no' })), 'policy.own_proposal');
      const email = await addAgent(stage.house, stage.dana, `desk-${engine}`, ['manage_settings']);
      const cookie = (await knock(stage.house, stage.dana.slug, email)).cookies[0]!;
      const bare = await stage.house.call('POST', `/api/v1/policy/proposals/${id}/approve`, { cookie, body: {} });
      assert.ok(['step_up.required', 'factor.none', 'policy.approver'].includes(bare.body.code), bare.text);
      assert.equal((await waiting()).length, 1);
    });

    it('is saved once when another administrator approves, whoever else does so at the same moment on another node', async () => {
      const [{ id }] = await waiting();
      const before = (await brandOf()).policy.version;
      await stage.house.stepUp(gil, cookieOf(gil));
      const [a, b] = await Promise.all([act(noa, id, 'approve'), act(gil, id, 'approve', {}, stage.other)]);
      assert.deepEqual([a.status, b.status].sort(), [200, 409], `${a.text} ${b.text}`);
      assert.deepEqual(await value(LIST), { state: 'only', entries: [{ value: INSIDE }] });
      assert.equal((await brandOf()).policy.version, before + 1);
      const mails = await mailed();
      assert.deepEqual(told(mails), ['dana@acme.example: Your change of settings at Acme was approved'], 'once');
      assert.match(mails[0]!.text, new RegExp(`${a.status === 200 ? 'noa' : 'gil'} approved the change you had proposed: IP white-list for management\\.`));
      const { versions } = (await send(stage.dana, 'GET', '/policy/versions')).body;
      const approver = a.status === 200 ? 'noa' : 'gil';
      assert.deepEqual([versions[0].author.name, versions[0].reason, versions[0].approvals.map((one: any) => one.by.name)], ['Dana Levi', 'The office', [approver]]);
      const rows = await trail(stage.house, cookieOf(stage.dana), 'what=policy.');
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
      const key = (await addApiKey(stage.house, stage.dana, cookieOf(stage.dana), ['policy:read', 'policy:write'], { allowlist: only(INSIDE), expiresAt: stage.house.clock.now + 30 * DAY })).text;
      for (const settings of [{ [RULE]: 'off' }, { 'frame.allowed_origins': only('https://crm.example') }]) {
        const answer = await stage.house.call('PATCH', '/api/v1/policy', { headers: { ...bearer(key), 'if-match': `"v${(await brandOf()).policy.version}"` }, body: { settings } });
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
      assert.equal(code(await act(gil, (await waiting(gil))[0].id, 'approve', {}, stage.other)), 200);
      assert.deepEqual([await onStage(), ((await value(LIST)) as { entries: object[] }).entries.length], [null, 2]);
      const rows = (await trail(stage.house, cookieOf(stage.dana), 'what=policy.')).slice(0, 3).map(({ event, actor }) => `${event} by ${actor.name}`);
      assert.deepEqual(rows.sort(), ['policy.changed by noa', 'policy.proposal_approved by gil', 'policy.stage_enforced by gil']);
      await mailed();
    });

    it('is refused on other settings than it was made on; shown with what came between, and proposed again by its author', async () => {
      assert.equal((await save(stage.dana, { 'two_factor.mode': 'off' })).status, 202);
      assert.equal(code(await save(noa, { 'password.history': 9 })), 200);
      const [one] = await waiting(noa);
      assert.deepEqual([one.stale, one.mayApprove, one.untouched, one.meanwhile.map((change: any) => change.key)], [true, false, true, ['password.history']]);
      assert.equal(code(await act(noa, one.id, 'approve')), 'policy.proposal_stale');
      assert.equal(code(await act(noa, one.id, 'again')), 'policy.proposal_over', 'not by somebody else');
      assert.equal(code(await act(stage.dana, one.id, 'again')), 200);
      assert.equal(code(await act(stage.dana, one.id, 'again')), 'policy.proposal_stands', 'it runs out in its time, and nobody is told of it without end');
      assert.deepEqual((await waiting(noa)).map(({ stale, mayApprove }) => [stale, mayApprove]), [[false, true]]);
      await mailed();
      assert.equal(code(await act(noa, one.id, 'reject', { why: 'Not before Monday' })), 200);
      const [rejected] = await mailed();
      assert.deepEqual([rejected?.to, rejected?.subject, rejected?.text.includes('Monday')], ['dana@acme.example', 'Your change of settings at Acme was rejected', false]);
      const { ended } = (await send(stage.dana, 'GET', '/policy/proposals')).body;
      assert.deepEqual([ended[0].state, ended[0].why, ended[0].endedBy.name], ['rejected', 'Not before Monday', 'noa']);
      assert.equal(await value('two_factor.mode'), 'remote_only');
    });

    it('asked for of everything, locks and channels wait too, and are approved like any change', async () => {
      assert.equal((await save(stage.dana, { [RULE]: 'all' })).status, 202);
      assert.equal(code(await act(noa, (await waiting(noa))[0].id, 'approve')), 200);
      const channel = (await send(stage.dana, 'POST', '/channels', { name: 'Shop', title: 'Chat', greeting: 'Hello', awayText: 'Away', colour: '#0b6456' })).body;
      const id = (await send(stage.dana, 'GET', '/channels')).body.channels[0].id as string;
      assert.ok(channel);
      assert.equal((await send(stage.dana, 'PATCH', `/channels/${id}/policy`, { settings: { 'upload.max_bytes': 1_048_576 } })).status, 202);
      assert.equal((await send(stage.dana, 'PUT', '/policy/locks', { key: 'upload.max_bytes', locked: true })).status, 202);
      const [ofChannel, lock] = await waiting(noa);
      assert.equal(code(await act(noa, ofChannel.id, 'approve')), 200);
      assert.equal((await brandOf()).policyIn(id).values['upload.max_bytes'], 1_048_576);
      assert.equal(code(await act(noa, lock.id, 'reject', { why: 'Later' })), 200);
      assert.equal((await save(stage.dana, { [RULE]: 'guarded' })).status, 202);
      assert.equal(code(await act(noa, (await waiting(noa))[0].id, 'approve')), 200);
    });

    it('a change proposed on trial begins its trial when it is approved, and goes back by itself', async () => {
      assert.equal((await save(stage.dana, { 'api.allowlist': only('192.0.2.1') }, { trialMinutes: 5 })).status, 202);
      const [one] = await waiting(noa);
      assert.equal(one.trialMinutes, 5);
      assert.equal(code(await act(noa, one.id, 'approve')), 200);
      assert.equal((await send(stage.dana, 'GET', '/policy/trial')).body.trial.beganBy, 'noa');
      assert.equal((await value('api.allowlist') as { state: string }).state, 'only');
      stage.house.clock.now += 5 * 60_000;
      await policyRound(parts())();
      assert.equal((await value('api.allowlist') as { state: string }).state, 'any');
    });
  });
}
