// Who is here, told by rows on one database: a node that is killed is forgotten by itself, and one person's pages and nodes count once.
import assert from 'node:assert/strict';
import * as agentRows from '#store/agents.ts';
import * as availabilityRows from '#store/availability.ts';
import type { Store } from '#store/store.ts';
import { openMurmurs } from '#server/murmurs.ts';
import { openPresence, type Presence, SEEN_FOR_MS } from '#server/presence.ts';
import { agentOf, eachStore, entryOf, newBrand } from '#test/stores.ts';
import { until } from '#test/program.ts';

const clock = { now: 1_800_000_000_000, uptime: 0 };
const fail = (error: unknown): never => {
  throw error;
};
function node(store: Store, leaveAfterMs = 0): Presence {
  return openPresence({ store, murmurs: openMurmurs(store), now: () => clock.now, uptime: () => clock.uptime, onFault: fail, leaveAfterMs });
}
/** What was read is good for a while: later than that. */
const later = (ms: number): void => {
  clock.now += ms;
  clock.uptime += ms;
};

eachStore('somebody is here while a page is open on any node, and a killed node is forgotten after three quarters of a minute', async (store, { again }) => {
  const brand = await newBrand(store);
  const [ada, bob] = [agentOf('agt_ada'), agentOf('agt_bob')];
  await brand.commit({ statements: [agentRows.insert(brand, ada), agentRows.insert(brand, bob)], entries: [entryOf()] });
  const [a, b] = [node(store), node(await again())];
  const online = async (one: Presence) => [...(await one.online(brand.id))].sort();
  assert.deepEqual(await online(a), []);
  assert.equal(await a.anyoneAvailable(brand.id), false);

  const told: string[] = [];
  a.onChange((id) => told.push(id));
  const [first, second] = [a.arrived(brand.id, ada.id), a.arrived(brand.id, ada.id)];
  b.arrived(brand.id, ada.id);
  b.arrived(brand.id, bob.id);
  await Promise.all([a.beat(), b.beat()]);
  assert.deepEqual([await online(a), await online(b)], [[ada.id, bob.id], [ada.id, bob.id]]);
  assert.ok(told.includes(brand.id));

  first();
  first();
  await a.beat();
  assert.deepEqual(await online(a), [ada.id, bob.id], 'a page that closes twice closes once');
  second();
  await a.beat();
  assert.deepEqual(await online(a), [ada.id, bob.id], 'her page on the other node is still open');

  // From here on b is dead: it beats no more.
  later(SEEN_FOR_MS);
  assert.deepEqual(await online(a), [ada.id, bob.id], 'the last instant');
  later(1);
  told.length = 0;
  await a.beat();
  assert.deepEqual(told, [brand.id], 'the node that lives notices');
  assert.deepEqual(await online(a), []);
  assert.equal(await a.anyoneAvailable(brand.id), false);
});

eachStore('somebody is available while one of those here is; who never said is, and a deactivated person is not here', async (store) => {
  const brand = await newBrand(store);
  const [ada, bob] = [agentOf('agt_ada'), agentOf('agt_bob')];
  await brand.commit({ statements: [agentRows.insert(brand, ada), agentRows.insert(brand, bob)], entries: [entryOf()] });
  const one = node(store);
  one.arrived(brand.id, ada.id);
  await one.beat();
  assert.equal(await one.anyoneAvailable(brand.id), true);
  const set = async (agent_id: string, state: availabilityRows.Availability) => {
    await brand.note([availabilityRows.set(brand, { agent_id, state, changed_at: clock.now })]);
    one.changed(brand.id);
  };
  await set(ada.id, 'away');
  assert.equal(await one.anyoneAvailable(brand.id), false);
  await set(bob.id, 'available');
  assert.equal(await one.anyoneAvailable(brand.id), false, 'bob is not here');
  await set(ada.id, 'available');
  assert.equal(await one.anyoneAvailable(brand.id), true);
  await brand.note([brand.write(brand.q.updateTable('agents').set({ deactivated_at: 1 }).where('id', '=', ada.id))]);
  one.changed(brand.id);
  assert.equal(await one.anyoneAvailable(brand.id), false);
});

eachStore('a page that is loaded anew has not left; a server that stops takes its people along', async (store) => {
  const brand = await newBrand(store);
  const ada = agentOf('agt_ada');
  await brand.commit({ statements: [agentRows.insert(brand, ada)], entries: [entryOf()] });
  const one = node(store, 60_000);
  const leave = one.arrived(brand.id, ada.id);
  leave();
  one.arrived(brand.id, ada.id);
  await one.beat();
  assert.deepEqual([...(await one.online(brand.id))], [ada.id]);
  await one.close();
  later(5_001);
  await until('nobody is here', async () => (await one.online(brand.id)).size === 0);
});
