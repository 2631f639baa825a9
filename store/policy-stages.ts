// Changes on stage: decided beside what is in force, or in force for some first. At most one of a brand runs.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type PolicyStageRow = BrandTables['policy_stages'];
export type StageEnd = Exclude<PolicyStageRow['state'], 'running'>;

/** One that runs already is a conflict `policy.stage_running`. */
export function insert(brand: BrandStore, row: Omit<PolicyStageRow, 'state' | 'ended_at' | 'ended_by' | 'figures' | 'told_at'>): Statement {
  return brand.write(brand.q.insertInto('policy_stages').values({ ...row, state: 'running', ended_at: null, ended_by: null, figures: null, told_at: null }), { expect: 1, otherwise: 'policy.stage_running' });
}

export function running(brand: BrandStore): Promise<PolicyStageRow | undefined> {
  return brand.one(brand.q.selectFrom('policy_stages').selectAll().where('state', '=', 'running'));
}

/** The one that ran at this moment. */
export function at(brand: BrandStore, moment: number): Promise<PolicyStageRow | undefined> {
  return brand.one(brand.q.selectFrom('policy_stages').selectAll().where('began_at', '<=', moment).where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', moment)])).orderBy('began_at', 'desc').orderBy('from_version', 'desc').limit(1));
}

/** The one that ended last: each ending makes a version of the policy, and versions are in order where the clocks of two nodes are not. */
export function latestEnded(brand: BrandStore): Promise<PolicyStageRow | undefined> {
  return brand.one(brand.q.selectFrom('policy_stages').selectAll().where('state', '!=', 'running').orderBy('from_version', 'desc').orderBy('ended_at', 'desc').limit(1));
}

/** Another one that it holds for; over already is a conflict `policy.stage_over`. */
export function widen(brand: BrandStore, id: string, to: Pick<PolicyStageRow, 'kind' | 'share' | 'team_id' | 'channel_id' | 'phase_at' | 'until' | 'limit_percent' | 'limit_least' | 'limit_minutes'>): Statement {
  return brand.write(brand.q.updateTable('policy_stages').set({ ...to, told_at: null }).where('id', '=', id).where('state', '=', 'running'), { expect: 1, otherwise: 'policy.stage_over' });
}

/** Somebody is told that customers are refused under it. Told already, or over, or holding for others by now, is a conflict `policy.stage_told`. */
export function tell(brand: BrandStore, { id, phase_at }: Pick<PolicyStageRow, 'id' | 'phase_at'>, at: number): Statement {
  const query = brand.q.updateTable('policy_stages').set({ told_at: at }).where('id', '=', id).where('phase_at', '=', phase_at).where('state', '=', 'running').where('told_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'policy.stage_told' });
}

/** Ends the stage that runs; one that is over already is a conflict `policy.stage_over`. */
export function end(brand: BrandStore, id: string, how: { readonly state: StageEnd; readonly at: number; readonly by: string | null; readonly figures: string }): Statement {
  const query = brand.q.updateTable('policy_stages').set({ state: how.state, ended_at: how.at, ended_by: how.by, figures: how.figures }).where('id', '=', id).where('state', '=', 'running');
  return brand.write(query, { expect: 1, otherwise: 'policy.stage_over' });
}
