// A message removed: gone from its row, from search, from the preview and from the file on the disk; and a hold that keeps it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { holdConversation } from '#inbox/hold.ts';
import { redactMessage, REMOVED } from '#inbox/redaction.ts';
import { searchWords } from '#inbox/search-words.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as feed from '#store/feed.ts';
import * as messageRows from '#store/messages.ts';
import { openStore } from '#store/open.ts';
import type { Part, Store } from '#store/store.ts';
import { ensureAgent, openCase, START } from '#test/customer-case.ts';
import { everyCell } from '#test/every-table.ts';
import { eachStore, freshPlace, newBrand } from '#test/stores.ts';

async function staged(store: Store) {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  return { brand, one, parts: { store, now: () => START + 5_000, commit: (parts: Part[]) => store.commit(parts) } };
}

eachStore('a removed message leaves a mark and nothing else, and again gives the same answer', async (store, { where }) => {
  const { brand, one, parts } = await staged(store);
  await one.write('Hello, is anybody there?');
  const secret = await one.write('My card is zanzibar-4711, thank you');
  const row = await one.conversation();
  const before = await feed.last(brand);
  const removed = await redactMessage(parts, brand.id, row, secret, 'agt_1');
  assert.ok(removed.ok);
  assert.deepEqual([removed.message.text, removed.message.redacted_at, removed.message.redacted_by], ['', START + 5_000, 'agt_1']);
  assert.ok(removed.message.feed > before, 'every page is told');
  assert.equal((await one.conversation()).preview, REMOVED);
  assert.deepEqual(await brand.search({ words: searchWords('zanzibar'), lastIsPrefix: false, limit: 5 }), []);
  assert.deepEqual((await everyCell(where)).filter((cell) => /zanzibar/i.test(cell)), [], 'no table holds it, the audit trail neither');
  const rows = await auditRows.page(brand, { event: 'message.redacted', limit: 5 });
  assert.deepEqual(rows.map((one_) => [one_.entity_id, one_.actor_id]), [[secret, 'agt_1']]);
  const again = await redactMessage(parts, brand.id, await one.conversation(), secret, 'agt_2');
  assert.deepEqual(again, removed);
  assert.equal((await auditRows.page(brand, { event: 'message.redacted', limit: 5 })).length, 1);
});

eachStore('of two at once one is audited, and an older message leaves the preview as it is', async (store) => {
  const { brand, one, parts } = await staged(store);
  const first = await one.write('The older one');
  await one.write('The newer one');
  const row = await one.conversation();
  const both = await Promise.all(['agt_1', 'agt_2'].map((agent) => redactMessage(parts, brand.id, row, first, agent)));
  assert.ok(both.every((done) => done.ok));
  assert.equal((await auditRows.page(brand, { event: 'message.redacted', limit: 5 })).length, 1);
  assert.equal((await one.conversation()).preview, 'The newer one');
});

eachStore('what cannot be removed: an event, a message of another conversation, anything on hold', async (store) => {
  const { brand, one, parts } = await staged(store);
  const message = await one.write('Keep me');
  const other = await openCase(store, brand.id, 'agt_1', { named: false });
  const foreign = await other.write('Somewhere else');
  const code = async (id: string): Promise<string> => {
    const done = await redactMessage(parts, brand.id, await one.conversation(), id, 'agt_1');
    return done.ok ? 'removed' : done.denial.code;
  };
  assert.equal(await code(foreign), 'message.not_found');
  assert.equal(await code('msg_none'), 'message.not_found');
  const unheld = await one.conversation();
  const held = await holdConversation(parts, brand.id, unheld, 'Court case', 'agt_1');
  assert.deepEqual(held.ok && [held.conversation.hold_at, held.conversation.hold_by, held.conversation.hold_reason], [START + 5_000, 'agt_1', 'Court case']);
  assert.equal(await code(message), 'conversation.on_hold');
  const stale = await redactMessage(parts, brand.id, unheld, message, 'agt_1');
  assert.equal(stale.ok === false && stale.denial.code, 'conversation.on_hold', 'the unit asks again');
  const again = await holdConversation(parts, brand.id, await one.conversation(), 'Another reason', 'agt_2');
  assert.equal(again.ok && again.conversation.hold_reason, 'Court case', 'the first reason stays');
  const raced = await holdConversation(parts, brand.id, unheld, 'Too late', 'agt_2');
  assert.equal(raced.ok && raced.conversation.hold_reason, 'Court case');
  const released = await holdConversation(parts, brand.id, await one.conversation(), null, 'agt_1');
  assert.equal(released.ok && released.conversation.hold_reason, null);
  const events = (await messageRows.page(brand, unheld.id, 9)).filter((row) => row.kind === 'event');
  assert.deepEqual(events.map((row) => JSON.parse(row.text)), [{ what: 'hold', from: null, to: 'on' }, { what: 'hold', from: 'on', to: null }]);
  assert.equal(await code(events[0]?.id ?? ''), 'message.not_redactable');
  const trail = await auditRows.page(brand, { event: 'conversation.', limit: 9 });
  assert.deepEqual(trail.map((row) => row.event).filter((event) => /held|released/.test(event)), ['conversation.released', 'conversation.held']);
  assert.ok(trail.every((row) => !row.detail.includes('Court')), 'the reason stays out of the trail');
  assert.equal(await code(message), 'removed');
});

test('after a checkpoint the bytes are in no file of the database', async (context) => {
  const where = await freshPlace('sqlite', context);
  assert.ok('file' in where);
  const folder = dirname(where.file);
  const bytes = (): Buffer => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  const store = await openStore(where);
  const { brand, one, parts } = await staged(store);
  for (let line = 0; line < 40; line += 1) await one.write(`Line ${line} about something else`);
  const secret = await one.write(`quokkasecret ${'quokkafiller '.repeat(400)}`);
  assert.ok(bytes().includes('quokkasecret'));
  assert.ok((await redactMessage(parts, brand.id, await one.conversation(), secret, 'agt_1')).ok);
  await store.close();
  assert.equal(bytes().includes('quokka'), false, 'deleted bytes are overwritten, in the index too');
});
