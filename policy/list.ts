// The grammar of every list setting: a state, entries with notes, and what "tighter" means for a list that allows or denies.
import { type Fault, type Parsed, fault, isRecord, parsed, shown } from './fault.ts';
import { type Comparison, type JsonSchema, type Kind, comparison } from './kind.ts';
import { type EntryRefusal, type ListEntry, MAX_ENTRIES, MAX_NOTE, readEntries, withoutDuplicates } from './list-entries.ts';

export type { EntryRefusal, ListEntry } from './list-entries.ts';

export type ListState = 'any' | 'only' | 'none';

/** Entries are kept in every state, so that a list can be switched off and on again. */
export interface List<S extends ListState = ListState> {
  readonly state: S;
  readonly entries: readonly ListEntry[];
}

export interface ListParameters<S extends ListState> {
  readonly states: readonly S[];
  /** What each state means, in words for the page. `onlyMeans` is followed by the entries. */
  readonly anyMeans?: string;
  readonly onlyMeans: string;
  readonly noneMeans?: string;
  /** `allow`: the entries are who may. `deny`: the entries are who may not, and `none` refuses nobody. */
  readonly role?: 'allow' | 'deny';
}

export interface ListKind<S extends ListState = ListState> extends Kind<List<S>>, ListParameters<S> {
  readonly role: 'allow' | 'deny';
  readonly maxEntries: number;
  readonly maxNoteLength: number;
  /** What an entry looks like, for the page's placeholder. */
  readonly example: string;
}

/** What the kinds of list differ in. */
export interface EntryGrammar {
  readonly name: string;
  readonly example: string;
  /** One entry to its canonical text. */
  readEntry(text: string): string | EntryRefusal;
  /** A question put to many entries: does the list, by its entries alone, hold everything that this canonical entry holds? */
  holds(list: List): (value: string) => boolean;
}

const PRINTED_ENTRIES = 5;

export function listKind<S extends ListState>(grammar: EntryGrammar, parameters: ListParameters<S>): ListKind<S> {
  const { states, anyMeans = 'Anyone', onlyMeans, noneMeans = 'No one', role = 'allow' } = parameters;
  const offers = (state: ListState): state is S => (states as readonly ListState[]).includes(state);
  // What this kind itself has read is canonical and frozen: reading it again would only cost time (100,000 entries).
  const canonical = new WeakSet<object>();

  function parse(input: unknown, label: string, path: string): Parsed<List<S>> {
    if (!isRecord(input)) return { ok: false, faults: [fault(path, 'list.shape', label, 'be an object with a state and entries', shown(input))] };
    if (canonical.has(input)) return parsed(input as unknown as List<S>);
    const faults: Fault[] = [];
    for (const field of Object.keys(input)) {
      if (field !== 'state' && field !== 'entries') faults.push(fault(path, 'list.unknown_field', label, 'have the fields state and entries only', shown(field)));
    }
    const state = Object.hasOwn(input, 'state') ? input['state'] : undefined;
    if (typeof state !== 'string' || !offers(state as ListState)) {
      faults.push(fault(`${path}/state`, 'list.state', label, `have one of the states ${states.join(', ')}`, shown(state)));
    }
    const entries = readEntries(Object.hasOwn(input, 'entries') ? input['entries'] : [], grammar.readEntry, label, path, faults);
    if (state === 'only' && entries.length === 0 && faults.length === 0) {
      faults.push(fault(`${path}/entries`, 'list.empty', label, role === 'allow' ? 'have at least one entry while only these are allowed' : 'have at least one entry while these are refused', 'an empty list'));
    }
    if (faults.length > 0) return { ok: false, faults };
    return parsed(list(state as S, entries));
  }

  function list(state: S, entries: readonly ListEntry[]): List<S> {
    const value = Object.freeze({ state, entries: Object.freeze(entries) });
    canonical.add(value);
    return value;
  }

  function print({ state, entries }: List<S>): string {
    const kept = entries.length === 0 ? '' : ` (${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} kept)`;
    if (state === 'any') return `${anyMeans}${kept}`;
    if (state === 'none') return `${noneMeans}${kept}`;
    const named = entries.slice(0, PRINTED_ENTRIES).map((entry) => entry.value).join(', ');
    const more = entries.length - PRINTED_ENTRIES;
    return `${onlyMeans}: ${named}${more > 0 ? ` and ${more} more` : ''}`;
  }

  /** Does everything that the entries of `inner` hold lie in `outer` too? */
  const entriesWithin = (inner: List<S>, outer: List<S>): boolean => {
    const held = grammar.holds(outer);
    return inner.entries.every((entry) => held(entry.value));
  };

  function compare(a: List<S>, b: List<S>): Comparison {
    if (a.state === 'only' && b.state === 'only') {
      const [inner, outer] = role === 'allow' ? [a, b] : [b, a];
      return comparison(entriesWithin(inner, outer), entriesWithin(outer, inner));
    }
    if (a.state === b.state) return 'equal';
    return rank(a.state) < rank(b.state) ? 'tighter' : 'looser';
  }

  /** States from tight to loose. A deny list without entries refuses nobody, so there `none` is the loosest. */
  const rank = (state: ListState): number => (role === 'allow' ? ['none', 'only', 'any'] : ['any', 'only', 'none']).indexOf(state);

  function tighter(a: List<S>, b: List<S>): List<S> {
    if (a.state !== 'only' || b.state !== 'only') return rank(a.state) <= rank(b.state) ? a : b;
    const both = role === 'allow' ? [...a.entries.filter(heldBy(b)), ...b.entries.filter(heldBy(a))] : [...a.entries, ...b.entries];
    const entries = withoutDuplicates(both);
    if (entries.length > 0) return list('only' as S, entries);
    // Nothing in common: `none` where the kind has it, else a list that holds no one.
    return list((offers('none') ? 'none' : 'only') as S, []);
  }

  const heldBy = (other: List<S>): ((entry: ListEntry) => boolean) => {
    const held = grammar.holds(other);
    return (entry) => held(entry.value);
  };

  return Object.freeze({
    name: grammar.name,
    example: grammar.example,
    ...parameters,
    states: Object.freeze([...states]),
    role,
    maxEntries: MAX_ENTRIES,
    maxNoteLength: MAX_NOTE,
    parse,
    print,
    compare,
    tighter,
    jsonSchema: () => listSchema(states),
  });
}

function listSchema(states: readonly ListState[]): JsonSchema {
  const note = { type: 'string', maxLength: MAX_NOTE };
  const entry = { type: 'object', properties: { value: { type: 'string' }, note }, required: ['value'], additionalProperties: false };
  const entries = {
    anyOf: [{ type: 'array', maxItems: MAX_ENTRIES, items: { anyOf: [{ type: 'string' }, entry] } }, { type: 'string' }],
  };
  return { type: 'object', properties: { state: { enum: [...states] }, entries }, required: ['state'], additionalProperties: false };
}
