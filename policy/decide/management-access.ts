// May this person be in the workspace from this address, proven like this? (SETTINGS.md, `two_factor.mode`, the table)
import { type Address, formatAddress } from '../address.ts';
import { type Decision, type DenialCode, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';
import { type PersonFacts, type Proof, insideManagementList, signInNeeds } from '../management-table.ts';

export { insideManagementList, signInNeeds, type Needs, type PersonFacts, type Proof } from '../management-table.ts';

export interface ManagementFacts extends PersonFacts {
  readonly proven: Proof;
}

/** Judges a signed-in request. Codes: `network.not_allowed`, `network.client_unknown`, `second_factor.required`. */
export function decideManagementAccess(policy: Policy, facts: ManagementFacts): Decision {
  const needs = signInNeeds(policy, facts);
  if (needs === 'password' || (needs === 'password+code' && facts.proven === 'password+code')) return allow();
  if (needs === 'password+code') return deny('second_factor.required', 'two_factor.mode', told(policy, facts));
  return deny(outsideCode(facts.address), 'management.allowlist', told(policy, facts));
}

const outsideCode = (address: Address | null): DenialCode => (address === null ? 'network.client_unknown' : 'network.not_allowed');
const textOf = (address: Address | null): string | null => (address === null ? null : formatAddress(address));

function told(policy: Policy, facts: ManagementFacts): Record<string, unknown> {
  const { admin, remoteAccess, proven } = facts;
  const inside = facts.inside ?? insideManagementList(policy, facts.address);
  return { address: textOf(facts.address), inside, mode: policy.values['two_factor.mode'], admin, remoteAccess, proven };
}
