// May this device stand in for a code at sign-in? Only while the setting trusts devices, and never at step-up.
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

const DAY = 86_400_000;

/** Until when a device trusted at `trustedAt` is trusted, ms. A lowered setting holds for devices trusted before. */
export const trustEndsAt = (policy: Policy, trustedAt: number): number => trustedAt + policy.values['two_factor.trust_days'] * DAY;

/** Code: `second_factor.required`. `trustedAt` (ms) is null for a device nobody trusted; one of the future (a clock set back) is not trusted. */
export function decideTrustedDevice(policy: Policy, facts: { readonly now: number; readonly trustedAt: number | null }): Decision {
  const { now, trustedAt } = facts;
  if (trustedAt !== null && trustedAt <= now && now < trustEndsAt(policy, trustedAt)) return allow();
  return deny('second_factor.required', 'two_factor.trust_days', { trustedAt });
}
