// The catalogue's key that lies nearest to a mistyped one, to be offered in a fault.
import { type Key, keys } from './catalogue.ts';

/** Farther away than this many letters it is not a slip of the hand. */
const FARTHEST = 6;

/** Undefined when nothing is near. Long inputs are not compared at all. */
export function nearestKey(text: string): Key | undefined {
  if (text.length > 60) return undefined;
  const typed = text.toLowerCase().replaceAll('-', '_');
  let nearest: Key | undefined;
  let least = Math.min(FARTHEST, Math.ceil(text.length / 2));
  for (const key of keys) {
    const distance = editDistance(typed, key);
    if (distance >= least) continue;
    least = distance;
    nearest = key;
  }
  return nearest;
}

/** Levenshtein's distance: the fewest letters to put in, take out or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
