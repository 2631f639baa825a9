// The last administrator: two taken away at the same moment, by two nodes, leave one, on both engines; who was only invited does not count.
import assert from 'node:assert/strict';
import * as agents from '#store/agents.ts';
import { Conflict } from '#store/store.ts';
import { agentOf, eachStore, entryOf, newBrand } from '#test/stores.ts';

eachStore('two administrators taken away at once leave one', async (store, { again }) => {
  const other = await again();
  const ways = [agents.retire, (brand, id) => agents.demote(brand, id, '[]')] satisfies ((brand: Parameters<typeof agents.retire>[0], id: string, at: number) => unknown)[];
  for (const take of ways) {
    const brand = await newBrand(store);
    const elsewhere = other.brand(brand.id);
    const rows = ['a1', 'a2', 'a3', 'a4'].map((id) => agents.insert(brand, agentOf(id, { role: 'admin', password_hash: 'x' })));
    // As every brand begins: with its first row, whose head each later unit locks before it reads.
    await brand.commit({ statements: [...rows, agents.insert(brand, agentOf('invited', { role: 'admin', password_hash: null }))], entries: [entryOf('agent.created')], bumps: ['people'] });
    const outcomes = await Promise.allSettled(['a1', 'a2', 'a3', 'a4'].map((id, at) => {
      const node = at % 2 === 0 ? brand : elsewhere;
      return node.commit({ statements: [take(node, id, 5)], entries: [entryOf('user.changed')], bumps: ['people'] });
    }));
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    assert.equal(lost.length, 1, 'three went, the last one stayed');
    assert.ok(lost[0] instanceof Conflict && lost[0].code === 'users.last_admin', String(lost[0]));
    const left = (await agents.activeAdmins(brand)).filter((row) => row.password_hash !== null);
    assert.equal(left.length, 1);
    // An agent, and whoever was only invited, can always be taken away.
    await brand.commit({ statements: [agents.retire(brand, 'invited', 6)], entries: [entryOf('user.deactivated')] });
  }
});
