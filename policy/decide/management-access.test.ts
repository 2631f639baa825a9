// Tests of the management door: the whole table of the two-factor module, for every person, place, mode and proof.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../address.ts';
import { type Policy, effective } from '../effective.ts';
import { type Proof, decideManagementAccess, signInNeeds } from './management-access.ts';

const policyOf = (mode: string, state = 'only'): Policy =>
  effective({ version: 1, module: { 'two_factor.mode': { value: mode }, 'management.allowlist': { value: { state, entries: '203.0.113.0/24\n2001:db8::/32' } } } });

const people = {
  admin: { admin: true, remoteAccess: false },
  'agent with remote access': { admin: false, remoteAccess: true },
  'other agent': { admin: false, remoteAccess: false },
};
type Person = keyof typeof people;
const everyone = Object.keys(people) as Person[];

/** SETTINGS.md, `two_factor.mode`: what is asked inside, and outside of each person. */
const table: [mode: string, inside: string, outside: Record<Person, string>][] = [
  ['off', 'password', { admin: 'denied', 'agent with remote access': 'denied', 'other agent': 'denied' }],
  ['remote_only', 'password', { admin: 'password+code', 'agent with remote access': 'password+code', 'other agent': 'denied' }],
  ['on', 'password+code', { admin: 'password+code', 'agent with remote access': 'password+code', 'other agent': 'denied' }],
];
/** What each proof is told where so much is asked. */
const answers: Record<string, Record<Proof, string>> = {
  password: { password: 'allowed', 'password+code': 'allowed', host: 'allowed' },
  'password+code': { password: 'second_factor.required', 'password+code': 'allowed', host: 'second_factor.required' },
  denied: { password: 'network.not_allowed', 'password+code': 'network.not_allowed', host: 'network.not_allowed' },
};
const places: [address: string, inside: boolean][] = [
  ['203.0.113.0', true],
  ['203.0.113.255', true],
  ['203.0.112.255', false],
  ['203.0.114.0', false],
  ['::ffff:203.0.113.9', true],
  ['2001:db8::', true],
  ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', true],
  ['2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', false],
  ['2001:db9::', false],
];

for (const [mode, whenInside, whenOutside] of table) {
  for (const person of everyone) {
    for (const [text, inside] of places) {
      const needs = inside ? whenInside : whenOutside[person];
      test(`mode ${mode}, ${person} at ${text}: ${needs}`, () => {
        const facts = { address: parseAddress(text)!, ...people[person], exempt: false };
        assert.equal(signInNeeds(policyOf(mode), facts), needs);
        for (const proven of ['password', 'password+code', 'host'] as const) {
          const decision = decideManagementAccess(policyOf(mode), { ...facts, proven });
          assert.equal(decision.allowed ? 'allowed' : decision.code, answers[needs]![proven]);
        }
      });
    }
    test(`mode ${mode}, ${person}, with the list on "any": inside from everywhere, also when the address is unknown`, () => {
      for (const address of [null, parseAddress('198.51.100.1')!]) assert.equal(signInNeeds(policyOf(mode, 'any'), { address, ...people[person], exempt: false }), whenInside);
    });
    test(`mode ${mode}, ${person}, address unknown: outside, with a reason of its own`, () => {
      const decision = decideManagementAccess(policyOf(mode), { address: null, ...people[person], exempt: false, proven: 'password' });
      const expected = whenOutside[person] === 'denied' ? 'network.client_unknown' : 'second_factor.required';
      assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
    });
    test(`mode ${mode}, ${person}, exempt by the host: allowed from everywhere`, () => {
      const facts = { address: parseAddress('198.51.100.1')!, ...people[person], exempt: true };
      assert.equal(signInNeeds(policyOf(mode), facts), 'password');
      assert.equal(decideManagementAccess(policyOf(mode), { ...facts, proven: 'host' }).allowed, true);
    });
  }
}

test('the denial names the setting and the facts, and nothing is made for a yes', () => {
  const facts = { address: parseAddress('198.51.100.1')!, ...people['other agent'], exempt: false, proven: 'password' } as const;
  const denial = decideManagementAccess(policyOf('remote_only'), facts);
  assert.ok(!denial.allowed);
  assert.equal(denial.setting, 'management.allowlist');
  assert.deepEqual(denial.facts, { address: '198.51.100.1', inside: false, mode: 'remote_only', admin: false, remoteAccess: false, proven: 'password' });
  const asked = decideManagementAccess(policyOf('on'), { ...facts, admin: true });
  assert.ok(!asked.allowed && asked.setting === 'two_factor.mode');
  const inside = { ...facts, inside: true };
  assert.equal(decideManagementAccess(policyOf('off'), inside), decideManagementAccess(policyOf('off'), inside));
});
