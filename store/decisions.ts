// The journal of decisions as stored: groups of equal ones by day, counted up by every node; and how many of them are kept.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { writing } from '#store/template.ts';

export type DecisionRow = BrandTables['decisions'];

/** Adds to a group, or begins it. */
export function count(brand: BrandStore, row: DecisionRow): Statement {
  return brand.writeOf(counted, { ...row }, { expect: 1 });
}

const counted = writing<DecisionRow>((q, { id, question, channel_id, subject_kind, subject_id, facts, code, version, count: times, first_at, last_at }) =>
  q.insertInto('decisions').values({ id, question, channel_id, subject_kind, subject_id, facts, code, version, count: times, first_at, last_at })
    .onConflict((oc) => oc.columns(['id']).doUpdateSet((eb) => ({ count: eb('decisions.count', '+', times), last_at, version }))));

/** The next groups by id, after this one. */
export function page(brand: BrandStore, after: string, most: number): Promise<DecisionRow[]> {
  return brand.all(brand.q.selectFrom('decisions').selectAll().where('id', '>', after).orderBy('id').limit(most));
}

export async function size(brand: BrandStore): Promise<number> {
  return (await brand.one(brand.q.selectFrom('decisions').select((eb) => eb.fn.countAll<number>().as('rows'))))?.rows ?? 0;
}

/** When the oldest group that is kept began; null while there is none. */
export async function since(brand: BrandStore): Promise<number | null> {
  return (await brand.one(brand.q.selectFrom('decisions').select((eb) => eb.fn.min('first_at').as('at'))))?.at ?? null;
}

export const sweep = (brand: BrandStore, before: number): Statement => brand.write(brand.q.deleteFrom('decisions').where('last_at', '<', before));

/** Drops the groups from this id on: a fair part of them. */
export const dropFrom = (brand: BrandStore, id: string): Statement => brand.write(brand.q.deleteFrom('decisions').where('id', '>=', id));

/** What was decided about somebody who is erased. */
export const forget = (brand: BrandStore, subjectId: string): Statement => brand.write(brand.q.deleteFrom('decisions').where('subject_id', '=', subjectId));

/** One group of 2^level is kept. */
export async function level(brand: BrandStore): Promise<number> {
  return (await brand.one(brand.q.selectFrom('counters').select('value').where('name', '=', 'journal')))?.value ?? 0;
}

export function setLevel(brand: BrandStore, value: number): Statement {
  return brand.write(brand.q.insertInto('counters').values({ name: 'journal', value }).onConflict((oc) => oc.columns(['name']).doUpdateSet({ value })), { expect: 1 });
}
