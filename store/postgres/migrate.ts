// Brings the database to this program's schema, or refuses it untouched. Two nodes that start at once take turns.
import type pg from 'pg';
import { StoreFault } from '#store/faults.ts';
import { migrations, SCHEMA } from '#store/migrations/all.ts';
import { statementsFor } from '#store/migrations/migration.ts';
import { connect, placeOf, rowsOf } from '#store/postgres/connection.ts';
import { faultOf } from '#store/postgres/faults.ts';

/** "Portcull" in ASCII: the number of the lock that nodes take turns on. */
const LOCK = '5793437476397542508';
/** A first node may take long over a migration; the others wait for it. */
const WAIT = { statement_timeout: 600_000, lock_timeout: 600_000, idle_in_transaction_session_timeout: 600_000 };

async function forward(client: pg.Client, place: string): Promise<void> {
  const [server] = await rowsOf(client, 'show server_encoding');
  if (server?.['server_encoding'] !== 'UTF8') throw new StoreFault('store.unusable', `The database at ${place} is not in UTF8: create one with "encoding 'UTF8'" and name it in DATABASE_URL.`);
  await client.query(`select pg_advisory_xact_lock(${LOCK})`);
  const [present] = await rowsOf(client, `select to_regclass('portcullis_migrations')::text as name`);
  if (present?.['name'] === null) await client.query('create table portcullis_migrations (number bigint primary key, name text not null, at timestamptz not null default now())');
  const [done] = await rowsOf(client, 'select coalesce(max(number), 0) as schema from portcullis_migrations');
  const schema = done?.['schema'] as number;
  if (schema > SCHEMA) throw new StoreFault('store.newer', `The database at ${place} was written by a later version of Portcullis (schema ${schema}, this program knows ${SCHEMA}): start that version, or restore an older backup.`);
  for (const migration of migrations) {
    if (migration.number <= schema) continue;
    for (const statement of statementsFor('postgres', migration)) await client.query(statement);
    await client.query('insert into portcullis_migrations (number, name) values ($1, $2)', [migration.number, migration.name]);
  }
}

/** Makes the database ready for use. Throws a StoreFault with one sentence; the database is then as it was. */
export async function migrate(url: string): Promise<void> {
  const place = placeOf(url);
  const client = await connect(url, WAIT);
  try {
    await client.query('begin');
    await forward(client, place);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw faultOf(error, place);
  } finally {
    await client.end().catch(() => {});
  }
}
