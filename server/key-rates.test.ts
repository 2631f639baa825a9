// Tests of the rate of a key over several nodes: two on one PostgreSQL, real whispers between them, and a clock that both have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '#store/open.ts';
import { openKeyRates } from '#server/key-rates.ts';
import { until } from '#test/program.ts';
import { readyDatabase } from '#test/ready-places.ts';
import { eachStore } from '#test/stores.ts';

const BRAND = 'b000000000000';
const KEY = 'key_00000000000000000000000000';

test('what a key takes at one node is charged at the other within a second: in the long run the rate holds for both together', async () => {
  const url = await readyDatabase();
  const stores = await Promise.all([openStore({ url }), openStore({ url })]);
  let uptime = 5_000;
  const nodes = stores.map((store) => openKeyRates(store, { perSecond: 10, burst: 20 }, () => uptime));
  const begun = uptime;
  let total = 0;
  const takeAll = (): number => nodes.reduce((sum, node) => {
    for (; node.take(BRAND, KEY) !== -1; total += 1) sum += 1;
    return sum;
  }, 0);
  /** Each of a hundred milliseconds of everything that was taken anywhere. */
  const told = async (): Promise<void> => {
    for (const node of nodes) node.tell();
    await until('both know what both gave', () => nodes.every((node) => node.wait(KEY) === begun + total * 100 - uptime - 1_900));
  };
  try {
    // Until they have heard of each other each gives its own burst.
    assert.equal(takeAll(), 40);
    await told();
    assert.equal(nodes[0]?.take(BRAND, 'key_other'), 19, 'another key waits for nothing');
    uptime += 2_099;
    assert.equal(takeAll(), 0);
    uptime += 1;
    assert.equal(takeAll(), 2, 'one at each');
    await told();
    for (let second = 0; second < 5; second += 1) {
      uptime += 1_000;
      takeAll();
      await told();
    }
    assert.ok(total <= 10 * 7.1 + 20 + 10 * 2, `${total} in 7.1 s`);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
});

eachStore('a node tells how many are left, and when there is one again', async (store) => {
  let uptime = 0;
  const rates = openKeyRates(store, { perSecond: 1, burst: 3 }, () => uptime);
  assert.deepEqual([1, 2, 3, 4].map(() => rates.take(BRAND, KEY)), [2, 1, 0, -1]);
  assert.equal(rates.wait(KEY), 1_000);
  rates.tell();
  uptime = 1_000;
  assert.deepEqual([rates.wait(KEY), rates.take(BRAND, KEY), rates.wait('key_unseen')], [0, 0, 0]);
});
