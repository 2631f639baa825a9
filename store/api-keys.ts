// API keys: by the hash of their text, what they may, from where, until when, and when they were last used.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { reading } from '#store/template.ts';

export type ApiKeyRow = BrandTables['api_keys'];

const ofSecret = reading((q, { hash }: { readonly hash: Uint8Array }) => q.selectFrom('api_keys').selectAll().where('secret_hash', '=', hash));
const ofPrevious = reading((q, { hash }: { readonly hash: Uint8Array }) => q.selectFrom('api_keys').selectAll().where('previous_hash', '=', hash));

/** By the present secret, or by the one that it replaced. Revoked and expired ones too. Strangers make it run: one that is built once. */
export async function byHash(brand: BrandStore, hash: Uint8Array): Promise<ApiKeyRow | undefined> {
  return (await brand.allOf(ofSecret, { hash }))[0] ?? (await brand.allOf(ofPrevious, { hash }))[0];
}

export function byId(brand: BrandStore, id: string): Promise<ApiKeyRow | undefined> {
  return brand.one(brand.q.selectFrom('api_keys').selectAll().where('id', '=', id));
}

/** Keys that are neither revoked nor over and have called, in the order of their ids: those behind `after`, with when and from where they called last. */
export function callers(brand: BrandStore, after: string, now: number, limit: number): Promise<Pick<ApiKeyRow, 'id' | 'name' | 'last_used_at' | 'last_used_from'>[]> {
  return brand.all(brand.q.selectFrom('api_keys').select(['id', 'name', 'last_used_at', 'last_used_from']).where('id', '>', after).where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)])).where('last_used_from', 'is not', null).orderBy('id').limit(limit));
}

/** id to name. */
export async function namesOf(brand: BrandStore, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = ids.length === 0 ? [] : await brand.all(brand.q.selectFrom('api_keys').select(['id', 'name']).where('id', 'in', ids));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The newest first, revoked ones too; those behind `after`. */
export function page(brand: BrandStore, limit: number, after?: { readonly at: number; readonly id: string }): Promise<ApiKeyRow[]> {
  const query = brand.q.selectFrom('api_keys').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit);
  return brand.all(after === undefined ? query : query.where((eb) => eb.or([eb('created_at', '<', after.at), eb.and([eb('created_at', '=', after.at), eb('id', '<', after.id)])])));
}

export function insert(brand: BrandStore, row: ApiKeyRow): Statement {
  return brand.write(brand.q.insertInto('api_keys').values(row), { expect: 1 });
}

/** Revoked already: a conflict `key.missing`. */
export function revoke(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null), { expect: 1, otherwise: 'key.missing' });
}

/** The secret so far works on until `until`; the one before it no more. Revoked, or rotated meanwhile: a conflict `key.missing`. */
export function rotate(brand: BrandStore, { id, secret_hash: present }: Pick<ApiKeyRow, 'id' | 'secret_hash'>, next: Uint8Array, at: number, until: number): Statement {
  const query = brand.q.updateTable('api_keys').set({ secret_hash: next, previous_hash: present, previous_until: until, previous_used_at: null, rotated_at: at });
  return brand.write(query.where('id', '=', id).where('secret_hash', '=', present).where('revoked_at', 'is', null), { expect: 1, otherwise: 'key.missing' });
}

/** A guard: the key is not revoked. Else a conflict `api.key_revoked`. */
export function stillWorks(brand: BrandStore, id: string): Statement {
  const query = brand.q.updateTable('api_keys').set((eb) => ({ name: eb.ref('name') })).where('id', '=', id).where('revoked_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'api.key_revoked' });
}

/** A guard: the secret of this hash opens the key still. Else a conflict `api.key_revoked`. */
export function stillOpens(brand: BrandStore, id: string, hash: Uint8Array, at: number): Statement {
  const query = brand.q.updateTable('api_keys').set((eb) => ({ name: eb.ref('name') })).where('id', '=', id).where('revoked_at', 'is', null);
  const secret = query.where((eb) => eb.or([eb('secret_hash', '=', hash), eb.and([eb('previous_hash', '=', hash), eb('previous_until', '>', at)])]));
  return brand.write(secret, { expect: 1, otherwise: 'api.key_revoked' });
}

export interface KeyUse {
  readonly at: number;
  readonly from: string | null;
  /** All that were used so far, as this node knows. */
  readonly scopes: readonly string[];
  /** By the secret that was replaced. */
  readonly replaced: boolean;
}

/** Notes when, from where and for what it was used. Never back in time: nodes may note at once. */
export function noteUse(brand: BrandStore, id: string, { at, from, scopes, replaced }: KeyUse): Statement {
  const set = { last_used_at: at, last_used_from: from, used_scopes: JSON.stringify(scopes), ...(replaced ? { previous_used_at: at } : {}) };
  return brand.write(brand.q.updateTable('api_keys').set(set).where('id', '=', id).where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', at)])));
}

/** Revoked meanwhile: a conflict `key.missing`. */
export function change(brand: BrandStore, id: string, set: Pick<ApiKeyRow, 'name' | 'scopes' | 'expires_at' | 'allowlist'>): Statement {
  return brand.write(brand.q.updateTable('api_keys').set(set).where('id', '=', id).where('revoked_at', 'is', null), { expect: 1, otherwise: 'key.missing' });
}
