// One-time codes that were sent to a person: hashed, counted, good for once.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type OneTimeCodeRow = BrandTables['one_time_codes'];

/** The newest one: an older one is not asked for any more. */
export function latest(brand: BrandStore, agentId: string, purpose: string): Promise<OneTimeCodeRow | undefined> {
  const query = brand.q.selectFrom('one_time_codes').selectAll().where('agent_id', '=', agentId).where('purpose', '=', purpose);
  return brand.one(query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1));
}

/** When codes were sent since `since`, ms, in order; to one person or by the whole brand. */
export async function sentSince(brand: BrandStore, since: number, agentId?: string): Promise<number[]> {
  const query = brand.q.selectFrom('one_time_codes').select('created_at').where('created_at', '>', since).orderBy('created_at');
  const rows = await brand.all(agentId === undefined ? query : query.where('agent_id', '=', agentId));
  return rows.map((row) => row.created_at);
}

export function insert(brand: BrandStore, row: OneTimeCodeRow): Statement {
  return brand.write(brand.q.insertInto('one_time_codes').values(row), { expect: 1 });
}

/** One more try. Beyond `most`, or once used, a conflict `code.exhausted`. */
export function countAttempt(brand: BrandStore, id: string, most: number): Statement {
  const query = brand.q.updateTable('one_time_codes').set((eb) => ({ attempts: eb('attempts', '+', 1) })).where('id', '=', id).where('attempts', '<', most).where('used_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'code.exhausted' });
}

/** Uses it up. A second time is a conflict `code.used`. */
export function use(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('one_time_codes').set({ used_at: at }).where('id', '=', id).where('used_at', 'is', null), { expect: 1, otherwise: 'code.used' });
}

/** No open code of the person can be used any more; they still count as sent. */
export function voidOf(brand: BrandStore, agentId: string, at: number): Statement {
  return brand.write(brand.q.updateTable('one_time_codes').set({ used_at: at }).where('agent_id', '=', agentId).where('used_at', 'is', null));
}

export function remove(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.deleteFrom('one_time_codes').where('id', '=', id));
}

export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('one_time_codes').where('created_at', '<', before));
}
