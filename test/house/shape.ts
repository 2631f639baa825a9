// The shape of a file: it opens with one sentence that says what it is, and it is not long without a reason.
import { isCode, type File } from '#test/house/tree.ts';

const LONGEST = 250;

/** The comment at a file's very beginning, without its marks; empty when there is none. A `#!` line may stand before it. */
export function openingOf(text: string): string {
  const start = text.replace(/^#![^\n]*\n/, '');
  const lines = /^(?:\/\/[^\n]*(?:\n|$))+/.exec(start)?.[0];
  if (lines !== undefined) return lines.replace(/^\/\/ ?/gm, '').trim();
  return (/^\/\*+([^]*?)\*\//.exec(start)?.[1] ?? '').replace(/^\s*\* ?/gm, '').trim();
}

/** Every file of code opens with a comment whose first sentence says what it is. */
export function openings(files: readonly File[]): string[] {
  return files.filter(({ path }) => isCode(path)).flatMap(({ path, text }) => {
    const opening = openingOf(text);
    if (opening === '') return [`${path} does not open with a comment that says what it is.`];
    if (/^(?:@ts-|eslint|oxlint|prettier|Size:|TODO)/.test(opening)) return [`${path} opens with an instruction to a tool instead of a sentence that says what it is.`];
    const sentence = /^[^]*?[.!?)](?=\s|$)/.exec(opening)?.[0] ?? '';
    return sentence.split(/\s+/).length < 3 ? [`${path} must open with a whole sentence that says what it is, not "${opening.slice(0, 40)}".`] : [];
  });
}

/** No file of code or style is longer than 250 lines, unless its opening comment gives the reason: `Size: …`. */
export function sizes(files: readonly File[]): string[] {
  return files.filter(({ path }) => isCode(path) || path.endsWith('.css')).flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    if (lines <= LONGEST || /\bSize: \S.{9,}/.test(openingOf(text))) return [];
    return [`${path} has ${lines} lines; split it at a concept, or give the reason in its opening comment ("Size: …").`];
  });
}
