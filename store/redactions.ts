// What is taken out of texts for good: messages emptied or masked, with what search, previews and tags kept of them.
import type { ConversationRow } from '#store/conversations.ts';
import { tagKey } from '#store/conversation-tags.ts';
import { standing } from '#store/feed.ts';
import type { MessageRow } from '#store/messages.ts';
import type { BrandStore, Statement } from '#store/store.ts';

/** A page of a conversation's messages in order, those after number `after`. */
export function messagesAfter(brand: BrandStore, conversationId: string, after: number, most: number): Promise<MessageRow[]> {
  return brand.all(brand.q.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId).where('seq', '>', after).orderBy('seq').limit(most));
}

/** Empties messages and marks them. `expect`: one that is marked already, or gone, is a conflict `message.redacted`. */
export function empty(brand: BrandStore, ids: readonly string[], by: { readonly at: number; readonly agentId: string }, expect?: number): Statement {
  const query = brand.q.updateTable('messages').set((eb) => ({ text: '', redacted_at: by.at, redacted_by: by.agentId, feed: standing(eb, 'feed') }))
    .where('id', 'in', ids).where('kind', '<>', 'event').where('redacted_at', 'is', null);
  return brand.write(query, expect === undefined ? {} : { expect, otherwise: 'message.redacted' });
}

/** Another text in the place of a message's. */
export function rewrite(brand: BrandStore, id: string, text: string): Statement {
  return brand.write(brand.q.updateTable('messages').set((eb) => ({ text, feed: standing(eb, 'feed') })).where('id', '=', id).where('redacted_at', 'is', null));
}

/** Takes texts out of what search reads. Ids of messages, or of conversations for their heads. */
export function unsearch(brand: BrandStore, ids: readonly string[]): Statement {
  return brand.write(brand.q.deleteFrom('search_texts').where('id', 'in', ids));
}

export function searchWordsOf(brand: BrandStore, id: string): Promise<{ words: string } | undefined> {
  return brand.one(brand.q.selectFrom('search_texts').select('words').where('id', '=', id));
}

export function research(brand: BrandStore, id: string, words: string): Statement {
  return brand.write(brand.q.updateTable('search_texts').set({ words }).where('id', '=', id));
}

/** The conversation changed; one that came under a hold meanwhile, or is gone, is a conflict `conversation.on_hold`. */
export function touchUnheld(brand: BrandStore, conversationId: string): Statement {
  const query = brand.q.updateTable('conversations').set((eb) => ({ feed: standing(eb, 'feed') })).where('id', '=', conversationId).where('hold_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'conversation.on_hold' });
}

/** Another preview in the place of the very one that was judged: a newer message's own stays. */
export function repreview(brand: BrandStore, conversation: Pick<ConversationRow, 'id' | 'preview'>, preview: string): Statement {
  return brand.write(brand.q.updateTable('conversations').set({ preview }).where('id', '=', conversation.id).where('preview', '=', conversation.preview));
}

/** The masked tag in the place of the other; two that are masked alike become one. */
export function retag(brand: BrandStore, conversationId: string, tag: string, masked: string): Statement[] {
  const row = { conversation_id: conversationId, tag_key: tagKey(masked), tag: masked };
  return [
    brand.write(brand.q.deleteFrom('conversation_tags').where('conversation_id', '=', conversationId).where('tag_key', '=', tagKey(tag))),
    brand.write(brand.q.insertInto('conversation_tags').values(row).onConflict((oc) => oc.columns(['conversation_id', 'tag_key']).doNothing())),
  ];
}

/** How many messages these conversations have. */
export async function countMessages(brand: BrandStore, conversationIds: readonly string[]): Promise<number> {
  if (conversationIds.length === 0) return 0;
  const row = await brand.one(brand.q.selectFrom('messages').select((eb) => eb.fn.count<number>('id').as('n')).where('conversation_id', 'in', conversationIds));
  return Number(row?.n ?? 0);
}
