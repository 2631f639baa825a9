// Tests of a password's age: the instant it ends, and the instant it may be changed, both sides of each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective } from '../effective.ts';
import { decidePasswordChange, decidePasswordDue, passwordEndsAt } from './password-age.ts';

const DAY = 86_400_000;
const SET = Date.UTC(2026, 10, 23, 8);
const policyOf = (min: number, max: number) => effective({ version: 1, module: { 'password.min_age_days': { value: min }, 'password.max_age_days': { value: max } } });
const codeOf = (decision: ReturnType<typeof decidePasswordDue>): string => (decision.allowed ? 'allowed' : decision.code);

const due: [title: string, max: number, now: number, mustChange: boolean, expected: string][] = [
  ['no maximum: years later', 0, SET + 4_000 * DAY, false, 'allowed'],
  ['30 days less a millisecond', 30, SET + 30 * DAY - 1, false, 'allowed'],
  ['30 days', 30, SET + 30 * DAY, false, 'password.change_required'],
  ['999 days less a millisecond', 999, SET + 999 * DAY - 1, false, 'allowed'],
  ['999 days', 999, SET + 999 * DAY, false, 'password.change_required'],
  ['a clock set back behind the choice', 1, SET - 3 * 3_600_000, false, 'allowed'],
  ['an instant that is no number', 30, NaN, false, 'password.change_required'],
  ['asked for by an administrator, at once', 0, SET, true, 'password.change_required'],
];
for (const [title, max, now, mustChange, expected] of due) {
  test(`ends: ${title}: ${expected}`, () => assert.equal(codeOf(decidePasswordDue(policyOf(0, max), { now, setAt: SET, mustChange })), expected));
}

const change: [title: string, min: number, max: number, now: number, mustChange: boolean, expected: string][] = [
  ['no minimum: at once', 0, 0, SET, false, 'allowed'],
  ['2 days less a millisecond', 2, 0, SET + 2 * DAY - 1, false, 'password.too_new'],
  ['2 days', 2, 0, SET + 2 * DAY, false, 'allowed'],
  ['998 days less a millisecond', 998, 999, SET + 998 * DAY - 1, false, 'password.too_new'],
  ['998 days', 998, 999, SET + 998 * DAY, false, 'allowed'],
  ['asked for by an administrator: never too early', 998, 0, SET, true, 'allowed'],
  ['ended: never too early', 1, 2, SET + 2 * DAY, false, 'allowed'],
  ['a clock set back 3 hours: no longer than the setting', 1, 0, SET - 3 * 3_600_000, false, 'password.too_new'],
  ['a clock set on 2 days', 2, 0, SET + 2 * DAY, false, 'allowed'],
];
for (const [title, min, max, now, mustChange, expected] of change) {
  test(`changes: ${title}: ${expected}`, () => assert.equal(codeOf(decidePasswordChange(policyOf(min, max), { now, setAt: SET, mustChange })), expected));
}

test('too early: the first instant it is allowed is told, and not put off by a clock that was set back', () => {
  const told = [SET, SET - 3 * 3_600_000].map((now) => decidePasswordChange(policyOf(1, 0), { now, setAt: SET, mustChange: false }));
  assert.deepEqual(told.map((decision) => (decision.allowed ? null : decision.facts['from'])), ['2026-11-24 08:00 UTC', '2026-11-24 05:00 UTC']);
});

test('the end of a password is its age after it was chosen; none without a maximum', () => {
  assert.deepEqual([passwordEndsAt(policyOf(0, 0), SET), passwordEndsAt(policyOf(0, 7), SET)], [null, SET + 7 * DAY]);
});
