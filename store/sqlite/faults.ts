// Puts SQLite's errors into the store's words.
import { Conflict, StoreFault } from '#store/faults.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const BUSY = new Set([5, 6]);
const FULL = 13;
const CONSTRAINT = 19;
/** Extended: unique, primary key, row id. */
const UNIQUE = new Set([2067, 1555, 2579]);
const FOREIGN_KEY = 787;
const UNUSABLE: Readonly<Record<number, string>> = {
  8: 'it cannot be written: let the user that runs Portcullis write to it and its folder',
  10: 'the disk gave an error: check the disk, then restore a backup if the file was damaged',
  11: 'it is damaged: restore a backup',
  14: 'it cannot be opened: let the user that runs Portcullis read and write its folder',
  23: 'access was refused: let the user that runs Portcullis read and write its folder',
  26: 'it is not a Portcullis database: choose another data folder, or restore a backup',
};

/** The fault for what SQLite threw; faults and conflicts pass through. */
export function faultOf(error: unknown, file: string): StoreFault | Conflict {
  if (error instanceof StoreFault || error instanceof Conflict) return error;
  const code = (error as { errcode?: unknown }).errcode;
  const message = error instanceof Error ? error.message : String(error);
  const primary = typeof code === 'number' ? code & 0xff : -1;
  if (BUSY.has(primary)) return new StoreFault('store.busy', `Another process holds the database ${file} for too long: try again, or end that process.`, error);
  if (primary === FULL) return new StoreFault('store.full', `There is no room left on the disk of ${file}: make room; nothing was saved.`, error);
  const unusable = UNUSABLE[primary];
  if (unusable !== undefined) return new StoreFault('store.unusable', `The database ${file} cannot be used, ${unusable}.`, error);
  return new StoreFault('store.misuse', `The database refused a statement: ${message}.`, error);
}

/** A broken constraint as a conflict; undefined for anything else. `otherwise` is the statement's own code. */
export function conflictOf(error: unknown, otherwise: string | undefined): Conflict | undefined {
  const code = (error as { errcode?: unknown }).errcode;
  if (typeof code !== 'number' || (code & 0xff) !== CONSTRAINT) return undefined;
  if (UNIQUE.has(code)) return new Conflict(otherwise ?? 'row.exists');
  return code === FOREIGN_KEY ? new Conflict(otherwise ?? 'row.missing') : undefined;
}
