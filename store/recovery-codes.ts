// Recovery codes: hashes of the ten codes a person keeps on paper, each good for once.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type RecoveryCodeRow = BrandTables['recovery_codes'];

export function unusedOf(brand: BrandStore, agentId: string): Promise<RecoveryCodeRow[]> {
  return brand.all(brand.q.selectFrom('recovery_codes').selectAll().where('agent_id', '=', agentId).where('used_at', 'is', null).orderBy('id'));
}

/** Uses a code up. A second time is a conflict `code.used`. */
export function use(brand: BrandStore, id: string, at: number): Statement {
  const query = brand.q.updateTable('recovery_codes').set({ used_at: at }).where('id', '=', id).where('used_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'code.used' });
}

export function removeAll(brand: BrandStore, agentId: string): Statement {
  return brand.write(brand.q.deleteFrom('recovery_codes').where('agent_id', '=', agentId));
}

/** A new set in place of the old one. */
export function replaceAll(brand: BrandStore, agentId: string, codes: readonly { readonly id: string; readonly hash: string }[], at: number): Statement[] {
  const rows = codes.map((code) => ({ ...code, agent_id: agentId, created_at: at, used_at: null }));
  const removed = removeAll(brand, agentId);
  return rows.length === 0 ? [removed] : [removed, brand.write(brand.q.insertInto('recovery_codes').values(rows), { expect: rows.length })];
}
