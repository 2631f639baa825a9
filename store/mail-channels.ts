// Channels of mail: at which addresses they receive, in whose name they answer, and how far a mailbox of theirs was read.
import type { BrandStore, Statement, SystemStore } from '#store/store.ts';
import type { BrandTables, SystemTables } from '#store/tables.ts';

export type MailChannelRow = BrandTables['mail_channels'];
export type MailAddressRow = SystemTables['mail_addresses'];
/** What a person sets of it. */
export type MailChannelFields = Pick<MailChannelRow, 'addresses' | 'sender_name' | 'sender_address' | 'takes_smtp' | 'imap' | 'imap_password'>;

export function byId(brand: BrandStore, channelId: string): Promise<MailChannelRow | undefined> {
  return brand.one(brand.q.selectFrom('mail_channels').selectAll().where('channel_id', '=', channelId));
}

export function all(brand: BrandStore): Promise<MailChannelRow[]> {
  return brand.all(brand.q.selectFrom('mail_channels').selectAll().orderBy('channel_id'));
}

export function insert(brand: BrandStore, channelId: string, fields: MailChannelFields): Statement {
  const unread = { validity: null, uid: null, claimed_by: null, claimed_until: 0, read_at: null, fault: null };
  return brand.write(brand.q.insertInto('mail_channels').values({ channel_id: channelId, ...fields, ...unread }), { expect: 1 });
}

/** `anew`: another mailbox, which is read from its beginning. */
export function update(brand: BrandStore, channelId: string, fields: Partial<MailChannelFields>, anew: boolean): Statement {
  const query = brand.q.updateTable('mail_channels').set({ ...fields, ...(anew ? { validity: null, uid: null, fault: null, claimed_until: 0, claimed_by: null } : {}) });
  return brand.write(query.where('channel_id', '=', channelId), { expect: 1, otherwise: 'channel.missing' });
}

/** Whose each of these addresses is. */
export function owners(system: SystemStore, keys: readonly string[]): Promise<MailAddressRow[]> {
  return keys.length === 0 ? Promise.resolve([]) : system.all(system.q.selectFrom('mail_addresses').selectAll().where('address_key', 'in', keys));
}

/** The addresses of a channel, all of them. One that is another channel's, of any brand: a conflict `mail_address.taken`. */
export function addressStatements(system: SystemStore, brandId: string, channelId: string, keys: readonly string[]): Statement[] {
  return [
    system.write(system.q.deleteFrom('mail_addresses').where('target_brand', '=', brandId).where('channel_id', '=', channelId)),
    ...keys.map((key) => system.write(
      system.q.insertInto('mail_addresses').values({ address_key: key, target_brand: brandId, channel_id: channelId }).onConflict((oc) => oc.columns(['address_key']).doNothing()),
      { expect: 1, otherwise: 'mail_address.taken' },
    )),
  ];
}

/** Takes the mailbox of a channel up until `until`; another node that has it: a conflict `mailbox.taken`. */
export function claim(brand: BrandStore, channelId: string, node: string, now: number, until: number): Statement {
  const query = brand.q.updateTable('mail_channels').set({ claimed_by: node, claimed_until: until }).where('channel_id', '=', channelId);
  return brand.write(query.where((eb) => eb.or([eb('claimed_until', '<=', now), eb('claimed_by', '=', node)])), { expect: 1, otherwise: 'mailbox.taken' });
}

export function release(brand: BrandStore, channelId: string, node: string): Statement {
  return brand.write(brand.q.updateTable('mail_channels').set({ claimed_by: null, claimed_until: 0 }).where('channel_id', '=', channelId).where('claimed_by', '=', node));
}

/** How far it was read, in the unit that keeps what was read. Somebody else reads it by now: a conflict `mailbox.taken`. */
export function reached(brand: BrandStore, channelId: string, node: string, { validity, uid }: { readonly validity: number; readonly uid: number }): Statement {
  const query = brand.q.updateTable('mail_channels').set({ validity, uid }).where('channel_id', '=', channelId).where('claimed_by', '=', node);
  return brand.write(query, { expect: 1, otherwise: 'mailbox.taken' });
}

/** How the last reading went: null is well. */
export function told(brand: BrandStore, channelId: string, at: number, fault: string | null): Statement {
  return brand.write(brand.q.updateTable('mail_channels').set(fault === null ? { read_at: at, fault } : { fault }).where('channel_id', '=', channelId));
}
