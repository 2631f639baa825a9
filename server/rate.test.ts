// Tests of the rates: a burst, then a share a second, each taker apart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRates } from '#server/rate.ts';

test('a burst at once, then one each share of a second, and each name for itself', () => {
  let uptime = 10_000;
  const rates = openRates({ perSecond: 2, burst: 3 }, () => uptime);
  assert.deepEqual([1, 2, 3, 4].map(() => rates.take('a')), [true, true, true, false]);
  assert.equal(rates.take('b'), true);
  assert.equal(rates.wait('a'), 500);
  uptime += 499;
  assert.equal(rates.take('a'), false);
  uptime += 1;
  assert.deepEqual([rates.take('a'), rates.take('a')], [true, false]);
});

test('who is busy no more is forgotten, and nobody who still is', () => {
  let uptime = 0;
  const rates = openRates({ perSecond: 1, burst: 5 }, () => uptime);
  rates.take('short');
  for (let n = 0; n < 5; n += 1) rates.take('long');
  uptime = 2_000;
  rates.sweep();
  assert.equal(rates.size(), 1);
  assert.deepEqual([rates.take('long'), rates.take('long'), rates.take('long')], [true, true, false]);
});

test('no more names are kept than told: the longest unseen goes', () => {
  const rates = openRates({ perSecond: 1, burst: 1 }, () => 0, 2);
  rates.take('a');
  rates.take('b');
  rates.take('a');
  rates.take('c');
  assert.equal(rates.size(), 2);
  assert.deepEqual([rates.take('a'), rates.take('b')], [false, true]);
});

test('several at once are taken or none, and what was charged beyond the burst is waited for', () => {
  let uptime = 0;
  const rates = openRates({ perSecond: 1, burst: 10 }, () => uptime);
  assert.deepEqual([rates.take('a', 8), rates.take('a', 3), rates.take('a', 2), rates.take('a')], [true, false, true, false]);
  rates.charge('a', 5);
  uptime = 5_000;
  assert.equal(rates.take('a'), false);
  uptime = 6_000;
  assert.equal(rates.take('a'), true);
});
