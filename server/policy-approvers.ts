// Who may approve a proposed change of settings: asked of whoever does, and of every administrator when it is told who could.
import { decideApproval, SETTLED_MS } from '#policy/decide/second-person.ts';
import type { Decision } from '#policy/decision.ts';
import * as agentRows from '#store/agents.ts';
import type { AgentRow } from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import type { PolicyProposalRow } from '#store/policy-proposals.ts';
import type { BrandStore } from '#store/store.ts';

export type Proposed = Pick<PolicyProposalRow, 'proposed_by' | 'proposed_at' | 'until' | 'base_version'>;

/** What gives somebody access, or could hand theirs to whoever does it. */
const GIVING = Object.freeze(['agent.created', 'user.invited', 'user.changed', 'user.reactivated', 'factor.removed', 'factor.reset', 'password.renewal_started', 'password.change_required', 'enrolment.link_issued']);

/** Whether this person may approve it, from what is stored of them. */
export async function judgeApproval(rows: BrandStore, row: Proposed, { id, admin }: { readonly id: string; readonly admin: boolean }, version: number, now: number): Promise<Decision> {
  const [approver, accessGivenAt] = await Promise.all([agentRows.byId(rows, id), auditRows.doneByOthers(rows, id, GIVING, row.proposed_at - SETTLED_MS)]);
  return decideApproval({
    proposedBy: row.proposed_by, approver: id, admin, since: approver?.created_at ?? NaN, accessGivenAt, proposedAt: row.proposed_at, until: row.until, now, base: row.base_version, version,
  });
}

/** Everybody who may approve it as it is made: never whoever proposes it, nor who cannot sign in. */
export async function approversOf(rows: BrandStore, row: Proposed): Promise<AgentRow[]> {
  const found: AgentRow[] = [];
  for (const one of await agentRows.activeAdmins(rows)) {
    if (one.password_hash !== null && (await judgeApproval(rows, row, { id: one.id, admin: true }, row.base_version, row.proposed_at)).allowed) found.push(one);
  }
  return found;
}
