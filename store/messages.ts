// Messages of conversations: numbered one by one in each, and by the feed among everything that changed.
import { standing } from '#store/feed.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type MessageRow = BrandTables['messages'];

/**
 * Appends a message: after `feed.advance` and after the update of its conversation, which counted `last_seq` up. What its writer has sent
 * before (the same `client_id`) is a conflict `message.repeated`.
 */
export function insert(brand: BrandStore, row: Omit<MessageRow, 'seq' | 'feed' | 'redacted_at' | 'redacted_by'>): Statement {
  const query = brand.q.insertInto('messages').values((eb) => ({
    ...row,
    redacted_at: null,
    redacted_by: null,
    seq: eb.selectFrom('conversations').select('last_seq').where('id', '=', row.conversation_id),
    feed: standing(eb, 'feed'),
  }));
  return brand.write(query.onConflict((oc) => oc.columns(['conversation_id', 'author_kind', 'client_id']).doNothing()), { expect: 1, otherwise: 'message.repeated' });
}

/** Everything that was written or redacted after `feed`, in that order. */
export function since(brand: BrandStore, feed: number, most: number): Promise<MessageRow[]> {
  return brand.all(brand.q.selectFrom('messages').selectAll().where('feed', '>', feed).orderBy('feed').limit(most));
}

export function byClientId(brand: BrandStore, conversationId: string, authorKind: MessageRow['author_kind'], clientId: string): Promise<MessageRow | undefined> {
  const query = brand.q.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId);
  return brand.one(query.where('author_kind', '=', authorKind).where('client_id', '=', clientId));
}
