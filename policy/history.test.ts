// The history of the stored settings: undoing every version leads back to how things stood, whatever was saved in between.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { differences, type Kept, type KeptChange, type KeptState, placeOf, readKeptChanges, readPlace, undone, writeKeptChanges } from './history.ts';

const kept = (value: unknown, locked = false): Kept => ({ value, locked, setBy: 'agt_1', setAt: 5 });
const state = (entries: Record<string, Kept>): KeptState => new Map(Object.entries(entries));

const anyKept = fc.record({ value: fc.jsonValue(), locked: fc.boolean(), setBy: fc.option(fc.constantFrom('agt_1', 'agt_2')), setAt: fc.integer({ min: 0 }) });
const anyPlace = fc.tuple(fc.constantFrom(null, 'chn_1', 'chn_2'), fc.constantFrom('a.b', 'c.d', 'e.f')).map(([channel, key]) => placeOf(channel, key));
const anyState = fc.array(fc.tuple(anyPlace, anyKept)).map((entries): KeptState => new Map(entries));
const plain = (one: KeptState) => JSON.parse(JSON.stringify([...one].map(([place, { value, locked }]) => [place, value, locked]).sort())) as unknown;

describe('what a version changed', () => {
  it('is named by channel and key, with what stood before and after; who set it is no difference', () => {
    const before = state({ [placeOf(null, 'a.b')]: kept(1), [placeOf('chn_1', 'a.b')]: kept(2), [placeOf(null, 'e.f')]: kept([1]) });
    const after = state({ [placeOf(null, 'a.b')]: kept(1, true), [placeOf(null, 'c.d')]: kept(3), [placeOf(null, 'e.f')]: { ...kept([1]), setBy: 'agt_9', setAt: 99 } });
    assert.deepEqual(differences(before, after), [
      { channel: null, key: 'a.b', before: kept(1), after: kept(1, true) },
      { channel: null, key: 'c.d', before: null, after: kept(3) },
      { channel: 'chn_1', key: 'a.b', before: kept(2), after: null },
    ]);
  });

  it('is read as it was written; a row of before is not guessed at', () => {
    fc.assert(fc.property(anyState, anyState, (before, after) => {
      const changes = differences(before, after);
      assert.deepEqual(readKeptChanges(writeKeptChanges(changes)), JSON.parse(JSON.stringify(changes)));
    }));
    assert.equal(readKeptChanges('[{"key":"a.b","before":1,"after":2}]'), null);
  });
});

describe('how everything stood', () => {
  it('is found by undoing the versions after, the newest first', () => {
    fc.assert(fc.property(fc.array(anyState, { minLength: 1, maxLength: 6 }), fc.nat(), (states, pick) => {
      const changes: KeptChange[][] = states.slice(1).map((after, n) => differences(states[n]!, after));
      const at = pick % states.length;
      const later = changes.slice(at).toReversed();
      assert.deepEqual(plain(later.reduce<KeptState>(undone, states.at(-1)!)), plain(states[at]!));
    }));
  });

  it('leaves alone what no version touched', () => {
    const present = state({ [placeOf(null, 'a.b')]: kept(1) });
    assert.deepEqual([...undone(present, [{ channel: 'chn_1', key: 'a.b', before: null, after: kept(2) }])], [...present]);
    assert.deepEqual(readPlace(placeOf('chn_1', 'a.b')), { channel: 'chn_1', key: 'a.b' });
    assert.deepEqual(readPlace(placeOf(null, 'a.b')), { channel: null, key: 'a.b' });
  });
});
