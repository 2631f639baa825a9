// Test material of others, beside the project or beside the folder of its worktrees: never part of it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder, or null where it is missing: whoever uses it says so. */
export function corpus(name: string): string | null {
  const found = ['../../shared/corpora/', '../../../shared/corpora/'].map((place) => fileURLToPath(new URL(`${place}${name}`, import.meta.url))).find((place) => existsSync(place));
  return found ?? null;
}

/** For `{ skip }` of a test. */
export const without = (folder: string | null, name: string): false | string => (folder === null ? `../shared/corpora/${name} is missing: this test needs it` : false);

export interface CorpusFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Every file below, in order. */
export function filesOf(folder: string, below = ''): CorpusFile[] {
  return readdirSync(join(folder, below)).sort().flatMap((entry) => {
    const name = join(below, entry);
    return statSync(join(folder, name)).isDirectory() ? filesOf(folder, name) : [{ name, bytes: readFileSync(join(folder, name)) }];
  });
}
