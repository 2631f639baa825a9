// What is generated is what the tools would write now: docs/reference/ is never edited by hand and never left behind.
import type { File } from '#test/house/tree.ts';

/**
 * @param written what the tools would write now
 * @param found what stands in the generated folder
 * @returns what differs, one sentence each
 */
export function generatedFaults(written: readonly File[], found: readonly File[], rewrite = 'node portcullis.mjs reference'): string[] {
  const textOf = new Map(found.map(({ path, text }) => [path, text]));
  const paths = new Set(written.map(({ path }) => path));
  return [
    ...written.filter(({ path }) => !textOf.has(path)).map(({ path }) => `${path} is missing; write it with "${rewrite}".`),
    ...written.filter(({ path, text }) => textOf.has(path) && textOf.get(path) !== text).map(({ path }) => `${path} is not what the catalogue says now; write it anew with "${rewrite}".`),
    ...found.filter(({ path }) => !paths.has(path)).map(({ path }) => `${path} is written by no tool; take it away, or put it outside of the generated folder.`),
  ];
}
