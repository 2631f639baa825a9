// What was just read, for as long as nothing was committed: SQLite tells every connection of the commits of all others, in this process and in any (`data_version`), so that what is remembered is never old.
import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '#store/engine.ts';

export type Reading = (sql: string, parameters: readonly unknown[]) => Row[];

/** Answers at once; beyond it all are forgotten. */
const MOST = 1_000;

/** `db` never writes: its own commits it would not be told. What comes from it is everybody's, and changed by nobody. */
export function openRemembering(db: DatabaseSync, read: Reading): Reading {
  const version = db.prepare('pragma data_version');
  version.setReturnArrays(true);
  const known = new Map<string, Map<string, Row[]>>();
  let size = 0;
  let seen: unknown;
  return (sql, parameters) => {
    // Asked before anything is read: what is committed in between is read now, and forgotten the next time.
    const [now] = version.get() as unknown as unknown[];
    if (now !== seen || size >= MOST) {
      known.clear();
      size = 0;
      seen = now;
    }
    const key = JSON.stringify(parameters);
    const present = known.get(sql)?.get(key);
    if (present !== undefined) return present;
    const rows = read(sql, parameters);
    for (const row of rows) Object.freeze(row);
    known.set(sql, (known.get(sql) ?? new Map<string, Row[]>()).set(key, Object.freeze(rows) as Row[]));
    size += 1;
    return rows;
  };
}
