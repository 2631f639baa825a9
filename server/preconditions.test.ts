// Conditional requests in the RFC's order, weak and strong tags apart, and lists that are none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgePreconditions, mayFollowRange, type Precondition } from '#server/preconditions.ts';

const ETAG = '"abc"';
const rows: readonly [string, Record<string, string>, Precondition][] = [
  ['nothing asked', {}, 'go'],
  ['has it', { 'if-none-match': '"abc"' }, 'same'],
  ['has it, weakly', { 'if-none-match': 'W/"abc"' }, 'same'],
  ['has anything', { 'if-none-match': ' * ' }, 'same'],
  ['has it among others', { 'if-none-match': '"x", W/"y" , "abc"' }, 'same'],
  ['a comma within a tag', { 'if-none-match': '"x,", "abc"' }, 'same'],
  ['has another', { 'if-none-match': '"x"' }, 'go'],
  ['not a list', { 'if-none-match': 'abc' }, 'go'],
  ['must be it', { 'if-match': '"abc"' }, 'go'],
  ['must be anything', { 'if-match': '*' }, 'go'],
  ['must be it, weakly: a weak tag matches nothing', { 'if-match': 'W/"abc"' }, 'failed'],
  ['must be another', { 'if-match': '"x"' }, 'failed'],
  ['must be what is no list', { 'if-match': 'abc' }, 'failed'],
  ['If-Match stands first', { 'if-match': '"x"', 'if-none-match': '"abc"' }, 'failed'],
  ['both hold', { 'if-match': '"abc"', 'if-none-match': '"abc"' }, 'same'],
];
for (const [title, headers, wanted] of rows) test(title, () => assert.equal(judgePreconditions(headers, ETAG), wanted));

test('a range is followed for this very file alone', () => {
  const said: readonly [string | undefined, boolean][] = [[undefined, true], [ETAG, true], ['W/"abc"', false], ['"x"', false], ['Mon, 23 Nov 2026 08:00:00 GMT', false], ['', false]];
  for (const [header, wanted] of said) assert.equal(mayFollowRange(header, ETAG), wanted, String(header));
});

test('whatever is sent, an answer comes, and in time', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (match, noneMatch) => {
    assert.ok(['go', 'same', 'failed'].includes(judgePreconditions({ 'if-match': match, 'if-none-match': noneMatch }, ETAG)));
  }));
});
