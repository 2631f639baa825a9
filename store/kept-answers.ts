// Requests that carried an Idempotency-Key, by its hash, and what was answered: sent again, the same answer goes out and nothing is done twice.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type KeptAnswerRow = BrandTables['kept_answers'];
export type Name = Pick<KeptAnswerRow, 'key_id' | 'name_hash'>;

export function of(brand: BrandStore, { key_id: keyId, name_hash: nameHash }: Name): Promise<KeptAnswerRow | undefined> {
  return brand.one(brand.q.selectFrom('kept_answers').selectAll().where('key_id', '=', keyId).where('name_hash', '=', nameHash));
}

/** There already, on whatever node: a conflict `idempotency.known`. */
export function claim(brand: BrandStore, row: Omit<KeptAnswerRow, 'status' | 'sealed'>): Statement {
  const query = brand.q.insertInto('kept_answers').values({ ...row, status: null, sealed: null }).onConflict((oc) => oc.columns(['key_id', 'name_hash']).doNothing());
  return brand.write(query, { expect: 1, otherwise: 'idempotency.known' });
}

export function keep(brand: BrandStore, name: Name, status: number, sealed: Uint8Array): Statement {
  return brand.write(brand.q.updateTable('kept_answers').set({ status, sealed }).where('key_id', '=', name.key_id).where('name_hash', '=', name.name_hash));
}

/** Nothing was done: the same name may try again. */
export function release(brand: BrandStore, name: Name): Statement {
  return brand.write(brand.q.deleteFrom('kept_answers').where('key_id', '=', name.key_id).where('name_hash', '=', name.name_hash));
}

/** A customer was erased: what was answered may have told of them. That it was done stays known. */
export function empty(brand: BrandStore): Statement {
  return brand.write(brand.q.updateTable('kept_answers').set({ sealed: null }).where('sealed', 'is not', null));
}

export function sweep(brand: BrandStore, at: number): Statement {
  return brand.write(brand.q.deleteFrom('kept_answers').where('expires_at', '<=', at));
}
