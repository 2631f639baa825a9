// A dump is one moment of the store, whole, and loads into an empty store of either engine.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import * as agents from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import { type DumpLine, dumpTables } from '#store/dump.ts';
import { openStore } from '#store/open.ts';
import * as salts from '#store/salts.ts';
import { StoreFault } from '#store/store.ts';
import * as totpFactors from '#store/totp-factors.ts';
import { agentOf, checkedChain, eachStore, ENGINES, entryOf, freshPlace, newBrand } from '#test/stores.ts';

async function lines(dump: AsyncIterable<DumpLine>): Promise<DumpLine[]> {
  const all: DumpLine[] = [];
  // Through text, as a backup file is.
  for await (const line of dump) {
    all.push(JSON.parse(JSON.stringify(line)) as DumpLine);
    // A slow reader: what is written meanwhile must not come through.
    if (all.length % 50 === 0) await setImmediate();
  }
  return all;
}

const byText = (all: readonly DumpLine[]): string[] => all.map((line) => JSON.stringify(line)).sort();

eachStore('a dump loads into an empty store of either engine and dumps the same again; the chain goes on', async (store, { context }) => {
  const brand = await newBrand(store);
  const factor = { id: 'f1', agent_id: 'a1', secret_sealed: Uint8Array.from({ length: 256 }, (_none, at) => at), label: '🦊', verified_at: null, last_step: 0, created_at: 2 ** 52 };
  await brand.commit({ statements: [agents.insert(brand, agentOf('a1')), totpFactors.insert(brand, factor), salts.keep(brand, 's', new Uint8Array())], entries: [entryOf(), entryOf('x', { facts: { n: '\0' } })], bumps: ['policy'] });
  for (let at = 0; at < 450; at += 1) await brand.note([salts.keep(brand, `s${at}`, new Uint8Array([at % 256]))]);
  const dumped = await lines(store.dump());
  for (const engine of ENGINES) {
    const other = await openStore(await freshPlace(engine, context));
    try {
      assert.equal(await other.load(dumped), dumped.length - 2);
      assert.deepEqual(byText(await lines(other.dump())), byText(dumped));
      const again = other.brand(brand.id);
      assert.deepEqual(await totpFactors.byId(again, 'f1'), factor);
      assert.deepEqual(await salts.of(again, 's'), new Uint8Array());
      const done = await again.commit({ statements: [], entries: [entryOf()], bumps: ['policy'] });
      assert.deepEqual([done.rows[0]?.seq, done.versions.get(brand.id)?.policy], [3, 2]);
      assert.equal(await checkedChain(other, again), 3);
      await assert.rejects(other.load(dumped), (error: StoreFault) => error.code === 'store.not_empty');
    } finally {
      await other.close();
    }
  }
});

eachStore('a dump taken while others write is one moment: no row without its head, no head without its row', async (store, { elsewhere }) => {
  const brand = await newBrand(store);
  let stop = false;
  const writing = Promise.all(Array.from({ length: 10 }, async () => {
    while (!stop) await brand.commit({ statements: [salts.keep(brand, entryOf().id, new Uint8Array(100))], entries: [entryOf(), entryOf()] });
  }));
  let dumped: DumpLine[];
  try {
    while (((await auditRows.last(brand)) ?? { seq: 0 }).seq < 200) await brand.commit({ statements: [], entries: [entryOf()] });
    dumped = await lines(store.dump());
  } finally {
    stop = true;
    await writing;
  }
  const other = await openStore(await elsewhere());
  try {
    await other.load(dumped);
    const length = await checkedChain(other, other.brand(brand.id));
    assert.ok(length >= 200 && length <= await checkedChain(store, brand));
    assert.deepEqual(await other.integrity(), { sound: true, problems: [] });
  } finally {
    await other.close();
  }
});

eachStore('a dump that is not whole and right is refused, and nothing of it stays', async (store, { elsewhere }) => {
  await newBrand(store);
  const good = await lines(store.dump());
  const row = good.findIndex((line) => 'table' in line && line.table === 'brands');
  const changed = (change: (lines: unknown[]) => void): DumpLine[] => {
    const copy = structuredClone(good) as unknown[];
    change(copy);
    return copy as DumpLine[];
  };
  const wrong: readonly (readonly [RegExp, DumpLine[]])[] = [
    [/its end is missing/, good.slice(0, -1)],
    [/its end is missing/, []],
    [/should hold 3 rows and holds 2/, changed((all) => all.splice(-2, 1))],
    [/first line/, good.slice(1)],
    [/schema 99/, changed((all) => void Object.assign(all[0] as object, { schema: 99 }))],
    [/"nonsense", which is not known/, changed((all) => void Object.assign(all[row] as object, { table: 'nonsense' }))],
    [/brands.created_at in line \d does not hold a whole number/, changed((all) => void Object.assign((all[row] as { row: object }).row, { created_at: '1' }))],
    [/brands.name in line \d does not hold text/, changed((all) => void Object.assign((all[row] as { row: object }).row, { name: null }))],
    [/other columns/, changed((all) => void Object.assign((all[row] as { row: object }).row, { more: 1 }))],
    [/after its end/, [...good, good[1] as DumpLine]],
    [/not a record/, changed((all) => void (all[1] = 'text'))],
  ];
  const other = await openStore(await elsewhere());
  try {
    for (const [words, all] of wrong) {
      await assert.rejects(other.load(all), (error: unknown) => error instanceof StoreFault && error.code === 'store.dump_invalid' && words.test(error.message), String(words));
      assert.equal((await lines(other.dump())).length, 2);
    }
    assert.equal(await other.load(good), 3);
  } finally {
    await other.close();
  }
});

test('a table stands after those it refers to', () => {
  const names = dumpTables.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2), ['brands', 'agents']);
  assert.equal(new Set(names).size, names.length);
});
