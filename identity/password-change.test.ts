// The history of passwords as a change writes it, on both engines: in order whatever the clock says, cut to what is kept, and without a gap.
import assert from 'node:assert/strict';
import * as agentRows from '#store/agents.ts';
import * as hashRows from '#store/password-hashes.ts';
import { Conflict } from '#store/store.ts';
import { passwordStatements } from '#identity/password-change.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const T = Date.UTC(2026, 10, 23, 8);
const HOUR = 3_600_000;
const row = { id: 'agt_a', email: 'a@acme.example', email_key: 'a@acme.example', name: 'A', role: 'agent', capabilities: '[]', phone: null, phone_verified_at: null, password_hash: 'h0', password_set_at: T, deactivated_at: null, created_at: T, must_change: 'admin', password_reminded: 7 } as const;

eachStore('the newest is the newest also after the clock was set back', async (store) => {
  const brand = await newBrand(store);
  await brand.note([agentRows.insert(brand, row)]);
  const read = async () => (await agentRows.byId(brand, row.id))!;
  for (const [hash, at] of [['h1', T + HOUR], ['h2', T - 2 * HOUR], ['h3', T - HOUR], ['h4', T]] as const) await brand.note(passwordStatements(brand, await read(), hash, at));
  assert.deepEqual((await hashRows.earlierOf(brand, row.id, 24)).map(({ hash }) => hash), ['h3', 'h2', 'h1', 'h0']);
  const now = await read();
  assert.deepEqual([now.password_hash, now.password_set_at, now.must_change, now.password_reminded], ['h4', T, null, null]);
});

eachStore('24 are kept', async (store) => {
  const brand = await newBrand(store);
  await brand.note([agentRows.insert(brand, row)]);
  for (let n = 1; n <= 27; n += 1) await brand.note(passwordStatements(brand, (await agentRows.byId(brand, row.id))!, `h${n}`, T + n));
  const kept = (await hashRows.earlierOf(brand, row.id, 100)).map(({ hash }) => hash);
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [24, 'h26', 'h3']);
});

eachStore('of two changes made on the same password one is a conflict, and the history has no gap', async (store) => {
  const brand = await newBrand(store);
  await brand.note([agentRows.insert(brand, row)]);
  const read = (await agentRows.byId(brand, row.id))!;
  await brand.note(passwordStatements(brand, read, 'h1', T + 1));
  await assert.rejects(brand.note(passwordStatements(brand, read, 'h2', T + 2)), (error) => error instanceof Conflict && error.code === 'agent.password_changed');
  assert.deepEqual((await hashRows.earlierOf(brand, row.id, 24)).map(({ hash }) => hash), ['h0']);
});
