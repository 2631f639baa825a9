// Values of a drawing's attributes and styles: numbers, words, colours and references within the drawing; every way out of it is refused, and what is kept is written in one way only.
import { FUNCTIONS, PROPERTIES } from '#media/examine/svg/allowed.ts';

/** An id that needs no quotes and no escapes anywhere it is written. */
const ID = /^[\p{L}\p{N}_][\p{L}\p{N}_.:-]{0,255}$/u;
const REFERENCE = /url\(\s*(["']?)#([\p{L}\p{N}_][\p{L}\p{N}_.:-]{0,255})\1\s*\)/giu;

export const idOf = (value: string): string | null => (ID.test(value) ? value : null);

/** The id that `href` names in the same drawing; null for every other place. */
export function placeOf(value: string): string | null {
  const trimmed = value.trim();
  return trimmed.startsWith('#') ? idOf(trimmed.slice(1)) : null;
}

export interface Kept {
  /** As it is written. */
  readonly value: string;
  /** Ids of the drawing that it names. */
  readonly names: readonly string[];
  /** How many functions stand in it. */
  readonly functions: number;
}

/** What an element draws beside itself, by the attribute or property that says so: ids of the drawing, and filters that have no element of their own (`blur(2px)`). */
export interface Named {
  readonly property: string;
  readonly ids: readonly string[];
  readonly filters: number;
}

export function namedBy(property: string, { names: ids, functions }: Kept): readonly Named[] {
  const filters = property === 'filter' ? functions : 0;
  return ids.length > 0 || filters > 0 ? [{ property, ids, filters }] : [];
}

/** Quotes and brackets each with its other half: what is open would take in what follows it. */
function isClosed(value: string): boolean {
  let depth = 0;
  for (const one of value.replace(/"[^"]*"|'[^']*'/g, '')) {
    if (one === '"' || one === "'") return false;
    if (one === '(') depth += 1;
    if (one === ')' && (depth -= 1) < 0) return false;
  }
  return depth === 0;
}

/** The name in front of each bracket, as it stands. Read backwards, so that a value of a million letters is read once. */
function functionsOf(value: string): string[] {
  const names: string[] = [];
  for (let at = value.indexOf('('); at >= 0; at = value.indexOf('(', at + 1)) {
    let to = at;
    while (to > 0 && value[to - 1] === ' ') to -= 1;
    let from = to;
    while (from > 0 && to - from < 40 && /[\w-]/.test(value[from - 1] as string)) from -= 1;
    names.push(value.slice(from, to).toLowerCase());
  }
  return names;
}

/** CSS without its comments; one that is never closed takes in all that follows. */
export function withoutComments(text: string): string {
  let [kept, at] = ['', 0];
  for (let begin = text.indexOf('/*'); begin >= 0; begin = text.indexOf('/*', at)) {
    kept += `${text.slice(at, begin)} `;
    const end = text.indexOf('*/', begin + 2);
    at = end < 0 ? text.length : end + 2;
  }
  return kept + text.slice(at);
}

/** A value; null where anything in it is not known to be harmless. */
export function valueOf(given: string): Kept | null {
  const names: string[] = [];
  // References stand apart while the rest is judged: nothing else may hold a colon, which every address of another place does.
  const bare = given.replace(REFERENCE, (_whole, _quote, id: string) => {
    names.push(id);
    return '\u0001';
  }).replace(/[\s\0]+/g, ' ').trim();
  if (/[\\<>@{};&:`!]|\/[/*]|url\s*\(/i.test(bare) || !isClosed(bare)) return null;
  const functions = functionsOf(bare);
  if (!functions.every((name) => FUNCTIONS.has(name))) return null;
  let turn = 0;
  const value = names.length === 0 ? bare : bare.replaceAll('\u0001', () => `url(#${names[turn++]})`);
  return { value, names, functions: functions.length };
}

/** `property: value` of a style, one after the other; those that are not allowed are left out. */
export function declarationsOf(text: string): { readonly kept: readonly (Kept & { readonly property: string })[]; readonly left: number } {
  const kept: (Kept & { readonly property: string })[] = [];
  let left = 0;
  for (const piece of withoutComments(text).split(';')) {
    if (piece.trim() === '') continue;
    const colon = piece.indexOf(':');
    const property = piece.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const given = piece.slice(colon + 1).trim();
    const mark = given.lastIndexOf('!');
    const important = mark >= 0 && given.slice(mark + 1).trim().toLowerCase() === 'important';
    const value = PROPERTIES.has(property) ? valueOf(important ? given.slice(0, mark) : given) : null;
    if (value === null || value.value === '') left += 1;
    else kept.push({ property, ...value, value: important ? `${value.value} !important` : value.value });
  }
  return { kept, left };
}

export const declared = (kept: readonly (Kept & { readonly property: string })[]): string => kept.map(({ property, value }) => `${property}:${value}`).join(';');
