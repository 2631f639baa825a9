// May this person confirm a change on trial? Only from a session that the changed settings themselves let in, so that confirming proves they work.
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';
import { type PersonFacts, type Proof, signInNeeds } from '../management-table.ts';

export interface TrialFacts extends Omit<PersonFacts, 'exempt'> {
  /** How the session was proven. */
  readonly proven: Proof;
  readonly until: number;
  /** ms since 1970 */
  readonly now: number;
}

/** `policy` is the one on trial. An exemption by break-glass counts for nothing here. Codes: `policy.trial_over`, `policy.trial_not_proven`. */
export function decideTrialConfirm(policy: Policy, { until, now, proven, ...person }: TrialFacts): Decision {
  // Written so that an instant that is not a number denies.
  if (!(now < until)) return deny('policy.trial_over', null, { now, until });
  const needs = signInNeeds(policy, { ...person, exempt: false });
  if (needs === 'password' ? proven !== 'host' : needs === 'password+code' && proven === 'password+code') return allow();
  return deny('policy.trial_not_proven', 'management.allowlist', { needs, proven });
}
