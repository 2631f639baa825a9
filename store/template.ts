// A query that is built once and filled with other values each time: building costs more than running, so what runs for every message is built before.
import type { Compilable, CompiledQuery } from 'kysely';
import type { Queries, Written } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

/** Stands in a query where a value will be. */
class Blank {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** The brand, wherever the scope puts it. */
export const BRAND = new Blank('');

export type Cell = string | number | null | Uint8Array;
export type Cells = Readonly<Record<string, Cell>>;

/** For each engine what its compiler made of it. */
const compiled = new WeakMap<object, WeakMap<object, Compiled>>();

interface Compiled {
  readonly sql: string;
  /** A name to fill in, or a value that is always the same. */
  readonly parameters: readonly unknown[];
}

/** `build` gets a blank for each name it asks for. It runs once an engine: what it builds may not depend on anything else. */
export interface Template<Values extends Cells, Built extends Compilable<unknown>> {
  /** Asked again and again for the same: its rows may be shared by all who ask, and are changed by nobody. */
  readonly often?: true;
  readonly build: (q: Queries<BrandTables>, blank: Values) => Built;
}

export function writing<Values extends Cells>(build: (q: Queries<BrandTables>, blank: Values) => Compilable<Written>): Template<Values, Compilable<Written>> {
  return Object.freeze({ build });
}

export function reading<Values extends Cells, Row>(build: (q: Queries<BrandTables>, blank: Values) => Compilable<Row>): Template<Values, Compilable<Row>> {
  return Object.freeze({ build });
}

export function readingOften<Values extends Cells, Row>(build: (q: Queries<BrandTables>, blank: Values) => Compilable<Row>): Template<Values, Compilable<Row>> {
  return Object.freeze({ build, often: true });
}

const blanks = new Proxy({}, { get: (_none, name) => new Blank(String(name)) });

/** The text for `engine`, and its parameters for this brand and these values, in their places. */
export function filled<Values extends Cells>(template: Template<Values, Compilable<unknown>>, engine: object, q: () => Queries<BrandTables>, check: (query: CompiledQuery) => void, scope: string, values: Values): { readonly sql: string; readonly parameters: unknown[] } {
  let ofEngine = compiled.get(engine);
  if (ofEngine === undefined) compiled.set(engine, (ofEngine = new WeakMap()));
  let known = ofEngine.get(template);
  if (known === undefined) {
    const query = template.build(q(), blanks as Values).compile();
    check(query);
    known = { sql: query.sql, parameters: query.parameters };
    ofEngine.set(template, known);
  }
  return { sql: known.sql, parameters: known.parameters.map((value) => (value === BRAND ? scope : value instanceof Blank ? values[value.name] : value)) };
}
