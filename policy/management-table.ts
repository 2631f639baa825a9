// The table of the two-factor module: what is asked of whom, inside and outside of the management list (SETTINGS.md, `two_factor.mode`).
import type { Address } from './address.ts';
import type { Policy } from './effective.ts';

export interface PersonFacts {
  /** The client address; null when unknown, which is outside of every list. */
  readonly address: Address | null;
  /** Given when the door already knows; else worked out from the policy. */
  readonly inside?: boolean;
  readonly admin: boolean;
  /** The capability *remote access*. */
  readonly remoteAccess: boolean;
  /** This session alone is exempt from list and mode (`portcullis unlock`). */
  readonly exempt: boolean;
}

/** How a session was proven. `host`: by a link that was printed on the server's own machine. */
export type Proof = 'password' | 'password+code' | 'host';

export type Needs = 'password' | 'password+code' | 'denied';

/** Is the address on the list, or the list open to anyone? */
export function insideManagementList(policy: Policy, address: Address | null): boolean {
  const set = policy.sets['management.allowlist'];
  return set === null || (address !== null && set.contains(address));
}

/** What the table asks of this person at this address, at sign-in and at every later request. */
export function signInNeeds(policy: Policy, facts: PersonFacts): Needs {
  if (facts.exempt) return 'password';
  const mode = policy.values['two_factor.mode'];
  if (facts.inside ?? insideManagementList(policy, facts.address)) return mode === 'on' ? 'password+code' : 'password';
  if (mode === 'off') return 'denied';
  return facts.admin || facts.remoteAccess ? 'password+code' : 'denied';
}
