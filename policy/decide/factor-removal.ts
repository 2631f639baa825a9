// May this person's last second factor be removed? Not while the table, or the day of enrolment, asks one of them (SETTINGS.md, `two_factor.mode`).
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

export interface RemovalFacts {
  readonly admin: boolean;
  /** The capability *remote access*. */
  readonly remoteAccess: boolean;
  /** How many other factors stay; recovery codes are none. */
  readonly others: number;
}

/** Code: `factor.needed`. Wherever the person may be next: who needs a code only outside is asked for one there. */
export function decideFactorRemoval(policy: Policy, { admin, remoteAccess, others }: RemovalFacts): Decision {
  if (others > 0) return allow();
  const mode = policy.values['two_factor.mode'];
  const outsideToo = mode === 'remote_only' && policy.values['management.allowlist'].state !== 'any' && (admin || remoteAccess);
  if (mode === 'on' || outsideToo) return deny('factor.needed', 'two_factor.mode', { mode });
  return policy.values['two_factor.enrol_by'] === null ? allow() : deny('factor.needed', 'two_factor.enrol_by', {});
}
