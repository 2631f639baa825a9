// keys.million.*: a key that is not in memory is found among a million as among a thousand, in one brand and in many; and what a million keys cost in memory.
import { postgres } from '#test/postgres.ts';
import { runTrial } from '../child.ts';
import type { Figure, Measurement } from '../result.ts';
import { medianRatio } from '../statistics.ts';

type Name = 'few' | 'one' | 'many';

export interface KeysTrial {
  /** µs a look-up, medians. */
  readonly lookups: Readonly<Record<Name, number>>;
  readonly pairs: Readonly<Record<Name, readonly number[]>>;
  /** µs a page of the list of keys. */
  readonly pages: Readonly<Record<'few' | 'one', number>>;
  readonly pagePairs: Readonly<Record<'few' | 'one', readonly number[]>>;
  /** Memory in use after 200,000 different keys were shown, less before; and resident memory, in which what was let go stands still. */
  readonly grownMb: number;
  readonly rssMb: number;
  readonly kept: number;
  readonly previewMs: number;
  /** Longest, in processor time, that nobody else was answered while a preview read all of them. */
  readonly longestMs: number;
}

const LIMIT_MS = 900_000;

async function figuresOn(engine: string, suffix: string, args: readonly string[]): Promise<Figure[]> {
  const { lookups, pairs, pages, pagePairs, grownMb, rssMb, kept, previewMs, longestMs } = await runTrial<KeysTrial>('keys-million', args, LIMIT_MS);
  const us = (value: number): string => value.toFixed(1);
  return [
    { name: `keys.million${suffix}`, value: medianRatio(pairs.one, pairs.few), unit: '×', goal: 1.5, better: 'lower', against: `a brand with 1,000 keys, ${engine}: ${us(lookups.one)} to ${us(lookups.few)} µs a look-up of a key that is not in memory` },
    { name: `keys.million.brands${suffix}`, value: medianRatio(pairs.many, pairs.few), unit: '×', goal: 1.5, better: 'lower', against: `the same with the million in 1,000 brands, ${engine}: ${us(lookups.many)} µs` },
    { name: `keys.million.page${suffix}`, value: medianRatio(pagePairs.one, pagePairs.few), unit: '×', goal: 1.5, better: 'lower', against: `the page of the 100 newest keys of 1,000, ${engine}: ${us(pages.one)} to ${us(pages.few)} µs` },
    { name: `keys.million.memory${suffix}`, value: grownMb, unit: 'MB', goal: 32, better: 'lower', against: `memory in use after 200,000 different keys were shown, ${engine}; ${kept} stay in memory; resident memory grew by ${rssMb.toFixed(0)} MB` },
    { name: `keys.million.preview${suffix}`, value: longestMs, unit: 'ms', goal: 50, better: 'lower', against: `longest that nobody else is answered while a change of the list is judged over the last callers of a million keys, ${engine}; all of it ${(previewMs / 1_000).toFixed(1)} s` },
  ];
}

export const keys: Measurement = {
  names: ['', '.postgres'].flatMap((suffix) => ['keys.million', 'keys.million.brands', 'keys.million.page', 'keys.million.memory', 'keys.million.preview'].map((name) => `${name}${suffix}`)),
  async run() {
    const cluster = await postgres();
    const databases = await Promise.all([1, 2, 3].map(() => cluster.freshDatabase()));
    return [...await figuresOn('SQLite', '', []), ...await figuresOn('PostgreSQL', '.postgres', databases)];
  },
};
