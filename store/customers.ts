// Customers: who writes to the brand, with what they or a ticket said of them.
import type { ExpressionBuilder } from 'kysely';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { reading, writing } from '#store/template.ts';

export type CustomerRow = BrandTables['customers'];
/** What an agent or the customer may write anew. `fields` is JSON: a list of {name, value, personal}. */
export type CustomerFields = Pick<CustomerRow, 'name' | 'email' | 'phone' | 'fields'>;
/** A row as it is made: nobody has set anything on it unless it says so. */
export type NewCustomer = Omit<CustomerRow, 'origins'> & { readonly origins?: string | null };

export function byId(brand: BrandStore, id: string): Promise<CustomerRow | undefined> {
  return brand.one(brand.q.selectFrom('customers').selectAll().where('id', '=', id));
}

export async function byIds(brand: BrandStore, ids: readonly string[]): Promise<Map<string, CustomerRow>> {
  if (ids.length === 0) return new Map();
  // One alone is asked for at every message: its query is built once.
  const rows = await (ids.length === 1 ? brand.allOf(alone, { id: ids[0]! }) : brand.all(brand.q.selectFrom('customers').selectAll().where('id', 'in', ids)));
  return new Map(rows.map((row) => [row.id, row]));
}

const alone = reading<{ id: string }, CustomerRow>((q, { id }) => q.selectFrom('customers').selectAll().where('id', '=', id));

export function insert(brand: BrandStore, row: NewCustomer): Statement {
  return brand.write(brand.q.insertInto('customers').values(row), { expect: 1 });
}

/** New values in the place of the very ones that were read; changed or erased meanwhile: a conflict `customer.changed`. */
export function change(brand: BrandStore, before: CustomerRow, fields: Partial<CustomerFields & Pick<CustomerRow, 'origins'>>): Statement {
  let query = brand.q.updateTable('customers').set(fields).where('id', '=', before.id).where('erased_at', 'is', null).where('fields', '=', before.fields);
  for (const name of ['name', 'email', 'phone', 'external_id', 'origins'] as const) query = before[name] === null ? query.where(name, 'is', null) : query.where(name, '=', before[name]);
  return brand.write(query, { expect: 1, otherwise: 'customer.changed' });
}

/** The customer was there at `at`; a guard too: one who was erased is a conflict `customer.erased`. */
export function seen(brand: BrandStore, id: string, at: number): Statement {
  return brand.writeOf(seenAt, { id, at }, { expect: 1, otherwise: 'customer.erased' });
}

const seenAt = writing<{ id: string; at: number }>((q, { id, at }) => q.updateTable('customers').set({ last_seen_at: at }).where('id', '=', id).where('erased_at', 'is', null));

/** Nobody vouched for them, and nothing is left of their visit: no conversation, no chat session, no erasure under way. */
const strangers = (before: number) => ({ eb, and, not, exists, selectFrom }: ExpressionBuilder<BrandTables, 'customers'>) => and([
  eb('customers.verified_by', 'is', null), eb('customers.erased_at', 'is', null), eb('customers.origins', 'is', null), eb('customers.created_at', '<', before), eb('customers.last_seen_at', '<', before),
  not(exists(selectFrom('customer_identities').select('customer_identities.value').whereRef('customer_identities.customer_id', '=', 'customers.id'))),
  not(exists(selectFrom('conversations').select('conversations.id').whereRef('conversations.customer_id', '=', 'customers.id'))),
  not(exists(selectFrom('chat_sessions').select('chat_sessions.id').whereRef('chat_sessions.customer_id', '=', 'customers.id'))),
  not(exists(selectFrom('mail_senders').select('mail_senders.address_key').whereRef('mail_senders.customer_id', '=', 'customers.id'))),
  not(exists(selectFrom('erasures').select('erasures.customer_id').whereRef('erasures.customer_id', '=', 'customers.id'))),
]);

/** Some of those who left before `before` (ms) without a word. */
export async function strangersLeft(brand: BrandStore, before: number, most: number): Promise<string[]> {
  const rows = await brand.all(brand.q.selectFrom('customers').select('customers.id').where(strangers(before)).limit(most));
  return rows.map(({ id }) => id);
}

/** Forgets these, all of them: where one is no such stranger any more, a conflict `customer.changed`. */
export function forgetStrangers(brand: BrandStore, ids: readonly string[], before: number): Statement {
  return brand.write(brand.q.deleteFrom('customers').where('customers.id', 'in', ids).where(strangers(before)), { expect: ids.length, otherwise: 'customer.changed' });
}

/** What tickets have proven of a customer. */
export function provenOf(brand: BrandStore, customerId: string): Promise<BrandTables['customer_identities'][]> {
  return brand.all(brand.q.selectFrom('customer_identities').selectAll().where('customer_id', '=', customerId));
}

/** The newest first, behind `after`; those alone that have these values to the letter. Erased ones stand in it, empty. */
export function page(brand: BrandStore, having: { readonly [C in 'external_id' | 'email' | 'phone']?: string | undefined }, limit: number, after?: { readonly at: number; readonly id: string }): Promise<CustomerRow[]> {
  let query = brand.q.selectFrom('customers').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit);
  for (const column of ['external_id', 'email', 'phone'] as const) if (having[column] !== undefined) query = query.where(column, '=', having[column]);
  return brand.all(after === undefined ? query : query.where((eb) => eb.or([eb('created_at', '<', after.at), eb.and([eb('created_at', '=', after.at), eb('id', '<', after.id)])])));
}
