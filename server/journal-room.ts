// How much of the journal belongs to whom: what strangers and customers can make up takes nothing of the room of a brand's own people and keys.
import type { SubjectKind } from '#store/decisions.ts';
import type { JournalCounter } from '#store/tables.ts';

/** Whose decisions share a room. */
export type Room = 'own' | 'customers' | 'strangers';

export interface Kept {
  readonly kinds: readonly SubjectKind[];
  /** Of a brand's groups, and of those that wait to be written. */
  readonly part: number;
  /** Where it stands which part of them is kept. */
  readonly counter: JournalCounter;
}

export const rooms: { readonly [R in Room]: Kept } = Object.freeze({
  own: { kinds: ['agent', 'key', 'system'], part: 0.5, counter: 'journal' },
  customers: { kinds: ['customer'], part: 0.3, counter: 'journal customers' },
  strangers: { kinds: ['anonymous'], part: 0.2, counter: 'journal strangers' },
});

export const roomNames = Object.freeze(Object.keys(rooms) as Room[]);

export const roomOf = (kind: SubjectKind): Room => (kind === 'customer' ? 'customers' : kind === 'anonymous' ? 'strangers' : 'own');

/** Groups of one person, key or customer a day at most: an ordinary day of work makes a few hundred. */
export const MOST_OF_ONE = 2_000;
/** People who are counted a day; beyond, counting begins anew. */
const MOST_COUNTED = 50_000;
const DAY = 86_400_000;

export interface Shares {
  /** One more group of this one; false where today holds enough of theirs. Strangers share a room, and are not told apart. */
  take(whose: string, at: number): boolean;
}

export function openShares(most = MOST_OF_ONE): Shares {
  const counts = new Map<string, number>();
  let day = 0;
  return {
    take(whose, at) {
      const today = Math.floor(at / DAY);
      if (today !== day || counts.size >= MOST_COUNTED) counts.clear();
      day = today;
      const count = (counts.get(whose) ?? 0) + 1;
      if (count > most) return false;
      counts.set(whose, count);
      return true;
    },
  };
}
