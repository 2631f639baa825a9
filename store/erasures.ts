// The erasure of customers: the row blanked, what was proven and every session of theirs gone, and which erasures are still under way.
import { standing } from '#store/feed.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ErasureRow = BrandTables['erasures'];
export type IdentityRow = BrandTables['customer_identities'];
export type ChatSessionRow = BrandTables['chat_sessions'];

export function identitiesOf(brand: BrandStore, customerId: string): Promise<IdentityRow[]> {
  return brand.all(brand.q.selectFrom('customer_identities').selectAll().where('customer_id', '=', customerId).orderBy('kind').orderBy('value'));
}

export function sessionsOf(brand: BrandStore, customerId: string): Promise<ChatSessionRow[]> {
  return brand.all(brand.q.selectFrom('chat_sessions').selectAll().where('customer_id', '=', customerId).orderBy('created_at'));
}

/**
 * Blanks a customer. A conversation of theirs that is on hold, or changed after `feed`, and one who was erased before: a conflict
 * `customer.erasure_changed`.
 */
export function blank(brand: BrandStore, id: string, by: { readonly at: number; readonly agentId: string }, feed: number): Statement {
  const query = brand.q.updateTable('customers')
    .set({ name: null, email: null, phone: null, external_id: null, fields: '[]', verified_by: null, origins: null, erased_at: by.at, erased_by: by.agentId })
    .where('id', '=', id).where('erased_at', 'is', null)
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('conversations').select('conversations.id').where('conversations.customer_id', '=', id)
      .where((eb) => eb.or([eb('conversations.hold_at', 'is not', null), eb('conversations.feed', '>', feed)])))));
  return brand.write(query, { expect: 1, otherwise: 'customer.erasure_changed' });
}

export function forgetIdentities(brand: BrandStore, customerId: string): Statement {
  return brand.write(brand.q.deleteFrom('customer_identities').where('customer_id', '=', customerId));
}

/** Ends what is open, and blanks from where and with what every one was. Two statements. */
export function endSessions(brand: BrandStore, customerId: string, at: number): Statement[] {
  return [
    brand.write(brand.q.updateTable('chat_sessions').set((eb) => ({ ended_at: at, end_reason: 'erased', feed: standing(eb, 'feed') })).where('customer_id', '=', customerId).where('ended_at', 'is', null)),
    brand.write(brand.q.updateTable('chat_sessions').set({ address: null, user_agent: '' }).where('customer_id', '=', customerId)),
  ];
}

export function begin(brand: BrandStore, row: ErasureRow): Statement {
  return brand.write(brand.q.insertInto('erasures').values(row), { expect: 1 });
}

export function of(brand: BrandStore, customerId: string): Promise<ErasureRow | undefined> {
  return brand.one(brand.q.selectFrom('erasures').selectAll().where('customer_id', '=', customerId));
}

/** Those under way, the oldest first. */
export function underWay(brand: BrandStore, most: number): Promise<ErasureRow[]> {
  return brand.all(brand.q.selectFrom('erasures').selectAll().orderBy('begun_at').limit(most));
}

/** Over. A text of the customer that is still there is a conflict `erasure.unfinished`. */
export function finish(brand: BrandStore, customerId: string): Statement {
  const query = brand.q.deleteFrom('erasures').where('customer_id', '=', customerId)
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('messages').innerJoin('conversations', 'conversations.id', 'messages.conversation_id').select('messages.id')
      .where('conversations.customer_id', '=', customerId).where('messages.author_kind', '=', 'customer').where('messages.kind', '<>', 'event').where('messages.redacted_at', 'is', null))));
  return brand.write(query, { expect: 1, otherwise: 'erasure.unfinished' });
}
