// Decision tables of missing second factors: the last day to the millisecond, where a first one may be enrolled, and how long a link works.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from '#policy/address.ts';
import { decideEnrolmentDue, enrolmentEndsAt, enrolmentLinkEndsAt, firstFactorNeeds } from '#policy/decide/enrolment.ts';
import { effective } from '#policy/effective.ts';

const DAY = 86_400_000;
const LAST = Date.UTC(2026, 11, 2) - 1;
const policyOf = (module: Record<string, unknown>) => effective({ version: 1, module: Object.fromEntries(Object.entries(module).map(([key, value]) => [key, { value }])) });
const dated = policyOf({ 'two_factor.enrol_by': '2026-12-01' });
const undated = policyOf({});

describe('decideEnrolmentDue', () => {
  // title, policy, now, has a factor, allowed
  const rows: [string, typeof dated, number, boolean, boolean][] = [
    ['the last millisecond of the date', dated, LAST, false, true],
    ['the first millisecond after it', dated, LAST + 1, false, false],
    ['a year later', dated, LAST + 365 * DAY, false, false],
    ['after it, with a factor', dated, LAST + 1, true, true],
    ['no date', undated, LAST + 365 * DAY, false, true],
  ];
  for (const [title, policy, now, hasFactor, allowed] of rows) {
    it(title, () => {
      const decision = decideEnrolmentDue(policy, { now, hasFactor });
      assert.equal(decision.allowed, allowed);
      if (!decision.allowed) assert.deepEqual([decision.code, decision.setting], ['factor.enrol_required', 'two_factor.enrol_by']);
    });
  }
  it('the day ends at midnight UTC', () => {
    assert.equal(enrolmentEndsAt(dated), LAST + 1);
    assert.equal(enrolmentEndsAt(undated), null);
  });
});

describe('enrolmentLinkEndsAt', () => {
  it('one day, or the end of the last day where that is later', () => {
    const early = LAST - 10 * DAY;
    assert.equal(enrolmentLinkEndsAt(undated, early), early + DAY);
    assert.equal(enrolmentLinkEndsAt(dated, early), LAST + 1);
    assert.equal(enrolmentLinkEndsAt(dated, LAST - 1), LAST - 1 + DAY, 'a link of the last evening still works for a day');
    assert.equal(enrolmentLinkEndsAt(dated, LAST + DAY), LAST + 2 * DAY);
  });
});

describe('firstFactorNeeds', () => {
  const listed = { state: 'only', entries: [{ value: '10.0.0.0/8' }] };
  const inside = parseAddress('10.1.2.3');
  const outside = parseAddress('192.0.2.1');
  // list, mode, inside, what it needs
  const rows: [unknown, string, boolean, string][] = [
    [listed, 'on', true, 'nothing'],
    [listed, 'remote_only', true, 'nothing'],
    [listed, 'remote_only', false, 'link'],
    [listed, 'off', false, 'link'],
    [{ state: 'any' }, 'remote_only', true, 'password'],
    [{ state: 'any' }, 'off', true, 'password'],
    [{ state: 'any' }, 'on', true, 'link'],
  ];
  for (const [list, mode, isInside, needs] of rows) {
    it(`list ${(list as { state: string }).state}, mode ${mode}, ${isInside ? 'inside' : 'outside'}: ${needs}`, () => {
      const policy = policyOf({ 'management.allowlist': list, 'two_factor.mode': mode });
      assert.equal(firstFactorNeeds(policy, (isInside ? inside : outside) ?? null), needs);
    });
  }
});
