// Tests of a session's limits, both sides of each edge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Policy, effective } from '../effective.ts';
import { decideSession } from './session.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = 1_700_000_000_000;
const policyOf = (idle: number, absolute: number): Policy =>
  effective({ version: 1, module: { 'session.idle_timeout_minutes': { value: idle }, 'session.absolute_hours': { value: absolute } } });

interface Row { title: string; idle?: number; absolute?: number; now: number; lastInputAt?: number; ended?: boolean; expected: string }
const rows: Row[] = [
  { title: 'at its start', now: start, expected: 'allowed' },
  { title: 'one millisecond before the idle limit', now: start + 30 * MINUTE - 1, expected: 'allowed' },
  { title: 'at the idle limit', now: start + 30 * MINUTE, expected: 'session.idle' },
  { title: 'input moves the idle limit', now: start + 59 * MINUTE, lastInputAt: start + 30 * MINUTE, expected: 'allowed' },
  { title: 'input does not move the absolute limit', now: start + 12 * HOUR, lastInputAt: start + 12 * HOUR - 1, expected: 'session.absolute' },
  { title: 'one millisecond before the absolute limit', now: start + 12 * HOUR - 1, lastInputAt: start + 12 * HOUR - 2, expected: 'allowed' },
  { title: 'idle off, one millisecond before the absolute limit', idle: 0, now: start + 12 * HOUR - 1, expected: 'allowed' },
  { title: 'idle off, at the absolute limit', idle: 0, now: start + 12 * HOUR, expected: 'session.absolute' },
  { title: 'both passed, idle first', now: start + 24 * HOUR, expected: 'session.idle' },
  { title: 'both passed, absolute first', idle: 1_440, absolute: 1, now: start + 48 * HOUR, expected: 'session.absolute' },
  { title: 'a lowered limit takes effect on a live session', idle: 1, now: start + 2 * MINUTE, expected: 'session.idle' },
  { title: 'ended while within all limits', now: start, ended: true, expected: 'session.ended' },
  { title: 'begun on a node whose clock is a minute ahead', now: start - MINUTE, expected: 'allowed' },
  { title: 'begun in the future: the clock was set back', now: start - MINUTE - 1, expected: 'session.absolute' },
  { title: 'the clock was set back by three hours', now: start - 3 * HOUR, expected: 'session.absolute' },
  { title: 'used on a node whose clock is a minute ahead', now: start + HOUR, lastInputAt: start + HOUR + MINUTE, expected: 'allowed' },
  { title: 'used in the future', now: start + HOUR, lastInputAt: start + HOUR + MINUTE + 1, expected: 'session.idle' },
  { title: 'the clock jumped two days ahead', now: start + 48 * HOUR, expected: 'session.idle' },
  { title: 'a last input that is no number', now: start, lastInputAt: NaN, expected: 'session.absolute' },
  { title: 'a clock that is no number', now: NaN, expected: 'session.idle' },
];
for (const { title, idle = 30, absolute = 12, now, lastInputAt = start, ended = false, expected } of rows) {
  test(`${title}: ${expected}`, () => {
    const decision = decideSession(policyOf(idle, absolute), { now, createdAt: start, lastInputAt, ended });
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
  });
}

test('the denial names its setting', () => {
  const denial = decideSession(policyOf(30, 12), { now: start + HOUR, createdAt: start, lastInputAt: start, ended: false });
  assert.ok(!denial.allowed && denial.setting === 'session.idle_timeout_minutes');
  const over = decideSession(policyOf(0, 12), { now: start + 12 * HOUR, createdAt: start, lastInputAt: start, ended: false });
  assert.ok(!over.allowed && over.setting === 'session.absolute_hours');
});
