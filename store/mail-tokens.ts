// What answers by mail are known by: tokens in the addresses of our replies, hashed, and the addresses that customers wrote from.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type MailTokenRow = BrandTables['mail_tokens'];
export type MailSenderRow = BrandTables['mail_senders'];

export function insert(brand: BrandStore, row: MailTokenRow): Statement {
  return brand.write(brand.q.insertInto('mail_tokens').values(row), { expect: 1 });
}

/** By the SHA-256 of the token. */
export function byHash(brand: BrandStore, hash: Uint8Array): Promise<MailTokenRow | undefined> {
  return brand.one(brand.q.selectFrom('mail_tokens').selectAll().where('hash', '=', hash));
}

export function sender(brand: BrandStore, addressKey: string): Promise<MailSenderRow | undefined> {
  return brand.one(brand.q.selectFrom('mail_senders').selectAll().where('address_key', '=', addressKey));
}

/** This address belongs to this customer from now on. Somebody else's meanwhile: a conflict `sender.taken`. */
export function insertSender(brand: BrandStore, row: Omit<MailSenderRow, 'noted_at'>): Statement {
  return brand.write(brand.q.insertInto('mail_senders').values({ ...row, noted_at: null }).onConflict((oc) => oc.columns(['address_key']).doNothing()), { expect: 1, otherwise: 'sender.taken' });
}

export function sendersOf(brand: BrandStore, customerId: string): Promise<MailSenderRow[]> {
  return brand.all(brand.q.selectFrom('mail_senders').selectAll().where('customer_id', '=', customerId));
}

/** The customer behind it is gone. */
export function forgetSenders(brand: BrandStore, customerId: string): Statement {
  return brand.write(brand.q.deleteFrom('mail_senders').where('customer_id', '=', customerId));
}

export function forgetTokens(brand: BrandStore, customerId: string): Statement {
  return brand.write(brand.q.deleteFrom('mail_tokens').where('customer_id', '=', customerId));
}

/** An automatic answer goes to this address: at most one since `since`, else a conflict `sender.noted`. */
export function note(brand: BrandStore, addressKey: string, at: number, since: number): Statement {
  const query = brand.q.updateTable('mail_senders').set({ noted_at: at }).where('address_key', '=', addressKey);
  return brand.write(query.where((eb) => eb.or([eb('noted_at', 'is', null), eb('noted_at', '<=', since)])), { expect: 1, otherwise: 'sender.noted' });
}

/** How many conversations of mail this customer began in the channel since `since`, and the newest that is not archived. */
export async function begun(brand: BrandStore, customerId: string, channelId: string, since: number): Promise<{ readonly count: number; readonly newest: BrandTables['conversations'] | undefined }> {
  const rows = (await brand.all(brand.q.selectFrom('conversations').selectAll().where('customer_id', '=', customerId))).filter((row) => row.channel_id === channelId);
  const open = rows.filter((row) => row.status !== 'archived').sort((a, b) => b.number - a.number);
  return { count: rows.filter((row) => row.created_at > since).length, newest: open[0] };
}
