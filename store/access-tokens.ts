// Access tokens that API keys bought, by the hash of their text: each ends by itself, and with its key.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type AccessTokenRow = BrandTables['access_tokens'];

/** Ones that are over too. */
export function byHash(brand: BrandStore, tokenHash: Uint8Array): Promise<AccessTokenRow | undefined> {
  return brand.one(brand.q.selectFrom('access_tokens').selectAll().where('token_hash', '=', tokenHash));
}

export function insert(brand: BrandStore, row: AccessTokenRow): Statement {
  return brand.write(brand.q.insertInto('access_tokens').values(row), { expect: 1 });
}

export function endByKey(brand: BrandStore, keyId: string): Statement {
  return brand.write(brand.q.deleteFrom('access_tokens').where('key_id', '=', keyId));
}

/** Forgets what has been over since `before`: until then its holder is told that it is. */
export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('access_tokens').where('expires_at', '<', before));
}
