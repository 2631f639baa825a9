// Tests of what may become a password, both sides of each edge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective } from '../effective.ts';
import { breachLookupWanted, decidePassword, type PasswordFacts, passwordsCompared } from './password.ts';

const GOOD: PasswordFacts = { length: 20, containsContextWord: false, common: null, usedAgo: null, breached: false };
const policyOf = (settings: Record<string, unknown>) => effective({ version: 1, module: Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { value }])) } as never);

const rows: [title: string, settings: Record<string, unknown>, facts: Partial<PasswordFacts>, expected: string][] = [
  ['one character too few', {}, { length: 14 }, 'password.too_short'],
  ['exactly enough', {}, { length: 15 }, 'allowed'],
  ['one too few for a raised minimum', { 'password.min_length': 64 }, { length: 63 }, 'password.too_short'],
  ['exactly enough for a raised minimum', { 'password.min_length': 64 }, { length: 64 }, 'allowed'],
  ['nothing at all', {}, { length: 0 }, 'password.too_short'],
  ['a length that is no number', {}, { length: NaN }, 'password.too_short'],
  ['as long as may be', {}, { length: 1_024 }, 'allowed'],
  ['one character too many', {}, { length: 1_025 }, 'password.too_long'],
  ['built from a name', {}, { containsContextWord: true }, 'password.context_word'],
  ['short and built from a name', {}, { length: 3, containsContextWord: true }, 'password.too_short'],
  ['common', {}, { common: 'is on the list of common passwords' }, 'password.common'],
  ['common and breached', {}, { common: 'is on the list of common passwords', breached: true }, 'password.common'],
  ['breached', {}, { breached: true }, 'password.breached'],
  ['the present one, with no history asked for', { 'password.history': 0 }, { usedAgo: 0 }, 'password.recent'],
  ['the one before, with no history asked for', { 'password.history': 0 }, { usedAgo: 1 }, 'allowed'],
  ['history 2: the present one', { 'password.history': 2 }, { usedAgo: 0 }, 'password.recent'],
  ['history 2: the third last', { 'password.history': 2 }, { usedAgo: 2 }, 'password.recent'],
  ['history 2: the fourth last', { 'password.history': 2 }, { usedAgo: 3 }, 'allowed'],
  ['history 24: the twenty-fifth last', { 'password.history': 24 }, { usedAgo: 24 }, 'password.recent'],
  ['an order that is no number', {}, { usedAgo: NaN }, 'password.recent'],
];
for (const [title, settings, facts, expected] of rows) {
  test(`${title}: ${expected}`, () => {
    const decision = decidePassword(policyOf(settings), { ...GOOD, ...facts });
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
  });
}

test('the denial tells how many characters are enough', () => {
  const decision = decidePassword(policyOf({}), { ...GOOD, length: 3 });
  assert.ok(!decision.allowed);
  assert.deepEqual([decision.setting, decision.facts], ['password.min_length', { length: 3, minLength: 15 }]);
});

test('one message for every password used before: the facts do not tell which', () => {
  const [now, before] = [0, 2].map((usedAgo) => decidePassword(policyOf({}), { ...GOOD, usedAgo }));
  assert.deepEqual(now, before);
});

test('the present one and as many as the setting says are compared', () => {
  assert.deepEqual([0, 2, 24].map((history) => passwordsCompared(policyOf({ 'password.history': history }))), [1, 3, 25]);
});

test('a look-up is made only where the setting asks for one', () => {
  assert.deepEqual([{}, { 'password.breach_lookup': false }, { 'password.breach_lookup': true }].map((settings) => breachLookupWanted(policyOf(settings))), [false, false, true]);
});
