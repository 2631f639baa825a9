// Signed heads written outside the database as well, one line each, so that a tail cut together with its heads is seen.
import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SignedHead } from '#audit/signing.ts';

const NEW_LINE = 10;

/** Appends heads durably. A line that a crash has torn stays a line of its own. */
export function appendHeads(file: string, heads: readonly SignedHead[]): void {
  if (heads.length === 0) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = openSync(file, 'a+', 0o600);
  try {
    const text = heads.map((head) => `${JSON.stringify(head)}\n`).join('');
    writeSync(handle, isTorn(handle) ? `\n${text}` : text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isTorn(handle: number): boolean {
  const { size } = fstatSync(handle);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(handle, last, 0, 1, size - 1);
  return last[0] !== NEW_LINE;
}

/** Every line that is a head; one torn by a crash is passed over, since its head is in the database too. */
export function readHeads(file: string): SignedHead[] {
  if (!existsSync(file)) return [];
  return headsFrom(readFileSync(file, 'utf8'));
}

/** The same from the text of such a file, as a backup holds it. */
export function headsFrom(text: string): SignedHead[] {
  const heads: SignedHead[] = [];
  for (const line of text.split('\n')) {
    const head = headOf(line);
    if (head !== undefined) heads.push(head);
  }
  return heads;
}

function headOf(line: string): SignedHead | undefined {
  try {
    const head = JSON.parse(line) as SignedHead;
    const { scope, seq, hash, at, keyId, signature } = head;
    const texts = [scope, hash, keyId, signature].every((text) => typeof text === 'string');
    return texts && Number.isSafeInteger(seq) && Number.isSafeInteger(at) ? head : undefined;
  } catch {
    return undefined;
  }
}
