// Blobs: where bytes lie outside, under which key, and whether anybody still points at them.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { reading, writing } from '#store/template.ts';

export type BlobRow = BrandTables['blobs'];
type Fresh = Pick<BlobRow, 'key' | 'digest' | 'bytes' | 'created_at'>;

const ofDigest = reading<{ digest: string }, BlobRow>((q, { digest }) => q.selectFrom('blobs').selectAll().where('digest', '=', digest));
const fresh = writing<Fresh>((q, { key, digest, bytes, created_at }) => q.insertInto('blobs').values({ key, digest, bytes, created_at, uses: 1 }).onConflict((oc) => oc.columns(['digest']).doNothing()));

/** By the brand's own keyed digest of its bytes. */
export function byDigest(brand: BrandStore, digest: string): Promise<BlobRow | undefined> {
  return brand.allOf(ofDigest, { digest }).then(([row]) => row);
}

/** A new one. The same bytes were written by somebody else meanwhile: a conflict `blob.present`. */
export function insert(brand: BrandStore, row: Fresh): Statement {
  return brand.writeOf(fresh, row, { expect: 1, otherwise: 'blob.present' });
}

/** One more file begins to point at it; it was swept meanwhile: a conflict `blob.gone`. */
export function use(brand: BrandStore, key: string): Statement {
  return brand.write(brand.q.updateTable('blobs').set((eb) => ({ uses: eb('uses', '+', 1) })).where('key', '=', key), { expect: 1, otherwise: 'blob.gone' });
}

/** Some at which no file points. */
export function unused(brand: BrandStore, most: number): Promise<BlobRow[]> {
  return brand.all(brand.q.selectFrom('blobs').selectAll('blobs')
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('files').select('files.id').whereRef('files.blob_key', '=', 'blobs.key')))).limit(most));
}

/** Forgets one that nobody points at and nobody began to use since it was looked at: else a conflict `blob.used`. Its bytes are removed after. */
export function forget(brand: BrandStore, { key, uses }: Pick<BlobRow, 'key' | 'uses'>): Statement {
  const query = brand.q.deleteFrom('blobs').where('key', '=', key).where('uses', '=', uses)
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('files').select('files.id').where('files.blob_key', '=', key))));
  return brand.write(query, { expect: 1, otherwise: 'blob.used' });
}

/** Which of these keys are known. */
export async function known(brand: BrandStore, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = keys.length === 0 ? [] : await brand.all(brand.q.selectFrom('blobs').select('key').where('key', 'in', keys));
  return new Set(rows.map(({ key }) => key));
}
