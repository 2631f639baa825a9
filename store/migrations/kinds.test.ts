// A database that was filled before mail and API were kinds: nothing of it is lost, and what held before holds after.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '#store/open.ts';
import { migrations } from '#store/migrations/all.ts';
import { statementsFor } from '#store/migrations/migration.ts';
import type { Engine } from '#test/stores.ts';
import { behindTheStore, ENGINES, freshPlace } from '#test/stores.ts';

const BRAND = 'b000000000abc';
const EARLIER = migrations.filter(({ number }) => number < 6);

/** The schema as it was, as the migrator of that time left it. */
function earlierSchema(engine: Engine): string[] {
  const statements = EARLIER.flatMap((migration) => statementsFor(engine, migration));
  if (engine === 'sqlite') return [...statements, 'pragma user_version = 5; pragma application_id = 1349481076'];
  return ['create table portcullis_migrations (number bigint primary key, name text not null, at timestamptz not null default now())', ...statements,
    ...EARLIER.map(({ number, name }) => `insert into portcullis_migrations (number, name) values (${number}, '${name}')`)];
}

const conversation = (id: string, number: number, kind: string, status: string): string =>
  `insert into conversations values ('${BRAND}', '${id}', ${number}, 'chn_1', '${kind}', 'cus_1', '${status}', 10, 'agt_1', 'tea_1', 'Where is my tent?', 2, 12, 'agent', null, 9, 11, 'agt_1', 'A case', ${number})`;
const message = (id: string, of: string, seq: number): string =>
  `insert into messages (brand_id, id, conversation_id, seq, feed, kind, author_kind, author_id, client_id, text, verified, created_at, redacted_at, redacted_by) values ('${BRAND}', '${id}', '${of}', ${seq}, ${seq}, 'text', 'customer', 'cus_1', 'c-${id}', 'Where is my tent?', 0, 10, null, null)`;
const FILLED = [
  `insert into brands values ('${BRAND}', 'acme', 'Acme', 1)`,
  `insert into agents (brand_id, id, email, email_key, name, role, capabilities, created_at) values ('${BRAND}', 'agt_1', 'a@acme.example', 'a@acme.example', 'A', 'agent', '[]', 1)`,
  `insert into channels values ('${BRAND}', 'chn_1', 'chat', 'Shop', 'Acme', 'Hello', 'Away', '#204080', 2, 'agt_1', null)`,
  `insert into channel_keys values ('${BRAND}', 'key_1', 'chn_1', 'Site', 'EdDSA', '{}', 0, 3, null, null)`,
  `insert into customers (brand_id, id, name, fields, created_at, last_seen_at) values ('${BRAND}', 'cus_1', 'Ana', '{}', 4, 5)`,
  `insert into teams values ('${BRAND}', 'tea_1', 'Tents', 'tents', 0, 6)`,
  conversation('con_1', 1, 'chat', 'archived'), conversation('con_2', 2, 'chat', 'open'),
  message('msg_1', 'con_1', 1), message('msg_2', 'con_2', 1), message('msg_3', 'con_2', 2),
  `insert into conversation_tags values ('${BRAND}', 'con_2', 'vip', 'VIP')`,
  `insert into conversation_reads values ('${BRAND}', 'agt_1', 'con_2', 2)`,
  `insert into search_texts (brand_id, id, conversation_id, at, words) values ('${BRAND}', 'msg_3', 'con_2', 10, 'where is my tent')`,
];

for (const engine of ENGINES) {
  test(`a filled database of the schema before takes mail and API in, and keeps its rows, keys and indexes (${engine})`, async (context) => {
    const where = await freshPlace(engine, context);
    await behindTheStore(where, (named) => [...earlierSchema(named), ...FILLED]);
    const refusedByEngine = (statement: string) => assert.rejects(behindTheStore(where, () => [statement]), /constraint/i, statement);
    await refusedByEngine(conversation('con_3', 3, 'email', 'open'));
    const store = await openStore(where);
    const brand = store.brand(BRAND);
    const kept = await brand.all(brand.q.selectFrom('conversations').selectAll().orderBy('number'));
    const common = { channel_id: 'chn_1', kind: 'chat', customer_id: 'cus_1', status_at: 10, assignee_id: 'agt_1', team_id: 'tea_1', preview: 'Where is my tent?', last_seq: 2, last_message_at: 12, last_author: 'agent', waiting_since: null, created_at: 9, hold_at: 11, hold_by: 'agt_1', hold_reason: 'A case' };
    assert.deepEqual(kept.map(({ brand_id: _scope, ...row }: any) => row), [{ ...common, id: 'con_1', number: 1, status: 'archived', feed: 1 }, { ...common, id: 'con_2', number: 2, status: 'open', feed: 2 }]);
    assert.deepEqual((await brand.all(brand.q.selectFrom('channels').select(['id', 'kind', 'name', 'title', 'greeting', 'away_text', 'colour', 'created_by', 'created_at']))), [
      { id: 'chn_1', kind: 'chat', name: 'Shop', title: 'Acme', greeting: 'Hello', away_text: 'Away', colour: '#204080', created_by: 'agt_1', created_at: 2 }]);
    assert.equal((await brand.all(brand.q.selectFrom('messages').select('id'))).length, 3);
    assert.deepEqual((await brand.search({ words: ['tent'], lastIsPrefix: false, limit: 5 })).map(({ id }) => id), ['msg_3']);
    assert.deepEqual(await store.integrity(), { sound: true, problems: [] });
    await store.close();
    const now = (statement: string) => behindTheStore(where, () => [...(engine === 'sqlite' ? ['pragma foreign_keys = on'] : []), statement]);
    const no = (statement: string) => assert.rejects(now(statement), /constraint/i, statement);
    // Two at once by mail or API; in the chat still one.
    for (const [at, kind] of (['email', 'email', 'api', 'api'] as const).entries()) await now(conversation(`con_${10 + at}`, 10 + at, kind, 'open'));
    await now(`insert into channels values ('${BRAND}', 'chn_2', 'email', 'Mail', '', '', '', '', 2, null, null)`);
    await no(conversation('con_20', 20, 'chat', 'pending'));
    await no(conversation('con_21', 21, 'fax', 'open'));
    await no(`insert into channels values ('${BRAND}', 'chn_3', 'fax', 'Fax', '', '', '', '', 2, null, null)`);
    await no(conversation('con_22', 2, 'email', 'open'));
    await no(message('msg_9', 'con_none', 1));
    await no(`delete from conversations where id = 'con_2'`);
    await no(`delete from channels where id = 'chn_1'`);
    await no(`insert into channel_keys values ('${BRAND}', 'key_9', 'chn_none', 'Site', 'EdDSA', '{}', 0, 3, null, null)`);
    await now(message('msg_10', 'con_10', 1));
  });

  test(`the indexes of conversations are all there, and of the same columns, after the kinds (${engine})`, async (context) => {
    const where = await freshPlace(engine, context);
    await (await openStore(where)).close();
    const { DatabaseSync } = await import('node:sqlite');
    const pg = (await import('pg')).default;
    let found: string[];
    if ('file' in where) {
      const db = new DatabaseSync(where.file);
      found = db.prepare("select sql from sqlite_schema where type = 'index' and sql is not null and tbl_name = 'conversations'").all().map((row) => String(row['sql']));
      db.close();
    } else {
      const client = new pg.Client({ connectionString: where.url });
      await client.connect();
      found = (await client.query("select indexdef as sql from pg_indexes where tablename = 'conversations' and indexname like 'conversations\\_%' and indexname not in ('conversations_pkey', 'conversations_brand_id_number_key')")).rows.map((row: { sql: string }) => row.sql);
      await client.end();
    }
    const plain = (sql: string): string => (/index (\w+) on .*?\((.*?)\)/i.exec(sql) ?? []).slice(1).join(': ');
    const declared = migrations.flatMap((migration) => statementsFor(engine, migration)).filter((sql) => / on conversations \(/.test(sql)).map(plain);
    assert.deepEqual(found.map(plain).sort(), [...new Set(declared)].sort());
  });
}
