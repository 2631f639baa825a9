// What a mail said beside its text, taken out with it: addresses, subject, header, formatted version and raw bytes.
import * as messageMails from '#store/message-mails.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import { plainSubject } from '#inbox/mail/filing-unit.ts';

/** One message is removed. What its conversation is called after it, and answers that repeat its subject, lose that too. */
export async function forgetMail(brand: BrandStore, conversationId: string, messageId: string, removed: string): Promise<Statement[]> {
  const [mail, thread, every] = await Promise.all([messageMails.byMessage(brand, messageId), messageMails.thread(brand, conversationId), messageMails.subjects(brand, conversationId)]);
  if (mail === undefined) return [];
  const said = plainSubject(mail.subject);
  const named = said !== '' && mail.direction === 'in';
  const same = named ? every.filter((row) => row.message_id !== messageId && plainSubject(row.subject) === said).map((row) => row.message_id) : [];
  return [
    messageMails.forget(brand, [messageId]),
    ...(named && thread !== undefined && plainSubject(thread.subject) === said ? [messageMails.rename(brand, conversationId, removed)] : []),
    ...(same.length === 0 ? [] : [messageMails.resubject(brand, same, removed)]),
  ];
}

/** Everything of a conversation of a customer who is erased. Again finds nothing to do. */
export async function forgetMails(brand: BrandStore, conversationId: string): Promise<Statement[]> {
  const [rows, thread] = await Promise.all([messageMails.subjects(brand, conversationId), messageMails.thread(brand, conversationId)]);
  return [
    ...(rows.length === 0 ? [] : [messageMails.forget(brand, rows.map((row) => row.message_id))]),
    ...(thread === undefined || (thread.subject === '' && thread.to_address === '' && thread.to_name === '' && thread.cc === '[]') ? [] : [messageMails.forgetThread(brand, conversationId, '')]),
  ];
}
