// Tests of the rules between settings, both sides of each edge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective } from './effective.ts';
import { checkRules } from './rules.ts';

const rows: [title: string, values: Record<string, unknown>, expected: string[]][] = [
  ['the defaults agree', {}, []],
  ['14 characters while the mode is remote only', { 'password.min_length': 14 }, ['rule.short_password_needs_second_factor']],
  ['14 characters while the mode is off', { 'password.min_length': 14, 'two_factor.mode': 'off' }, ['rule.short_password_needs_second_factor']],
  ['14 characters while the mode is on', { 'password.min_length': 14, 'two_factor.mode': 'on' }, []],
  ['15 characters while the mode is off', { 'password.min_length': 15, 'two_factor.mode': 'off' }, []],
  ['a maximum age equal to the minimum', { 'password.min_age_days': 30, 'password.max_age_days': 30 }, ['rule.maximum_age_exceeds_minimum']],
  ['a maximum age one above the minimum', { 'password.min_age_days': 30, 'password.max_age_days': 31 }, []],
  ['no maximum age', { 'password.min_age_days': 30, 'password.max_age_days': 0 }, []],
  ['both rules broken at once', { 'password.min_length': 12, 'password.min_age_days': 9, 'password.max_age_days': 1 }, ['rule.short_password_needs_second_factor', 'rule.maximum_age_exceeds_minimum']],
];
for (const [title, values, expected] of rows) {
  test(title, () => {
    const module = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
    const found = checkRules(effective({ version: 1, module }).values);
    assert.deepEqual(found.map((one) => one.code), expected);
    for (const one of found) assert.match(one.message, /^[A-Z].* must be .*, not \d+\.$/);
  });
}
