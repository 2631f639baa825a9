// What a mailed renewal link asks beside itself before a new password is taken (SETTINGS.md, `password.reset_without_otp`).
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

export interface RenewalFacts {
  /** The person has a second factor of any kind. */
  readonly hasFactor: boolean;
  /** An administrator started it, with step-up. */
  readonly byAdmin: boolean;
  /** A factor was presented and is right. */
  readonly factorGiven: boolean;
}

/**
 * Who has a factor is always asked for it (ASVS 6.4.3). Who has none needs the setting, or an administrator who starts it.
 * Codes: `second_factor.required`, `reset.needs_admin`.
 */
export function decideRenewal(policy: Policy, { hasFactor, byAdmin, factorGiven }: RenewalFacts): Decision {
  if (hasFactor) return factorGiven ? allow() : deny('second_factor.required', 'password.reset_without_otp', { at: 'renewal' });
  if (byAdmin || policy.values['password.reset_without_otp']) return allow();
  return deny('reset.needs_admin', 'password.reset_without_otp', {});
}
