// Which place is given up for a customer of another network: of the fullest network that has one to give, the first that came.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openUploadPlaces, type Taker } from '#server/upload-places.ts';

const cut: string[] = [];
const taker = (network: string | null, person: string, mayYield = true): Taker => ({ person, network, side: network === null ? 'agent' : 'customer', mayYield: () => mayYield, cut: () => void cut.push(person) });
const taken = (rows: readonly (readonly [network: string | null, many: number, mayYield: boolean])[]) => {
  const places = openUploadPlaces();
  for (const [network, many, mayYield] of rows) for (let n = 0; n < many; n += 1) places.take(taker(network, `${network} ${n}`, mayYield));
  cut.length = 0;
  return places;
};

it('not of the fullest, where all of that has come, but of the next that holds clearly more', () => {
  const places = taken([['a', 49, false], ['b', 47, true]]);
  const late = taker('c', 'late');
  assert.equal(places.full(late), null);
  places.take(late);
  assert.deepEqual(cut, ['b 0']);
  assert.equal(taken([['a', 49, false], ['b', 47, false]]).full(late), 'upload.busy');
  assert.equal(taken([['a', 48, true], ['b', 48, true]]).full(taker('a', 'late')), 'upload.busy', 'no network takes one of another that holds as many');
});

it('where everybody together fills all places too, a chat gets in by the one that is given up, and an agent waits', () => {
  const places = taken([['a', 60, true], ['b', 36, true], [null, 32, false]]);
  assert.deepEqual([places.full(taker('c', 'late')), places.full(taker(null, 'agent'))], [null, 'upload.busy']);
});
