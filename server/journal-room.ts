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
/** Groups that are remembered a day; beyond, counting begins anew. */
const MOST_COUNTED = 400_000;
const DAY = 86_400_000;

export interface Shares {
  /** A group of this one, by its id; false where today holds enough others of theirs. Strangers share a room, and are not told apart. */
  take(whose: string, id: string, at: number): boolean;
}

export function openShares(most = MOST_OF_ONE): Shares {
  const known = new Map<string, Set<number>>();
  let [day, counted] = [0, 0];
  return {
    take(whose, id, at) {
      const today = Math.floor(at / DAY);
      if (today !== day || counted >= MOST_COUNTED) {
        known.clear();
        counted = 0;
      }
      day = today;
      const theirs = known.get(whose) ?? new Set();
      // Ids are hashes: their beginning tells a day's groups of one person apart.
      const short = Number.parseInt(id.slice(0, 8), 16);
      // It was written before, and goes on: a day of work meets the same group again after every writing.
      if (theirs.has(short)) return true;
      if (theirs.size >= most) return false;
      known.set(whose, theirs.add(short));
      counted += 1;
      return true;
    },
  };
}
