// Connections to PostgreSQL: how they are configured, and how values come back.
import pg from 'pg';
import type { Row } from '#store/engine.ts';
import { StoreFault } from '#store/faults.ts';
import { faultOf } from '#store/postgres/faults.ts';

const BYTEA = 17;
const INT8 = 20;
const NUMERIC = 1700;
const MOST_NAMES = 300;

/** Where a server is, for a sentence: never with the password. */
export function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host || 'the local socket'}${pathname}`;
  } catch {
    throw new StoreFault('store.unusable', 'DATABASE_URL is not an address such as postgres://user:password@host:5432/database: correct it.');
  }
}

// Whole numbers and bytes arrive as SQLite gives them.
function parserOf(type: number, format?: 'text' | 'binary'): (text: string) => unknown {
  const own = pg.types.getTypeParser(type, format as 'text') as (text: string) => unknown;
  if (type === INT8 || type === NUMERIC) return Number;
  if (type === BYTEA) return (text) => new Uint8Array(own(text) as Buffer);
  return own;
}

/** Limits in ms: a node that hangs must not hold the others' locks. */
export function configOf(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'portcullis',
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    // A commit answers once its log is on the disk, whatever the server's default.
    options: '-c synchronous_commit=on',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  };
}

/** Gives each text a name, so that the server plans it once; beyond the first few hundred texts none. */
export function namesOf(): (sql: string) => string | undefined {
  const names = new Map<string, string>();
  return (sql) => {
    const present = names.get(sql);
    if (present !== undefined || names.size >= MOST_NAMES) return present;
    names.set(sql, `s${names.size}`);
    return names.get(sql);
  };
}

/** A connection of its own. A loss of it is told to `onLost` once, and never thrown into the air. */
export async function connect(url: string, change: pg.ClientConfig = {}, onLost: () => void = () => {}): Promise<pg.Client> {
  const client = new pg.Client({ ...configOf(url), ...change });
  let lost = false;
  const tell = (): void => {
    if (lost) return;
    lost = true;
    onLost();
  };
  client.on('error', tell);
  client.on('end', tell);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw faultOf(error, placeOf(url));
  }
}

/** All rows of a text without parameters. */
export async function rowsOf(client: pg.Client, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  return (await client.query<Row>(sql, parameters as unknown[])).rows;
}
