// Which changes need a second person, and who that may be: the edge on both sides.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keys, settingOf } from '../catalogue.ts';
import { type Decision } from '../decision.ts';
import { type Policy, effective } from '../effective.ts';
import { type ApprovalFacts, decideAlone, decideApproval, decideRule, needsSecondPerson, SETTLED_MS } from './second-person.ts';

const policyOf = (rule: string): Policy => effective({ version: 1, module: { 'policy.second_person': { value: rule } } });
const code = (decision: Decision): string => (decision.allowed ? 'allowed' : decision.code);

describe('what needs a second person', () => {
  const rows: [rule: string, changed: string[], needs: boolean][] = [
    ['off', ['management.allowlist', 'policy.second_person'], false], ['guarded', ['management.allowlist'], true], ['guarded', ['two_factor.mode'], true], ['guarded', ['api.authentication_mode'], true],
    ['guarded', ['frame.allowed_origins'], true], ['guarded', ['password.history'], false], ['guarded', ['password.history', 'api.allowlist'], true], ['guarded', ['policy.second_person'], true],
    ['guarded', ['of.another_program'], true], ['all', ['password.history'], true], ['all', [], false],
  ];
  for (const [rule, changed, needs] of rows) it(`${rule}: ${changed.join(', ') || 'nothing'}`, () => assert.equal(needsSecondPerson(policyOf(rule), changed), needs));
  it('guarded is what may shut people out, and the rule itself', () => {
    assert.deepEqual(keys.filter((key) => needsSecondPerson(policyOf('guarded'), [key])), keys.filter((key) => settingOf(key).mayShutOut === true || key === 'policy.second_person'));
  });
  it('is refused where no proposal can be made of it', () => assert.equal(code(decideAlone(policyOf('all'), ['password.history'])), 'policy.needs_second_person'));
});

describe('the rule', () => {
  for (const [next, administrators, expected] of [['all', 1, 'policy.second_person_alone'], ['guarded', 1, 'policy.second_person_alone'], ['all', 2, 'allowed'], ['off', 1, 'allowed']] as const) {
    it(`${next} with ${administrators}: ${expected}`, () => assert.equal(code(decideRule(policyOf(next), { changed: ['policy.second_person'], administrators })), expected));
  }
  it('is not asked about when something else changes', () => assert.equal(code(decideRule(policyOf('all'), { changed: ['password.history'], administrators: 1 })), 'allowed'));
});

describe('an approval', () => {
  const good: ApprovalFacts = { proposedBy: 'a', approver: 'b', admin: true, since: 10, accessGivenAt: null, proposedAt: 10, until: 20, now: 19, base: 3, version: 3 };
  const rows: [title: string, facts: Partial<ApprovalFacts>, expected: string][] = [
    ['of another administrator', {}, 'allowed'], ['of the author', { approver: 'a' }, 'policy.own_proposal'], ['of no administrator', { admin: false }, 'policy.approver'], ['of one made after it', { since: 11 }, 'policy.approver'],
    ['of one given access a day before it', { accessGivenAt: 10 - SETTLED_MS }, 'allowed'], ['of one given access within a day before it', { accessGivenAt: 11 - SETTLED_MS }, 'policy.approver'], ['of one given access after it', { accessGivenAt: 15 }, 'policy.approver'],
    ['at its end', { now: 20 }, 'policy.proposal_over'], ['at no time', { now: Number.NaN }, 'policy.proposal_over'], ['on another version', { version: 4 }, 'policy.proposal_stale'],
  ];
  for (const [title, facts, expected] of rows) it(`${title}: ${expected}`, () => assert.equal(code(decideApproval({ ...good, ...facts })), expected));
});
