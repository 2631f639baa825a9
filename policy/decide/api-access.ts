// May the API be called from this address? (SETTINGS.md, `api.allowlist`). Issue 7 adds how a token may arrive and lists of single keys.
import { type Address, formatAddress } from '../address.ts';
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

export interface ApiFacts {
  /** The client address; null when unknown, which is outside of every list. */
  readonly address: Address | null;
}

/** Codes: `network.not_allowed`, `network.client_unknown`. Judged before the key, so that a refused address learns nothing about it. */
export function decideApiAccess(policy: Policy, { address }: ApiFacts): Decision {
  const set = policy.sets['api.allowlist'];
  if (set === null || (address !== null && set.contains(address))) return allow();
  if (address === null) return deny('network.client_unknown', 'api.allowlist', { address: null });
  return deny('network.not_allowed', 'api.allowlist', { address: formatAddress(address) });
}
