// Uploads in pieces: how far each has come, and under which keys its pieces lie until the last one is there.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type UploadRow = BrandTables['uploads'];

export function begin(brand: BrandStore, row: UploadRow): Statement {
  return brand.write(brand.q.insertInto('uploads').values(row), { expect: 1 });
}

export function byId(brand: BrandStore, id: string): Promise<UploadRow | undefined> {
  return brand.one(brand.q.selectFrom('uploads').selectAll().where('id', '=', id));
}

/** How many of this person are under way. */
export async function countOf(brand: BrandStore, author: Pick<UploadRow, 'author_kind' | 'author_id'>, now: number): Promise<number> {
  const query = brand.q.selectFrom('uploads').select((eb) => eb.fn.count<number>('id').as('n')).where('author_kind', '=', author.author_kind).where('author_id', '=', author.author_id);
  return Number((await brand.one(query.where('file_id', 'is', null).where('expires_at', '>', now)))?.n ?? 0);
}

/** One more piece is there. Somebody else's came first: a conflict `upload.wrong_offset`. */
export function grow(brand: BrandStore, { id, received }: Pick<UploadRow, 'id' | 'received'>, next: Pick<UploadRow, 'received' | 'pieces' | 'expires_at'>): Statement {
  return brand.write(brand.q.updateTable('uploads').set(next).where('id', '=', id).where('received', '=', received).where('file_id', 'is', null), { expect: 1, otherwise: 'upload.wrong_offset' });
}

/** It became this file: asked again, the same answer is given. */
export function finish(brand: BrandStore, id: string, fileId: string): Statement {
  return brand.write(brand.q.updateTable('uploads').set({ file_id: fileId, pieces: '[]', name: '' }).where('id', '=', id));
}

export function forget(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.deleteFrom('uploads').where('id', '=', id));
}

export function forgetOf(brand: BrandStore, customerId: string): Statement {
  return brand.write(brand.q.deleteFrom('uploads').where('author_kind', '=', 'customer').where('author_id', '=', customerId));
}

/** Those whose time is over; their pieces are nobody's then. */
export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('uploads').where('expires_at', '<', before));
}

/** The pieces of all that are under way. */
export async function pieces(brand: BrandStore): Promise<ReadonlySet<string>> {
  const rows = await brand.all(brand.q.selectFrom('uploads').select('pieces').where('file_id', 'is', null));
  return new Set(rows.flatMap((row) => JSON.parse(row.pieces) as string[]));
}
