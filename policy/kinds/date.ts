// A calendar date without a time (ISO 8601, YYYY-MM-DD), or none.
import { type Parsed, fault, parsed, refused, shown } from '../fault.ts';
import type { JsonSchema, Kind } from '../kind.ts';

export interface DateKind extends Kind<string | null> {
  readonly name: 'date';
  /** What no date means, in words. */
  readonly nullMeans: string;
}

/** An earlier date is tighter than a later one, and any date than none: dates here are deadlines. */
export function date({ nullMeans }: { readonly nullMeans: string }): DateKind {
  const allows = (value: string | null): string => value ?? '~';
  return Object.freeze({
    name: 'date',
    nullMeans,
    parse: (input: unknown, label: string, path: string): Parsed<string | null> =>
      input === null || isCalendarDate(input) ? parsed(input) : refused(fault(path, 'date.not_date', label, 'be a date (2026-12-31) or null', shown(input))),
    print: (value: string | null) => value ?? nullMeans,
    compare: (a: string | null, b: string | null) => (a === b ? 'equal' : allows(a) < allows(b) ? 'tighter' : 'looser'),
    tighter: (a: string | null, b: string | null) => (allows(a) <= allows(b) ? a : b),
    jsonSchema: (): JsonSchema => ({ type: ['string', 'null'], format: 'date' }),
  });
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isCalendarDate(input: unknown): input is string {
  if (typeof input !== 'string' || !/^(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$/.test(input)) return false;
  const [year, month, day] = input.split('-').map(Number) as [number, number, number];
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}
