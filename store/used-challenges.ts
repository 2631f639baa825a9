// Challenges of passkeys that were answered: each opens one thing, once, on every node. Only answered ones are written, so a stranger fills nothing.
import type { BrandStore, Statement } from '#store/store.ts';

/** A challenge that was answered before is a conflict `code.used`. */
export function use(brand: BrandStore, hash: string, expiresAt: number): Statement {
  return brand.write(brand.q.insertInto('used_challenges').values({ hash, expires_at: expiresAt }), { expect: 1, otherwise: 'code.used' });
}

/** Forgets those that could not be answered any more anyway. */
export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('used_challenges').where('expires_at', '<', before));
}

/** What it was used for did not happen: it may be used again. */
export function forget(brand: BrandStore, hash: string): Statement {
  return brand.write(brand.q.deleteFrom('used_challenges').where('hash', '=', hash));
}
