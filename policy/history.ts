// The history of the stored settings: what a version changed, and how everything stood at a version, found by undoing what came after it.
import { isRecord } from './fault.ts';

/** A stored value as it stood, with who set it and when (ms). */
export interface Kept {
  readonly value: unknown;
  readonly locked: boolean;
  readonly setBy: string | null;
  readonly setAt: number;
}

/** What happened to one stored value; null: nothing is stored, so the default holds, or in a channel the module's value. */
export interface KeptChange {
  /** Null: the module's own. */
  readonly channel: string | null;
  readonly key: string;
  readonly before: Kept | null;
  readonly after: Kept | null;
}

/** Everything that is stored, by place. */
export type KeptState = ReadonlyMap<string, Kept>;

/** Where a value is stored; a channel's id holds no blank, nor does a key. */
export const placeOf = (channel: string | null, key: string): string => `${channel ?? ''} ${key}`;

export function readPlace(place: string): { readonly channel: string | null; readonly key: string } {
  const at = place.indexOf(' ');
  return { channel: at === 0 ? null : place.slice(0, at), key: place.slice(at + 1) };
}

const same = (a: Kept | null, b: Kept | null): boolean => a === b || (a !== null && b !== null && a.locked === b.locked && JSON.stringify(a.value) === JSON.stringify(b.value));

/** What makes `after` of `before`, by place. Who set a value and when is no difference. */
export function differences(before: KeptState, after: KeptState): KeptChange[] {
  const places = [...new Set([...before.keys(), ...after.keys()])].sort();
  return places.flatMap((place) => {
    const [was, is] = [before.get(place) ?? null, after.get(place) ?? null];
    return same(was, is) ? [] : [{ ...readPlace(place), before: was, after: is }];
  });
}

/** The state with these changes taken back. `changes` of one version stand in any order: none names a place twice. */
export function undone(state: KeptState, changes: readonly KeptChange[]): KeptState {
  const earlier = new Map(state);
  for (const { channel, key, before } of changes) {
    if (before === null) earlier.delete(placeOf(channel, key));
    else earlier.set(placeOf(channel, key), before);
  }
  return earlier;
}

const keptOf = (value: unknown): Kept | null => {
  if (!isRecord(value)) return null;
  const { locked, setBy, setAt } = value;
  return { value: value['value'], locked: locked === true, setBy: typeof setBy === 'string' ? setBy : null, setAt: typeof setAt === 'number' ? setAt : 0 };
};

/** Reads what a version's row says it changed; null for a row of before versions said it whole. */
export function readKeptChanges(text: string): readonly KeptChange[] | null {
  const read = JSON.parse(text) as unknown;
  if (!isRecord(read) || !Array.isArray(read['changes'])) return null;
  return (read['changes'] as unknown[]).filter(isRecord).map(({ channel, key, before, after }) => ({
    channel: typeof channel === 'string' ? channel : null, key: String(key), before: keptOf(before), after: keptOf(after),
  }));
}

/** What a version's row says. */
export const writeKeptChanges = (changes: readonly KeptChange[]): string => JSON.stringify({ changes });
