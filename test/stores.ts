// Runs a test of the store on both engines, real ones: SQLite in a folder of its own, PostgreSQL in a database of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { AgentRow } from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import { of as headOf } from '#store/brand-heads.ts';
import * as brandRows from '#store/brands.ts';
import { genesis, judgeRow, type Link } from '#store/chain.ts';
import { openStore, type Where } from '#store/open.ts';
import type { BrandStore, Entry, Store, SystemStore } from '#store/store.ts';
import { postgres } from '#test/postgres.ts';
import { placeFile, readyDatabase } from '#test/ready-places.ts';

export type Engine = Store['engine'];

export interface Stage {
  readonly engine: Engine;
  readonly where: Where;
  readonly context: TestContext;
  /** Opens another store on the same data (a second node); closed when the test ends. */
  again(): Promise<Store>;
  /** A place for another, empty store of the same engine. */
  elsewhere(): Promise<Where>;
}

export const ENGINES: readonly Engine[] = ['sqlite', 'postgres'];

/** An empty place of an engine, removed when the test ends. */
export async function freshPlace(engine: Engine, context: TestContext): Promise<Where> {
  // A database goes with its server, when the process of tests ends.
  if (engine === 'postgres') return { url: await (await postgres()).freshDatabase() };
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-store-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return { file: join(folder, 'portcullis.db') };
}

/** The same with every table, as all but the tests of migrations begin. */
async function readyPlace(engine: Engine, context: TestContext): Promise<Where> {
  if (engine === 'postgres') return { url: await readyDatabase() };
  const place = await freshPlace('sqlite', context) as { readonly file: string };
  await placeFile(place.file);
  return place;
}

/** One test an engine: `title (sqlite)` and `title (postgres)`. Neither is ever skipped. */
export function eachStore(title: string, run: (store: Store, stage: Stage) => Promise<void>): void {
  for (const engine of ENGINES) {
    test(`${title} (${engine})`, async (context) => {
      const opened: Store[] = [];
      const where = await readyPlace(engine, context);
      const again = async (): Promise<Store> => {
        const store = await openStore(where);
        opened.push(store);
        return store;
      };
      try {
        await run(await again(), { engine, where, context, again, elsewhere: () => freshPlace(engine, context) });
      } finally {
        for (const store of opened) await store.close();
      }
    });
  }
}

let made = 0;

/** An id no other call has given: `b` and 12 characters for a brand. */
export function newTestId(prefix = 'x'): string {
  made += 1;
  return prefix + made.toString(36).padStart(12, '0');
}

/** An entry that says nothing much. */
export function entryOf(event = 'test.done', more: Partial<Entry> = {}): Entry {
  return { id: newTestId('e'), at: 1_800_000_000_000, actor: { kind: 'system', id: null }, event, entity: { kind: 'test', id: null }, ...more };
}

/** Makes a brand. */
export async function newBrand(store: Store, id = newTestId('b')): Promise<BrandStore> {
  const statement = brandRows.insert(store.system, { id, slug: `slug-${id}`, name: `Brand ${id}`, created_at: 1 });
  await store.system.commit({ statements: [statement], entries: [entryOf('brand.created')] });
  return store.brand(id);
}

/** A whole agent, with what the test cares about. */
export function agentOf(id: string, more: Partial<AgentRow> = {}): AgentRow {
  const none = { phone: null, phone_verified_at: null, password_hash: null, password_set_at: null, deactivated_at: null, must_change: null, password_reminded: null };
  return { id, email: `${id}@example.com`, email_key: `${id}@example.com`, name: `Agent ${id}`, role: 'agent', capabilities: '[]', created_at: 1, ...none, ...more };
}

/** Walks a chain from its beginning; gives its length. Throws with the first row that is wrong, or when it ends elsewhere than its head says. */
export async function checkedChain(store: Store, scope: BrandStore | SystemStore): Promise<number> {
  let link: Link = genesis(scope.id);
  for await (const rows of auditRows.each(scope)) {
    for (const row of rows) {
      const sealed = auditRows.sealedOf(scope, row);
      const wrong = judgeRow(link, sealed);
      if (wrong !== null) throw new Error(wrong);
      link = sealed;
    }
  }
  const head = await headOf(store.system, scope.id);
  if (head !== undefined && (head.audit_seq !== link.seq || head.audit_hash !== link.hash)) throw new Error(`The chain ends at row ${link.seq}, its head says ${head.audit_seq}.`);
  return link.seq;
}

/** Runs SQL past the store, as somebody with access to the database could. */
export async function behindTheStore(where: Where, statementsOf: (engine: Engine) => readonly string[]): Promise<void> {
  const statements = statementsOf('file' in where ? 'sqlite' : 'postgres');
  if ('file' in where) {
    const db = new DatabaseSync(where.file);
    try {
      for (const statement of statements) db.exec(statement);
    } finally {
      db.close();
    }
    return;
  }
  const client = new pg.Client({ connectionString: where.url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
