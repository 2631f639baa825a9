// Which values of a setting would give another answer: tried from near to far, each kind in its own way, and each put to the decision itself.
import type { AnyKind } from './setting.ts';
import type { DateKind } from './kinds/date.ts';
import type { FileTypesKind } from './kinds/file-types.ts';
import type { List, ListKind } from './list.ts';
import type { NumberKind } from './whole-number.ts';

type Wanted = (value: unknown) => boolean;

/** Every text in facts, for the lists and ticks that may name it. */
export function textsOf(facts: unknown): string[] {
  const texts = new Set<string>();
  const gather = (value: unknown): void => {
    if (typeof value === 'string' && value !== '') texts.add(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(gather);
  };
  gather(facts);
  return [...texts].slice(0, 50);
}

/**
 * Values that are wanted, the nearest first. `texts`: what stands in the facts. Numbers and dates are halved towards the edge, as every
 * decision grows looser in one direction; what comes out was asked about, so a decision that does not yields no wrong value, only none.
 */
export function nearestValues(kind: AnyKind, value: unknown, texts: readonly string[], wanted: Wanted): unknown[] {
  switch (kind.name) {
    case 'flag': return [!(value as boolean)].filter(wanted);
    case 'choice': return kind.options.map((option) => option.value).filter((one) => one !== value && wanted(one));
    case 'date': return datesOf(kind, value as string | null, wanted);
    case 'file-types': return ticksOf(kind, value as readonly string[], texts, wanted);
    case 'address-list': case 'cidr-list': case 'origin-list': return listsOf(kind as unknown as ListKind, value as List, texts, wanted);
    default: return numbersOf(kind, value as number, wanted);
  }
}

/** The first of the whole numbers on the way to `to` that is wanted, when `to` is. */
function edge(from: number, to: number, wanted: (value: number) => boolean): number | undefined {
  if (from === to || !wanted(to)) return undefined;
  let [not, is] = [from, to];
  while (Math.abs(is - not) > 1) {
    const middle = Math.trunc((is + not) / 2);
    if (wanted(middle)) is = middle;
    else not = middle;
  }
  return is;
}

const STEPS = [2 ** 20, 2 ** 10];

function numbersOf(kind: NumberKind, value: number, wanted: Wanted): number[] {
  const { min, max, zeroMeans } = kind;
  const low = zeroMeans !== undefined && min === 0 ? 1 : min;
  const off = zeroMeans !== undefined && value === 0;
  const edges = off ? [wanted(max) ? undefined : edge(max, low, wanted), wanted(low) ? undefined : edge(low, max, wanted)] : [edge(value, max, wanted), edge(value, low, wanted)];
  const found = edges.filter((one) => one !== undefined).map((one) => rounded(kind, one, one > value && !off, wanted));
  if (off && found.length === 0 && wanted(max)) found.push(max);
  return zeroMeans !== undefined && !off && wanted(0) ? [...found, 0] : found;
}

/** A size as somebody would set it: whole MiB or KiB where that is wanted too. */
function rounded({ name, min, max }: NumberKind, value: number, up: boolean, wanted: Wanted): number {
  if (name !== 'bytes') return value;
  const whole = STEPS.map((step) => (up ? Math.ceil(value / step) : Math.floor(value / step)) * step).find((one) => one >= min && one <= max && wanted(one));
  return whole ?? value;
}

const DAY = 86_400_000;
const [FIRST, LAST] = [Date.UTC(1970, 0, 1) / DAY, Date.UTC(2999, 11, 31) / DAY];
const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

function datesOf(_kind: DateKind, value: string | null, wanted: Wanted): (string | null)[] {
  const good = (day: number): boolean => wanted(dateOf(day));
  const present = value === null ? null : Date.parse(`${value}T00:00:00Z`) / DAY;
  const edges = present === null ? [good(LAST) ? undefined : edge(LAST, FIRST, good), good(FIRST) ? undefined : edge(FIRST, LAST, good)] : [edge(present, LAST, good), edge(present, FIRST, good)];
  const found: (string | null)[] = edges.filter((one) => one !== undefined).map(dateOf);
  return value !== null && wanted(null) ? [...found, null] : found;
}

function ticksOf(kind: FileTypesKind, value: readonly string[], texts: readonly string[], wanted: Wanted): unknown[] {
  const named = kind.options.map(({ id }) => id as string).filter((id) => texts.includes(id));
  const missing = named.filter((id) => !value.includes(id));
  const tries = [...(missing.length > 0 ? [[...value, ...missing]] : []), ...named.filter((id) => value.includes(id)).map((id) => value.filter((one) => one !== id))];
  return tries.map((ticked) => kind.options.map(({ id }) => id as string).filter((id) => ticked.includes(id))).filter(wanted);
}

/** Added to or taken off as it stands; then its other states; last, for an answer of no, a list that names somebody else. */
function listsOf(kind: ListKind, value: List, texts: readonly string[], wanted: Wanted): List[] {
  const read = (state: string, entries: readonly unknown[]): List | undefined => {
    const parsed = kind.parse({ state, entries }, '', '');
    return parsed.ok ? parsed.value : undefined;
  };
  const lists = texts.map((text) => ({ text, list: read('only', [text]) })).filter(({ list }) => list !== undefined) as { text: string; list: List }[];
  const held = (entries: readonly unknown[], one: List): boolean => {
    const outer = read('only', entries);
    return outer !== undefined && ['equal', kind.role === 'allow' ? 'tighter' : 'looser'].includes(kind.compare(one, outer));
  };
  const missing = lists.filter(({ list }) => !held(value.entries, list)).flatMap(({ list }) => list.entries);
  const names = lists.filter(({ list }) => held(value.entries, list)).map(({ list }) => list);
  const holding = names.length === 0 ? [] : covering(value.entries, (some) => names.some((one) => held(some, one)));
  const tries: (List | undefined)[] = [];
  if (missing.length > 0) tries.push(read('only', [...value.entries, ...missing]));
  if (value.state !== 'only' && value.entries.length > 0) tries.push(read('only', value.entries));
  if (value.state === 'only' && holding.length > 0) tries.push(read('only', value.entries.filter((entry) => !holding.includes(entry))));
  for (const state of kind.states) if (state !== value.state && state !== 'only') tries.push(read(state, value.entries));
  const found = tries.filter((one) => one !== undefined && wanted(one)) as List[];
  if (found.length > 0) return found;
  const other = read('only', [kind.example]);
  return other !== undefined && wanted(other) ? [other] : [];
}

/** The entries that hold it, each on its own, found by halves: a list may have 100,000. */
function covering<E>(entries: readonly E[], holds: (some: readonly E[]) => boolean): E[] {
  if (entries.length === 0 || !holds(entries)) return [];
  if (entries.length === 1) return [...entries];
  const half = Math.floor(entries.length / 2);
  return [...covering(entries.slice(0, half), holds), ...covering(entries.slice(half), holds)];
}
