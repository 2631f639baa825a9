// Tags of conversations: words that agents put on them, compared without regard to case and form.
import type { BrandStore, Statement } from '#store/store.ts';

/** What a tag is compared by. */
export const tagKey = (tag: string): string => tag.normalize('NFKC').toLowerCase();

/** The tags of these conversations, in the order of their keys; a conversation without any is left out. */
export async function of(brand: BrandStore, conversationIds: readonly string[]): Promise<Map<string, string[]>> {
  const query = brand.q.selectFrom('conversation_tags').select(['conversation_id', 'tag']).orderBy('tag_key');
  const rows = conversationIds.length === 0 ? [] : await brand.all(query.where('conversation_id', 'in', conversationIds));
  const found = new Map<string, string[]>();
  for (const { conversation_id: id, tag } of rows) found.set(id, [...(found.get(id) ?? []), tag]);
  return found;
}

/** One that is there already is a conflict `tag.there`. */
export function add(brand: BrandStore, conversationId: string, tag: string): Statement {
  const row = { conversation_id: conversationId, tag_key: tagKey(tag), tag };
  return brand.write(brand.q.insertInto('conversation_tags').values(row), { expect: 1, otherwise: 'tag.there' });
}

/** One that is not there is a conflict `tag.gone`. */
export function remove(brand: BrandStore, conversationId: string, tag: string): Statement {
  const query = brand.q.deleteFrom('conversation_tags').where('conversation_id', '=', conversationId).where('tag_key', '=', tagKey(tag));
  return brand.write(query, { expect: 1, otherwise: 'tag.gone' });
}
