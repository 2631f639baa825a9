// Changes of the policy on trial: live, and taken back at their time unless somebody confirmed them. At most one of a brand waits.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type PolicyTrialRow = BrandTables['policy_trials'];

export function insert(brand: BrandStore, row: Omit<PolicyTrialRow, 'state' | 'ended_at' | 'ended_by'>): Statement {
  return brand.write(brand.q.insertInto('policy_trials').values({ ...row, state: 'waiting', ended_at: null, ended_by: null }), { expect: 1 });
}

/** A guard: no change is on trial. Else a conflict `policy.trial_waiting`. */
export function noneWaiting(brand: BrandStore): Statement {
  return brand.write(brand.q.updateTable('policy_trials').set({ state: 'waiting' }).where('state', '=', 'waiting'), { expect: 0, otherwise: 'policy.trial_waiting' });
}

export function waiting(brand: BrandStore): Promise<PolicyTrialRow | undefined> {
  return brand.one(brand.q.selectFrom('policy_trials').selectAll().where('state', '=', 'waiting'));
}

/** Ends the trial that waits; one that is over already is a conflict `policy.trial_over`. */
export function end(brand: BrandStore, id: string, how: { readonly state: 'confirmed' | 'undone' | 'returned'; readonly at: number; readonly by: string | null }): Statement {
  const query = brand.q.updateTable('policy_trials').set({ state: how.state, ended_at: how.at, ended_by: how.by }).where('id', '=', id).where('state', '=', 'waiting');
  return brand.write(query, { expect: 1, otherwise: 'policy.trial_over' });
}

/** How trials of these versions ended, by version. */
export async function ofVersions(brand: BrandStore, versions: readonly number[]): Promise<ReadonlyMap<number, PolicyTrialRow>> {
  const rows = versions.length === 0 ? [] : await brand.all(brand.q.selectFrom('policy_trials').selectAll().where('version', 'in', versions));
  return new Map(rows.map((row) => [row.version, row]));
}
