// Tests of the catalogue as a whole: complete, in words, with bounds and defaults as SETTINGS.md gives them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue, isKey, keys, settingOf, tabs } from './catalogue.ts';
import { notEnforced } from './not-enforced.ts';
import { policySchema } from './schema.ts';
import { setting } from './setting.ts';
import { flag } from './kinds/flag.ts';

/** Permanent keys with their scope and default: changing one breaks stored policies, so it must be changed here too. */
const pinned: [key: string, scope: string, standard: unknown][] = [
  ['management.allowlist', 'brand', { state: 'any', entries: [] }],
  ['api.allowlist', 'brand', { state: 'any', entries: [] }],
  ['api.authentication_mode', 'brand', 'header'],
  ['mail.customer_details', 'channel', false],
  ['frame.allowed_origins', 'brand', { state: 'none', entries: [] }],
  ['transfer.addresses', 'channel', { state: 'any', entries: [] }],
  ['mail.blocked_addresses', 'brand', { state: 'none', entries: [] }],
  ['two_factor.mode', 'brand', 'remote_only'],
  ['two_factor.enrol_by', 'brand', null],
  ['two_factor.trust_days', 'brand', 0],
  ['password.min_length', 'brand', 15],
  ['password.breach_lookup', 'brand', false],
  ['password.reset_without_otp', 'brand', false],
  ['password.min_age_days', 'brand', 0],
  ['password.max_age_days', 'brand', 0],
  ['password.history', 'brand', 5],
  ['session.idle_timeout_minutes', 'brand', 30],
  ['session.absolute_hours', 'brand', 12],
  ['ticket.lifetime_seconds', 'channel', 60],
  ['ticket.session_minutes', 'channel', 60],
  ['upload.customer.enabled', 'channel', true],
  ['upload.customer.types', 'channel', ['jpeg', 'png', 'webp', 'gif', 'pdf', 'txt']],
  ['upload.agent.enabled', 'channel', true],
  ['upload.agent.types', 'channel', ['jpeg', 'png', 'webp', 'gif', 'pdf', 'txt', 'docx', 'xlsx', 'pptx', 'csv', 'mp3', 'mp4']],
  ['upload.strip_metadata', 'channel', true],
  ['upload.max_bytes', 'channel', 20_971_520],
  ['media.enforce_access', 'channel', true],
  ['channel.site_origins', 'channel', { state: 'none', entries: [] }],
  ['retention.open_days', 'brand', 0],
  ['retention.solved_days', 'brand', 0],
  ['retention.archived_days', 'brand', 0],
  ['policy.second_person', 'brand', 'off'],
];

test('every setting is there once, with its scope and default', () => {
  assert.deepEqual(keys.map((key) => [key, catalogue[key].scope, catalogue[key].default]), pinned);
  assert.equal(new Set(keys).size, keys.length);
});

/** The edges of each number, from SETTINGS.md. */
const bounds: [key: string, min: number, max: number][] = [
  ['two_factor.trust_days', 0, 90],
  ['password.min_length', 12, 64],
  ['password.min_age_days', 0, 998],
  ['password.max_age_days', 0, 999],
  ['password.history', 0, 24],
  ['session.idle_timeout_minutes', 0, 1_440],
  ['session.absolute_hours', 1, 720],
  ['ticket.lifetime_seconds', 10, 86_400],
  ['ticket.session_minutes', 5, 1_440],
  ['upload.max_bytes', 1, 20_971_520],
];
for (const [key, min, max] of bounds) {
  test(`${key} goes from ${min} to ${max}`, () => {
    assert.ok(isKey(key));
    const { kind, label } = settingOf(key);
    const accepts = [min - 1, min, max, max + 1].map((value) => kind.parse(value, label, key).ok);
    assert.deepEqual(accepts, [false, true, true, false]);
  });
}

/** For each setting a tighter and a looser value: a wrong direction would let a locked value be loosened. */
const only = (...entries: string[]): unknown => ({ state: 'only', entries });
const directions: [key: string, tighter: unknown, looser: unknown][] = [
  ['management.allowlist', only('10.0.0.1'), { state: 'any' }],
  ['api.allowlist', { state: 'none' }, only('10.0.0.1')],
  ['api.authentication_mode', 'exchange', 'query'],
  ['api.authentication_mode', 'header', 'header_or_query'],
  ['mail.customer_details', false, true],
  ['frame.allowed_origins', { state: 'none' }, only('https://a.example')],
  ['transfer.addresses', only('@a.example'), { state: 'any' }],
  ['mail.blocked_addresses', only('@a.example'), { state: 'none' }],
  ['two_factor.mode', 'on', 'remote_only'],
  ['two_factor.mode', 'off', 'remote_only'],
  ['two_factor.enrol_by', '2027-01-01', null],
  ['two_factor.trust_days', 0, 90],
  ['password.min_length', 16, 15],
  ['password.breach_lookup', true, false],
  ['password.reset_without_otp', false, true],
  ['password.min_age_days', 1, 0],
  ['password.max_age_days', 999, 0],
  ['password.history', 24, 0],
  ['session.idle_timeout_minutes', 1_440, 0],
  ['session.idle_timeout_minutes', 1, 2],
  ['session.absolute_hours', 1, 2],
  ['ticket.lifetime_seconds', 10, 11],
  ['ticket.session_minutes', 5, 6],
  ['upload.customer.enabled', false, true],
  ['upload.customer.types', [], ['png']],
  ['upload.agent.enabled', false, true],
  ['upload.agent.types', ['png'], ['png', 'pdf']],
  ['upload.strip_metadata', true, false],
  ['upload.max_bytes', 1, 2],
  ['media.enforce_access', true, false],
  ['channel.site_origins', { state: 'none' }, only('https://a.example')],
  ['retention.open_days', 3_650, 0],
  ['retention.solved_days', 1, 2],
  ['retention.archived_days', 1, 2],
  ['policy.second_person', 'guarded', 'off'],
  ['policy.second_person', 'all', 'guarded'],
];
test('every setting knows which of two values is tighter', () => {
  for (const [key, tighter, looser] of directions) {
    assert.ok(isKey(key));
    const { kind, label } = settingOf(key);
    const [a, b] = [tighter, looser].map((value) => {
      const read = kind.parse(value, label, key);
      assert.ok(read.ok, key);
      return read.value;
    });
    const compare = kind.compare as (x: unknown, y: unknown) => string;
    assert.deepEqual([compare(a, b), compare(b, a)], ['tighter', 'looser'], key);
  }
  assert.deepEqual(new Set(directions.map(([key]) => key)), new Set(keys));
});

test('every setting says what it is: label, one sentence of help, at least one door', () => {
  for (const key of keys) {
    const { label, help, doors, tab } = catalogue[key];
    assert.match(label, /^\p{Lu}.*[^.]$/u, key);
    assert.match(help, /^\p{Lu}[^.]*(?:\d\.\d[^.]*)*\.$/u, `${key}: ${help}`);
    assert.ok(doors.length > 0, key);
    assert.ok(tabs.some((one) => one.id === tab && one.keys.includes(key)), key);
  }
  assert.equal(new Set(keys.map((key) => catalogue[key].label)).size, keys.length);
});

test('a default prints, reads back and equals itself', () => {
  for (const key of keys) {
    const { kind, label, default: standard } = settingOf(key);
    const read = kind.parse(JSON.parse(JSON.stringify(standard)), label, key);
    assert.ok(read.ok);
    assert.deepEqual(read.value, standard);
    assert.notEqual((kind.print as (value: unknown) => string)(standard), '');
    assert.equal((kind.compare as (a: unknown, b: unknown) => string)(standard, read.value), 'equal');
  }
});

test('the catalogue is frozen, and a key of the prototype is no key', () => {
  assert.ok(Object.isFrozen(catalogue) && keys.every((key) => Object.isFrozen(catalogue[key]) && Object.isFrozen(catalogue[key].kind)));
  for (const text of ['__proto__', 'constructor', 'toString', '']) assert.equal(isKey(text), false);
});

test('what is on the list of settings that do not hold yet is a setting; that the others hold is a house rule', () => {
  assert.ok(Object.keys(notEnforced).every(isKey));
});

test('a channel-scoped setting is of a kind whose values can always be narrowed', () => {
  for (const key of keys) if (catalogue[key].scope === 'channel') assert.notEqual(catalogue[key].kind.name, 'choice', key);
});

test('a default that its kind refuses does not load', () => {
  assert.throws(() => setting({ kind: flag({ tighterIs: 'on' }), default: 1 as never, label: 'X', help: '', scope: 'brand', doors: [] }), /X must be true or false, not 1/);
});

test('the schema names every setting and nothing else', () => {
  const schema = policySchema();
  assert.deepEqual(Object.keys(schema['properties'] as object), [...keys]);
  assert.equal(schema['additionalProperties'], false);
  assert.deepEqual((schema['properties'] as Record<string, unknown>)['session.absolute_hours'], {
    title: 'Longest session',
    description: catalogue['session.absolute_hours'].help,
    type: 'integer',
    minimum: 1,
    maximum: 720,
    default: 12,
  });
});
