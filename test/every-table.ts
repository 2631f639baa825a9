// Everything that a database holds, as text: for tests that look for what must be nowhere.
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { Where } from '#store/open.ts';

const shown = (value: unknown): string => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value ?? ''));

/** Every cell of every table, index tables of the engine included: `table.column: value`, one a line. */
export async function everyCell(where: Where): Promise<string[]> {
  if ('file' in where) {
    const db = new DatabaseSync(where.file, { readOnly: true });
    try {
      const tables = db.prepare("select name from sqlite_schema where type = 'table'").all().map((row) => String(row['name']));
      return tables.flatMap((table) => db.prepare(`select * from "${table}"`).all().flatMap((row) => Object.entries(row).map(([column, value]) => `${table}.${column}: ${shown(value)}`)));
    } finally {
      db.close();
    }
  }
  const client = new pg.Client({ connectionString: where.url });
  await client.connect();
  try {
    const tables = (await client.query("select tablename from pg_tables where schemaname = 'public'")).rows.map((row: { tablename: string }) => row.tablename);
    const cells: string[] = [];
    for (const table of tables) {
      for (const row of (await client.query(`select * from "${table}"`)).rows as Record<string, unknown>[]) cells.push(...Object.entries(row).map(([column, value]) => `${table}.${column}: ${shown(value)}`));
    }
    return cells;
  } finally {
    await client.end();
  }
}
