// Small pictures of blobs: one each, or the note that none can be made. They go with their blob.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ThumbnailRow = BrandTables['thumbnails'];

export const of = (brand: BrandStore, key: string): Promise<ThumbnailRow | undefined> => brand.one(brand.q.selectFrom('thumbnails').selectAll().where('blob_key', '=', key));

/** Another node may have been first; its picture is as good. */
export function put(brand: BrandStore, row: ThumbnailRow): Statement {
  return brand.write(brand.q.insertInto('thumbnails').values(row).onConflict((oc) => oc.columns(['blob_key']).doNothing()));
}
