// What search reads: the words of each message, and of the head of each conversation (its id is the conversation's own).
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { writing } from '#store/template.ts';

export type SearchTextRow = BrandTables['search_texts'];

export function insert(brand: BrandStore, { id, conversation_id, at, words }: SearchTextRow): Statement {
  return brand.writeOf(inserted, { id, conversation_id, at, words }, { expect: 1 });
}

const inserted = writing<SearchTextRow>((q, { id, conversation_id, at, words }) => q.insertInto('search_texts').values({ id, conversation_id, at, words }));

/** The words of a text that may be there already: its place among the newest stays. */
export function put(brand: BrandStore, row: SearchTextRow): Statement {
  return brand.write(brand.q.insertInto('search_texts').values(row).onConflict((oc) => oc.columns(['id']).doUpdateSet({ words: row.words })), { expect: 1 });
}
