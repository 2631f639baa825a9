// Full text in PostgreSQL: a vector of the words, asked through its index, the newest texts first.
import type { Row } from '#store/engine.ts';
import type { BrandId, Hit, Search } from '#store/store.ts';

/** A word of a tsquery: nothing in it is an operator (PostgreSQL, 8.11.2). */
const quoted = (word: string): string => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Words come from inbox/search-words.ts; whatever they hold, it is text and never a query. */
export async function search(rows: (sql: string, values: readonly unknown[]) => Promise<Row[]>, brand: BrandId, { words, lastIsPrefix, limit, after }: Search): Promise<Hit[]> {
  if (words.length === 0) return [];
  const query = words.map((word, at) => `${quoted(word)}${lastIsPrefix && at === words.length - 1 ? ':*' : ''}`).join(' & ');
  const place = after === undefined ? '' : 'and (at, id) < ($4, $5)';
  const found = await rows(
    `select id, conversation_id, at from search_texts where brand_id = $1 and vector @@ $2::tsquery ${place} order by at desc, id desc limit $3`,
    [brand, query, limit, ...(after === undefined ? [] : [after.at, after.id])],
  );
  return found.map((row) => ({ id: row['id'] as string, conversationId: row['conversation_id'] as string, at: row['at'] as number }));
}
