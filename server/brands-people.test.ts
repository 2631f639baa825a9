// A change of people by another node is never swallowed by this node's own commits in between.
import assert from 'node:assert/strict';
import { openBrands } from '#server/brands.ts';
import { eachStore, entryOf, newBrand } from '#test/stores.ts';

eachStore('another node’s change of people is told, whatever this node commits before it looks', async (store) => {
  const { id } = await newBrand(store);
  const here = openBrands(store, () => 0);
  const there = openBrands(store, () => 0);
  await here.byId(id);
  const told: string[] = [];
  here.onPeople((brandId) => told.push(brandId));
  const rows = store.brand(id);

  await here.commit([rows.part({ statements: [], entries: [entryOf()], bumps: ['people'] })]);
  assert.deepEqual(told, [], 'its own change it knows');
  await there.commit([rows.part({ statements: [], entries: [entryOf()], bumps: ['people'] })]);
  await here.commit([rows.part({ statements: [], entries: [entryOf()] })]);
  assert.deepEqual(told, [id], 'a commit without a change of people between');
  await there.commit([rows.part({ statements: [], entries: [entryOf()], bumps: ['people'] })]);
  await here.commit([rows.part({ statements: [], entries: [entryOf()], bumps: ['people'] })]);
  assert.deepEqual(told, [id, id], 'a commit with one between');
  await here.confirm();
  assert.deepEqual(told, [id, id], 'told once each');
});
