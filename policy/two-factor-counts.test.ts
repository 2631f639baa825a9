// The tally of the two-factor page equals what the door decides for each person, for any people, list and mode.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatAddress, parseAddress } from './address.ts';
import { decideManagementAccess } from './decide/management-access.ts';
import { type Policy, effective } from './effective.ts';
import { COLUMNS, countTwoFactor, MODES, type SeenPerson } from './two-factor-counts.ts';

const policyOf = (mode: string, state: string, entries = '203.0.113.0/24\n2001:db8::/32'): Policy =>
  effective({ version: 1, module: { 'two_factor.mode': { value: mode }, 'management.allowlist': { value: { state, entries } } } });

const people = fc.array(
  fc.record({
    admin: fc.boolean(),
    remoteAccess: fc.boolean(),
    hasFactor: fc.boolean(),
    seen: fc.boolean(),
    address: fc.constantFrom('203.0.113.9', '203.0.114.0', '2001:db8::7', '2001:db9::', '::ffff:203.0.113.1', null).map((text) => (text === null ? null : parseAddress(text)!)),
  }).map((one): SeenPerson => ({ ...one, remoteAccess: one.admin || one.remoteAccess, id: '', name: '' })),
  { maxLength: 30 },
).map((list) => list.map((one, n): SeenPerson => ({ ...one, id: `agt_${n}`, name: `Person ${n}` })));

/** What the workspace door says to this person after the right password, and after a code where it asks for one. */
function atTheDoor(policy: Policy, person: SeenPerson): string {
  const facts = { address: person.address, admin: person.admin, remoteAccess: person.remoteAccess, exempt: false };
  const first = decideManagementAccess(policy, { ...facts, proven: 'password' });
  if (first.allowed) return 'password';
  if (first.code !== 'second_factor.required') return 'denied';
  assert.ok(decideManagementAccess(policy, { ...facts, proven: 'password+code' }).allowed);
  if (person.hasFactor) return 'code';
  const listed = policy.values['management.allowlist'].state === 'only' && person.address !== null && policy.sets['management.allowlist']!.containsText(formatAddress(person.address));
  return listed ? 'enrol' : 'stuck';
}

test('the counts are what the door decides, person by person', () => {
  fc.assert(fc.property(people, fc.constantFrom(...MODES), fc.constantFrom('any', 'only'), (list, mode, state) => {
    const policy = policyOf(mode, state);
    const counts = countTwoFactor(policy, list);
    const met = list.filter(({ seen }) => seen).map((person) => [atTheDoor(policy, person), person.id] as const);
    for (const outcome of ['password', 'code', 'enrol', 'stuck', 'denied'] as const) {
      const theirs = met.filter(([one]) => one === outcome).map(([, id]) => id);
      assert.equal(counts.outcomes[outcome], theirs.length, outcome);
      if (outcome === 'denied' || outcome === 'stuck' || outcome === 'enrol') assert.deepEqual(counts[outcome].map(({ id }) => id), theirs);
    }
    assert.equal(COLUMNS.reduce((sum, column) => sum + counts.columns[column], 0) + counts.neverSeen.length, list.length);
    assert.deepEqual(counts.withoutFactor.map(({ id }) => id), list.filter(({ hasFactor }) => !hasFactor).map(({ id }) => id));
  }));
});

test('each column counts who stands in it, and the table asks what SETTINGS.md draws', () => {
  const one = (id: string, address: string | null, admin = false, remoteAccess = false): SeenPerson => ({ id, name: id, admin, remoteAccess: admin || remoteAccess, hasFactor: true, seen: true, address: address === null ? null : parseAddress(address)! });
  const counts = countTwoFactor(policyOf('remote_only', 'only'), [one('in', '203.0.113.9'), one('admin', '192.0.2.1', true), one('remote', '192.0.2.1', false, true), one('other', '192.0.2.1'), one('unknown', null)]);
  assert.deepEqual(counts.columns, { inside: 1, outside_admin: 1, outside_remote: 1, outside_other: 2 });
  assert.deepEqual(counts.denied.map(({ id }) => id), ['other', 'unknown']);
  assert.deepEqual(counts.asks, {
    off: { inside: 'password', outside_admin: 'denied', outside_remote: 'denied', outside_other: 'denied' },
    remote_only: { inside: 'password', outside_admin: 'password+code', outside_remote: 'password+code', outside_other: 'denied' },
    on: { inside: 'password+code', outside_admin: 'password+code', outside_remote: 'password+code', outside_other: 'denied' },
  });
});

test('a list that is open puts everybody inside', () => {
  const anybody: SeenPerson = { id: 'a', name: 'a', admin: false, remoteAccess: false, hasFactor: false, seen: true, address: null };
  assert.deepEqual(countTwoFactor(policyOf('remote_only', 'any'), [anybody]).outcomes, { password: 1, code: 0, enrol: 0, stuck: 0, denied: 0 });
  assert.deepEqual(countTwoFactor(policyOf('on', 'any'), [anybody]).outcomes, { password: 0, code: 0, enrol: 0, stuck: 1, denied: 0 });
});
