// What search reads: the words of each message, and of the head of each conversation (its id is the conversation's own).
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type SearchTextRow = BrandTables['search_texts'];

export function insert(brand: BrandStore, row: SearchTextRow): Statement {
  return brand.write(brand.q.insertInto('search_texts').values(row), { expect: 1 });
}

/** The words of a text that may be there already: its place among the newest stays. */
export function put(brand: BrandStore, row: SearchTextRow): Statement {
  return brand.write(brand.q.insertInto('search_texts').values(row).onConflict((oc) => oc.columns(['id']).doUpdateSet({ words: row.words })), { expect: 1 });
}
