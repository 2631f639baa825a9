// What a change on stage or on trial decided otherwise, counted by every node: exact also where the journal keeps only a sample.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { writing } from '#store/template.ts';

export type PolicyCountRow = BrandTables['policy_counts'];

/** How long one slot is: what is counted is known to five minutes. */
export const SLOT_MS = 300_000;
export const slotOf = (at: number): number => Math.floor(at / SLOT_MS);

/** Adds to a count, or begins it. */
export function add(brand: BrandStore, row: PolicyCountRow): Statement {
  return brand.writeOf(added, { ...row }, { expect: 1 });
}

const added = writing<PolicyCountRow>((q, { compared, slot, question, was, becomes, within, count }) =>
  q.insertInto('policy_counts').values({ compared, slot, question, was, becomes, within, count })
    .onConflict((oc) => oc.columns(['compared', 'slot', 'question', 'was', 'becomes', 'within']).doUpdateSet((eb) => ({ count: eb('policy_counts.count', '+', count) }))));

/** What `within` holds: decided beside the change, or under it, of others or of an agent or a key of the brand. */
export const BESIDE = 0;
export const UNDER = 1;
export const UNDER_OWN = 2;

export interface Total extends Omit<PolicyCountRow, 'compared' | 'slot' | 'within'> {
  readonly within: boolean;
  readonly own: boolean;
}

/** Everything counted of one change from this slot on, slots together. */
export async function since(brand: BrandStore, compared: string, slot: number): Promise<Total[]> {
  const rows = await brand.all(brand.q.selectFrom('policy_counts').select((eb) => ['question', 'was', 'becomes', 'within', eb.fn.sum<number | string>('count').as('count')])
    .where('compared', '=', compared).where('slot', '>=', slot).groupBy(['question', 'was', 'becomes', 'within']));
  return rows.map(({ question, was, becomes, within, count }) => ({ question, was, becomes, within: within !== BESIDE, own: within === UNDER_OWN, count: Number(count) }));
}

export const sweep = (brand: BrandStore, before: number): Statement => brand.write(brand.q.deleteFrom('policy_counts').where('slot', '<', slotOf(before)));
