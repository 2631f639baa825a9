// Devices: browsers that a person has signed in with before, and since when one is trusted. A token's hash names it.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type DeviceRow = BrandTables['devices'];

export function ofAgent(brand: BrandStore, agentId: string): Promise<DeviceRow[]> {
  return brand.all(brand.q.selectFrom('devices').selectAll().where('agent_id', '=', agentId).orderBy('last_used_at', 'desc').orderBy('id'));
}

/** One browser may be a device of several people: the token names it for one of them. */
export function byToken(brand: BrandStore, agentId: string, tokenHash: Uint8Array): Promise<DeviceRow | undefined> {
  return brand.one(brand.q.selectFrom('devices').selectAll().where('agent_id', '=', agentId).where('token_hash', '=', tokenHash));
}

export function insert(brand: BrandStore, row: DeviceRow): Statement {
  return brand.write(brand.q.insertInto('devices').values(row), { expect: 1, otherwise: 'device.known' });
}

export function use(brand: BrandStore, id: string, used: Pick<DeviceRow, 'last_used_at' | 'address' | 'user_agent'>): Statement {
  return brand.write(brand.q.updateTable('devices').set(used).where('id', '=', id));
}

/** The browser gets another token: whoever copied the old one holds nothing any more. All its persons of this brand move along. */
export function replaceToken(brand: BrandStore, before: Uint8Array, after: Uint8Array): Statement {
  return brand.write(brand.q.updateTable('devices').set({ token_hash: after }).where('token_hash', '=', before));
}

export function trust(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('devices').set({ trusted_at: at }).where('id', '=', id), { expect: 1, otherwise: 'device.missing' });
}

/** A guard: the device is trusted since the very instant that was read. Else a conflict `agent.changed`: what took the trust away holds for a sign-in under way too. */
export function stillTrusted(brand: BrandStore, { id, trusted_at }: Pick<DeviceRow, 'id' | 'trusted_at'>): Statement {
  const query = brand.q.updateTable('devices').set((eb) => ({ trusted_at: eb.ref('trusted_at') })).where('id', '=', id).where('trusted_at', '=', trusted_at);
  return brand.write(query, { expect: 1, otherwise: 'agent.changed' });
}

/** No device of the person is trusted any more; they stay known. */
export function distrustAll(brand: BrandStore, agentId: string): Statement {
  return brand.write(brand.q.updateTable('devices').set({ trusted_at: null }).where('agent_id', '=', agentId).where('trusted_at', 'is not', null));
}

export function remove(brand: BrandStore, agentId: string, id: string): Statement {
  return brand.write(brand.q.deleteFrom('devices').where('id', '=', id).where('agent_id', '=', agentId), { expect: 1, otherwise: 'device.missing' });
}

export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('devices').where('last_used_at', '<', before));
}
