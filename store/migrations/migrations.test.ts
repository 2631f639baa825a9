// Opening: makes or upgrades the tables once, whoever comes first; refuses in one sentence what it cannot use, and leaves it as it was.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { dumpTables } from '#store/dump.ts';
import { openStore, type Where } from '#store/open.ts';
import * as salts from '#store/salts.ts';
import { StoreFault, type StoreFault as Fault } from '#store/store.ts';
import { behindTheStore, eachStore, ENGINES, freshPlace, newBrand } from '#test/stores.ts';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url);
const OPEN = `
  const { openStore } = await import('#store/open.ts');
  const store = await openStore(JSON.parse(process.argv[1]));
  await store.close();
`;

async function refused(where: Where, code: Fault['code'], words: RegExp): Promise<void> {
  await assert.rejects(openStore(where), (error: unknown) => {
    assert.ok(error instanceof StoreFault, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    assert.equal(error.message.includes('\n'), false);
    return true;
  });
}

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

async function file(context: Parameters<typeof freshPlace>[1]): Promise<string> {
  const place = await freshPlace('sqlite', context);
  assert.ok('file' in place);
  return place.file;
}

for (const engine of ENGINES) {
  test(`four processes that start at once on an empty place all come up (${engine})`, async (context) => {
    const where = await freshPlace(engine, context);
    await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', OPEN, JSON.stringify(where)], { cwd: ROOT })));
    const store = await openStore(where);
    await newBrand(store);
    await store.close();
  });
}

for (const engine of ENGINES) {
  test(`a place that is opened six times at once is made once (${engine})`, async (context) => {
    const where = await freshPlace(engine, context);
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(where)));
    await Promise.all(stores.map((store) => newBrand(store)));
    await Promise.all(stores.map((store) => store.close()));
  });
}

eachStore('the tables are as the code declares them', async (store, { where, engine }) => {
  await newBrand(store);
  const found = new Map<string, Set<string>>();
  const note = (table: string, column: string): void => void (found.get(table) ?? found.set(table, new Set()).get(table))?.add(column);
  if ('file' in where) {
    const db = new DatabaseSync(where.file);
    for (const row of db.prepare('select m.name as t, c.name as c, c.type as k, c."notnull" as n from sqlite_schema m, pragma_table_info(m.name) c where m.type = \'table\'').all()) note(String(row['t']), `${String(row['c'])} ${String(row['k']).toLowerCase()} ${row['n'] === 1 ? 'not null' : ''}`);
    db.close();
  } else {
    const client = new pg.Client({ connectionString: where.url });
    await client.connect();
    const { rows } = await client.query<{ t: string; c: string; k: string; n: string; o: string | null }>(`select table_name as t, column_name as c, data_type as k, is_nullable as n, collation_name as o from information_schema.columns where table_schema = 'public' and table_name <> 'portcullis_migrations'`);
    for (const row of rows) {
      assert.ok(row.k !== 'text' || row.o === 'C', `${row.t}.${row.c} does not sort by bytes`);
      note(row.t, `${row.c} ${row.k} ${row.n === 'NO' ? 'not null' : ''}`);
    }
    await client.end();
  }
  // What an engine's own search needs beside the table it reads.
  for (const name of found.keys()) if (name.startsWith('search_index')) found.delete(name);
  found.get('search_texts')?.delete(engine === 'sqlite' ? 'n integer ' : 'vector tsvector ');
  const types = engine === 'sqlite' ? { text: 'text', int: 'integer', bytes: 'blob' } : { text: 'text', int: 'bigint', bytes: 'bytea' };
  const declared = dumpTables.map(({ name, columns }) => [name, columns.map(([column, { type, nullable }]) => `${column} ${types[type]} ${nullable ? '' : 'not null'}`).sort()]);
  const there = [...found].map(([name, columns]) => [name, [...columns].sort()]);
  assert.deepEqual(Object.fromEntries(there), Object.fromEntries(declared));
});

eachStore('a database that a later version wrote is refused, untouched', async (store, { where }) => {
  await newBrand(store);
  await store.close();
  await behindTheStore(where, (engine) => (engine === 'sqlite' ? ['pragma user_version = 999'] : [`insert into portcullis_migrations (number, name) values (999, 'later')`]));
  const before = 'file' in where ? digest(where.file) : '';
  await refused(where, 'store.newer', /later version of Portcullis.*start that version/);
  if ('file' in where) assert.equal(digest(where.file), before);
});

test('a file that is no database is refused, untouched', async (context) => {
  const path = await file(context);
  writeFileSync(path, 'Dear diary, '.repeat(1_000));
  const before = digest(path);
  await refused({ file: path }, 'store.unusable', /not a Portcullis database/);
  assert.equal(digest(path), before);
  assert.equal(existsSync(`${path}-wal`), false);
});

test('a database of another program is refused, untouched', async (context) => {
  const path = await file(context);
  const db = new DatabaseSync(path);
  db.exec('create table agents (id text)');
  db.close();
  const before = digest(path);
  await refused({ file: path }, 'store.unusable', /belongs to another program/);
  assert.equal(digest(path), before);
});

test('a damaged database is refused, untouched: overwritten in the middle, or cut off', async (context) => {
  for (const harm of ['overwritten', 'cut off']) {
    const path = await file(context);
    const store = await openStore({ file: path });
    for (let at = 0; at < 20; at += 1) await newBrand(store);
    await store.close();
    const bytes = readFileSync(path);
    if (harm === 'cut off') truncateSync(path, bytes.length - 8_192);
    else writeFileSync(path, Buffer.concat([bytes.subarray(0, 8_192), Buffer.alloc(bytes.length - 8_192, 0x5a)]));
    const before = digest(path);
    await refused({ file: path }, 'store.unusable', /damaged/);
    assert.equal(digest(path), before, harm);
  }
});

test('a large database that was cut off is refused without reading all of it', async (context) => {
  const path = await file(context);
  const store = await openStore({ file: path });
  for (let at = 0; at < 33; at += 1) await store.system.note([salts.keep(store.system, `s${at}`, new Uint8Array(1_048_576))]);
  await store.close();
  truncateSync(path, readFileSync(path).length - 8_192);
  await refused({ file: path }, 'store.unusable', /damaged: restore a backup/);
});

test('a folder that cannot be written is refused', async (context) => {
  const path = await file(context);
  writeFileSync(path, '');
  await refused({ file: join(path, 'data', 'portcullis.db') }, 'store.unusable', /data folder .* cannot be used \(ENOTDIR\).*DATA_DIR/);
  const folder = join(dirname(path), 'locked');
  mkdirSync(folder, { mode: 0o555 });
  // The super-user may write in any folder but in the kernel's own.
  const locked = process.getuid?.() === 0 ? '/proc/portcullis' : join(folder, 'data');
  await refused({ file: join(locked, 'portcullis.db') }, 'store.unusable', /data folder .* cannot be used \(E[A-Z]+\): let the user/);
});

test('what is wrong with PostgreSQL is said in one sentence, without the password', async (context) => {
  const place = await freshPlace('postgres', context);
  assert.ok('url' in place);
  const url = new URL(place.url);
  url.password = 'hunter2';
  const secretless = (where: Where, code: Fault['code'], words: RegExp) => assert.rejects(openStore(where), (error: Fault) => error.code === code && words.test(error.message) && !error.message.includes('hunter2'));
  await secretless({ url: Object.assign(new URL(url), { pathname: '/nowhere' }).href }, 'store.unusable', /no such database/);
  await secretless({ url: Object.assign(new URL(url), { port: '1' }).href }, 'store.unreachable', /does not answer \(ECONNREFUSED\).*DATABASE_URL/);
  await secretless({ url: 'not an address' }, 'store.unusable', /DATABASE_URL is not an address/);
  await behindTheStore(place, () => ['create table agents (id text)']);
  await secretless({ url: url.href }, 'store.unusable', /tables of another program/);
  await behindTheStore(place, () => ['drop table agents']);
  const store = await openStore({ url: url.href });
  await store.close();
});
