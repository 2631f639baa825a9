// What somebody was noted for last, so that the same again costs a few comparisons: it only counts the groups up that were found then.
import type { Group, Journal } from '#server/journal.ts';

export interface Remembered<Stamp> {
  readonly epoch: number;
  /** What the noting hung on: as long as none of it differs, every policy answers alike. */
  readonly stamp: Stamp;
  readonly groups: readonly Group[];
}

export interface JournalMemo<Stamp> {
  /** Undefined after a writing: groups of before count into nothing. `who` is the object that stays the same from one time to the next. */
  last(who: object): Remembered<Stamp> | undefined;
  keep(who: object, stamp: Stamp, groups: readonly Group[]): void;
}

export function openMemo<Stamp>(journal: Journal): JournalMemo<Stamp> {
  const seen = new WeakMap<object, Remembered<Stamp>>();
  return {
    last(who) {
      const found = seen.get(who);
      return found !== undefined && found.epoch === journal.epoch() ? found : undefined;
    },
    keep(who, stamp, groups) {
      seen.set(who, { epoch: journal.epoch(), stamp, groups });
    },
  };
}

export function countUp(groups: readonly Group[], at: number): void {
  for (const group of groups) {
    group.count += 1;
    group.lastAt = at;
  }
}
