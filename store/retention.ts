// What retention finds and takes: conversations that are due, and customers of whom nothing is left.
import type { ExpressionBuilder } from 'kysely';
import type { ConversationRow } from '#store/conversations.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

/** The instants up to which a status is due (ms), null while it keeps for ever: `retentionEnds` of the policy. */
export interface Ends {
  readonly open: number | null;
  readonly solved: number | null;
  readonly archived: number | null;
}

const isDue = (ends: Ends) => (eb: ExpressionBuilder<BrandTables, 'conversations'>) => {
  const ways = [
    ...(ends.open === null ? [] : [eb.and([eb('status', 'in', ['open', 'pending']), eb('last_message_at', '<=', ends.open)])]),
    ...(ends.solved === null ? [] : [eb.and([eb('status', '=', 'solved'), eb('status_at', '<=', ends.solved)])]),
    ...(ends.archived === null ? [] : [eb.and([eb('status', '=', 'archived'), eb('status_at', '<=', ends.archived)])]),
  ];
  return eb.and([eb('hold_at', 'is', null), eb.or(ways)]);
};

const nothing = ({ open, solved, archived }: Ends): boolean => open === null && solved === null && archived === null;

/** Some conversations that are due and not on hold. */
export function due(brand: BrandStore, ends: Ends, most: number): Promise<ConversationRow[]> {
  if (nothing(ends)) return Promise.resolve([]);
  return brand.all(brand.q.selectFrom('conversations').selectAll().where(isDue(ends)).orderBy('last_message_at').limit(most));
}

export async function countDue(brand: BrandStore, ends: Ends): Promise<number> {
  if (nothing(ends)) return 0;
  const row = await brand.one(brand.q.selectFrom('conversations').select((eb) => eb.fn.count<number>('id').as('n')).where(isDue(ends)));
  return Number(row?.n ?? 0);
}

export async function messagesOf(brand: BrandStore, conversationId: string): Promise<number> {
  const row = await brand.one(brand.q.selectFrom('messages').select((eb) => eb.fn.count<number>('id').as('n')).where('conversation_id', '=', conversationId));
  return Number(row?.n ?? 0);
}

/**
 * Erases a whole conversation. One that is on hold, no longer due or gone: a conflict `retention.changed`. The guard stands first: on
 * PostgreSQL its row stays locked until the rest is done.
 */
export function erase(brand: BrandStore, id: string, ends: Ends): Statement[] {
  const of = <Table extends 'messages' | 'search_texts' | 'conversation_tags' | 'conversation_reads' | 'message_mails' | 'mail_threads' | 'mail_tokens' | 'forwards' | 'forward_exceptions' | 'notifications' | 'files'>(table: Table) =>
    brand.write((brand.q.deleteFrom(table as 'messages')).where('conversation_id', '=', id));
  return [
    brand.write(brand.q.updateTable('conversations').set({ preview: '' }).where('id', '=', id).where(isDue(ends)), { expect: 1, otherwise: 'retention.changed' }),
    of('search_texts'), of('conversation_tags'), of('conversation_reads'), of('message_mails'), of('mail_threads'), of('mail_tokens'), of('forwards'), of('forward_exceptions'), of('notifications'), of('files'), of('messages'),
    // What waits to be sent of it goes to nobody.
    brand.write(brand.q.deleteFrom('mails').where('conversation_id', '=', id)),
    brand.write(brand.q.deleteFrom('conversations').where('id', '=', id), { expect: 1, otherwise: 'retention.changed' }),
  ];
}

const left = (now: number, seenBefore: number) => ({ eb, and, not, exists, selectFrom }: ExpressionBuilder<BrandTables, 'customers'>) => and([
  eb('customers.last_seen_at', '<=', seenBefore),
  not(exists(selectFrom('conversations').select('conversations.id').whereRef('conversations.customer_id', '=', 'customers.id'))),
  not(exists(selectFrom('erasures').select('erasures.customer_id').whereRef('erasures.customer_id', '=', 'customers.id'))),
  not(exists(selectFrom('chat_sessions').select('chat_sessions.id').whereRef('chat_sessions.customer_id', '=', 'customers.id')
    .where('chat_sessions.ended_at', 'is', null).where('chat_sessions.expires_at', '>', now))),
]);

/** Some customers without a conversation and without a live chat session, not seen after `seenBefore`. */
export async function leftCustomers(brand: BrandStore, now: number, seenBefore: number, most: number): Promise<string[]> {
  const rows = await brand.all(brand.q.selectFrom('customers').select('customers.id').where(left(now, seenBefore)).limit(most));
  return rows.map((row) => row.id);
}

/** Erases such a customer. Who wrote or came back meanwhile is a conflict `retention.changed`. */
export function eraseCustomer(brand: BrandStore, id: string, now: number, seenBefore: number): Statement[] {
  return [
    brand.write(brand.q.updateTable('customers').set({ name: null }).where('customers.id', '=', id).where(left(now, seenBefore)), { expect: 1, otherwise: 'retention.changed' }),
    brand.write(brand.q.deleteFrom('customer_identities').where('customer_id', '=', id)),
    brand.write(brand.q.deleteFrom('chat_sessions').where('customer_id', '=', id)),
    brand.write(brand.q.deleteFrom('mail_senders').where('customer_id', '=', id)),
    brand.write(brand.q.deleteFrom('customers').where('id', '=', id), { expect: 1, otherwise: 'retention.changed' }),
  ];
}
