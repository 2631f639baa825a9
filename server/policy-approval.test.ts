// Who may approve a proposed change of settings, and the end of one whose author may not change settings any more or that nobody approved within a week.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { parseAddress } from '#policy/address.ts';
import { approveProposal } from '#server/policy-approval.ts';
import type { SaveParts } from '#server/policy-commit.ts';
import { policyRound } from '#server/workers/policy-ends.ts';
import type { Admin } from '#test/house.ts';
import { become, INSIDE, trail } from '#test/people.ts';
import { codeOf as code, DAY, mailsTold as told, proposedTo as proposed, RULE, secondPersonStage } from '#test/second-person.ts';
import { ENGINES } from '#test/stores.ts';

for (const engine of ENGINES) {
  describe(`who approves a proposal, and its end (${engine})`, () => {
    const stage = secondPersonStage(engine);
    const { send, save, waiting, act, value, mailed, administrator, brandOf, cookieOf, parts, rounds } = stage;
    let noa: Admin;
    let gil: Admin;
    before(async () => {
      [noa, gil] = [await administrator('noa'), await administrator('gil')];
      await save(stage.dana, { [RULE]: 'guarded' });
    });

    it('an account that somebody else gave access to within a day is no second person yet', async () => {
      const mole = await administrator('mole');
      const moleId = (await stage.house.call('GET', '/api/v1/session', { cookie: cookieOf(mole) })).body.agent.id;
      stage.house.clock.now += 2 * DAY;
      await stage.signIn(stage.dana, noa, mole);
      assert.equal((await send(stage.dana, 'PATCH', `/users/${moleId}`, { capabilities: ['remote_access'] })).status, 200);
      await mailed();
      assert.equal((await save(stage.dana, { 'api.authentication_mode': 'exchange' })).status, 202);
      const [one] = await waiting(mole);
      assert.deepEqual(told(await mailed()).filter((line) => line.includes('waits')), [proposed('gil'), proposed('noa')], 'nor is it told');
      assert.equal(one.mayApprove, false);
      assert.equal(code(await act(mole, one.id, 'approve')), 'policy.approver');
      assert.equal((await waiting(noa))[0].mayApprove, true);
      assert.deepEqual([(await waiting(stage.dana))[0].approvers, (await waiting(noa))[0].approvers], [2, null], 'its author is told how many may');
      assert.equal(code(await act(stage.dana, one.id, 'withdraw')), 200);
      stage.house.clock.now += DAY;
      await stage.signIn(stage.dana, noa, gil, mole);
      assert.equal((await save(stage.dana, { 'api.authentication_mode': 'exchange' })).status, 202);
      assert.equal((await waiting(mole))[0].mayApprove, true, 'a day later it counts');
      assert.equal(code(await act(stage.dana, (await waiting())[0].id, 'withdraw')), 200);
    });

    it('nor is one that was made after the proposal', async () => {
      assert.equal((await save(gil, { 'api.authentication_mode': 'exchange' })).status, 202);
      const [one] = await waiting(noa);
      stage.house.clock.now += 1;
      assert.equal(code(await act(await administrator('late'), one.id, 'approve')), 'policy.approver');
      assert.equal(code(await act(gil, one.id, 'withdraw')), 200);
    });

    it('its author loses the right while it is approved: nothing is saved, as the unit asks again', async () => {
      assert.equal((await save(gil, { 'api.authentication_mode': 'exchange' })).status, 202);
      const [{ id }] = await waiting(noa);
      const { sessions, brands } = parts();
      const noaId = (await send(noa, 'GET', '/session')).body.agent.id as string;
      const session = [...sessions.each()].find(({ person }) => person.id === noaId)!;
      // As another node could, after all was judged and before the unit.
      const between: SaveParts = { ...parts(), brands: { ...brands, commit: async (units) => {
        await become(stage.house, stage.dana.slug, gil.email, 'agent');
        return brands.commit(units);
      } } };
      const { version } = (await brandOf()).policy;
      const kept = await approveProposal(between, await brandOf(), id, { session, client: { address: parseAddress(INSIDE)!, text: INSIDE, unknown: null } });
      assert.deepEqual([kept, (await brandOf()).policy.version, await value('api.authentication_mode')], [{ kind: 'stale' }, version, 'header']);
      assert.deepEqual((await trail(stage.house, cookieOf(noa), 'what=policy.')).filter(({ event }) => event === 'policy.proposal_approved'), []);
      await become(stage.house, stage.dana.slug, gil.email, 'admin');
      await stage.signIn(gil);
      assert.equal(code(await act(gil, id, 'withdraw')), 200);
    });

    it('ends when its author loses the right', async () => {
      assert.equal((await save(gil, { 'api.authentication_mode': 'exchange' })).status, 202);
      const [one] = await waiting(noa);
      await become(stage.house, stage.dana.slug, gil.email, 'agent');
      assert.equal(code(await act(noa, one.id, 'approve')), 'policy.proposal_over');
      await mailed();
      await rounds();
      assert.equal((await send(noa, 'GET', '/policy/proposals')).body.ended[0].state, 'withdrawn');
      assert.deepEqual(told(await mailed()), ['gil@acme.example: Your change of settings at Acme was withdrawn']);
    });

    it('runs out after a week', async () => {
      assert.equal((await save(stage.dana, { 'api.authentication_mode': 'exchange' })).status, 202);
      const { id, until } = (await waiting())[0];
      const round = policyRound(parts());
      await round();
      await mailed();
      stage.house.clock.now = stage.other.clock.now = until - 1;
      await round();
      assert.deepEqual(await mailed(), [], 'not a moment before');
      stage.house.clock.now = stage.other.clock.now = until;
      await stage.signIn(stage.dana, noa);
      assert.deepEqual([(await waiting(noa)).length, code(await act(noa, id, 'approve')), (await trail(stage.house, cookieOf(noa), 'what=policy.proposal_expired')).length], [0, 'policy.proposal_over', 0], 'who asks ends nothing');
      await Promise.all([round(), rounds()]);
      assert.deepEqual(told(await mailed()), ['dana@acme.example: Your change of settings at Acme ran out'], 'one mail, whichever node was first');
      assert.equal((await send(noa, 'GET', '/policy/proposals')).body.ended[0].state, 'expired');
      const rows = await trail(stage.house, cookieOf(noa), 'what=policy.proposal_expired');
      assert.deepEqual(rows.map((row) => [row.actor.kind, row.entity.id]), [['system', id]]);
    });
  });
}
