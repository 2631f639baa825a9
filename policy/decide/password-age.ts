// How old may a password be: must it be changed now, and may its person change it already? (SETTINGS.md, ages of 24-hour days)
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

const DAY = 86_400_000;

/** All instants in milliseconds since 1970. */
export interface PasswordAgeFacts {
  readonly now: number;
  /** When the present password was chosen. */
  readonly setAt: number;
  /** An administrator, or a breach, asks for a new one. */
  readonly mustChange: boolean;
}

/** When the password ends by its age; null while it never does. NIST SP 800-63B-4 and ASVS 6.2.10 advise against an end: the field says so and obeys. */
export function passwordEndsAt(policy: Policy, setAt: number): number | null {
  const days = policy.values['password.max_age_days'];
  return days === 0 ? null : setAt + days * DAY;
}

/** Code: `password.change_required`. Nothing else opens until a new one was chosen. */
export function decidePasswordDue(policy: Policy, { now, setAt, mustChange }: PasswordAgeFacts): Decision {
  if (mustChange) return deny('password.change_required', null, { reason: 'required' });
  const endsAt = passwordEndsAt(policy, setAt);
  // Written so that an instant that is not a number denies.
  if (endsAt === null || now < endsAt) return allow();
  return deny('password.change_required', 'password.max_age_days', { reason: 'age', setAt, endsAt });
}

/**
 * Code: `password.too_new` (facts: `from`, the first day it is allowed, UTC). Judges only a person's own change: never an administrator's
 * reset, a first sign-in, an expiry or a compromise. A clock set back makes nobody wait longer than the setting.
 */
export function decidePasswordChange(policy: Policy, facts: PasswordAgeFacts): Decision {
  const days = policy.values['password.min_age_days'];
  if (days === 0 || !decidePasswordDue(policy, facts).allowed) return allow();
  const allowedAt = Math.min(facts.setAt, facts.now) + days * DAY;
  if (facts.now >= allowedAt) return allow();
  return deny('password.too_new', 'password.min_age_days', { from: new Date(allowedAt).toISOString().slice(0, 16).replace('T', ' ') + ' UTC', setAt: facts.setAt });
}
