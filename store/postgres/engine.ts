// The PostgreSQL engine: reads through a pool, writes through one connection in batches, bumps told by NOTIFY.
import { randomBytes } from 'node:crypto';
import { PostgresAdapter, PostgresQueryCompiler } from 'kysely';
import pg from 'pg';
import type { Engine, Row } from '#store/engine.ts';
import { chainEnds } from '#store/integrity.ts';
import { configOf, namesOf, placeOf } from '#store/postgres/connection.ts';
import { dump, load } from '#store/postgres/dump.ts';
import { faultOf } from '#store/postgres/faults.ts';
import { openListener } from '#store/postgres/listener.ts';
import { migrate } from '#store/postgres/migrate.ts';
import { openWriter } from '#store/postgres/writer.ts';
import { StoreFault } from '#store/faults.ts';
import { search } from '#store/postgres/search.ts';
import type { HeadVersions, Scope } from '#store/store.ts';

const CHANNEL = 'portcullis';
const WHISPERS = 'portcullis_whispers';
const READERS = 8;

/** Connects, making or migrating the tables first. */
export async function openPostgres(url: string): Promise<Engine> {
  const place = placeOf(url);
  await migrate(url);
  const sign = randomBytes(9).toString('base64url');
  const listeners: ((scope: Scope) => void)[] = [];
  const writer = await openWriter(url, CHANNEL, sign);
  const whispers: ((text: string) => void)[] = [];
  const listener = await openListener(url, sign, {
    [CHANNEL]: (scope) => {
      for (const tell of listeners) tell(scope);
    },
    [WHISPERS]: (text) => {
      for (const tell of whispers) tell(text);
    },
  });
  const pool = new pg.Pool({ ...configOf(url), max: READERS, idleTimeoutMillis: 30_000, allowExitOnIdle: true });
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const nameOf = namesOf();

  async function rows(text: string, values: readonly unknown[]): Promise<Row[]> {
    if (pool.ended || pool.ending) throw new StoreFault('store.closed', 'The store is closed.');
    const name = nameOf(text);
    try {
      return (await pool.query<Row>({ text, values: values as unknown[], ...(name === undefined ? {} : { name }) })).rows;
    } catch (error) {
      throw faultOf(error, place);
    }
  }

  return {
    name: 'postgres',
    dialect: { createAdapter: () => new PostgresAdapter(), createQueryCompiler: () => new PostgresQueryCompiler() },
    read: rows,
    // Nothing tells a client of all that others commit before they are answered: asked anew each time.
    readOften: rows,
    run: (unit) => writer.run(unit),
    async versions(scopes) {
      const found = await rows(`select h.scope, h.policy_version, h.people_version, coalesce(c.value, 0) as feed from brand_heads h
        left join counters c on c.brand_id = h.scope and c.name = 'feed' where h.scope = any($1)`, [scopes]);
      return new Map(found.map((row): [Scope, HeadVersions] => [row['scope'] as Scope, { policy: row['policy_version'] as number, people: row['people_version'] as number, feed: row['feed'] as number }]));
    },
    onForeignBump: (tell) => void listeners.push(tell),
    search: (brand, asked) => search(rows, brand, asked),
    whisper: (text) => void pool.query('select pg_notify($1, $2)', [WHISPERS, `${sign} ${text}`]).catch(() => {}),
    onWhisper: (tell) => void whispers.push(tell),
    async integrity() {
      // Its files PostgreSQL checks itself (data checksums, pg_amcheck).
      const problems = await chainEnds((sql) => rows(sql, []));
      return { sound: problems.length === 0, problems };
    },
    dump: () => dump(url),
    load: (lines) => load(url, lines),
    async close() {
      await writer.close();
      await listener.close();
      if (!pool.ending) await pool.end();
    },
  };
}
