// Brings the database file to this program's schema, or refuses it untouched.
import type { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#store/faults.ts';
import { migrations, SCHEMA } from '#store/migrations/all.ts';
import { statementsFor } from '#store/migrations/migration.ts';
import { openForWriting, pragma, prepareFile } from '#store/sqlite/connection.ts';
import { faultOf } from '#store/sqlite/faults.ts';

/** "Port" in ASCII: says in the file's header whose it is. */
const APPLICATION = 0x506f7274;
/** Files up to this size are checked whole at each start (some tens of ms); larger ones by `integrity`. One that was cut off SQLite finds itself. */
const CHECKED_AT_START = 32 * 1024 * 1024;
const WAL_TRIES = 100;
const WAL_PAUSE_MS = 50;

function unusable(file: string, why: string): never {
  throw new StoreFault('store.unusable', `The database ${file} ${why}.`);
}

function judge(db: DatabaseSync, file: string): void {
  const application = pragma(db, 'application_id');
  const schema = pragma(db, 'user_version');
  const tables = pragma(db, 'schema_version');
  if (application !== APPLICATION && (application !== 0 || schema !== 0 || tables !== 0)) unusable(file, 'belongs to another program: choose another data folder');
  if (schema > SCHEMA) throw new StoreFault('store.newer', `The database ${file} was written by a later version of Portcullis (schema ${schema}, this program knows ${SCHEMA}): start that version, or restore an older backup.`);
  if (pragma(db, 'page_count') * pragma(db, 'page_size') > CHECKED_AT_START) return;
  const found = Object.values(db.prepare('pragma quick_check(1)').get() ?? {})[0];
  if (found !== 'ok') unusable(file, 'is damaged: restore a backup');
}

// While another process switches, SQLite answers "locked" at once instead of waiting.
function switchToWal(db: DatabaseSync, file: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; ; tries += 1) {
    try {
      const mode = Object.values(db.prepare('pragma journal_mode = wal').get() ?? {})[0];
      if (mode !== 'wal') unusable(file, 'cannot have a write-ahead log on this kind of disk: choose a local data folder');
      return;
    } catch (error) {
      const fault = faultOf(error, file);
      if (fault.code !== 'store.busy' || tries === WAL_TRIES) throw fault;
      Atomics.wait(pause, 0, 0, WAL_PAUSE_MS);
    }
  }
}

function forward(db: DatabaseSync, file: string): void {
  if (pragma(db, 'user_version') === SCHEMA) return;
  // A table that is built again is away for a moment: its foreign keys are off meanwhile (no pragma changes that within a transaction) and checked before the end.
  db.exec('pragma foreign_keys = off');
  // The lock makes a second process wait here; it then finds the work done.
  db.exec('begin immediate');
  try {
    judge(db, file);
    for (const migration of migrations) {
      if (migration.number <= pragma(db, 'user_version')) continue;
      for (const statement of statementsFor('sqlite', migration)) db.exec(statement);
      db.exec(`pragma user_version = ${migration.number}; pragma application_id = ${APPLICATION}`);
    }
    const loose = db.prepare('pragma foreign_key_check').get();
    if (loose !== undefined) unusable(file, `has rows in ${String(loose['table'])} that belong to nothing: restore a backup, or ask for help with this sentence`);
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  } finally {
    db.exec('pragma foreign_keys = on');
  }
}

/** Makes the file ready for use. Throws a StoreFault with one sentence; the file is then as it was. */
export function migrate(file: string): void {
  prepareFile(file);
  let db: DatabaseSync | undefined;
  try {
    db = openForWriting(file);
    judge(db, file);
    switchToWal(db, file);
    forward(db, file);
  } catch (error) {
    throw faultOf(error, file);
  } finally {
    db?.close();
  }
}
