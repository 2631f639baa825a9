// Where each scope stands: the end of its audit chain and its versions. Only the writer writes these rows.
import type { Scope, SystemStore } from '#store/store.ts';
import type { SystemTables } from '#store/tables.ts';

export type BrandHeadRow = SystemTables['brand_heads'];

/** Every scope that has an audit row, `system` among them. */
export function all(system: SystemStore): Promise<BrandHeadRow[]> {
  return system.all(system.q.selectFrom('brand_heads').selectAll().orderBy('scope'));
}

export function of(system: SystemStore, scope: Scope): Promise<BrandHeadRow | undefined> {
  return system.one(system.q.selectFrom('brand_heads').selectAll().where('scope', '=', scope));
}
