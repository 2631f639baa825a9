// The feed of the inbox: one number a brand that goes up with every change, so that whoever knows the last one they saw can ask for what came since.
import type { Expression, ExpressionBuilder } from 'kysely';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables, JournalCounter } from '#store/tables.ts';
import { reading, writing } from '#store/template.ts';

type Counter = Exclude<BrandTables['counters']['name'], JournalCounter>;

/** The next number of a counter. Stands first in its unit: its row is the lock that keeps the numbers in the order of the commits. */
const next = writing<{ name: Counter }>((q, { name }) =>
  q.insertInto('counters').values({ name, value: 1 }).onConflict((oc) => oc.columns(['name']).doUpdateSet((eb) => ({ value: eb('counters.value', '+', 1) }))));

const ONE = { expect: 1 } as const;

/** The feed goes on by one: first in every unit that changes a conversation, a message or ends a chat session. The unit also bumps `inbox`. */
export const advance = (brand: BrandStore): Statement => brand.writeOf(next, { name: 'feed' }, ONE);

/** The next short number of a conversation; in the unit that begins one, before it. */
export const nextNumber = (brand: BrandStore): Statement => brand.writeOf(next, { name: 'conversation' }, ONE);

/** What a counter stands at, as a part of a query: `feed: (eb) => standing(eb, 'feed')`. */
export function standing<Table extends keyof BrandTables>(eb: ExpressionBuilder<BrandTables, Table>, name: Counter): Expression<number> {
  const open = eb as unknown as ExpressionBuilder<BrandTables, 'counters'>;
  return open.selectFrom('counters').select('value').where('name', '=', name) as unknown as Expression<number>;
}

/** How far the feed has come; 0 while nothing happened. */
export async function last(brand: BrandStore): Promise<number> {
  const [row] = await brand.allOf(reached, {});
  return row?.value ?? 0;
}

const reached = reading((q) => q.selectFrom('counters').select('value').where('name', '=', 'feed'));
