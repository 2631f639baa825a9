// Puts PostgreSQL's errors into the store's words.
import { Conflict, StoreFault } from '#store/faults.ts';

/** SQLSTATE codes (postgresql.org/docs/current/errcodes-appendix.html). */
const UNIQUE = '23505';
const FOREIGN_KEY = '23503';
const BUSY = new Set(['40001', '40P01', '55P03', '57014', '25P03']);
const FULL = new Set(['53100', '53200']);

/** True when the connection itself is gone, not only the statement. */
export function isLost(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code ?? '');
  if (/^(?:08|57P0|E[A-Z]{3})/.test(code)) return true;
  return code === '' && /connection|terminated|timeout|not queryable/i.test((error as Error).message);
}

/** The fault for what `pg` threw; faults and conflicts pass through. `place` names the server without its password. */
export function faultOf(error: unknown, place: string): StoreFault | Conflict {
  if (error instanceof StoreFault || error instanceof Conflict) return error;
  const code = String((error as { code?: unknown }).code ?? '');
  const message = error instanceof Error ? error.message : String(error);
  if (code.startsWith('28')) return new StoreFault('store.unusable', `PostgreSQL at ${place} refused the user or password: check DATABASE_URL.`, error);
  if (code === '3D000') return new StoreFault('store.unusable', `PostgreSQL at ${place} has no such database: create it, or correct DATABASE_URL.`, error);
  if (code === '42501') return new StoreFault('store.unusable', `PostgreSQL at ${place} does not let this user make or change tables: give it the rights on its own database.`, error);
  if (code === '42P07') return new StoreFault('store.unusable', `The database at ${place} holds tables of another program: give Portcullis a database of its own in DATABASE_URL.`, error);
  if (FULL.has(code)) return new StoreFault('store.full', `PostgreSQL at ${place} has no room left: make room; nothing was saved.`, error);
  if (BUSY.has(code)) return new StoreFault('store.busy', `PostgreSQL at ${place} waited too long for a lock: try again.`, error);
  if (isLost(error)) return new StoreFault('store.unreachable', `PostgreSQL at ${place} does not answer (${code || message}): check that it runs, and DATABASE_URL.`, error);
  return new StoreFault('store.misuse', `The database refused a statement: ${message}.`, error);
}

/** A broken constraint as a conflict; undefined for anything else. `otherwise` is the statement's own code. */
export function conflictOf(error: unknown, otherwise: string | undefined): Conflict | undefined {
  const code = (error as { code?: unknown }).code;
  if (code === UNIQUE) return new Conflict(otherwise ?? 'row.exists');
  return code === FOREIGN_KEY ? new Conflict(otherwise ?? 'row.missing') : undefined;
}
