// How everything stood at an earlier version, on both engines: the versions after it are undone a few at a time, however many there are.
import assert from 'node:assert/strict';
import { writeKeptChanges } from '#policy/history.ts';
import * as versionRows from '#store/policy-versions.ts';
import * as settingRows from '#store/settings.ts';
import { stateOf } from '#server/policy-history.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const KEY = 'session.absolute_hours';
const kept = (value: number) => ({ value, locked: false, setBy: null, setAt: value });

eachStore('an earlier version is found across many versions; where a row does not say what it changed, it is not guessed', async (store) => {
  const brand = await newBrand(store);
  const versions = Array.from({ length: 53 }, (_, n) => n + 2);
  await brand.note([
    settingRows.putBack(brand, null, KEY, kept(versions.at(-1)!)),
    ...versions.map((version) => versionRows.insert(brand, { version, at: version, author: null, reason: null, diff: writeKeptChanges([{ channel: null, key: KEY, before: kept(version - 1), after: kept(version) }]) })),
  ]);
  const valueAt = async (version: number) => [...((await stateOf(brand, version)) ?? new Map<string, { value: unknown }>()).values()].map(({ value }) => value);
  for (const version of [54, 53, 35, 34, 33, 14, 2, 1]) assert.deepEqual(await valueAt(version), [version], String(version));
  await brand.note([versionRows.insert(brand, { version: 55, at: 55, author: null, reason: null, diff: '[]' })]);
  assert.deepEqual([await stateOf(brand, 54), await stateOf(brand, 3), await valueAt(55)], [null, null, [54]]);
});
