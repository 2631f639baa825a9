// How everything stood once a version of the policy was saved: the later ones are undone from what stands now, a few at a time.
import { setImmediate as turn } from 'node:timers/promises';
import { type KeptState, readKeptChanges, undone } from '#policy/history.ts';

/** Versions that are undone at most: more is another database's history. */
const MOST_VERSIONS = 5_000;
/** A version of a long list is many megabytes. */
export const AT_ONCE = 5;

/** The newest `AT_ONCE` of those after the version and below `before`. */
export type LaterVersions = (before: number) => Promise<readonly { readonly version: number; readonly diff: string }[]>;

/** Null where the rows do not reach back so far. */
export async function stateThen(present: KeptState, laterThan: LaterVersions): Promise<KeptState | null> {
  let state = present;
  for (let [before, seen] = [Number.MAX_SAFE_INTEGER, 0]; ; ) {
    const later = await laterThan(before);
    for (const { diff } of later) {
      const changes = readKeptChanges(diff);
      if (changes === null) return null;
      state = undone(state, changes);
    }
    seen += later.length;
    if (later.length < AT_ONCE) return state;
    if (seen >= MOST_VERSIONS) return null;
    before = later.at(-1)!.version;
    await turn();
  }
}
