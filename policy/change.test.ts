// Tests of a proposed change: all faults at once, nothing in part, rules on the whole next policy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Proposal, proposeChange } from './change.ts';
import { keys, settingOf } from './catalogue.ts';
import type { Stored } from './effective.ts';
import { notEnforced } from './not-enforced.ts';

/** Settings whose door is not built yet: one of them, while there is any. */
const LATER = keys.filter((key) => notEnforced[key] !== undefined).slice(0, 1);

const accepted = (current: Record<string, Stored>, patch: unknown): Extract<Proposal, { ok: true }> => {
  const proposal = proposeChange(current, patch, { version: 7, setBy: 'a1', setAt: 5 });
  assert.ok(proposal.ok, JSON.stringify(proposal));
  return proposal;
};
const faults = (current: Record<string, Stored>, patch: unknown): [path: string, code: string][] => {
  const proposal = proposeChange(current, patch);
  assert.ok(!proposal.ok, 'it was accepted');
  return proposal.faults.map((one) => [one.path, one.code]);
};

test('a change gives the next values, what changed, its direction and the next policy', () => {
  const { next, changed, policy } = accepted({ 'session.absolute_hours': { value: 8 } }, { 'session.idle_timeout_minutes': 10, 'session.absolute_hours': 8 });
  assert.deepEqual(next, { 'session.absolute_hours': { value: 8 }, 'session.idle_timeout_minutes': { value: 10, setBy: 'a1', setAt: 5 } });
  assert.deepEqual(changed, [{ key: 'session.idle_timeout_minutes', before: 30, after: 10, beforeText: '30 minutes', afterText: '10 minutes', direction: 'tighter' }]);
  assert.equal(policy.version, 7);
  assert.equal(policy.values['session.idle_timeout_minutes'], 10);
});

test('a value that stays is no change; a note that changes is one', () => {
  const list = (note?: string): unknown => ({ state: 'only', entries: [{ value: '10.0.0.1', ...(note === undefined ? {} : { note }) }] });
  const current = { 'management.allowlist': { value: list('a') } };
  assert.deepEqual(accepted(current, { 'management.allowlist': list('a') }).changed, []);
  assert.equal(accepted(current, { 'management.allowlist': list('b') }).changed[0]?.direction, 'equal');
});

test('a list given without entries keeps those it has', () => {
  const current = { 'management.allowlist': { value: { state: 'only', entries: '10.0.0.1' } } };
  const { policy } = accepted(current, { 'management.allowlist': { state: 'any' } });
  assert.deepEqual(policy.values['management.allowlist'], { state: 'any', entries: [{ value: '10.0.0.1' }] });
});

test('a lock stays when the value changes', () => {
  assert.equal(accepted({ 'session.absolute_hours': { value: 8, locked: true } }, { 'session.absolute_hours': 9 }).next['session.absolute_hours']?.locked, true);
});

test('all faults are named at once and nothing is taken in part', () => {
  const found = faults({}, {
    'session.absolute_hours': 0,
    'session.idle_timeout_minutes': 20,
    'management.allowlist': { state: 'only', entries: ['10.1', '0.0.0.0/0'] },
    'password.min_length': 14,
    ...Object.fromEntries(LATER.map((key) => [key, 5])),
    'session.idle_timeout': 5,
  });
  assert.deepEqual(found, [
    ['session.absolute_hours', 'number.range'],
    ['management.allowlist/entries/0', 'cidr.short'],
    ['management.allowlist/entries/1', 'cidr.zero_prefix'],
    ...LATER.map((key) => [key, 'setting.not_enforced']),
    ['session.idle_timeout', 'setting.unknown'],
    ['password.min_length', 'rule.short_password_needs_second_factor'],
  ]);
});

test('an unknown key is refused with the nearest name, a hostile one too', () => {
  const proposal = proposeChange({}, { 'session.idle_timeout_minute': 5 });
  assert.ok(!proposal.ok);
  assert.equal(proposal.faults[0]?.offer, 'session.idle_timeout_minutes');
  assert.equal(proposal.faults[0].message, '"session.idle_timeout_minute" must be the key of a setting, not an unknown name (perhaps session.idle_timeout_minutes).');
  assert.deepEqual(faults({}, JSON.parse('{"__proto__":{"two_factor.mode":"off"},"constructor":1}')), [['__proto__', 'setting.unknown'], ['constructor', 'setting.unknown']]);
  assert.equal(faults({}, { ['x'.repeat(100_000)]: 1 })[0]?.[0].length, 100);
});

for (const [title, patch] of [['null', null], ['a list', []], ['a text', 'x'], ['a number', 1]] as const) {
  test(`a patch that is ${title} is refused`, () => assert.deepEqual(faults({}, patch), [['', 'policy.shape']]));
}

for (const key of LATER) {
  test('a setting that is not enforced yet cannot be saved, and says so', () => {
    const proposal = proposeChange({}, { [key]: 1 });
    assert.ok(!proposal.ok);
    assert.equal(proposal.faults[0]?.message, `${settingOf(key).label}: this setting is not enforced yet, so it cannot be saved.`);
  });
}

test('a setting that the policy file fixes cannot be changed', () => {
  const proposal = proposeChange({}, { 'session.absolute_hours': 9 }, { pinned: { 'session.absolute_hours': 4 } });
  assert.ok(!proposal.ok && proposal.faults[0]?.code === 'setting.pinned');
});

test('a rule is judged on the whole next policy, not on the patch alone', () => {
  const current = { 'two_factor.mode': { value: 'on' }, 'password.min_length': { value: 12 } };
  assert.deepEqual(faults(current, { 'two_factor.mode': 'remote_only' }), [['password.min_length', 'rule.short_password_needs_second_factor']]);
  assert.equal(accepted(current, { 'two_factor.mode': 'remote_only', 'password.min_length': 15 }).changed.length, 2);
});

test('a save that leaves "Remote only" without a list is warned of, other saves are not', () => {
  assert.equal(accepted({ 'two_factor.mode': { value: 'on' } }, { 'two_factor.mode': 'remote_only' }).warnings[0]?.key, 'two_factor.mode');
  assert.deepEqual(accepted({}, { 'session.absolute_hours': 9 }).warnings, []);
  assert.deepEqual(accepted({}, { 'management.allowlist': { state: 'only', entries: '10.0.0.1' } }).warnings, []);
});
