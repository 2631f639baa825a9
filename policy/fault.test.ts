// Tests of how faults are worded and how hostile input is shown in them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault, firstUnstorable, shown } from './fault.ts';

test('a fault is one sentence with label, demand and what was given', () => {
  assert.equal(fault('a/b', 'x.y', 'Length', 'be 3', shown(4)).message, 'Length must be 3, not 4.');
  assert.equal('offer' in fault('a', 'b', 'L', 'm', 'n'), false);
  assert.equal(fault('a', 'b', 'L', 'm', 'n', 'o').offer, 'o');
});

const rows: [title: string, input: unknown, expected: string][] = [
  ['text stands in quotation marks', 'abc', '"abc"'],
  ['an empty text is named', '', 'an empty text'],
  ['a zero-width space is made visible', 'a\u200bb', '"a\\u{200b}b"'],
  ['a byte order mark is made visible', '\ufeffa', '"\\u{feff}a"'],
  ['NUL is made visible', 'a\0', '"a\\u{0}"'],
  ['a right-to-left override is made visible', '\u202egpj', '"\\u{202e}gpj"'],
  ['half a surrogate pair is made visible', '\ud800', '"\\u{d800}"'],
  ['an ordinary blank stays', 'a b', '"a b"'],
  ['letters of all scripts stay', 'שלום', '"שלום"'],
  ['a long text is cut', 'x'.repeat(10_000), `"${'x'.repeat(60)}…"`],
  ['a text of just the length that is shown is not cut', 'x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['one letter more is cut', 'x'.repeat(61), `"${'x'.repeat(60)}…"`],
  ['a list is only named', [1], 'a list'],
  ['an object is only named', { a: 1 }, 'an object'],
  ['null is nothing', null, 'nothing'],
  ['a number is said', 12.5, '12.5'],
];
for (const [title, input, expected] of rows) test(title, () => assert.equal(shown(input), expected));

test('control characters and half pairs cannot be stored, all else can', () => {
  assert.equal(firstUnstorable('a\0'), 'U+0000');
  assert.equal(firstUnstorable('a\ud83d'), 'U+D83D');
  assert.equal(firstUnstorable('a\u0085'), 'U+0085');
  assert.equal(firstUnstorable('office 😀 \u200b\u202e'), undefined);
});
