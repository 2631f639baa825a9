// Who may approve a proposed change of settings: asked of whoever does, and of every administrator when it is told who could.
import { decideApproval, SETTLED_MS } from '#policy/decide/second-person.ts';
import type { Decision } from '#policy/decision.ts';
import * as agentRows from '#store/agents.ts';
import type { AgentRow } from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import type { PolicyProposalRow } from '#store/policy-proposals.ts';
import type { BrandStore } from '#store/store.ts';

/** What of a proposal says who may approve it. */
export type Approvable = Pick<PolicyProposalRow, 'proposed_by' | 'proposed_at' | 'until' | 'base_version'>;

/** What gives somebody access, or could hand theirs to whoever does it. */
const GIVING = Object.freeze(['agent.created', 'user.invited', 'user.changed', 'user.reactivated', 'factor.removed', 'factor.reset', 'password.renewal_started', 'password.change_required', 'enrolment.link_issued']);

interface Approver {
  readonly id: string;
  readonly admin: boolean;
  /** When the account was made, ms. */
  readonly since: number;
}

async function judge(rows: BrandStore, row: Approvable, { id, admin, since }: Approver, version: number, now: number): Promise<Decision> {
  const accessGivenAt = await auditRows.doneByOthers(rows, id, GIVING, row.proposed_at - SETTLED_MS);
  return decideApproval({ proposedBy: row.proposed_by, approver: id, admin, since, accessGivenAt, proposedAt: row.proposed_at, until: row.until, now, base: row.base_version, version });
}

/** Whether this person may approve it, from what is stored of them. */
export async function judgeApproval(rows: BrandStore, row: Approvable, { id, admin }: Omit<Approver, 'since'>, version: number, now: number): Promise<Decision> {
  return judge(rows, row, { id, admin, since: (await agentRows.byId(rows, id))?.created_at ?? NaN }, version, now);
}

/** Administrators who can sign in: whoever was not invited in yet has no password. */
export const signingAdmins = async (rows: BrandStore): Promise<AgentRow[]> => (await agentRows.activeAdmins(rows)).filter((one) => one.password_hash !== null);

/** Everybody who may approve it as it is made: never whoever proposes it, nor who cannot sign in. */
export async function approversOf(rows: BrandStore, row: Approvable): Promise<AgentRow[]> {
  const found: AgentRow[] = [];
  for (const one of await signingAdmins(rows)) {
    if ((await judge(rows, row, { id: one.id, admin: true, since: one.created_at }, row.base_version, row.proposed_at)).allowed) found.push(one);
  }
  return found;
}
