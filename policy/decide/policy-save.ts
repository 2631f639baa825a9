// May this policy be saved by this person from here? Not when it would shut the saver out, nor ask for factors that people lack.
import { type Address, formatAddress } from '../address.ts';
import type { Key } from '../catalogue.ts';
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';
import { insideManagementList, signInNeeds } from '../management-table.ts';

export interface PolicySaveFacts {
  readonly address: Address | null;
  readonly admin: boolean;
  readonly remoteAccess: boolean;
  /** A verified factor was used in this very session. */
  readonly usedFactorInSession: boolean;
  /** A session let in by `portcullis unlock` stays in whatever is saved. */
  readonly exempt?: boolean;
  /** Who has no verified factor, by name or address. */
  readonly agentsWithoutFactor: readonly string[];
  /** What the save changes; the second factor of all is asked about only when the mode changes. All, when not given. */
  readonly changed?: readonly Key[];
}

/** Codes: `policy.locks_out_saver`, `two_factor.agents_without_factor` (facts: `names`). */
export function decidePolicySave(next: Policy, facts: PolicySaveFacts): Decision {
  const { address, admin, remoteAccess, usedFactorInSession, exempt = false, agentsWithoutFactor, changed } = facts;
  const mode = next.values['two_factor.mode'];
  const needs = signInNeeds(next, { address, admin, remoteAccess, exempt });
  const outside = !exempt && !insideManagementList(next, address);
  if (outside && (needs === 'denied' || !usedFactorInSession)) {
    return deny('policy.locks_out_saver', 'management.allowlist', { address: address === null ? null : formatAddress(address), mode, needs, usedFactorInSession });
  }
  if (mode === 'on' && agentsWithoutFactor.length > 0 && (changed === undefined || changed.includes('two_factor.mode'))) {
    return deny('two_factor.agents_without_factor', 'two_factor.mode', { names: Object.freeze([...agentsWithoutFactor]) });
  }
  return allow();
}
