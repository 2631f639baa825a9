// The engine-neutral form of a whole store, line by line, for backup and restore. Every line is plain JSON.
import type { Row, Value } from '#store/engine.ts';
import { StoreFault } from '#store/faults.ts';
import { SCHEMA } from '#store/migrations/all.ts';
import { brandTables, type Column, SCOPE_COLUMN, scopedTables, systemTables } from '#store/tables.ts';

/** The first line. */
export interface DumpHead {
  readonly portcullis: 'dump';
  readonly schema: number;
}

/** Bytes stand as base64. */
export interface DumpRow {
  readonly table: string;
  readonly row: Readonly<Record<string, string | number | null>>;
}

/** The last line: a dump without it was cut off. */
export interface DumpEnd {
  readonly end: true;
  readonly rows: number;
}

export type DumpLine = DumpHead | DumpRow | DumpEnd;

export interface DumpTable {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, column: Column<unknown>])[];
}

function dumpTable([name, columns]: [string, Readonly<Record<string, Column<unknown>>>]): DumpTable {
  const scope: [string, Column<unknown>][] = scopedTables.has(name) ? [[SCOPE_COLUMN, { type: 'text', nullable: false }]] : [];
  return { name, columns: [...scope, ...Object.entries(columns)] };
}

const { brands, ...others } = systemTables;

/** All tables; a table stands after those it refers to. */
export const dumpTables: readonly DumpTable[] = Object.entries({ brands, ...brandTables, ...others }).map(dumpTable);

const byName = new Map(dumpTables.map((table) => [table.name, table]));

/** `select` of a whole table, every column. */
export function selectOf(table: DumpTable): string {
  return `select ${table.columns.map(([name]) => `"${name}"`).join(', ')} from "${table.name}"`;
}

export function headLine(): DumpHead {
  return { portcullis: 'dump', schema: SCHEMA };
}

export function rowLine(table: DumpTable, row: Row): DumpRow {
  const plain: Record<string, string | number | null> = {};
  for (const [name] of table.columns) {
    const value = row[name] ?? null;
    plain[name] = value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  }
  return { table: table.name, row: plain };
}

function invalid(why: string): never {
  throw new StoreFault('store.dump_invalid', `The backup cannot be restored: ${why}. Nothing was changed; use another backup.`);
}

function valueOf(value: unknown, column: Column<unknown>, where: string): Value {
  if (value === null && column.nullable) return null;
  if (column.type === 'int' && Number.isSafeInteger(value)) return value as number;
  if (column.type === 'text' && typeof value === 'string') return value;
  if (column.type === 'bytes' && typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) return new Uint8Array(Buffer.from(value, 'base64'));
  return invalid(`${where} does not hold ${column.type === 'int' ? 'a whole number' : column.type}`);
}

function valuesOf(line: DumpRow, at: number): { table: DumpTable; values: Value[] } {
  const table = byName.get(line.table) ?? invalid(`line ${at} names the table ${JSON.stringify(line.table)}, which is not known`);
  if (typeof line.row !== 'object' || line.row === null) invalid(`line ${at} has no row`);
  const names = Object.keys(line.row);
  if (names.length !== table.columns.length) invalid(`line ${at} has other columns than ${table.name}`);
  return { table, values: table.columns.map(([name, column]) => valueOf(line.row[name], column, `${table.name}.${name} in line ${at}`)) };
}

/** The rows of a dump in order, checked. Throws `store.dump_invalid` at the first line that is wrong, or when the end is missing. */
export async function* rowsOf(lines: AsyncIterable<DumpLine> | Iterable<DumpLine>): AsyncGenerator<{ table: DumpTable; values: Value[] }, void, void> {
  let at = 0;
  let rows = 0;
  let ended = false;
  for await (const line of lines) {
    at += 1;
    if (typeof line !== 'object' || line === null) invalid(`line ${at} is not a record`);
    if (ended) invalid(`something stands after its end, in line ${at}`);
    if (at === 1) {
      if (!('portcullis' in line) || line.portcullis !== 'dump') invalid('its first line does not say that it is one');
      if (line.schema !== SCHEMA) invalid(`it was written by a version of the program with schema ${String(line.schema)}, and this one has ${SCHEMA}: restore with that version, then upgrade`);
    } else if ('end' in line) {
      if (line.rows !== rows) invalid(`it should hold ${String(line.rows)} rows and holds ${rows}`);
      ended = true;
    } else if ('table' in line) {
      yield valuesOf(line, at);
      rows += 1;
    } else invalid(`line ${at} is not a row`);
  }
  if (!ended) invalid('its end is missing');
}
