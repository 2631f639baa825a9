// Brands: the tenants of the house.
import type { BrandId, Statement, SystemStore } from '#store/store.ts';
import type { SystemTables } from '#store/tables.ts';

export type BrandRow = SystemTables['brands'];

export function byId(system: SystemStore, id: BrandId): Promise<BrandRow | undefined> {
  return system.one(system.q.selectFrom('brands').selectAll().where('id', '=', id));
}

/** By the name in the path, `/b/<slug>/`. */
export function bySlug(system: SystemStore, slug: string): Promise<BrandRow | undefined> {
  return system.one(system.q.selectFrom('brands').selectAll().where('slug', '=', slug));
}

export function all(system: SystemStore): Promise<BrandRow[]> {
  return system.all(system.q.selectFrom('brands').selectAll().orderBy('created_at').orderBy('id'));
}

/** A second one with the same slug is a conflict `brand.slug_taken`. */
export function insert(system: SystemStore, row: BrandRow): Statement {
  return system.write(system.q.insertInto('brands').values(row), { expect: 1, otherwise: 'brand.slug_taken' });
}
