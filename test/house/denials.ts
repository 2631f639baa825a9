// Denial codes are permanent: pinned in a golden list, documented, and none is used that is not in the table.
import { code, isCode, isTest, lineAt, type File } from '#test/house/tree.ts';

export interface Codes {
  /** Code to what it means, as policy/decision.ts has it. */
  readonly denials: Readonly<Record<string, { readonly status: number; readonly title: string; readonly sentence: string }>>;
  /** The golden list: one `code status` a line. */
  readonly pinned: string;
  /** The reference page. */
  readonly page: string;
  readonly files: readonly File[];
}

const SHAPE = /^[a-z][a-z_]*\.[a-z][a-z_]*$/;

/** Every code passed to deny( as a literal. */
function usedCodes({ path, text }: File): { code: string; at: string }[] {
  const bare = code(text);
  return [...bare.matchAll(/\bdeny\(\s*['"](?<code>[^'"\n]+)['"]/g)].map((match) => ({ code: match.groups?.code ?? '', at: `${path}:${lineAt(bare, match.index)}` }));
}

/** What does not hold, one sentence each. */
export function denialFaults({ denials, pinned, page, files }: Codes): string[] {
  const now = Object.entries(denials).map(([name, { status }]) => `${name} ${status}`);
  const golden = pinned.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return [
    ...golden.filter((line) => !now.includes(line)).map((line) => `${line}: this code was pinned and is gone or has another status; somebody relies on it, so it must stay.`),
    ...now.filter((line) => !golden.includes(line)).map((line) => `${line}: this code is new; add the line to test/house/denial-codes.txt, where it stays for ever.`),
    ...Object.keys(denials).filter((name) => !SHAPE.test(name)).map((name) => `${name}: a code is two words in lower case with a point between.`),
    ...Object.entries(denials).filter(([, { sentence }]) => !/[.!?}]$/.test(sentence)).map(([name]) => `${name}: its sentence must be one that a person can act on.`),
    ...Object.keys(denials).filter((name) => !page.includes(`\`${name}\``)).map((name) => `${name}: docs/reference/denials.md does not explain it.`),
    ...files.filter(({ path }) => isCode(path) && !isTest(path)).flatMap(usedCodes)
      .filter((used) => !(used.code in denials)).map((used) => `${used.at} denies with "${used.code}", which is not in the table of policy/decision.ts.`),
  ];
}
