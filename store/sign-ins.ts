// Pending sign-ins: the password was right, the code is still asked for.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type SignInRow = BrandTables['sign_ins'];

export function byTokenHash(brand: BrandStore, tokenHash: Uint8Array): Promise<SignInRow | undefined> {
  return brand.one(brand.q.selectFrom('sign_ins').selectAll().where('token_hash', '=', tokenHash));
}

export function insert(brand: BrandStore, row: SignInRow): Statement {
  return brand.write(brand.q.insertInto('sign_ins').values(row), { expect: 1 });
}

/** One more try. Beyond `most`, or once done, a conflict `sign_in.exhausted`. */
export function countAttempt(brand: BrandStore, id: string, most: number): Statement {
  const query = brand.q.updateTable('sign_ins').set((eb) => ({ attempts: eb('attempts', '+', 1) })).where('id', '=', id).where('attempts', '<', most).where('done_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'sign_in.exhausted' });
}

/** Uses it up. A second time is a conflict `sign_in.done`. */
export function finish(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('sign_ins').set({ done_at: at }).where('id', '=', id).where('done_at', 'is', null), { expect: 1, otherwise: 'sign_in.done' });
}

/** None of the person's pending sign-ins goes on. */
export function voidOf(brand: BrandStore, agentId: string, at: number): Statement {
  return brand.write(brand.q.updateTable('sign_ins').set({ done_at: at }).where('agent_id', '=', agentId).where('done_at', 'is', null));
}

export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('sign_ins').where('expires_at', '<', before));
}
