// Full text in SQLite: FTS5 gives the newest texts first, because their numbers go up with time.
import type { Row } from '#store/engine.ts';
import type { BrandId, Hit, Search } from '#store/store.ts';

/** A string of FTS5's query language: nothing in it is an operator. */
const quoted = (word: string): string => `"${word.replaceAll('"', '""')}"`;

/** Words come from inbox/search-words.ts; whatever they hold, it is text and never a query. */
export function search(rows: (sql: string, parameters: readonly unknown[]) => Row[], brand: BrandId, { words, lastIsPrefix, limit, after }: Search): Hit[] {
  if (words.length === 0) return [];
  const terms = words.map((word, at) => `${quoted(word)}${lastIsPrefix && at === words.length - 1 ? '*' : ''}`).join(' AND ');
  const match = `brand_id:${quoted(brand)} AND words:(${terms})`;
  const place = after === undefined ? '' : 'and i.rowid < (select n from search_texts where brand_id = ? and id = ?)';
  const found = rows(
    `select t.id, t.conversation_id, t.at from search_index i join search_texts t on t.n = i.rowid where i.search_index match ? ${place} and t.brand_id = ? order by i.rowid desc limit ? + 0`,
    [match, ...(after === undefined ? [] : [brand, after.id]), brand, limit],
  );
  return found.map((row) => ({ id: row['id'] as string, conversationId: row['conversation_id'] as string, at: row['at'] as number }));
}
