// What somebody was noted for last, so that the same again costs a few comparisons: it only counts the groups up that were found then.
import { type Group, type Journal, noJournal } from '#server/journal.ts';

interface Last {
  readonly epoch: number;
  readonly stamp: readonly unknown[];
  readonly groups: readonly Group[];
}

/**
 * `who` is the object that stays the same from one time to the next; as long as nothing in `stamp` differs, every policy answers alike.
 * `note` notes all decisions of one request and gives their groups.
 */
export type Again = (who: object, stamp: readonly unknown[], at: number, note: () => readonly Group[]) => void;

const alike = (a: readonly unknown[], b: readonly unknown[]): boolean => {
  for (let n = 0; n < a.length; n += 1) if (a[n] !== b[n]) return false;
  return true;
};

export function openAgain(journal: Journal): Again {
  if (journal === noJournal) return () => undefined;
  const seen = new WeakMap<object, Last>();
  return (who, stamp, at, note) => {
    const last = seen.get(who);
    if (last !== undefined && last.epoch === journal.epoch() && alike(last.stamp, stamp)) {
      for (const group of last.groups) {
        group.count += 1;
        group.lastAt = at;
      }
      return;
    }
    const groups = note();
    seen.set(who, { epoch: journal.epoch(), stamp, groups });
  };
}
