// The figures as a table for people and as bench/results.json for programs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Result } from './result.ts';

export const RESULTS = new URL('./results.json', import.meta.url);

/** New figures take the place of those of the same name; figures that were not measured now stay. */
export function save(fresh: readonly Result[], order: readonly string[]): void {
  const before = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Result[]) : [];
  const byName = new Map([...before, ...fresh].map((result) => [result.name, result]));
  const kept = order.map((name) => byName.get(name)).filter((result) => result !== undefined);
  writeFileSync(RESULTS, `[\n${kept.map((result) => `  ${JSON.stringify(result)}`).join(',\n')}\n]\n`);
}

export function table(results: readonly Result[]): string {
  const rows = [
    ['name', 'value', 'goal', 'holds', 'against'],
    ...results.map(({ name, value, unit, goal, better, holds, against }) => [name, `${value} ${unit}`, `${better === 'lower' ? '≤' : '≥'} ${goal} ${unit}`, holds ? 'yes' : 'NO', against]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))).join('  ')).join('\n');
}
