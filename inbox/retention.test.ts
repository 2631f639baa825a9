// Retention on both engines: what is due goes whole, what is held or was touched again stays, several nodes at once are harmless.
import assert from 'node:assert/strict';
import { effective } from '#policy/effective.ts';
import { holdConversation } from '#inbox/hold.ts';
import { duePreview, eraseDue } from '#inbox/retention.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as conversationRows from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import { advance } from '#store/feed.ts';
import * as retention from '#store/retention.ts';
import { type BrandStore, Conflict, type Part, type Store } from '#store/store.ts';
import { DAY, ensureAgent, fillCase, openCase, START, TRACES } from '#test/customer-case.ts';
import { everyCell } from '#test/every-table.ts';
import { checkedChain, eachStore, entryOf, newBrand } from '#test/stores.ts';

const days = (open: number, solved = 0, archived = 0) => effective({ version: 1, module: { 'retention.open_days': { value: open }, 'retention.solved_days': { value: solved }, 'retention.archived_days': { value: archived } } });
const at = (store: Store, day: number) => ({ store, now: () => START + day * DAY, commit: (parts: Part[]) => store.commit(parts) });
const endSession = (brand: BrandStore, id: string) => brand.note([brand.write(brand.q.updateTable('chat_sessions').set({ ended_at: START, end_reason: 'signed_out' }).where('id', '=', id))]);

eachStore('a conversation that is due goes with everything of it, and its customer once nothing is left', async (store, { where }) => {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const one = await openCase(store, brand.id, 'agt_1');
  await fillCase(store, brand.id, 'agt_1', one);
  const young = await openCase(store, brand.id, 'agt_1', { now: START + 5 * DAY, named: false });
  await young.write('Still young');
  assert.deepEqual(await eraseDue(at(store, 30), brand.id, days(0, 1, 1)), { conversations: 0, customers: 0 }, 'open ones are kept for ever');
  assert.equal(await duePreview(at(store, 10), brand.id, days(0), days(10)), 1);
  assert.deepEqual(await eraseDue(at(store, 10 - 1 / DAY), brand.id, days(10)), { conversations: 0, customers: 0 });
  assert.deepEqual(await eraseDue(at(store, 10), brand.id, days(10)), { conversations: 1, customers: 0 }, 'a live chat session keeps its customer');
  assert.notEqual(await customerRows.byId(brand, one.customerId), undefined);
  await endSession(brand, one.sessionId);
  assert.deepEqual(await eraseDue(at(store, 10), brand.id, days(10)), { conversations: 0, customers: 1 });
  const cells = await everyCell(where);
  for (const trace of TRACES) assert.deepEqual(cells.filter((cell) => trace.test(cell)), [], `${trace} is nowhere`);
  assert.equal((await young.conversation()).preview, 'Still young');
  const [row] = await auditRows.page(brand, { event: 'retention.erased', limit: 5 });
  assert.deepEqual((JSON.parse(row?.detail ?? '{}') as { facts: unknown }).facts, { number: 1, status: 'open', messages: 5 });
  await checkedChain(store, brand);
});

eachStore('a hold keeps it, also one that came between the reading and the unit', async (store) => {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const one = await openCase(store, brand.id, 'agt_1', { named: false });
  await one.write('Evidence');
  const parts = at(store, 99);
  const racing = { ...parts, commit: async (units: Part[]) => { await holdConversation(parts, brand.id, await one.conversation(), 'Court', 'agt_1'); return store.commit(units); } };
  assert.equal((await eraseDue(racing, brand.id, days(1))).conversations, 0);
  assert.equal((await eraseDue(parts, brand.id, days(1))).conversations, 0);
  assert.equal(await duePreview(parts, brand.id, days(0), days(1)), 0);
  await holdConversation(parts, brand.id, await one.conversation(), null, 'agt_1');
  assert.equal((await eraseDue(parts, brand.id, days(1))).conversations, 1);
});

eachStore('each status counts by its own days and its own beginning', async (store) => {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const ids: Record<string, string> = {};
  for (const status of ['open', 'pending', 'solved', 'archived'] as const) {
    const one = await openCase(store, brand.id, 'agt_1', { named: false });
    await one.write(status);
    ids[status] = (await one.conversation()).id;
    const set = brand.write(brand.q.updateTable('conversations').set({ status, status_at: START + 5 * DAY }).where('id', '=', ids[status]));
    await brand.commit({ statements: [advance(brand), set], entries: [entryOf()] });
  }
  const left = async (): Promise<string[]> => {
    const there = await conversationRows.byIds(brand, Object.values(ids));
    return there.map((row) => row.status).toSorted();
  };
  await eraseDue(at(store, 14), brand.id, days(0, 10, 20));
  assert.deepEqual(await left(), ['archived', 'open', 'pending', 'solved'], 'ten days after it was solved have not passed');
  await eraseDue(at(store, 15), brand.id, days(0, 10, 20));
  assert.deepEqual(await left(), ['archived', 'open', 'pending']);
  await eraseDue(at(store, 25), brand.id, days(0, 10, 20));
  assert.deepEqual(await left(), ['open', 'pending']);
  await eraseDue(at(store, 25), brand.id, days(25, 0, 0));
  assert.deepEqual(await left(), []);
});

eachStore('four nodes at once erase each conversation once, and only those of their brand', async (store, { again }) => {
  const brand = await newBrand(store);
  const foreign = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  await ensureAgent(foreign, 'agt_1');
  for (let made = 0; made < 12; made += 1) await (await openCase(store, brand.id, 'agt_1', { named: false })).write(`Number ${made}`);
  const kept = await openCase(store, foreign.id, 'agt_1', { named: false });
  await kept.write('Of another brand');
  const nodes = [store, await again(), await again(), await again()];
  const done = await Promise.all(nodes.map((node) => eraseDue(at(node, 50), brand.id, days(1))));
  assert.equal(done.reduce((sum, one) => sum + one.conversations, 0), 12);
  assert.equal((await auditRows.page(brand, { event: 'retention.erased', limit: 99 })).length, 12);
  assert.equal((await kept.conversation()).preview, 'Of another brand');
  const row = await kept.conversation();
  await assert.rejects(brand.commit({ statements: retention.erase(brand, row.id, { open: row.last_message_at, solved: null, archived: null }), entries: [entryOf()] }), (error: unknown) => error instanceof Conflict && error.code === 'retention.changed');
});
