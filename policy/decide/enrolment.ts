// Second factors that are still missing: must one be enrolled now, and may a first one be enrolled from here? (SETTINGS.md, `two_factor.mode`)
import type { Address } from '../address.ts';
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';
import { insideManagementList } from '../management-table.ts';

const DAY = 86_400_000;

/** The end of the last day of enrolment (UTC), ms; null while no date is set. */
export function enrolmentEndsAt(policy: Policy): number | null {
  const date = policy.values['two_factor.enrol_by'];
  return date === null ? null : Date.parse(`${date}T00:00:00Z`) + DAY;
}

/** Code: `factor.enrol_required`: the last day has passed, and this person has no factor yet. */
export function decideEnrolmentDue(policy: Policy, facts: { readonly now: number; readonly hasFactor: boolean }): Decision {
  const endsAt = enrolmentEndsAt(policy);
  if (facts.hasFactor || endsAt === null || facts.now < endsAt) return allow();
  return deny('factor.enrol_required', 'two_factor.enrol_by', { hasFactor: facts.hasFactor, endsAt });
}

/** The list is on, and this address is on it: the one place where a right password may enrol a first factor while the mode asks for one. */
export function insideListThatIsOn(policy: Policy, address: Address | null): boolean {
  return policy.values['management.allowlist'].state !== 'any' && insideManagementList(policy, address);
}

/** How a first factor may be enrolled from here, by somebody signed in: at once, with the password again, or not at all (a link is needed). */
export function firstFactorNeeds(policy: Policy, address: Address | null): 'nothing' | 'password' | 'link' {
  if (insideListThatIsOn(policy, address)) return 'nothing';
  const listIsOpen = policy.values['management.allowlist'].state === 'any';
  return listIsOpen && policy.values['two_factor.mode'] !== 'on' ? 'password' : 'link';
}

/** Until when an enrolment link made at `now` works: one day, or the end of the last day of enrolment where that is later. */
export function enrolmentLinkEndsAt(policy: Policy, now: number): number {
  return Math.max(now + DAY, enrolmentEndsAt(policy) ?? 0);
}
