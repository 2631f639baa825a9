// The last second factor: of whom it may be removed, over modes, lists and days of enrolment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective, type Policy } from '../effective.ts';
import { decideFactorRemoval } from './factor-removal.ts';

const policyOf = (mode: string, state: string, enrolBy: string | null = null): Policy =>
  effective({ version: 1, module: { 'two_factor.mode': { value: mode }, 'management.allowlist': { value: { state, entries: '203.0.113.0/24' } }, ...(enrolBy === null ? {} : { 'two_factor.enrol_by': { value: enrolBy } }) } });

const people = { admin: { admin: true, remoteAccess: false }, remote: { admin: false, remoteAccess: true }, other: { admin: false, remoteAccess: false } };

// mode, list, enrolment day, who is kept
const rows: [string, string, string | null, string][] = [
  ['off', 'any', null, ''],
  ['off', 'only', null, ''],
  ['remote_only', 'any', null, ''],
  ['remote_only', 'only', null, 'admin remote'],
  ['on', 'any', null, 'admin remote other'],
  ['on', 'only', null, 'admin remote other'],
  ['off', 'any', '2027-01-01', 'admin remote other'],
];
for (const [mode, list, day, kept] of rows) {
  test(`mode ${mode}, list ${list}${day === null ? '' : ', with a day of enrolment'}: the last one stays of: ${kept || 'nobody'}`, () => {
    for (const [who, person] of Object.entries(people)) {
      const decision = decideFactorRemoval(policyOf(mode, list, day), { ...person, others: 0 });
      assert.equal(decision.allowed ? '' : decision.code, kept.split(' ').includes(who) ? 'factor.needed' : '', who);
      assert.equal(decideFactorRemoval(policyOf(mode, list, day), { ...person, others: 1 }).allowed, true, 'another one stays');
    }
  });
}
