// Recorded deviations from standards: at most one for each requirement of a preset.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type DeviationRow = BrandTables['deviations'];

/** Of all presets, the oldest first. */
export function all(brand: BrandStore): Promise<DeviationRow[]> {
  return brand.all(brand.q.selectFrom('deviations').selectAll().orderBy('recorded_at').orderBy('id'));
}

export function byId(brand: BrandStore, id: string): Promise<DeviationRow | undefined> {
  return brand.one(brand.q.selectFrom('deviations').selectAll().where('id', '=', id));
}

/** A second one for the same requirement is a conflict `deviation.present`. */
export function insert(brand: BrandStore, row: DeviationRow): Statement {
  return brand.write(brand.q.insertInto('deviations').values(row), { expect: 1, otherwise: 'deviation.present' });
}

/** One that is not there any more is a conflict `deviation.missing`. */
export function remove(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.deleteFrom('deviations').where('id', '=', id), { expect: 1, otherwise: 'deviation.missing' });
}
