// What is known of a customer, found again in texts that others wrote, however it is spelled there, and masked.
import { findPhoneNumbersInText } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js';
import { fold, type Folded, foldedText, opened, type Way } from '#inbox/known-folding.ts';
import { countriesOf, type Pattern, patternsOf } from '#inbox/known-patterns.ts';

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

type Range = readonly [start: number, end: number];

const WAYS: readonly Way[] = ['plain', 'spelled', 'parted'];
const SPELLED = /[äöüøåÄÖÜØÅ]|a\u0308|o\u0308|u\u0308/u;
const CAPITAL_INSIDE = /\p{Ll}\p{Lu}/u;
/** A header that was copied whole (RFC 2047), and text in base64 as links to what was sent carry it. */
const WRAPPED = /=\?[\w.-]{2,40}\?[bq]\?[^?\s]{1,2000}\?=|(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,4000}={0,2}(?![A-Za-z0-9+/_=-])/giu;

function unwrapped(token: string): string {
  const word = /^=\?([\w.-]+)\?([bq])\?(.*)\?=$/iu.exec(token);
  const quotedPrintable = word?.[2]?.toLowerCase() === 'q';
  const bytes = quotedPrintable ? Buffer.from(word![3]!.replaceAll('_', ' ').replaceAll(/=([0-9a-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1') : Buffer.from(word?.[3] ?? token, 'base64');
  try {
    return new TextDecoder(word?.[1] ?? 'utf-8').decode(bytes);
  } catch {
    // A character set that nobody knows.
    return bytes.toString('latin1');
  }
}

/** Where the patterns are found, in the text that was folded. */
function rangesIn(even: string, folded: Folded, patterns: readonly Pattern[], found: Range[]): void {
  for (const { regex, capital } of patterns) {
    regex.lastIndex = 0;
    for (let match = regex.exec(folded.text); match !== null; match = regex.exec(folded.text)) {
      if (match[0] === '') {
        regex.lastIndex += 1;
        continue;
      }
      const range: Range = [folded.starts[match.index]!, folded.ends[match.index + match[0].length - 1]!];
      const first = even.charAt(range[0]);
      if (capital === true && first === first.toLowerCase()) continue;
      found.push(range);
    }
  }
}

/** Numbers that libphonenumber reads as one of these, however they are grouped. */
function phonesIn(folded: Folded, countries: readonly string[], numbers: ReadonlySet<string>, found: Range[]): void {
  const digits = folded.text.replace(/\D/gu, '');
  if (![...numbers].some((number) => digits.includes(number.slice(-6)))) return;
  for (const country of countries) {
    for (const { startsAt, endsAt, number } of findPhoneNumbersInText(folded.text, country as CountryCode)) {
      if (number.ext === undefined && numbers.has(number.number)) found.push([folded.starts[startsAt]!, folded.ends[endsAt - 1]!]);
    }
  }
}

function replaced(even: string, found: readonly Range[]): string {
  const sorted = found.toSorted((a, b) => a[0] - b[0] || b[1] - a[1]);
  let text = '';
  let at = 0;
  let end = -1;
  for (const [start, stop] of sorted) {
    if (start >= end) {
      text += even.slice(Math.max(at, 0), start) + MASK;
      end = stop;
    } else end = Math.max(end, stop);
    at = end;
  }
  return text + even.slice(at);
}

/** Every way the values are looked for; nothing known matches nothing. */
export function matcherOf(known: Known): Matcher {
  const patterns = patternsOf(known);
  if (patterns.length === 0) return { mask: (text) => text, mentions: () => false };
  const numbers = new Set(known.phones.map((phone) => foldedText(phone).trim().replace(/[^+\d]/gu, '')).filter((phone) => /^\+\d{7,}$/.test(phone)));
  const countries = countriesOf(known.phones);

  /** A file's name may have been put before it: `scan_dG89…`. */
  function heldIn(token: string): boolean {
    const tries = token.startsWith('=?') ? [token] : [token, ...[...token.matchAll(/[_-]/g)].slice(0, 6).map(({ index }) => token.slice(index + 1))];
    return tries.some((one) => rangesOf(unwrapped(one).normalize('NFC'), true).length > 0);
  }

  function rangesOf(even: string, inside: boolean): Range[] {
    const found: Range[] = [];
    const open = opened(even);
    for (const way of WAYS) {
      if ((way === 'spelled' && !SPELLED.test(open.text)) || (way === 'parted' && !CAPITAL_INSIDE.test(open.text))) continue;
      const folded = fold(open, way);
      rangesIn(even, folded, patterns, found);
      if (way === 'plain' && numbers.size > 0) phonesIn(folded, countries, numbers, found);
    }
    if (inside) return found;
    for (const match of open.text.matchAll(WRAPPED)) {
      if (heldIn(match[0])) found.push([open.starts[match.index]!, open.ends[match.index + match[0].length - 1]!]);
    }
    return found;
  }

  return {
    mask(text) {
      const even = text.normalize('NFC');
      const found = rangesOf(even, false);
      return found.length === 0 ? text : replaced(even, found);
    },
    mentions: (text) => rangesOf(text.normalize('NFC'), false).length > 0,
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
