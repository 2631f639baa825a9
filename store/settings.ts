// Settings as stored: the values somebody saved, for the module or for a channel; and each version of the policy.
import { type Kept, type KeptState, placeOf } from '#policy/history.ts';
import { PINNED } from '#policy/policy-file.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type SettingRow = BrandTables['settings'];

/** A stored value, as `policy/` takes it. `setAt` in ms. */
export interface Stored {
  readonly value: unknown;
  readonly locked: boolean;
  readonly setBy?: string;
  readonly setAt: number;
}

/** The channel of the module's own values. */
const MODULE = '';

function recordOf(rows: readonly SettingRow[]): Record<string, Stored> {
  return Object.fromEntries(rows.map((row) => [row.key, { value: JSON.parse(row.value) as unknown, locked: row.locked === 1, ...(row.set_by === null ? {} : { setBy: row.set_by }), setAt: row.set_at }]));
}

export interface Saved {
  readonly module: Record<string, Stored>;
  readonly channels: Readonly<Record<string, Record<string, Stored>>>;
  /** What the policy file holds fast. */
  readonly pinned: Readonly<Record<string, unknown>>;
}

/** Everything saved: the module's values, each channel's own by its id, and what a policy file pins. */
export async function all(brand: BrandStore): Promise<Saved> {
  const rows = Object.groupBy(await brand.all(brand.q.selectFrom('settings').selectAll()), (row) => row.channel_id);
  const { [MODULE]: module = [], [PINNED]: pinned = [], ...channels } = rows;
  return {
    module: recordOf(module),
    channels: Object.fromEntries(Object.entries(channels).map(([id, of]) => [id, recordOf(of ?? [])])),
    pinned: Object.fromEntries(pinned.map((row) => [row.key, JSON.parse(row.value) as unknown])),
  };
}

/** A channel's own values by key. */
export async function ofChannel(brand: BrandStore, channelId: string): Promise<Record<string, Stored>> {
  return recordOf(await brand.all(brand.q.selectFrom('settings').selectAll().where('channel_id', '=', channelId)));
}

export interface Put {
  /** The module's own value when absent. */
  readonly channel_id?: string;
  readonly key: string;
  /** JSON text */
  readonly value: string;
  readonly set_by: string | null;
  readonly set_at: number;
}

/** Saves a value. Whether it is locked stays as it was. */
export function put(brand: BrandStore, { channel_id = MODULE, key, value, set_by, set_at }: Put): Statement {
  return brand.write(
    brand.q.insertInto('settings').values({ channel_id, key, value, set_by, set_at, locked: 0 }).onConflict((oc) => oc.columns(['channel_id', 'key']).doUpdateSet({ value, set_by, set_at })),
    { expect: 1 },
  );
}

/** Back to the default (module) or to the module's value (channel). */
export function remove(brand: BrandStore, key: string, channelId = MODULE): Statement {
  return brand.write(brand.q.deleteFrom('settings').where('channel_id', '=', channelId).where('key', '=', key));
}

/** Everything saved, with its locks and who set it, by place. */
export const kept = async (brand: BrandStore): Promise<KeptState> => keptIn(await rowsOf(brand));

/** The same as it lies there: a long list is one text, which costs nothing to hand on. */
export const rowsOf = (brand: BrandStore): Promise<SettingRow[]> => brand.all(brand.q.selectFrom('settings').selectAll());

export function keptIn(rows: readonly SettingRow[]): KeptState {
  return new Map(rows.map((row) => [placeOf(row.channel_id === MODULE ? null : row.channel_id, row.key), { value: JSON.parse(row.value) as unknown, locked: row.locked === 1, setBy: row.set_by, setAt: row.set_at }]));
}

/** Puts a value back as it stood, its lock with it. */
export function putBack(brand: BrandStore, channelId: string | null, key: string, { value, locked, setBy, setAt }: Kept): Statement {
  const stood = { value: JSON.stringify(value), locked: locked ? 1 : 0, set_by: setBy, set_at: setAt };
  return brand.write(brand.q.insertInto('settings').values({ channel_id: channelId ?? MODULE, key, ...stood }).onConflict((oc) => oc.columns(['channel_id', 'key']).doUpdateSet(stood)), { expect: 1 });
}

export { insert as version } from '#store/policy-versions.ts';
