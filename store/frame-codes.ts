// Codes with which a sign-in window hands a session to a frame: hashed, good for once.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type FrameCodeRow = BrandTables['frame_codes'];

/** By the SHA-256 of the code; used and expired ones too. */
export function byHash(brand: BrandStore, codeHash: Uint8Array): Promise<FrameCodeRow | undefined> {
  return brand.one(brand.q.selectFrom('frame_codes').selectAll().where('code_hash', '=', codeHash));
}

export function insert(brand: BrandStore, row: FrameCodeRow): Statement {
  return brand.write(brand.q.insertInto('frame_codes').values(row), { expect: 1 });
}

/** Uses it up. A second time, or too late at `at`: a conflict `frame.code_invalid`. */
export function use(brand: BrandStore, id: string, at: number): Statement {
  const query = brand.q.updateTable('frame_codes').set({ used_at: at }).where('id', '=', id).where('used_at', 'is', null).where('expires_at', '>', at);
  return brand.write(query, { expect: 1, otherwise: 'frame.code_invalid' });
}

/** Uses up what may have been used already: who showed a wrong verifier gets no second guess. */
export function spend(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('frame_codes').set({ used_at: at }).where('id', '=', id).where('used_at', 'is', null));
}

export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('frame_codes').where('expires_at', '<', before));
}
