// Medians, and ratios pair by pair: neighbours in time share the machine's mood, so their ratio holds where absolute figures drift.

import { switches } from './switches.ts';

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('The median of nothing was asked for.');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of `ours[n] / theirs[n]`. */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, at) => value / theirs[at]!));
}

/**
 * Runs the contenders A B C A B C …, each `rounds` times, after one round that is thrown away. Every other round goes
 * backwards, so that none is always first. Gives what each measured, by name, in the order of the rounds.
 */
export async function interleaved<Name extends string, T>(contenders: Readonly<Record<Name, () => T | Promise<T>>>, rounds: number): Promise<Record<Name, T[]>> {
  const names = Object.keys(contenders) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
  for (const name of names) await contenders[name]();
  for (let round = 0; round < (switches().rounds ?? rounds); round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) measured[name].push(await contenders[name]());
  }
  return measured;
}

/** Numbers from 0 to 1 that are the same at each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
