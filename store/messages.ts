// Messages of conversations: numbered one by one in each, and by the feed among everything that changed.
import { standing } from '#store/feed.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { reading, writing } from '#store/template.ts';

export type MessageRow = BrandTables['messages'];

/**
 * Appends a message: after `feed.advance` and after the update of its conversation, which counted `last_seq` up. What its writer has sent
 * before (the same `client_id`) is a conflict `message.repeated`.
 */
export function insert(brand: BrandStore, { id, conversation_id, kind, author_kind, author_id, client_id, text, verified, created_at, files = 0 }: NewRow): Statement {
  return brand.writeOf(inserted, { id, conversation_id, kind, author_kind, author_id, client_id, text, verified, created_at, files }, { expect: 1, otherwise: 'message.repeated' });
}

type Written = Omit<MessageRow, 'seq' | 'feed' | 'redacted_at' | 'redacted_by'>;
/** `files`: how many it carries. */
type NewRow = Omit<Written, 'files'> & { readonly files?: number };

const inserted = writing<Written>((q, { id, conversation_id, kind, author_kind, author_id, client_id, text, verified, created_at, files }) =>
  q.insertInto('messages').values((eb) => ({
    id, conversation_id, kind, author_kind, author_id, client_id, text, verified, created_at, files, redacted_at: null, redacted_by: null,
    seq: eb.selectFrom('conversations').select('last_seq').where('id', '=', conversation_id), feed: standing(eb, 'feed'),
  })).onConflict((oc) => oc.columns(['conversation_id', 'author_kind', 'client_id']).doNothing()));

/** Everything that was written or redacted after `feed`, in that order. */
export function since(brand: BrandStore, feed: number, most: number): Promise<MessageRow[]> {
  return brand.allOf(changed, { feed, most });
}

const changed = reading<{ feed: number; most: number }, MessageRow>((q, { feed, most }) => q.selectFrom('messages').selectAll().where('feed', '>', feed).orderBy('feed').limit(most));

export function byClientId(brand: BrandStore, conversationId: string, authorKind: MessageRow['author_kind'], clientId: string): Promise<MessageRow | undefined> {
  const query = brand.q.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId);
  return brand.one(query.where('author_kind', '=', authorKind).where('client_id', '=', clientId));
}

/** What this customer sent under this client id, in any of their conversations of the channel. */
export function sentBy(brand: BrandStore, { customerId, channelId, clientId }: { customerId: string; channelId: string; clientId: string }): Promise<MessageRow | undefined> {
  return brand.one(brand.q.selectFrom('conversations').innerJoin('messages', 'messages.conversation_id', 'conversations.id').selectAll('messages')
    .where('conversations.customer_id', '=', customerId).where('conversations.channel_id', '=', channelId)
    .where('messages.author_kind', '=', 'customer').where('messages.client_id', '=', clientId));
}

export function byId(brand: BrandStore, id: string): Promise<MessageRow | undefined> {
  return brand.one(brand.q.selectFrom('messages').selectAll().where('id', '=', id));
}

export async function byIds(brand: BrandStore, ids: readonly string[]): Promise<Map<string, MessageRow>> {
  const rows = ids.length === 0 ? [] : await brand.all(brand.q.selectFrom('messages').selectAll().where('id', 'in', ids));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The newest `most` of a conversation, or those before number `before`; the oldest first. */
export async function page(brand: BrandStore, conversationId: string, most: number, before?: number): Promise<MessageRow[]> {
  const query = brand.q.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId);
  const rows = await brand.all((before === undefined ? query : query.where('seq', '<', before)).orderBy('seq', 'desc').limit(most));
  return rows.reverse();
}

/** What was written or redacted in a conversation after feed `from` and up to `upTo`, in that order. */
export function changedIn(brand: BrandStore, conversationId: string, from: number, upTo: number): Promise<MessageRow[]> {
  const query = brand.q.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId);
  return brand.all(query.where('feed', '>', from).where('feed', '<=', upTo).orderBy('feed').orderBy('seq'));
}
