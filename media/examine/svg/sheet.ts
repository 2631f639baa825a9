// A drawing's style sheet: plain rules by element, class and id, written anew; nothing is imported, no font is loaded, and nothing but this drawing is named.
import { declarationsOf, declared, type Named, namedBy, withoutComments } from '#media/examine/svg/values.ts';

/** What a rule makes of whatever it is about. */
export interface Rule {
  /** The last part of each of its selectors, which is the element it is about. */
  readonly about: readonly { readonly element: string | null; readonly classes: readonly string[]; readonly id: string | null }[];
  readonly names: readonly Named[];
}

export interface Sheet {
  readonly text: string;
  readonly rules: readonly Rule[];
  /** Rules and declarations that were left out. */
  readonly left: number;
}

const PART = /^(?<element>\*|[A-Za-z][\w-]*)?(?<rest>(?:[.#][\p{L}_-][\p{L}\p{N}_-]*)*)$/u;
const MOST_RULES = 20_000;

/** Compound selectors, with what stands between them; null for what is no such thing (pseudo-classes and attributes among them). */
function selectorOf(given: string): { readonly text: string; readonly about: Rule['about'][number] } | null {
  const text = given.trim().replace(/\s*([>+~])\s*|\s+/g, (_all, sign: string | undefined) => sign ?? ' ');
  let about: Rule['about'][number] | null = null;
  for (const part of text.split(/[ >+~]/)) {
    const found = part === '' ? undefined : PART.exec(part)?.groups;
    if (found === undefined) return null;
    const { element, rest } = found;
    const signs = (rest ?? '').match(/[.#][^.#]+/g) ?? [];
    about = { element: element === undefined || element === '*' ? null : element, classes: signs.filter((one) => one.startsWith('.')).map((one) => one.slice(1)), id: signs.find((one) => one.startsWith('#'))?.slice(1) ?? null };
  }
  return about === null ? null : { text, about };
}

/** Where the block ends that opens at `from`; the end of the text where it never does. */
function blockEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && (depth -= 1) === 0) return at;
  }
  return text.length;
}

/** Each rule is judged as it stands: one that was cut in the wrong place passes only where it is harmless as well. */
export function sheetOf(given: string): Sheet {
  const text = withoutComments(given).replace(/<!--|-->/g, ' ');
  const [lines, rules]: [string[], Rule[]] = [[], []];
  let left = 0;
  for (let at = 0; at < text.length; ) {
    const open = /[{;]/g;
    open.lastIndex = at;
    const found = open.exec(text);
    if (found === null) {
      if (text.slice(at).trim() !== '') left += 1;
      break;
    }
    if (found[0] === ';') {
      // `@import`, `@charset`, `@namespace`.
      left += 1;
      at = found.index + 1;
      continue;
    }
    const end = blockEnd(text, found.index);
    const selectors = text.slice(at, found.index).split(',').map(selectorOf);
    const block = text.slice(found.index + 1, end);
    at = end + 1;
    const good = selectors.every((one) => one !== null) && !/[{}]/.test(block) && rules.length < MOST_RULES;
    const { kept, left: dropped } = good ? declarationsOf(block) : { kept: [], left: 1 };
    left += dropped;
    if (kept.length === 0) continue;
    lines.push(`${selectors.map((one) => one?.text ?? '').join(',')}{${declared(kept)}}`);
    rules.push({ about: selectors.flatMap((one) => (one === null ? [] : [one.about])), names: kept.flatMap((one) => namedBy(one.property, one)) });
  }
  return { text: lines.join('\n'), rules, left };
}
