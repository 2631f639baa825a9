// What a preset is: a standard as plain data, requirement by requirement, each with its number, what it asks of a setting, and the value we would set.
import { type BuiltIn, builtInOf } from './built-in.ts';
import { type Key, settingOf } from './catalogue.ts';
import type { ListState } from './list.ts';
import { serverFacts, type ServerFact } from './server-facts.ts';

/** The values that satisfy a requirement: whole numbers from `from` to `to`, both included; some values; or some states of a list. */
export type Want = { readonly from?: number; readonly to?: number } | { readonly oneOf: readonly Plain[] } | { readonly states: readonly ListState[] };
type Plain = string | number | boolean | null;

/** While this holds the requirement does not apply. */
export interface Unless {
  readonly key: Key;
  readonly want: Want;
  /** Why not, in a sentence. */
  readonly because: string;
}

interface Stated {
  /** Unique in its preset: the number, and a word where one number asks for several things. */
  readonly id: string;
  /** As the standard numbers it. */
  readonly number: string;
  /** In our own words. */
  readonly asks: string;
}

export type Requirement = Stated & (
  | { readonly by: 'setting'; readonly key: Key; readonly want: Want; /** What the preset would set. */ readonly set: unknown; readonly unless?: Unless }
  /** Always so, whatever is set; or never, and then only a recorded deviation answers it. */
  | { readonly by: 'product'; readonly fact: BuiltIn; readonly want: Want }
  /** As whoever runs the server has configured it. */
  | { readonly by: 'server'; readonly fact: ServerFact; readonly want: Want }
  /** Outside of what this program can do or know. */
  | { readonly by: 'you'; readonly why: string }
);

export type OfSetting = Extract<Requirement, { readonly by: 'setting' }>;

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly publisher: string;
  /** What it covers of the standard, and what it leaves out. */
  readonly about: string;
  readonly requirements: readonly Requirement[];
}

/** What a requirement is about, as people call it; null for what is theirs. */
export function aboutOf(requirement: Requirement): string | null {
  switch (requirement.by) {
    case 'setting':
      return settingOf(requirement.key).label;
    case 'product':
      return builtInOf(requirement.fact).label;
    case 'server':
      return serverFacts[requirement.fact].label;
    case 'you':
      return null;
  }
}

const stateOf = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'state' in value ? value.state : undefined);

export function satisfies(want: Want, value: unknown): boolean {
  if ('oneOf' in want) return (want.oneOf as readonly unknown[]).includes(value);
  if ('states' in want) return (want.states as readonly unknown[]).includes(stateOf(value));
  return typeof value === 'number' && value >= (want.from ?? -Infinity) && value <= (want.to ?? Infinity);
}

/** Is there a value that satisfies both? Two of different shapes are compared by what the finite one names. */
export function compatible(a: Want, b: Want): boolean {
  if ('oneOf' in a) return a.oneOf.some((value) => satisfies(b, value));
  if ('oneOf' in b) return compatible(b, a);
  if ('states' in a || 'states' in b) return 'states' in a && 'states' in b && a.states.some((state) => b.states.includes(state));
  return Math.max(a.from ?? -Infinity, b.from ?? -Infinity) <= Math.min(a.to ?? Infinity, b.to ?? Infinity);
}

/** What it asks for, in the words of whatever is asked. */
export function wantWords(want: Want, print: (value: unknown) => string): string {
  if ('oneOf' in want) return want.oneOf.map(print).join(' or ');
  // A list without entries says what its state means, and waits for the entries.
  if ('states' in want) return want.states.map((state) => print({ state, entries: [] }).replace(/: ?$/, '')).join(', or ');
  const { from, to } = want;
  if (from === undefined) return to === undefined ? 'any' : `at most ${print(to)}`;
  return to === undefined ? `at least ${print(from)}` : `from ${print(from)} to ${print(to)}`;
}
