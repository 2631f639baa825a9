// Who looks at a conversation: a person's tabs count once, and what is silent is forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openViewers, SILENT_AFTER_MS } from '#server/viewers.ts';

test('tabs look, look elsewhere and are gone; two tabs of one person are one person', () => {
  const viewers = openViewers();
  assert.deepEqual(viewers.look('one', 'ada', 'a', 0), ['a']);
  assert.deepEqual(viewers.look('two', 'ada', 'a', 0), ['a']);
  assert.deepEqual(viewers.look('three', 'bob', 'a', 0), ['a']);
  assert.deepEqual(viewers.of('a'), ['ada', 'bob']);
  assert.deepEqual(viewers.look('three', 'bob', 'b', 1), ['a', 'b']);
  assert.deepEqual(viewers.look('one', 'ada', null, 1), ['a']);
  assert.deepEqual([viewers.of('a'), viewers.of('b'), viewers.of('c')], [['ada'], ['bob'], []]);
  assert.deepEqual(viewers.look('nobody', 'cyd', null, 1), []);
});

test('a tab whose node is silent for a minute is forgotten; one that is spoken for stays', () => {
  const viewers = openViewers();
  viewers.look('one', 'ada', 'a', 0);
  viewers.look('two', 'bob', 'a', 0);
  assert.deepEqual(viewers.look('one', 'ada', 'a', 20_000), [], 'said again is no news');
  assert.deepEqual(viewers.sweep(SILENT_AFTER_MS), []);
  assert.deepEqual(viewers.sweep(SILENT_AFTER_MS + 1), ['a']);
  assert.deepEqual(viewers.of('a'), ['ada']);
});
