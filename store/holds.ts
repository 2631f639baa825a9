// Legal holds of conversations; each counts the event that tells of it, which follows in the unit.
import { standing } from '#store/feed.ts';
import type { BrandStore, Statement } from '#store/store.ts';

/** Held already, or gone: a conflict `conversation.changed`. */
export function place(brand: BrandStore, id: string, hold: { readonly at: number; readonly agentId: string; readonly reason: string }): Statement {
  const query = brand.q.updateTable('conversations').set((eb) => ({ hold_at: hold.at, hold_by: hold.agentId, hold_reason: hold.reason, last_seq: eb('last_seq', '+', 1), feed: standing(eb, 'feed') }))
    .where('id', '=', id).where('hold_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'conversation.changed' });
}

/** Not held, or gone: a conflict `conversation.changed`. The reason goes with it. */
export function release(brand: BrandStore, id: string): Statement {
  const query = brand.q.updateTable('conversations').set((eb) => ({ hold_at: null, hold_by: null, hold_reason: null, last_seq: eb('last_seq', '+', 1), feed: standing(eb, 'feed') }))
    .where('id', '=', id).where('hold_at', 'is not', null);
  return brand.write(query, { expect: 1, otherwise: 'conversation.changed' });
}
