// Tests of the key that is offered for a mistyped one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestKey, nearestOf } from './nearest-key.ts';

const rows: [typed: string, expected: string | undefined][] = [
  ['session.idle_timeout_minute', 'session.idle_timeout_minutes'],
  ['Session.Idle-Timeout-Minutes', 'session.idle_timeout_minutes'],
  ['managment.alowlist', 'management.allowlist'],
  ['password.min_lenght', 'password.min_length'],
  ['theme', undefined],
  ['', undefined],
  ['__proto__', undefined],
  ['x'.repeat(100_000), undefined],
];
test('of other words too, with hyphens as they are written', () => {
  assert.equal(nearestOf('managment_access', ['session', 'management-access']), 'management-access');
  assert.equal(nearestOf('weather', ['session', 'upload']), undefined);
});

for (const [typed, expected] of rows) test(`for ${typed.slice(0, 30)} it offers ${expected}`, () => assert.equal(nearestKey(typed), expected));
