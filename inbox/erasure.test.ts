// An erasure: what was agreed to is what happens, nothing of the customer stays in any table, and one that is cut off is taken up again.
import assert from 'node:assert/strict';
import { openKeyring } from '#identity/keyring.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginErasure, continueErasure, planErasure } from '#inbox/erasure.ts';
import { holdConversation } from '#inbox/hold.ts';
import { searchWords } from '#inbox/search-words.ts';
import * as chatSessions from '#store/chat-sessions.ts';
import * as customerRows from '#store/customers.ts';
import * as erasures from '#store/erasures.ts';
import { last } from '#store/feed.ts';
import * as messageRows from '#store/messages.ts';
import * as saltRows from '#store/salts.ts';
import { type Part, StoreFault } from '#store/store.ts';
import { ensureAgent, fillCase, openCase, START, TRACES } from '#test/customer-case.ts';
import { everyCell } from '#test/every-table.ts';
import { checkedChain, eachStore, newBrand } from '#test/stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-erasure-'));
const keyring = openKeyring({ folder, create: true, now: START });
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const now = () => START + 1_000;
const asking = (agreed: string) => ({ agentId: 'agt_1', agreed, maySee: () => true, using: [] });

async function staged(store: Parameters<Parameters<typeof eachStore>[1]>[0]) {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const one = await openCase(store, brand.id, 'agt_1');
  await fillCase(store, brand.id, 'agt_1', one);
  return { brand, one, parts: { store, keyring, now, commit: (parts: Part[]) => store.commit(parts) } };
}

eachStore('counts first, erases what was counted, and leaves nothing of the customer in any table', async (store, { where }) => {
  const { brand, one, parts } = await staged(store);
  const other = await openCase(store, brand.id, 'agt_1', { named: false });
  await other.write('Somebody else, who is not erased');
  const before = await last(brand);
  const cells = await everyCell(where);
  for (const trace of TRACES) assert.ok(cells.some((cell) => trace.test(cell)), `${trace} is there before`);
  const hits = (word: string) => brand.search({ words: searchWords(word), lastIsPrefix: false, limit: 10 });
  assert.ok((await hits('quintero')).length >= 3);

  const plan = await planErasure(brand, one.customerId);
  assert.deepEqual(plan?.counts, { conversations: 1, messages: 5, customerMessages: 1, mentions: 4, tags: 1, identities: 2, sessions: 1, files: 0 });
  assert.deepEqual(await everyCell(where), cells, 'counting changes nothing');
  assert.equal((await beginErasure(parts, brand.id, one.customerId, asking(plan!.fingerprint))).ok, true);
  assert.equal(await continueErasure(parts, brand.id, one.customerId), true);

  const after = await everyCell(where);
  for (const trace of TRACES) assert.deepEqual(after.filter((cell) => trace.test(cell)), [], `${trace} is nowhere`);
  assert.ok(after.some((cell) => cell.includes('Somebody else, who is not erased')));
  assert.deepEqual(await hits('quintero'), []);
  assert.deepEqual(await hits('secret'), []);
  assert.equal((await hits('billing')).length, 1, 'the case is found by its other tag');

  const row = await one.conversation();
  const messages = await messageRows.page(brand, row.id, 10);
  assert.deepEqual(messages.map(({ kind, redacted_at: at }) => [kind, at !== null]), [['text', true], ['text', false], ['note', false], ['text', false], ['event', false]]);
  assert.equal(messages[1]?.text, 'Dear Ms ▇▇▇, we mail ▇▇▇ at ▇▇▇ or ▇▇▇');
  assert.deepEqual(JSON.parse(messages[4]?.text ?? ''), { what: 'tag', from: null, to: 'vip "▇▇▇"' });
  assert.match(row.preview, /^So that it is long enough/);
  assert.ok(messages.slice(0, 5).every(({ feed }) => feed > before), 'pages are told of every changed message');
  const ended = await chatSessions.endedSince(brand, before, 10);
  assert.deepEqual(ended.map(({ id, end_reason: reason }) => [id, reason]), [[one.sessionId, 'erased']]);
  const customer = await customerRows.byId(brand, one.customerId);
  assert.deepEqual([customer?.erased_by, customer?.name, customer?.verified_by], ['agt_1', null, null]);
  assert.equal(await saltRows.of(brand, one.customerId), undefined);
  await checkedChain(store, brand);
  const again = await beginErasure(parts, brand.id, one.customerId, asking(plan!.fingerprint));
  assert.equal(again.ok === false && again.denial.code, 'customer.erased');
});

eachStore('refuses what was not agreed to: something came in between, even between the reading and the unit', async (store) => {
  const { brand, one, parts } = await staged(store);
  const plan = (await planErasure(brand, one.customerId))!;
  await one.write('One more thing');
  const stale = await beginErasure(parts, brand.id, one.customerId, asking(plan.fingerprint));
  assert.equal(stale.ok === false && stale.denial.code, 'customer.erasure_changed');
  const fresh = (await planErasure(brand, one.customerId))!;
  const slow = { ...parts, commit: async (units: Part[]) => { await one.write('And another'); return store.commit(units); } };
  const raced = await beginErasure(slow, brand.id, one.customerId, asking(fresh.fingerprint));
  assert.equal(raced.ok === false && raced.denial.code, 'customer.erasure_changed');
  assert.equal((await customerRows.byId(brand, one.customerId))?.erased_at, null);
  assert.equal((await erasures.identitiesOf(brand, one.customerId)).length, 2, 'nothing of the unit was kept');
});

eachStore('a legal hold refuses it, and a closed team', async (store) => {
  const { brand, one, parts } = await staged(store);
  const hidden = await beginErasure(parts, brand.id, one.customerId, { ...asking((await planErasure(brand, one.customerId))!.fingerprint), maySee: () => false });
  assert.equal(hidden.ok === false && hidden.denial.code, 'customer.closed_team');
  await holdConversation(parts, brand.id, await one.conversation(), 'Court case 7', 'agt_1');
  const plan = (await planErasure(brand, one.customerId))!;
  assert.deepEqual(plan.held, [1]);
  const held = await beginErasure(parts, brand.id, one.customerId, asking(plan.fingerprint));
  assert.equal(held.ok === false && held.denial.code, 'customer.on_hold');
  await holdConversation(parts, brand.id, await one.conversation(), null, 'agt_1');
  assert.equal((await beginErasure(parts, brand.id, one.customerId, asking((await planErasure(brand, one.customerId))!.fingerprint))).ok, true);
});

eachStore('one that is cut off after any unit is finished by the next round', async (store, { where }) => {
  const { brand, one, parts } = await staged(store);
  for (let extra = 0; extra < 450; extra += 1) await one.answer(`Line ${extra} for Quintero`);
  const plan = (await planErasure(brand, one.customerId))!;
  assert.equal((await beginErasure(parts, brand.id, one.customerId, asking(plan.fingerprint))).ok, true);
  let units = 0;
  for (let cuts = 0; ; cuts += 1) {
    let done = 0;
    // The power goes after one unit more than the time before.
    const failing = { ...parts, commit: async (all: Part[]) => {
      if (done > cuts) throw new StoreFault('store.broken', 'the power is gone');
      done += 1;
      units += 1;
      return store.commit(all);
    } };
    const finished = await continueErasure(failing, brand.id, one.customerId).catch(() => false);
    if (finished) break;
    assert.equal((await erasures.underWay(brand, 5)).length, 1, 'the worker finds it');
    assert.ok(cuts < 20);
  }
  assert.ok(units >= 4, `${units} units of bounded size`);
  const after = await everyCell(where);
  for (const trace of TRACES) assert.deepEqual(after.filter((cell) => trace.test(cell)), [], `${trace} is nowhere`);
  assert.deepEqual(await erasures.underWay(brand, 5), []);
  assert.equal(await continueErasure(parts, brand.id, one.customerId), true, 'again does nothing');
});
