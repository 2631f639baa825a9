// Channels: the places where customers write, each with its own look and its own values of some settings.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ChannelRow = BrandTables['channels'];

export function byId(brand: BrandStore, id: string): Promise<ChannelRow | undefined> {
  return brand.one(brand.q.selectFrom('channels').selectAll().where('id', '=', id));
}

/** A channel that a site's chat may open in, and that tickets are for: one of mail or API has neither. */
export function chatById(brand: BrandStore, id: string): Promise<ChannelRow | undefined> {
  return brand.one(brand.q.selectFrom('channels').selectAll().where('id', '=', id).where('kind', '=', 'chat'));
}

/** Every channel, those that are off too, the oldest first. */
export function all(brand: BrandStore): Promise<ChannelRow[]> {
  return brand.all(brand.q.selectFrom('channels').selectAll().orderBy('created_at').orderBy('id'));
}

export function insert(brand: BrandStore, row: ChannelRow): Statement {
  return brand.write(brand.q.insertInto('channels').values(row), { expect: 1 });
}

/** What a person may change of a channel. */
export type ChannelWords = Pick<ChannelRow, 'name' | 'title' | 'greeting' | 'away_text' | 'colour'>;

/** A channel that is not there is a conflict `channel.missing`. */
export function update(brand: BrandStore, id: string, words: Partial<ChannelWords>): Statement {
  return brand.write(brand.q.updateTable('channels').set(words).where('id', '=', id), { expect: 1, otherwise: 'channel.missing' });
}

/** Switches a channel off (`at`, ms) or on again (null). A conflict `channel.missing` when it is not there. */
export function disable(brand: BrandStore, id: string, at: number | null): Statement {
  return brand.write(brand.q.updateTable('channels').set({ disabled_at: at }).where('id', '=', id), { expect: 1, otherwise: 'channel.missing' });
}

/** How many ticket keys of each channel are not revoked; a channel without one is not there. */
export async function keysByChannel(brand: BrandStore): Promise<Map<string, number>> {
  const rows = await brand.all(brand.q.selectFrom('channel_keys').select('channel_id').select((eb) => eb.fn.count<number>('id').as('keys')).where('revoked_at', 'is', null).groupBy('channel_id'));
  return new Map(rows.map((row) => [row.channel_id, Number(row.keys)]));
}
