// The house's own files as data, so that every rule is a pure function over them and a planted bad file is a row.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** One file of the house: its path from the root with `/`, and its text. */
export interface File { readonly path: string; readonly text: string }

const OUTSIDE = new Set(['node_modules', '.runtime', '.git', 'data', 'dist']);
const KNOWN = /\.(ts|tsx|mjs|css|md|json|html|txt)$/;

/** Every text file of the house below a folder; nothing when the folder is missing. */
export function readTree(folder = ''): File[] {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.filter((entry) => !OUTSIDE.has(entry.name)).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return readTree(path);
    return KNOWN.test(entry.name) ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : [];
  });
}

/** The room a file stands in: the first part of its path; the launcher's own file belongs to `launch`. */
export const roomOf = (path: string): string => (path === 'portcullis.mjs' ? 'launch' : path.split('/')[0] ?? '');

export const isCode = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path);

/** Tests and what only tests use. */
export const isTest = (path: string): boolean => /\.test\.\w+$/.test(path) || roomOf(path) === 'test' || roomOf(path) === 'bench';

/** The text without its comments, lines kept, so that an example in a comment is not taken for code. Strings are left as they are. */
export function code(text: string): string {
  return text.replace(
    /(?<kept>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`|\/(?![/*])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n[])+\/[a-z]*)|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (found, kept: string | undefined) => kept ?? found.replace(/[^\n]/g, ' '),
  );
}

/** The line (from 1) of a place in a text. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;
