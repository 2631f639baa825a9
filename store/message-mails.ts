// What a message that came or left by mail said beside its text, and what its conversation is about.
import { standing } from '#store/feed.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type MessageMailRow = BrandTables['message_mails'];
export type MailThreadRow = BrandTables['mail_threads'];

export function insert(brand: BrandStore, row: MessageMailRow): Statement {
  return brand.write(brand.q.insertInto('message_mails').values(row), { expect: 1 });
}

export function byMessage(brand: BrandStore, messageId: string): Promise<MessageMailRow | undefined> {
  return brand.one(brand.q.selectFrom('message_mails').selectAll().where('message_id', '=', messageId));
}

/** All but what is large, for views of many. */
export type MailHead = Omit<MessageMailRow, 'html' | 'raw' | 'headers' | 'body'> & { readonly formatted: number; readonly unreadable: number; readonly bodyLength: number };

export async function heads(brand: BrandStore, messageIds: readonly string[]): Promise<Map<string, MailHead>> {
  if (messageIds.length === 0) return new Map();
  const rows = await brand.all(brand.q.selectFrom('message_mails').select(['message_id', 'conversation_id', 'direction', 'mail_ref', 'sender', 'recipients', 'cc', 'subject', 'marks'])
    .select((eb) => [
      eb.case().when('html', 'is', null).then(0).else(1).end().as('formatted'), eb.case().when('raw', 'is', null).then(0).else(1).end().as('unreadable'),
      eb.fn<number>('length', ['body']).as('bodyLength'),
    ]).where('message_id', 'in', messageIds));
  return new Map(rows.map((row) => [row.message_id, { ...row, formatted: Number(row.formatted), unreadable: Number(row.unreadable), bodyLength: Number(row.bodyLength) }]));
}

/** Which conversations these Message-IDs stand in. */
export function byRefs(brand: BrandStore, refs: readonly string[]): Promise<Pick<MessageMailRow, 'message_id' | 'conversation_id' | 'direction' | 'mail_ref'>[]> {
  return refs.length === 0 ? Promise.resolve([]) : brand.all(brand.q.selectFrom('message_mails').select(['message_id', 'conversation_id', 'direction', 'mail_ref']).where('mail_ref', 'in', refs));
}

/** The newest that came in, and what the newest of either side is called: what an answer refers to. */
export async function lastRefs(brand: BrandStore, conversationId: string, most: number): Promise<Pick<MessageMailRow, 'direction' | 'mail_ref' | 'subject'>[]> {
  return brand.all(brand.q.selectFrom('message_mails').innerJoin('messages', 'messages.id', 'message_mails.message_id').select(['message_mails.direction', 'message_mails.mail_ref', 'message_mails.subject'])
    .where('message_mails.conversation_id', '=', conversationId).orderBy('messages.seq', 'desc').limit(most));
}

/** Goes with what was taken out of these messages: addresses, subject, headers, what was shown formatted, and the raw bytes. */
export function forget(brand: BrandStore, messageIds: readonly string[]): Statement {
  return brand.write(brand.q.deleteFrom('message_mails').where('message_id', 'in', messageIds));
}

export function ofConversation(brand: BrandStore, conversationId: string): Promise<MessageMailRow[]> {
  return brand.all(brand.q.selectFrom('message_mails').selectAll().where('conversation_id', '=', conversationId));
}

export function beginThread(brand: BrandStore, row: MailThreadRow): Statement {
  return brand.write(brand.q.insertInto('mail_threads').values(row), { expect: 1 });
}

export function thread(brand: BrandStore, conversationId: string): Promise<MailThreadRow | undefined> {
  return brand.one(brand.q.selectFrom('mail_threads').selectAll().where('conversation_id', '=', conversationId));
}

export async function threads(brand: BrandStore, conversationIds: readonly string[]): Promise<Map<string, MailThreadRow>> {
  const rows = conversationIds.length === 0 ? [] : await brand.all(brand.q.selectFrom('mail_threads').selectAll().where('conversation_id', 'in', conversationIds));
  return new Map(rows.map((row) => [row.conversation_id, row]));
}

/** What a thread says of its customer, taken out: an erasure of theirs. */
export function forgetThread(brand: BrandStore, conversationId: string, subject: string): Statement {
  return brand.write(brand.q.updateTable('mail_threads').set({ subject, to_name: '', to_address: '', cc: '[]' }).where('conversation_id', '=', conversationId));
}

/** A mail of ours came back: its message is told anew, after `feed.advance`. */
export function cameBack(brand: BrandStore, messageId: string, at: number): Statement {
  return brand.write(brand.q.updateTable('message_mails').set({ marks: JSON.stringify({ cameBackAt: at }) }).where('message_id', '=', messageId).where('direction', '=', 'out'));
}

/** How far the mail of an answer has come. */
export type DeliveryRow = Pick<BrandTables['mails'], 'message_id' | 'sent_at' | 'given_up_at' | 'bounced_at' | 'fault' | 'file'>;

export async function deliveries(brand: BrandStore, conversationIds: readonly string[], messageIds: readonly string[]): Promise<Map<string, DeliveryRow>> {
  if (messageIds.length === 0) return new Map();
  const rows = await brand.all(brand.q.selectFrom('mails').select(['message_id', 'sent_at', 'given_up_at', 'bounced_at', 'fault', 'file']).where('conversation_id', 'in', [...new Set(conversationIds)]).where('message_id', 'in', messageIds).where('kind', '=', 'reply'));
  return new Map(rows.flatMap((row) => (row.message_id === null ? [] : [[row.message_id, row]])));
}

/** The message of a mail is told anew, after `feed.advance`: how far it has come shows. */
export function touch(brand: BrandStore, messageId: string): Statement {
  return brand.write(brand.q.updateTable('messages').set((eb) => ({ feed: standing(eb, 'feed') })).where('id', '=', messageId));
}

/** What the mails of a conversation are called. */
export function subjects(brand: BrandStore, conversationId: string): Promise<Pick<MessageMailRow, 'message_id' | 'subject'>[]> {
  return brand.all(brand.q.selectFrom('message_mails').select(['message_id', 'subject']).where('conversation_id', '=', conversationId));
}

export function rename(brand: BrandStore, conversationId: string, subject: string): Statement {
  return brand.write(brand.q.updateTable('mail_threads').set({ subject }).where('conversation_id', '=', conversationId));
}

export function resubject(brand: BrandStore, messageIds: readonly string[], subject: string): Statement {
  return brand.write(brand.q.updateTable('message_mails').set({ subject }).where('message_id', 'in', messageIds));
}
