// Keys with which a site signs tickets for a channel: the public parts. Revoked ones stay, so that rows of the trail keep their names.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ChannelKeyRow = BrandTables['channel_keys'];

/** Of whichever channel, revoked ones too. */
export function byId(brand: BrandStore, id: string): Promise<ChannelKeyRow | undefined> {
  return brand.one(brand.q.selectFrom('channel_keys').selectAll().where('id', '=', id));
}

/** The newest first, revoked ones too. */
export function ofChannel(brand: BrandStore, channelId: string): Promise<ChannelKeyRow[]> {
  return brand.all(brand.q.selectFrom('channel_keys').selectAll().where('channel_id', '=', channelId).orderBy('created_at', 'desc').orderBy('id'));
}

export function insert(brand: BrandStore, row: ChannelKeyRow): Statement {
  return brand.write(brand.q.insertInto('channel_keys').values(row), { expect: 1 });
}

/** Revoked already: a conflict `key.missing`. */
export function revoke(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('channel_keys').set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null), { expect: 1, otherwise: 'key.missing' });
}
