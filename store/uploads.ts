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

/** Those under way, the oldest first. */
export function open(brand: BrandStore, now: number, most: number): Promise<Pick<UploadRow, 'channel_id' | 'side' | 'name' | 'length'>[]> {
  return brand.all(brand.q.selectFrom('uploads').select(['channel_id', 'side', 'name', 'length']).where('file_id', 'is', null).where('expires_at', '>', now).orderBy('created_at').limit(most));
}

/**
 * Behind the row of one more, in its unit: with it at most so many of this person are under way (else a conflict `upload.too_fast`), and so many
 * announced bytes of that side (else `upload.busy`). Units of a brand hold its head while they run, so of many at once none overlooks another.
 */
export function withinUnderWay(brand: BrandStore, row: Pick<UploadRow, 'id' | 'author_kind' | 'author_id' | 'side'>, most: { readonly theirs: number; readonly announced: number }, now: number): Statement[] {
  const open = brand.q.selectFrom('uploads').where('file_id', 'is', null).where('expires_at', '>', now);
  const same = brand.q.updateTable('uploads').set((eb) => ({ received: eb.ref('received') })).where('id', '=', row.id);
  const theirs = open.where('author_kind', '=', row.author_kind).where('author_id', '=', row.author_id);
  return [
    brand.write(same.where((eb) => eb(theirs.select(eb.fn.countAll<number>().as('n')), '<=', most.theirs)), { expect: 1, otherwise: 'upload.too_fast' }),
    brand.write(same.where((eb) => eb(open.where('side', '=', row.side).select(eb.fn.sum<number>('length').as('n')), '<=', most.announced)), { expect: 1, otherwise: 'upload.busy' }),
  ];
}

/** One more piece is there. Somebody else's came first: a conflict `upload.wrong_offset`. */
export function grow(brand: BrandStore, { id, received }: Pick<UploadRow, 'id' | 'received'>, next: Pick<UploadRow, 'received' | 'pieces' | 'expires_at'>): Statement {
  return brand.write(brand.q.updateTable('uploads').set(next).where('id', '=', id).where('received', '=', received).where('file_id', 'is', null), { expect: 1, otherwise: 'upload.wrong_offset' });
}

/** It became this file, in the unit that writes the file: asked again, the same answer is given. Somebody else finished it, or gave it up: a conflict `upload.missing`. */
export function finish(brand: BrandStore, id: string, fileId: string): Statement {
  return brand.write(brand.q.updateTable('uploads').set({ file_id: fileId, pieces: '[]', name: '' }).where('id', '=', id).where('file_id', 'is', null), { expect: 1, otherwise: 'upload.missing' });
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
