// A trusted device stands in for a code exactly as long as the setting of the present day says.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { effective } from '../effective.ts';
import { decideTrustedDevice, trustEndsAt } from './trusted-device.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const DAY = 86_400_000;
const policyOf = (days: number) => effective({ version: 1, module: { 'two_factor.trust_days': { value: days } } });

describe('two_factor.trust_days', () => {
  // title, days, trusted at, allowed
  const rows: [string, number, number | null, boolean][] = [
    ['nobody trusted it', 30, null, false],
    ['just trusted', 30, NOW, true],
    ['one millisecond before the end', 30, NOW - 30 * DAY + 1, true],
    ['at the end', 30, NOW - 30 * DAY, false],
    ['the setting is 0', 0, NOW, false],
    ['trusted long ago, under the longest setting', 90, NOW - 90 * DAY + 1, true],
    ['trusted in the future: the clock was set back', 30, NOW + 1, false],
    ['an instant that is no number', 30, Number.NaN, false],
  ];
  for (const [title, days, trustedAt, allowed] of rows) {
    it(`${title}: ${allowed ? 'no code' : 'a code'}`, () => {
      const decision = decideTrustedDevice(policyOf(days), { now: NOW, trustedAt });
      assert.equal(decision.allowed, allowed);
      if (!decision.allowed) assert.deepEqual([decision.code, decision.setting], ['second_factor.required', 'two_factor.trust_days']);
    });
  }

  it('a lowered setting holds for devices trusted before', () => {
    const trustedAt = NOW - 10 * DAY;
    assert.equal(decideTrustedDevice(policyOf(30), { now: NOW, trustedAt }).allowed, true);
    assert.equal(decideTrustedDevice(policyOf(10), { now: NOW, trustedAt }).allowed, false);
    assert.equal(trustEndsAt(policyOf(10), trustedAt), NOW);
  });
});
