// Tests of erasure: what stands in its way, and in which order it is said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from '../decision.ts';
import { decideErasure, type ErasureFacts } from './erasure.ts';

const free: ErasureFacts = { erased: false, held: [], allSeen: true, agreed: 'a', present: 'a' };
const rows: [string, Partial<ErasureFacts>, string][] = [
  ['what was agreed to is what stands there', {}, 'allowed'],
  ['something came in', { present: 'b' }, 'customer.erasure_changed'],
  ['nothing was agreed to', { agreed: null }, 'customer.erasure_changed'],
  ['a hold', { held: [7] }, 'customer.on_hold'],
  ['a hold and stale counts: the hold is said', { held: [7], agreed: null }, 'customer.on_hold'],
  ['a conversation of a closed team: nothing is told of its hold', { allSeen: false, held: [7] }, 'customer.closed_team'],
  ['erased before', { erased: true, held: [7], allSeen: false }, 'customer.erased'],
];
for (const [title, facts, expected] of rows) {
  test(`${title}: ${expected}`, () => {
    const decision = decideErasure({ ...free, ...facts });
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
  });
}

test('the sentence names the conversations on hold, and not all of many', () => {
  const one = decideErasure({ ...free, held: [7] });
  const many = decideErasure({ ...free, held: [1, 2, 3, 4, 5, 6, 7] });
  assert.ok(!one.allowed && !many.allowed);
  assert.match(sentenceOf(one), /keeps conversation #7;/);
  assert.match(sentenceOf(many), /conversations #1, #2, #3, #4, #5 and 2 more;/);
});
