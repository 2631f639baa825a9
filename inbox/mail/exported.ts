// The mails of a conversation as they stand in a bundle of everything that is held: what each said beside its text, the raw bytes of one that could not be read included.
import * as messageMails from '#store/message-mails.ts';
import type { BrandStore } from '#store/store.ts';

export async function exportedMails(brand: BrandStore, conversationId: string): Promise<readonly unknown[]> {
  return (await messageMails.ofConversation(brand, conversationId)).map((row) => ({
    message: row.message_id, direction: row.direction, messageId: row.mail_ref, from: JSON.parse(row.sender) as unknown, to: JSON.parse(row.recipients) as unknown, cc: JSON.parse(row.cc) as unknown, subject: row.subject,
    text: row.body, html: row.html, headers: row.headers, rawBase64: row.raw === null ? null : Buffer.from(row.raw).toString('base64'),
  }));
}
