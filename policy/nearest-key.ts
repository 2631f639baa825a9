// The word that lies nearest to a mistyped one, to be offered in a fault: a key of the catalogue, or another of a few.
import { type Key, keys } from './catalogue.ts';

/** Farther away than this many letters it is not a slip of the hand. */
const FARTHEST = 6;

const plain = (text: string): string => text.toLowerCase().replaceAll('-', '_');

/** Undefined when nothing is near. Long inputs are not compared at all. */
export function nearestOf<W extends string>(text: string, words: readonly W[]): W | undefined {
  if (text.length > 60) return undefined;
  const typed = plain(text);
  let nearest: W | undefined;
  let least = Math.min(FARTHEST, Math.ceil(text.length / 2));
  for (const word of words) {
    const distance = editDistance(typed, plain(word));
    if (distance >= least) continue;
    least = distance;
    nearest = word;
  }
  return nearest;
}

export const nearestKey = (text: string): Key | undefined => nearestOf(text, keys);

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
