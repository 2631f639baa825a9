// How far the mail of an answer has come, told to whoever looks at its conversation: its message goes on in the feed.
import { newId } from '#identity/tokens.ts';
import { advance } from '#store/feed.ts';
import type { MailRow } from '#store/mails.ts';
import * as messageMails from '#store/message-mails.ts';
import type { BrandStore } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';

export async function tellDelivery({ brands, now }: Pick<Parts, 'brands' | 'now'>, brand: BrandStore, { message_id: messageId, conversation_id: conversationId, attempts }: MailRow): Promise<void> {
  if (messageId === null || conversationId === null) return;
  const row = (await messageMails.deliveries(brand, [conversationId], [messageId])).get(messageId);
  if (row === undefined) return;
  const state = row.sent_at !== null ? 'sent' : row.given_up_at !== null ? 'failed' : 'waiting';
  // That it waits is told once.
  if (state === 'waiting' && attempts > 0) return;
  const entry = { id: newId('evt'), at: now(), actor: { kind: 'system', id: null }, event: 'mail.answer_sent', entity: { kind: 'message', id: messageId }, facts: { conversation: conversationId, state } } as const;
  await brands.commit([brand.part({ statements: [advance(brand), messageMails.touch(brand, messageId)], entries: [entry], bumps: ['inbox'] })]);
}
