// The head of a conversation as search finds it: what is known of its customer, and its tags. Its number is looked up as a number.
import * as conversationRows from '#store/conversations.ts';
import * as tagRows from '#store/conversation-tags.ts';
import type { CustomerRow } from '#store/customers.ts';
import * as searchTexts from '#store/search-texts.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import { keptWords } from '#inbox/search-words.ts';

export type Known = Pick<CustomerRow, 'name' | 'email' | 'phone' | 'external_id'>;

/** The text that a hit in a head is shown by. */
export const headText = ({ name, email, phone, external_id: externalId }: Known, tags: readonly string[]): string =>
  [name, email, phone, externalId, ...tags].filter((part) => part !== null && part !== '').join(' · ');

export function headStatement(brand: BrandStore, conversation: { readonly id: string; readonly created_at: number }, known: Known, tags: readonly string[]): Statement {
  return searchTexts.put(brand, { id: conversation.id, conversation_id: conversation.id, at: conversation.created_at, words: keptWords(headText(known, tags)) });
}

/** After something of a customer changed: the heads of all their conversations, and their place in the feed. Stands after `feed.advance`. */
export async function headsAnew(brand: BrandStore, customerId: string, known: Known): Promise<Statement[]> {
  const conversations = await conversationRows.ofCustomer(brand, customerId);
  if (conversations.length === 0) return [];
  const tags = await tagRows.of(brand, conversations.map((row) => row.id));
  const heads = conversations.map((row) => headStatement(brand, row, known, tags.get(row.id) ?? []));
  return [conversationRows.touch(brand, conversations.map((row) => row.id)), ...heads];
}
