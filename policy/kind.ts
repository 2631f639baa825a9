// What a kind of value is: how it is read, said in words, compared and described; its parameters lie beside as plain data.
import type { Parsed } from './fault.ts';

/** How the first of two values stands to the second. `tighter`: it allows less. `different`: neither allows all of the other. */
export type Comparison = 'equal' | 'tighter' | 'looser' | 'different';

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Kind<V> {
  readonly name: string;
  /** Reads untrusted input into the canonical, frozen value. `label` begins each sentence, `path` each fault's path. */
  parse(input: unknown, label: string, path: string): Parsed<V>;
  /** The value in words, for a page or an audit row. */
  print(value: V): string;
  /** Is `a` tighter or looser than `b`? */
  compare(a: V, b: V): Comparison;
  /** A value that allows no more than either of the two. */
  tighter(a: V, b: V): V;
  jsonSchema(): JsonSchema;
}

/** Puts two one-sided questions together: does each allow nothing that the other refuses? */
export function comparison(aWithinB: boolean, bWithinA: boolean): Comparison {
  if (aWithinB) return bWithinA ? 'equal' : 'tighter';
  return bWithinA ? 'looser' : 'different';
}
