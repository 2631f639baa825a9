// Dump and load of the database file: one read transaction while the server writes, one write transaction into an empty store.
import { setImmediate } from 'node:timers/promises';
import { type DumpLine, dumpTables, headLine, rowLine, rowsOf, selectOf } from '#store/dump.ts';
import type { Row } from '#store/engine.ts';
import { StoreFault } from '#store/faults.ts';
import { openForReading, openForWriting, statementsOf } from '#store/sqlite/connection.ts';
import { faultOf } from '#store/sqlite/faults.ts';

/** Rows between two breaths of the event loop. */
const BREATH = 500;

export async function* dump(file: string): AsyncGenerator<DumpLine, void, void> {
  const db = openForReading(file);
  let rows = 0;
  try {
    db.exec('begin');
    yield headLine();
    for (const table of dumpTables) {
      for (const row of db.prepare(selectOf(table)).iterate()) {
        yield rowLine(table, row as Row);
        rows += 1;
        if (rows % BREATH === 0) await setImmediate();
      }
    }
    yield { end: true, rows };
  } catch (error) {
    throw faultOf(error, file);
  } finally {
    db.close();
  }
}

export async function load(file: string, lines: AsyncIterable<DumpLine> | Iterable<DumpLine>): Promise<number> {
  const db = openForWriting(file);
  const prepared = statementsOf(db);
  let rows = 0;
  try {
    db.exec('begin immediate');
    for (const { name } of dumpTables) {
      if (prepared(`select 1 from "${name}" limit 1`).get() !== undefined) throw new StoreFault('store.not_empty', `The database ${file} is not empty: restore into a new data folder.`);
    }
    for await (const { table, values } of rowsOf(lines)) {
      const names = table.columns.map(([name]) => `"${name}"`).join(', ');
      prepared(`insert into "${table.name}" (${names}) values (${values.map(() => '?').join(', ')})`).run(...values);
      rows += 1;
    }
    db.exec('commit');
    return rows;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw faultOf(error, file);
  } finally {
    db.close();
  }
}
