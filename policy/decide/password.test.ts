// Tests of what may become a password, both sides of each edge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective } from '../effective.ts';
import { decidePassword } from './password.ts';

const rows: [title: string, minimum: number, length: number, containsContextWord: boolean, expected: string][] = [
  ['one character too few', 15, 14, false, 'password.too_short'],
  ['exactly enough', 15, 15, false, 'allowed'],
  ['one too few for a raised minimum', 64, 63, false, 'password.too_short'],
  ['exactly enough for a raised minimum', 64, 64, false, 'allowed'],
  ['nothing at all', 15, 0, false, 'password.too_short'],
  ['a length that is no number', 15, NaN, false, 'password.too_short'],
  ['as long as may be', 15, 1_024, false, 'allowed'],
  ['one character too many', 15, 1_025, false, 'password.too_long'],
  ['built from a name', 15, 20, true, 'password.context_word'],
  ['short and built from a name', 15, 3, true, 'password.too_short'],
];
for (const [title, minimum, length, containsContextWord, expected] of rows) {
  test(`${title}: ${expected}`, () => {
    const policy = effective({ version: 1, module: { 'password.min_length': { value: minimum } } });
    const decision = decidePassword(policy, { length, containsContextWord });
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
  });
}

test('the denial tells how many characters are enough', () => {
  const decision = decidePassword(effective({ version: 1, module: {} }), { length: 3, containsContextWord: false });
  assert.ok(!decision.allowed);
  assert.deepEqual([decision.setting, decision.facts], ['password.min_length', { length: 3, minLength: 15 }]);
});
