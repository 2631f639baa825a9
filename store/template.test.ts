// Templates: built once, filled for whichever brand asks, and never seen by another.
import assert from 'node:assert/strict';
import * as feed from '#store/feed.ts';
import { reading, readingOften, writing } from '#store/template.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const keep = writing<{ subject: string; salt: Uint8Array }>((q, { subject, salt }) => q.insertInto('salts').values({ subject, salt }).onConflict((oc) => oc.columns(['subject']).doUpdateSet({ salt })));
const saltOf = reading<{ subject: string }, { salt: Uint8Array }>((q, { subject }) => q.selectFrom('salts').select('salt').where('subject', '=', subject));

eachStore('one template serves two brands, and neither sees the other', async (store) => {
  const [ours, theirs] = [await newBrand(store), await newBrand(store)];
  await ours.note([ours.writeOf(keep, { subject: 'x', salt: Uint8Array.of(1) })]);
  await theirs.note([theirs.writeOf(keep, { subject: 'x', salt: Uint8Array.of(2) })]);
  await ours.note([ours.writeOf(keep, { subject: 'x', salt: Uint8Array.of(3) })]);
  assert.deepEqual((await ours.allOf(saltOf, { subject: 'x' })).map(({ salt }) => [...salt]), [[3]]);
  assert.deepEqual((await theirs.allOf(saltOf, { subject: 'x' })).map(({ salt }) => [...salt]), [[2]]);
  assert.deepEqual(await ours.allOf(saltOf, { subject: 'y' }), []);
});

eachStore('what fills it is judged like any value, and a statement is sealed to its brand', async (store) => {
  const [ours, theirs] = [await newBrand(store), await newBrand(store)];
  assert.throws(() => ours.writeOf(keep, { subject: 'nul\0', salt: Uint8Array.of(1) }), /text.unstorable/);
  assert.throws(() => ours.writeOf(keep, { subject: 'x' } as never), /cannot hold undefined/);
  await assert.rejects(theirs.note([ours.writeOf(keep, { subject: 'x', salt: Uint8Array.of(1) })]), /cannot be part of its unit/);
  assert.throws(() => ours.writeOf(saltOf as never, { subject: 'x' }), /A select cannot be written|cannot be run there/);
});

eachStore('the feed counts up by one a unit, in each brand by itself', async (store) => {
  const [ours, theirs] = [await newBrand(store), await newBrand(store)];
  assert.equal(await feed.last(ours), 0);
  await Promise.all(Array.from({ length: 20 }, () => ours.note([feed.advance(ours)])));
  await theirs.note([feed.advance(theirs), feed.nextNumber(theirs)]);
  assert.deepEqual([await feed.last(ours), await feed.last(theirs)], [20, 1]);
});

eachStore('what is asked again and again is answered as it stands: after a change here, and after one of another node', async (store, { again }) => {
  const ours = await newBrand(store);
  const theirs = (await again()).brand(ours.id);
  const often = readingOften<{ subject: string }, { salt: Uint8Array }>((q, { subject }) => q.selectFrom('salts').select('salt').where('subject', '=', subject));
  const found = async (): Promise<number[][]> => (await ours.allOf(often, { subject: 'x' })).map(({ salt }) => [...salt]);
  assert.deepEqual(await found(), []);
  for (const [n, writer] of [ours, theirs, ours, theirs].entries()) {
    await writer.note([writer.writeOf(keep, { subject: 'x', salt: Uint8Array.of(n) })]);
    assert.deepEqual(await found(), [[n]]);
    assert.deepEqual(await found(), [[n]]);
  }
  assert.deepEqual(await ours.allOf(often, { subject: 'y' }), []);
  const other = await newBrand(store);
  assert.deepEqual(await other.allOf(often, { subject: 'x' }), [], 'of another brand');
  await theirs.note([theirs.write(theirs.q.deleteFrom('salts').where('subject', '=', 'x'))]);
  assert.deepEqual(await found(), []);
});
