// Does this change of settings need a second person, and may this one approve it? (SETTINGS.md, `policy.second_person`)
import { type Key, isKey, settingOf } from '../catalogue.ts';
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

const RULE: Key = 'policy.second_person';

/** Under the policy in force: the rule itself is always among what it guards, so nobody loosens it alone. */
export function needsSecondPerson({ values }: Pick<Policy, 'values'>, changed: readonly string[]): boolean {
  const rule = values[RULE];
  if (rule === 'off' || changed.length === 0) return false;
  // A key of another program's settings is guarded too: what cannot be judged is not let through.
  return rule === 'all' || changed.some((key) => !isKey(key) || key === RULE || settingOf(key).mayShutOut === true);
}

/** Code: `policy.needs_second_person`, where no proposal can be made of it: by a program, or as a stage that holds for some. */
export function decideAlone(policy: Policy, changed: readonly string[]): Decision {
  return needsSecondPerson(policy, changed) ? deny('policy.needs_second_person', RULE, { keys: changed.slice(0, 20) }) : allow();
}

/** Code: `policy.second_person_alone`: with one administrator nobody could ever approve. */
export function decideRule(next: Policy, { changed, administrators }: { readonly changed: readonly string[]; readonly administrators: number }): Decision {
  if (!changed.includes(RULE) || next.values[RULE] === 'off' || administrators >= 2) return allow();
  return deny('policy.second_person_alone', RULE, { administrators });
}

export interface ApprovalFacts {
  readonly proposedBy: string;
  readonly approver: string;
  /** The approver is an administrator. */
  readonly admin: boolean;
  /** When the approver's account was made, ms since 1970. */
  readonly since: number;
  /** When somebody else last gave the approver access: made or activated the account, changed its role, address or rights, or renewed what it signs in with. Null: not lately. */
  readonly accessGivenAt: number | null;
  readonly proposedAt: number;
  readonly until: number;
  readonly now: number;
  /** The version it was proposed on, and the one in force. */
  readonly base: number;
  readonly version: number;
}

/** So long before a proposal nobody else may have touched an approver's access: who takes an account over, or makes one, must wait where its owner and the others can see it. */
export const SETTLED_MS = 86_400_000;

/**
 * Codes: `policy.own_proposal`, `policy.approver` (no administrator, or made or given access by somebody else within a day before the proposal or after
 * it, so that nobody makes their own second person for it), `policy.proposal_over`, `policy.proposal_stale`.
 */
export function decideApproval(facts: ApprovalFacts): Decision {
  const { proposedBy, approver, admin, since, accessGivenAt, proposedAt, until, now, base, version } = facts;
  if (approver === proposedBy) return deny('policy.own_proposal', null, { proposedBy });
  const settled = accessGivenAt === null || accessGivenAt <= proposedAt - SETTLED_MS;
  if (!admin || !(since <= proposedAt) || !settled) return deny('policy.approver', null, { admin, since, accessGivenAt, proposedAt });
  // Written so that an instant that is not a number denies.
  if (!(now < until)) return deny('policy.proposal_over', null, { now, until });
  return base === version ? allow() : deny('policy.proposal_stale', null, { base, version });
}
