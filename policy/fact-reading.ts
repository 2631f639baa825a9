// A fact as somebody types it ("45m ago", "12 MB", "yes"), to the value a decision takes; and a value back into words.
import { parseAddress } from './address.ts';
import { type Fault, fault, shown } from './fault.ts';
import { factWords } from './fact-words.ts';
import { isInstant } from './instant.ts';
import { packed, type QuestionName, questions } from './questions.ts';

const UNITS: Readonly<Record<string, number>> = Object.freeze({ s: 1_000, second: 1_000, m: 60_000, min: 60_000, minute: 60_000, h: 3_600_000, hour: 3_600_000, d: 86_400_000, day: 86_400_000 });
const SIZES: Readonly<Record<string, number>> = Object.freeze({ '': 1, b: 1, byte: 1, kb: 1_024, kib: 1_024, mb: 1_048_576, mib: 1_048_576, gb: 1_073_741_824, gib: 1_073_741_824 });
const FLAGS: Readonly<Record<string, boolean>> = Object.freeze({ yes: true, true: true, on: true, no: false, false: false, off: false });
const NOTHING = new Set(['', 'nothing', 'none', 'unknown', 'null']);

/** "45m ago", "in 2 hours", "now", or ISO 8601; ms since 1970. */
function readInstant(text: string, now: number): number | undefined {
  if (text === 'now') return now;
  const span = /^(in )?(\d{1,9}(?:\.\d+)?) ?([a-z]+?)s?( ago)?$/.exec(text.toLowerCase());
  if (span !== null) {
    const [, ahead, count, unit, before] = span;
    const ms = Object.hasOwn(UNITS, unit!) ? Number(count) * UNITS[unit!]! : NaN;
    return Number.isNaN(ms) || (ahead === undefined) === (before === undefined) ? undefined : Math.round(ahead === undefined ? now - ms : now + ms);
  }
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** "12 MB" is 12 × 1,048,576, as everywhere in the workspace. */
function readSize(text: string): number | undefined {
  const size = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]*?)s?$/.exec(text.toLowerCase());
  return size !== null && Object.hasOwn(SIZES, size[2]!) ? Math.round(Number(size[1]) * SIZES[size[2]!]!) : undefined;
}

const listOf = (text: string): string[] => text.split(/[,\n]/).map((one) => one.trim()).filter((one) => one !== '');

interface Said { readonly value?: unknown; readonly must?: string }

function readText(question: QuestionName, fact: string, text: string, now: number): Said {
  const { form } = factWords(question, fact);
  const usual = packed(questions[question].usual)[fact];
  const or = (value: unknown, must: string): Said => (value === undefined ? { must } : { value });
  switch (form.as) {
    case 'flag': return or(Object.hasOwn(FLAGS, text.toLowerCase()) ? FLAGS[text.toLowerCase()] : undefined, 'be yes or no');
    case 'choice': {
      const found = Object.entries(form.options).find(([value, label]) => value === text || label.toLowerCase() === text.toLowerCase());
      if (found === undefined && usual !== undefined && typeof usual !== 'string' && NOTHING.has(text)) return { value: null };
      const names = Object.keys(form.options);
      // A type that the table has not is what the decisions call nothing.
      if (found === undefined && names.length > 10) return { value: null };
      return or(found?.[0], `be one of ${names.join(', ')}`);
    }
    case 'address': return NOTHING.has(text) ? { value: null } : or(parseAddress(text) === undefined ? undefined : text, 'be one address, such as 198.51.100.7');
    case 'texts': return { value: listOf(text) };
    case 'exceptions': return { value: listOf(text).map((address) => ({ address, until: now + UNITS['d']! })) };
    case 'bytes': return NOTHING.has(text) ? { value: null } : or(readSize(text), 'be a size, such as 12 MB');
    case 'number': return or(/^\d{1,15}$/.test(text) ? Number(text) : undefined, 'be a number');
    case 'moment': case 'ago': case 'ahead':
      return NOTHING.has(text) ? { value: null } : or(readInstant(text, now), 'be a time, such as "45m ago", "in 2h" or 2026-11-12T09:30Z');
    default: return { value: NOTHING.has(text) ? null : text };
  }
}

/** Facts that stand over the usual ones: texts are read as a person writes them, everything else is taken as it is. Every fault at once. */
export function readFacts(question: QuestionName, given: Readonly<Record<string, unknown>>, now: number, path: string): { readonly facts: Record<string, unknown>; readonly faults: readonly Fault[] } {
  const usual = packed(questions[question].usual);
  const facts: Record<string, unknown> = {};
  const faults: Fault[] = [];
  // A moment that is given is the one from which the others are told.
  const at = typeof given['now'] === 'string' ? readInstant(given['now'].trim(), now) ?? now : typeof given['now'] === 'number' ? given['now'] : now;
  for (const [fact, value] of Object.entries(given)) {
    if (typeof value !== 'string' || !Object.hasOwn(usual, fact)) {
      facts[fact] = value;
      continue;
    }
    const read = readText(question, fact, value.trim(), fact === 'now' ? now : at);
    if (read.must === undefined) facts[fact] = read.value;
    else faults.push(fault(`${path}/${fact}`, 'test.fact', factWords(question, fact).label, read.must, shown(value)));
  }
  return { facts, faults };
}

const SPANS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1_000]] as const;

function spanWords(ms: number): string {
  const [unit, size] = SPANS.find(([, one]) => ms >= one * 2 || ms === one) ?? SPANS[3];
  const count = Math.round((ms / size) * 10) / 10;
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;
}

function instantWords(value: number, now: number): string {
  if (value === now) return 'now';
  return value < now ? `${spanWords(now - value)} ago` : `in ${spanWords(value - now)}`;
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** "yes", "12 MiB", "45 minutes ago". `now`: the moment of the facts. */
export function factText(question: QuestionName, fact: string, value: unknown, now: number): string {
  const { form } = factWords(question, fact);
  if (value === null || value === undefined) return form.as === 'choice' && Object.keys(form.options).length > 10 ? 'None that is known' : form.as === 'address' ? 'unknown' : 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (form.as === 'choice' && typeof value === 'string') return form.options[value] ?? value;
  if (form.as === 'moment' && isInstant(value)) return utc(value);
  if (isInstant(value)) return instantWords(value, now);
  if (form.as === 'bytes' && typeof value === 'number') return value >= 1_048_576 ? `${Math.round(value / 104_857.6) / 10} MiB` : value >= 1_024 ? `${Math.round(value / 102.4) / 10} KiB` : `${value} bytes`;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((one) => (typeof one === 'object' && one !== null && 'address' in one ? String(one.address) : String(one))).join(', ');
  return String(value);
}
