// What is known of a customer, found again in texts that others wrote: in any case, in the usual spellings of a phone number, names as whole words only.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** What stands in the place of a known value. */
export const MASK = '▇▇▇';

export interface Known {
  readonly names: readonly string[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly externalIds: readonly string[];
  /** Values of personal fields. */
  readonly others: readonly string[];
}

export interface Matcher {
  /** The text with every known value masked; the very text where there is none. */
  mask(text: string): string;
  mentions(text: string): boolean;
}

/** Shorter parts of a name ("de", "Li") are ordinary words too often. */
const LEAST_OF_NAME = 3;
/** A shorter external id or field is a number or a word like any other. */
const LEAST_OF_VALUE = 4;
const LEAST_OF_PHONE = 6;
/** Written without blanks: there is no edge of a word to look for, and two characters are a name. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const HEBREW = /^\p{Script=Hebrew}/u;

const composed = (text: string): string => text.normalize('NFC').trim();
const quoted = (text: string): string => RegExp.escape(text);
const BEFORE = '(?<![\\p{L}\\p{M}\\p{N}_])';
const AFTER = '(?![\\p{L}\\p{M}\\p{N}_])';
/** What people put between the digits of a phone number. */
const BETWEEN = '[\\s.\\-/()\\u00a0\\u2010-\\u2015]{0,3}';

function nameParts(name: string): string[] {
  const whole = composed(name);
  if (whole === '') return [];
  const parts = whole.split(/[^\p{L}\p{M}\p{N}'’]+/u).filter((part) => [...part].length >= (UNSPACED.test(part) ? 2 : LEAST_OF_NAME));
  return [...([...whole].length >= (UNSPACED.test(whole) ? 2 : LEAST_OF_NAME) ? [whole] : []), ...parts];
}

function namePattern(name: string): string {
  const words = name.split(/\s+/u).map(quoted).join('\\s+');
  if (UNSPACED.test(name)) return words;
  // Hebrew writes "and", "to", "from" as letters at the word itself.
  const prefix = HEBREW.test(name) ? '[ומשהכלב]{0,2}' : '';
  return `${BEFORE}${prefix}${words}${AFTER}`;
}

const apart = (digits: string): string => [...digits].join(BETWEEN);

/** With the country (`+49`, `0049`), with the national zero, or bare; blanks, points, strokes and brackets between. */
function phonePatterns(phone: string): string[] {
  const digits = phone.replace(/\D/gu, '');
  if (digits.length < LEAST_OF_PHONE) return [];
  const parsed = parsePhoneNumberFromString(phone.trim().startsWith('+') ? phone : `+${digits}`);
  const whole = `(?<!\\d)(?:\\+|00)?${BETWEEN}${apart(digits)}(?!\\d)`;
  if (parsed === undefined || !phone.trim().startsWith('+')) return [whole];
  const country = apart(parsed.countryCallingCode);
  const national = apart(parsed.nationalNumber);
  return [`(?<!\\d)(?:(?:\\+|00)?${BETWEEN}${country}${BETWEEN}(?:\\(0\\)${BETWEEN})?|\\(?0${BETWEEN})?${national}(?!\\d)`];
}

/** An address inside a longer one is another one. */
const emailPattern = (email: string): string => `(?<![\\p{L}\\p{N}._%+-])${quoted(email)}(?![\\p{L}\\p{N}]|[.-][\\p{L}\\p{N}])`;
const valuePattern = (value: string): string => `${BEFORE}${quoted(value)}${AFTER}`;

/** Every way the values are looked for; nothing known matches nothing. The longest stand first, so that a full name becomes one mask. */
export function matcherOf(known: Known): Matcher {
  const values = (list: readonly string[], least: number): string[] => list.map(composed).filter((value) => [...value].length >= least).toSorted((a, b) => b.length - a.length);
  const patterns = [
    ...values(known.emails, 3).map(emailPattern),
    ...known.phones.flatMap(phonePatterns),
    ...values([...known.externalIds, ...known.others], LEAST_OF_VALUE).map(valuePattern),
    ...values(known.names.flatMap(nameParts), 1).map(namePattern),
  ];
  if (patterns.length === 0) return { mask: (text) => text, mentions: () => false };
  const any = new RegExp([...new Set(patterns)].join('|'), 'giu');
  return {
    mask(text) {
      const even = text.normalize('NFC');
      const masked = even.replace(any, MASK);
      return masked === even ? text : masked;
    },
    mentions: (text) => text.normalize('NFC').search(any) >= 0,
  };
}

/** The fields of a customer as the table keeps them: a list of `{name, value, personal}`, or an object of values. */
export function fieldsOf(json: string): { readonly name: string; readonly value: string; readonly personal: boolean }[] {
  const read = JSON.parse(json) as unknown;
  if (typeof read !== 'object' || read === null) return [];
  const shown = (value: unknown): string => (value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''));
  if (Array.isArray(read)) {
    const fields = read as { name?: unknown; value?: unknown; personal?: unknown }[];
    return fields.map((field) => ({ name: shown(field.name), value: shown(field.value), personal: field.personal !== false }));
  }
  return Object.entries(read).map(([name, value]) => {
    const kept = value !== null && typeof value === 'object' ? (value as { value?: unknown; personal?: unknown }) : { value, personal: true };
    return { name, value: shown(kept.value), personal: kept.personal !== false };
  });
}
