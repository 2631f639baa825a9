// Changes of settings that wait for a second person. Each ends once: approved, rejected, withdrawn or run out.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type PolicyProposalRow = BrandTables['policy_proposals'];
export type ProposalEnd = Exclude<PolicyProposalRow['state'], 'waiting'>;

export function insert(brand: BrandStore, row: Omit<PolicyProposalRow, 'state' | 'ended_at' | 'ended_by' | 'why'>): Statement {
  return brand.write(brand.q.insertInto('policy_proposals').values({ ...row, state: 'waiting', ended_at: null, ended_by: null, why: null }), { expect: 1 });
}

/** The oldest first. */
export function waiting(brand: BrandStore): Promise<PolicyProposalRow[]> {
  return brand.all(brand.q.selectFrom('policy_proposals').selectAll().where('state', '=', 'waiting').orderBy('proposed_at').orderBy('id'));
}

/** Those that ended last. */
export function ended(brand: BrandStore, limit: number): Promise<PolicyProposalRow[]> {
  return brand.all(brand.q.selectFrom('policy_proposals').selectAll().where('state', '!=', 'waiting').orderBy('ended_at', 'desc').orderBy('id').limit(limit));
}

/** How many this person made since then. */
export async function madeSince(brand: BrandStore, agentId: string, since: number): Promise<number> {
  const row = await brand.one(brand.q.selectFrom('policy_proposals').select((eb) => eb.fn.countAll<number>().as('many')).where('proposed_by', '=', agentId).where('proposed_at', '>', since));
  return row?.many ?? 0;
}

/** Ends one that waits; one that is over already is a conflict `policy.proposal_over`. */
export function end(brand: BrandStore, id: string, how: { readonly state: ProposalEnd; readonly at: number; readonly by: string | null; readonly why?: string | null }): Statement {
  const query = brand.q.updateTable('policy_proposals').set({ state: how.state, ended_at: how.at, ended_by: how.by, why: how.why ?? null }).where('id', '=', id).where('state', '=', 'waiting');
  return brand.write(query, { expect: 1, otherwise: 'policy.proposal_over' });
}

/** Puts one that waits on another version, as of now. */
export function rebase(brand: BrandStore, id: string, to: { readonly base_version: number; readonly proposed_at: number; readonly until: number }): Statement {
  return brand.write(brand.q.updateTable('policy_proposals').set(to).where('id', '=', id).where('state', '=', 'waiting'), { expect: 1, otherwise: 'policy.proposal_over' });
}
