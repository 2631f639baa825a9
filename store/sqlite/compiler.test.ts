// The plans of what runs for every message and every look of a chat: found by the conversation, and never planned anew.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import * as chat from '#store/chat-sessions.ts';
import { scoper } from '#store/scoped.ts';
import { openSqlite } from '#store/sqlite/engine.ts';
import type { BrandStore } from '#store/store.ts';
import { brandTables } from '#store/tables.ts';
import { freshPlace } from '#test/stores.ts';

interface Planned {
  readonly sql: string;
  readonly plan: string;
}

/** What a reading asks of SQLite, and how SQLite goes about it. */
async function planned(context: TestContext, read: (brand: BrandStore) => Promise<unknown>): Promise<Planned> {
  const { file } = (await freshPlace('sqlite', context)) as { readonly file: string };
  const engine = await openSqlite(file);
  let asked = '';
  const listening = { ...engine, read: async (sql: string) => { asked = sql; return []; } };
  await read(scoper(listening, async () => { throw new Error('Nothing is written here.'); })('b000000000001', brandTables) as unknown as BrandStore);
  await engine.close();
  const db = new DatabaseSync(file, { readOnly: true });
  const plan = db.prepare(`explain query plan ${asked}`).all().map(({ detail }) => String(detail)).join('; ');
  db.close();
  return { sql: asked, plan };
}

const readings: Readonly<Record<string, [(brand: BrandStore) => Promise<unknown>, RegExp]>> = {
  'what changed in a chat, by the chat and not by all that the brand wrote since': [(brand) => chat.shownMessages(brand, 'con_1', { after: 1, upTo: 9, most: 5 }), /messages_by_change \(brand_id=\? AND conversation_id=\? AND feed>\? AND feed<\?\)/],
  'the newest of a chat, in their order and no further': [(brand) => chat.shownMessages(brand, 'con_1', { upTo: 9, most: 5 }), /\(brand_id=\? AND conversation_id=\?\)$/],
  'the open chat of a customer, by the index over open chats': [(brand) => chat.chatOf(brand, 'chn_1', 'cus_1'), /conversations_one_chat/],
  'a session by its token': [(brand) => chat.byTokenHash(brand, Uint8Array.of(1)), /chat_sessions .*\(brand_id=\? AND token_hash=\?\)/],
};

for (const [name, [read, index]] of Object.entries(readings)) {
  test(name, async (context) => {
    const { sql, plan } = await planned(context, read);
    assert.match(plan, index);
    assert.doesNotMatch(plan, /SCAN/);
    // SQLite plans a query anew at each run where a value that is bound could choose the plan: a bare limit, a word that a partial index is over.
    assert.doesNotMatch(sql, /limit \?(?! \+ 0)|"(kind|status)" (=|<>) \?/);
  });
}
