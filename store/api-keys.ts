// API keys: by the hash of their text, what they may, until when, and when they were last used.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ApiKeyRow = BrandTables['api_keys'];

/** Revoked and expired ones too. */
export function byHash(brand: BrandStore, secretHash: Uint8Array): Promise<ApiKeyRow | undefined> {
  return brand.one(brand.q.selectFrom('api_keys').selectAll().where('secret_hash', '=', secretHash));
}

export function byId(brand: BrandStore, id: string): Promise<ApiKeyRow | undefined> {
  return brand.one(brand.q.selectFrom('api_keys').selectAll().where('id', '=', id));
}

/** The newest first, revoked ones too. */
export function all(brand: BrandStore): Promise<ApiKeyRow[]> {
  return brand.all(brand.q.selectFrom('api_keys').selectAll().orderBy('created_at', 'desc').orderBy('id'));
}

export function insert(brand: BrandStore, row: ApiKeyRow): Statement {
  return brand.write(brand.q.insertInto('api_keys').values(row), { expect: 1 });
}

/** Revoked already: a conflict `key.missing`. */
export function revoke(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null), { expect: 1, otherwise: 'key.missing' });
}

/** A guard: the key is not revoked. Else a conflict `api.key_revoked`. */
export function stillWorks(brand: BrandStore, id: string): Statement {
  const query = brand.q.updateTable('api_keys').set((eb) => ({ name: eb.ref('name') })).where('id', '=', id).where('revoked_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'api.key_revoked' });
}

/** Notes when and from where it was used. Never back in time: nodes may note at once. */
export function noteUse(brand: BrandStore, id: string, at: number, from: string | null): Statement {
  const query = brand.q.updateTable('api_keys').set({ last_used_at: at, last_used_from: from }).where('id', '=', id);
  return brand.write(query.where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)])));
}
