// What docs/asvs.md promises: every requirement of OWASP ASVS 5.0 chapters 6 and 7, each with a test that exists, or a reason.
import type { File } from '#test/house/tree.ts';

/** One row of the page: `| 6.2.1 | 1 | held | how | `file` title · `file` title |`. */
export interface Requirement {
  readonly number: string;
  readonly level: string;
  readonly state: string;
  readonly how: string;
  readonly shown: readonly { readonly file: string; readonly title: string }[];
}

const ROW = /^\| (\d\.\d+\.\d+) \| ([123]) \| (\w[\w ]*) \| (.*) \| (.*) \|$/;
const STATES: ReadonlySet<string> = new Set(['held', 'deviation', 'not applicable', 'documented']);
/** How many requirements each section has (ASVS 5.0.0): none may be left out in silence. */
export const SECTIONS: Readonly<Record<string, number>> = {
  '6.1': 3, '6.2': 12, '6.3': 8, '6.4': 6, '6.5': 8, '6.6': 4, '6.7': 2, '6.8': 4, '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 3, '7.6': 2,
};

export function requirementsOf(page: string): Requirement[] {
  return page.split('\n').map((line) => ROW.exec(line)).filter((found) => found !== null).map(([, number, level, state, how, cell]) => ({
    number: number as string, level: level as string, state: state as string, how: how as string,
    shown: [...(cell as string).matchAll(/`([^`]+)` ([^·]+)/g)].map(([, file, title]) => ({ file: file as string, title: (title as string).trim() })),
  }));
}

/** One sentence for each promise that is not kept. */
export function asvsFaults(page: string, files: readonly File[]): string[] {
  const found = requirementsOf(page);
  const numbers = new Set(found.map(({ number }) => number));
  const missing = Object.entries(SECTIONS).flatMap(([section, many]) => Array.from({ length: many }, (_none, at) => `${section}.${at + 1}`)).filter((number) => !numbers.has(number));
  const wrong = found.flatMap(({ number, state, how, shown }) => [
    ...(STATES.has(state) ? [] : [`${number}: "${state}" is no state.`]),
    ...(how.trim().length < 10 ? [`${number}: it does not say how.`] : []),
    ...(state === 'held' && shown.length === 0 ? [`${number}: it is held, but no test shows it.`] : []),
    ...shown.filter(({ file, title }) => files.find(({ path }) => path === file)?.text.includes(title) !== true).map(({ file, title }) => `${number}: no test "${title}" stands in ${file}.`),
  ]);
  return [...missing.map((number) => `${number}: it is not on the page.`), ...wrong];
}
