// The SQLite engine: reads on this thread from a snapshot, writes through the writer's thread.
import { SqliteAdapter } from 'kysely';
import type { Engine } from '#store/engine.ts';
import { StoreFault } from '#store/faults.ts';
import { chainEnds } from '#store/integrity.ts';
import { SqliteCompiler } from '#store/sqlite/compiler.ts';
import { openForReading, readingOf } from '#store/sqlite/connection.ts';
import { dump, load } from '#store/sqlite/dump.ts';
import { faultOf } from '#store/sqlite/faults.ts';
import { openRemembering, type Reading } from '#store/sqlite/remembering.ts';
import { migrate } from '#store/sqlite/migrate.ts';
import { openWriter } from '#store/sqlite/writer.ts';
import { search } from '#store/sqlite/search.ts';
import type { HeadVersions, Scope } from '#store/store.ts';

interface VersionsRow {
  readonly scope: Scope;
  readonly policy_version: number;
  readonly people_version: number;
  readonly feed: number;
}

/** Opens the file, making or migrating it first. */
export async function openSqlite(file: string): Promise<Engine> {
  migrate(file);
  const writer = await openWriter(file);
  const db = openForReading(file);
  const guarded = (read: Reading): Reading => (sql, parameters) => {
    if (!db.isOpen) throw new StoreFault('store.closed', 'The store is closed.');
    try {
      return read(sql, parameters);
    } catch (error) {
      throw faultOf(error, file);
    }
  };
  const rows = guarded(readingOf(db) as Reading);
  const known = guarded(openRemembering(db, rows));

  return {
    name: 'sqlite',
    dialect: { createAdapter: () => new SqliteAdapter(), createQueryCompiler: () => new SqliteCompiler() },
    read: async (sql, parameters) => rows(sql, parameters),
    readOften: async (sql, parameters) => known(sql, parameters),
    run: (unit) => writer.run(unit),
    async versions(scopes) {
      const found = rows(`select h.scope, h.policy_version, h.people_version, coalesce(c.value, 0) as feed from brand_heads h
        left join counters c on c.brand_id = h.scope and c.name = 'feed' where h.scope in (select value from json_each(?))`, [JSON.stringify(scopes)]) as unknown as VersionsRow[];
      return new Map(found.map((row): [Scope, HeadVersions] => [row.scope, { policy: row.policy_version, people: row.people_version, feed: row.feed }]));
    },
    search: async (brand, asked) => search(rows, brand, asked),
    // Another process can only be noticed by the poll, and is never whispered to.
    onForeignBump: () => {},
    whisper: () => {},
    onWhisper: () => {},
    async integrity() {
      const found = rows('pragma integrity_check(20)', []).map((row) => String(Object.values(row)[0])).filter((said) => said !== 'ok');
      const orphans = rows('pragma foreign_key_check', []).map((row) => `A row of ${String(row['table'])} refers to a row that does not exist.`);
      const ends = await chainEnds(async (sql) => rows(sql, []));
      const problems = [...found, ...orphans, ...ends];
      return { sound: problems.length === 0, problems };
    },
    dump: () => dump(file),
    load: (lines) => load(file, lines),
    async close() {
      await writer.close();
      if (db.isOpen) db.close();
    },
  };
}
