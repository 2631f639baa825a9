// Connections to the database file, with the settings that make a commit durable.
import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { StoreFault } from '#store/faults.ts';
import { faultOf } from '#store/sqlite/faults.ts';

/** How long a connection waits for another one's lock, ms. Writers wait in their own thread. */
const WAIT_MS = 10_000;
const MOST_STATEMENTS = 500;
/** Bytes of the file that readers see through a mapping; it takes address space, and memory only as the system has some to spare. */
const MAPPED = 1_073_741_824;
const MAGIC = 'SQLite format 3\0';

/** Opens the file for writing. FULL: the log is flushed at every commit (measured: NORMAL loses acknowledged commits at a power cut). */
export function openForWriting(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { timeout: WAIT_MS, enableForeignKeyConstraints: true });
    // 8 MB: a large batch fits in memory; spilling half of it early costs a third more.
    // What is deleted is overwritten with zeros: a removed message must not stay in free pages (docs/privacy.md; no cost was measured).
    db.exec('pragma synchronous = full; pragma trusted_schema = off; pragma cache_size = -8000; pragma secure_delete = on');
    return db;
  } catch (error) {
    throw faultOf(error, file);
  }
}

export function openForReading(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { timeout: WAIT_MS, readOnly: true });
    // 32 MB at most, taken as it is used: pages of a large inbox stay at hand. What is beyond is read where the system keeps it, without a call and a copy a page.
    db.exec(`pragma query_only = on; pragma trusted_schema = off; pragma cache_size = -32000; pragma mmap_size = ${MAPPED}`);
    return db;
  } catch (error) {
    throw faultOf(error, file);
  }
}

// Not `recursive`: Node tries for ever where a folder is missing and cannot be made, as in /proc.
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Makes the folder (0700) and the file (0600) where they are missing, and refuses a file that is something else, untouched. */
export function prepareFile(file: string): void {
  try {
    makeFolder(dirname(file));
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    const start = Buffer.alloc(16);
    const handle = openSync(file, 'r+');
    const read = readSync(handle, start, 0, 16, 0);
    closeSync(handle);
    if (read > 0 && start.toString('latin1', 0, read) !== MAGIC) throw new StoreFault('store.unusable', `The file ${file} is not a Portcullis database: choose another data folder, or restore a backup.`);
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StoreFault('store.unusable', `The data folder ${dirname(file)} cannot be used (${why}): let the user that runs Portcullis read and write it, or choose another with DATA_DIR.`, error);
  }
}

/** The value of a pragma that is a number. */
export function pragma(db: DatabaseSync, name: string): number {
  return Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0] as number;
}

/** Prepared statements of a connection, the last few hundred kept. */
export function statementsOf(db: DatabaseSync): (sql: string) => StatementSync {
  const kept = new Map<string, StatementSync>();
  return (sql) => {
    const present = kept.get(sql);
    if (present !== undefined) return present;
    const statement = db.prepare(sql);
    if (kept.size >= MOST_STATEMENTS) kept.delete(kept.keys().next().value as string);
    kept.set(sql, statement);
    return statement;
  };
}

/** Rows of a query as plain records. Node's own have no prototype and would be copied: arrays that are put together here cost half (measured). */
export function readingOf(db: DatabaseSync): (sql: string, parameters: readonly unknown[]) => Record<string, SQLOutputValue>[] {
  const prepared = statementsOf(db);
  const columns = new WeakMap<StatementSync, readonly string[]>();

  function namesOf(statement: StatementSync): readonly string[] {
    const names = statement.columns().map(({ name }) => name);
    statement.setReturnArrays(true);
    columns.set(statement, names);
    return names;
  }

  return (sql, parameters) => {
    const statement = prepared(sql);
    let names = columns.get(statement) ?? namesOf(statement);
    const found = statement.all(...(parameters as SQLInputValue[])) as unknown as SQLOutputValue[][];
    // The table has another shape now: SQLite has prepared it anew.
    if (found[0] !== undefined && found[0].length !== names.length) names = namesOf(statement);
    return found.map((cells) => {
      const row: Record<string, SQLOutputValue> = {};
      for (let at = 0; at < names.length; at += 1) row[names[at] as string] = cells[at] as SQLOutputValue;
      return row;
    });
  };
}
