// The hashes of a person's earlier passwords: the last 24, whatever the setting asks for, so that a raised one counts at once.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type PasswordHashRow = BrandTables['password_hashes'];

/** How many are kept: the most that `password.history` may ask for. */
export const HASHES_KEPT = 24;

/** The newest first; not the present one, which stands with its person. */
export function earlierOf(brand: BrandStore, agentId: string, most: number): Promise<PasswordHashRow[]> {
  return brand.all(brand.q.selectFrom('password_hashes').selectAll().where('agent_id', '=', agentId).orderBy('set_at', 'desc').orderBy('id', 'desc').limit(most));
}

/** The newest of its person, whatever the clock says: after one that was set back, an earlier one would count as newer and this be forgotten before it. */
export function insertNewest(brand: BrandStore, row: PasswordHashRow): Statement {
  const query = brand.q.insertInto('password_hashes').values((eb) => ({
    ...row,
    set_at: eb.selectFrom('password_hashes').where('agent_id', '=', row.agent_id).select((at) => {
      const latest = at.fn.max('set_at');
      return at.case().when(latest, '>=', row.set_at).then(at(latest, '+', 1)).else(row.set_at).end().as('set_at');
    }),
  }));
  return brand.write(query, { expect: 1 });
}

/** Forgets all but the newest of a person. */
export function trim(brand: BrandStore, agentId: string, keep: number = HASHES_KEPT): Statement {
  const kept = brand.q.selectFrom('password_hashes').select('id').where('agent_id', '=', agentId).orderBy('set_at', 'desc').orderBy('id', 'desc').limit(keep);
  return brand.write(brand.q.deleteFrom('password_hashes').where('agent_id', '=', agentId).where('id', 'not in', kept));
}
