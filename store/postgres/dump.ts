// Dump and load of the database: one snapshot while the server writes, one transaction into an empty store.
import { type DumpLine, type DumpTable, dumpTables, headLine, rowLine, rowsOf as checkedRowsOf, selectOf } from '#store/dump.ts';
import type { Value } from '#store/engine.ts';
import { StoreFault } from '#store/faults.ts';
import { connect, placeOf, rowsOf } from '#store/postgres/connection.ts';
import { faultOf } from '#store/postgres/faults.ts';

/** Rows fetched, or inserted, at once. */
const AT_ONCE = 200;
/** Whoever reads the dump may be slow; ms. */
const PATIENT = { statement_timeout: 600_000, idle_in_transaction_session_timeout: 0 };

export async function* dump(url: string): AsyncGenerator<DumpLine, void, void> {
  const client = await connect(url, PATIENT);
  let count = 0;
  try {
    await client.query('begin isolation level repeatable read read only');
    yield headLine();
    for (const table of dumpTables) {
      await client.query(`declare dumped no scroll cursor for ${selectOf(table)}`);
      for (;;) {
        const rows = await rowsOf(client, `fetch ${AT_ONCE} from dumped`);
        for (const row of rows) yield rowLine(table, row);
        count += rows.length;
        if (rows.length < AT_ONCE) break;
      }
      await client.query('close dumped');
    }
    yield { end: true, rows: count };
  } catch (error) {
    throw faultOf(error, placeOf(url));
  } finally {
    await client.end().catch(() => {});
  }
}

function insertOf(table: DumpTable, rows: readonly (readonly Value[])[]): { text: string; values: Value[] } {
  const width = table.columns.length;
  const places = rows.map((_row, at) => `(${table.columns.map((_column, column) => `$${at * width + column + 1}`).join(', ')})`);
  return { text: `insert into "${table.name}" (${table.columns.map(([name]) => `"${name}"`).join(', ')}) values ${places.join(', ')}`, values: rows.flat() };
}

export async function load(url: string, lines: AsyncIterable<DumpLine> | Iterable<DumpLine>): Promise<number> {
  const client = await connect(url, PATIENT);
  const place = placeOf(url);
  let count = 0;
  let table: DumpTable | undefined;
  let rows: Value[][] = [];
  async function flush(): Promise<void> {
    if (table !== undefined && rows.length > 0) await client.query(insertOf(table, rows));
    rows = [];
  }
  try {
    await client.query('begin');
    await client.query(`lock table ${dumpTables.map(({ name }) => `"${name}"`).join(', ')} in exclusive mode`);
    for (const { name } of dumpTables) {
      if ((await rowsOf(client, `select 1 from "${name}" limit 1`)).length > 0) throw new StoreFault('store.not_empty', `The database at ${place} is not empty: restore into a new one.`);
    }
    for await (const row of checkedRowsOf(lines)) {
      if (row.table !== table || rows.length === AT_ONCE) await flush();
      table = row.table;
      rows.push(row.values);
      count += 1;
    }
    await flush();
    await client.query('commit');
    return count;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw faultOf(error, place);
  } finally {
    await client.end().catch(() => {});
  }
}
