// One range of a file, as RFC 9110 §14 has it: its examples, its edges, and no input that gives bytes which are not there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rangeOf } from '#server/byte-range.ts';

const rows: readonly [string | undefined, number, ReturnType<typeof rangeOf>][] = [
  [undefined, 10, 'whole'],
  ['bytes=0-499', 10_000, { first: 0, last: 499 }],
  ['bytes=500-999', 10_000, { first: 500, last: 999 }],
  ['bytes=-500', 10_000, { first: 9_500, last: 9_999 }],
  ['bytes=9500-', 10_000, { first: 9_500, last: 9_999 }],
  ['BYTES=0-0', 10, { first: 0, last: 0 }],
  ['bytes=0-99', 10, { first: 0, last: 9 }],
  ['bytes=-99', 10, { first: 0, last: 9 }],
  ['bytes=9-9', 10, { first: 9, last: 9 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-1', 0, 'unsatisfiable'],
  ['bytes=99999999999999999999999-', 10, 'unsatisfiable'],
  ['bytes=0-99999999999999999999999', 10, { first: 0, last: 9 }],
  ['bytes=5-4', 10, 'whole'],
  ['bytes=', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=a-b', 10, 'whole'],
  ['bytes=1-2x', 10, 'whole'],
  ['bytes=+1-2', 10, 'whole'],
  ['bytes=0-0,2-3', 10, 'whole'],
  ['lines=0-1', 10, 'whole'],
  ['bytes 0-1', 10, 'whole'],
];
for (const [header, size, asked] of rows) test(`${String(header)} of ${size}`, () => assert.deepEqual(rangeOf(header, size), asked));

const headers = fc.oneof(
  fc.string(), fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`), fc.nat().map((a) => `bytes=-${a}`), fc.nat().map((a) => `bytes=${a}-`), fc.string().map((text) => `bytes=${text}`),
);
test('whatever is asked, no byte is given that the file does not have, and none in the wrong order', () => {
  fc.assert(fc.property(headers, fc.nat({ max: 100_000 }), (header, size) => {
    const asked = rangeOf(header, size);
    if (typeof asked === 'string') return;
    assert.ok(Number.isSafeInteger(asked.first) && Number.isSafeInteger(asked.last));
    assert.ok(asked.first >= 0 && asked.first <= asked.last && asked.last < size);
  }));
});
