// What is wrong with an input: where, a permanent code, one sentence that a person can act on, and sometimes the right form.

/** One wrong place. `path` is the setting's key and, inside a list, the entry: `management.allowlist/entries/3`. */
export interface Fault {
  readonly path: string;
  readonly code: string;
  /** "*Label* must …, not …." */
  readonly message: string;
  /** A form that would be accepted and that probably was meant. */
  readonly offer?: string;
}

/** The outcome of reading an input: the canonical, frozen value, or every fault at once. */
export type Parsed<V> = { readonly ok: true; readonly value: V } | { readonly ok: false; readonly faults: readonly Fault[] };

export const parsed = <V>(value: V): Parsed<V> => ({ ok: true, value });

export const refused = (...faults: Fault[]): Parsed<never> => ({ ok: false, faults });

/** One fault in the one grammar of all messages. `must` and `not` are the two halves of the sentence, without the label. */
export function fault(path: string, code: string, label: string, must: string, not: string, offer?: string): Fault {
  const message = `${label} must ${must}, not ${not}.`;
  return offer === undefined ? { path, code, message } : { path, code, message, offer };
}

const SHOWN_LENGTH = 60;

/** Letters that show as nothing or move others about: controls, formats, separators but the plain space, lone surrogates, fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}]|(?! )\p{Zs}/gu;

const escapeLetter = (letter: string): string => `\\u{${letter.codePointAt(0)?.toString(16)}}`;

/** An input as it may stand in a sentence: short, on one line, what cannot be seen made visible. Never for storing. */
export function shown(input: unknown): string {
  if (typeof input === 'string') {
    if (input === '') return 'an empty text';
    const short = input.slice(0, SHOWN_LENGTH * 2);
    const letters = [...short];
    const cut = letters.length > SHOWN_LENGTH || short.length < input.length;
    return `"${letters.slice(0, SHOWN_LENGTH).join('').replace(UNSEEN, escapeLetter)}${cut ? '…' : ''}"`;
  }
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  return typeof input === 'object' ? 'an object' : `a ${typeof input}`;
}

/** A control character or half a surrogate pair: these cannot be stored by every store as they came, so free text refuses them. */
export function firstUnstorable(text: string): string | undefined {
  const found = /[\p{Cc}\p{Cs}]/u.exec(text);
  return found === null ? undefined : `U+${found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Is this a plain record of fields, as JSON gives it? */
export function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
