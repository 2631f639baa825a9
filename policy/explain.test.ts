// Why a question is decided so: the settings that were looked at, and changes that lead to the other answer, each tried on the decision itself.
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { isKey, type Key, keys } from './catalogue.ts';
import { effective, type PolicySources, type Stored } from './effective.ts';
import { explain, type Ground, traced, type Way } from './explain.ts';
import { wholeFacts } from './fact-words.ts';
import { askAgain, isQuestion, type QuestionName, questions } from './questions.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const only = (...entries: string[]) => ({ state: 'only', entries });
const stored = (values: Readonly<Record<string, unknown>>, locked: readonly string[] = []): Record<string, Stored> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, locked: locked.includes(key) }]));

function ground(values: Readonly<Record<string, unknown>>, { channel, locked = [], pinned = {} }: { channel?: Readonly<Record<string, unknown>>; locked?: readonly string[]; pinned?: Readonly<Record<string, unknown>> } = {}): Ground {
  const sources: PolicySources = { version: 1, module: stored(values, locked), pinned };
  const wide = effective(sources);
  return channel === undefined ? { policy: wide, wide, own: null } : { policy: effective({ ...sources, channel: stored(channel) }), wide, own: stored(channel) };
}

const asked = (name: QuestionName, facts: object = {}) => wholeFacts(name, NOW, facts as Record<string, unknown>);
const said = ({ steps }: Way) => steps.map(({ key, place, words }) => `${place} ${key}: ${words}`).join(' + ');
const waysOf = (name: QuestionName, on: Ground, facts: object) => explain(name, on, asked(name, facts)).ways.map(said);

describe('what would have to change', () => {
  it('adds the address to the list, or opens it', () => {
    assert.deepEqual(waysOf('api-access', ground({ 'api.allowlist': only('192.0.2.0/24') }), { address: '198.51.100.7' }), [
      'brand api.allowlist: Add 198.51.100.7 to the list', 'brand api.allowlist: Set it to: Any address may call the API (1 entry kept)',
    ]);
  });
  it('takes an address off that a network holds, or closes the list', () => {
    assert.deepEqual(waysOf('api-access', ground({ 'api.allowlist': only('192.0.2.0/24', '198.51.100.0/24') }), { address: '198.51.100.7' }), [
      'brand api.allowlist: Take 198.51.100.0/24 off the list', 'brand api.allowlist: Set it to: No address may call the API (2 entries kept)',
    ]);
  });
  it('names a list of others where nothing would be left in it', () => {
    assert.deepEqual(waysOf('management-access', ground({ 'management.allowlist': only('192.0.2.0/24'), 'two_factor.mode': 'on' }), { address: '192.0.2.9', proven: 'password+code', admin: false })[0], 'brand management.allowlist: Name who is meant in the list, and not 192.0.2.9');
  });
  it('raises a limit just as far as needed', () => {
    assert.deepEqual(waysOf('session', ground({ 'session.idle_timeout_minutes': 30 }), { lastInputAt: NOW - 45 * 60_000 }), [
      'brand session.idle_timeout_minutes: Raise it to 46 minutes or more', 'brand session.idle_timeout_minutes: Set it to 0 (Off)',
    ]);
  });
  it('names several changes where one is not enough', () => {
    const on = ground({ 'transfer.addresses': only('@partner.example'), 'mail.customer_details': false, 'mail.blocked_addresses': only('claims@other.example') });
    assert.deepEqual(waysOf('outbound-mail', on, { recipients: ['claims@other.example'], details: true }), [
      'brand mail.blocked_addresses: Set it to: No address is blocked (1 entry kept) + brand transfer.addresses: Add claims@other.example to the list + brand mail.customer_details: Switch it on',
    ]);
  });
  it('says nothing where no setting decides', () => {
    const told = explain('media', ground({}), asked('media', { there: false }));
    assert.deepEqual([told.decision.allowed, told.read, told.ways], [false, [], []]);
  });
});

describe('where it would have to change', () => {
  const two = { recipients: ['a@other.example'] };
  const here = { 'transfer.addresses': only('@partner.example') };
  it('in the channel that has a value of its own', () => {
    assert.deepEqual(waysOf('outbound-mail', ground({}, { channel: here }), two)[0], 'channel transfer.addresses: Add a@other.example to the list');
  });
  it('in the channel or for all where it inherits', () => {
    const ways = waysOf('outbound-mail', ground(here, { channel: {} }), two);
    assert.deepEqual(ways.map((one) => one.split(' ')[0]), ['channel', 'channel', 'brand', 'brand']);
  });
  it('never in the channel where the lock holds it back', () => {
    const ways = explain('outbound-mail', ground(here, { channel: {}, locked: ['transfer.addresses'] }), asked('outbound-mail', two)).ways;
    assert.deepEqual([...new Set(ways.flatMap(({ steps }) => steps.map(({ place }) => place)))], ['brand']);
  });
  it('in the policy file that pins it', () => {
    assert.deepEqual(waysOf('api-access', ground({}, { pinned: { 'api.allowlist': only('192.0.2.1') } }), { address: '198.51.100.7' })[0], 'file api.allowlist: Add 198.51.100.7 to the list');
  });
});

const lists = fc.constantFrom({ state: 'any', entries: [] }, only('192.0.2.0/24'), only('198.51.100.7', '203.0.113.0/24'));
const anyGround = fc.record({
  'management.allowlist': lists, 'api.allowlist': lists, 'two_factor.mode': fc.constantFrom('off', 'remote_only', 'on'), 'session.idle_timeout_minutes': fc.integer({ min: 0, max: 1_440 }),
  'session.absolute_hours': fc.integer({ min: 1, max: 720 }), 'ticket.lifetime_seconds': fc.integer({ min: 10, max: 86_400 }), 'api.authentication_mode': fc.constantFrom('header', 'header_or_query', 'query', 'exchange'),
  'password.max_age_days': fc.integer({ min: 0, max: 999 }), 'two_factor.enrol_by': fc.constantFrom(null, '2026-01-01', '2027-01-01'), 'media.enforce_access': fc.boolean(), 'mail.customer_details': fc.boolean(),
  'transfer.addresses': fc.constantFrom({ state: 'any', entries: [] }, { state: 'none', entries: [] }, only('@partner.example'), only('@*.example')),
}).map((values) => ground(values));
const anyAsked = fc.constantFrom(...(Object.keys(questions) as QuestionName[])).chain((name) => {
  const usual = wholeFacts(name, NOW);
  const vary = (fact: string, value: unknown): fc.Arbitrary<unknown> => {
    if (fact === 'address') return fc.constantFrom('192.0.2.9', '198.51.100.7', '2001:db8::1', null);
    if (typeof value === 'boolean') return fc.boolean();
    if (typeof value === 'number' && value > 1e11 && fact !== 'now') return fc.integer({ min: 0, max: 1_000 }).map((hours) => value - hours * 3_600_000);
    return fc.constant(value);
  };
  return fc.record(Object.fromEntries(Object.entries(usual).map(([fact, value]) => [fact, vary(fact, value)]))).map((facts) => ({ name, facts }));
});

test('every way leads to what it says when it is gone; settings that were not looked at change nothing, whatever they are', () => {
  fc.assert(fc.property(anyGround, anyGround, anyAsked, (on, other, { name, facts }) => {
    const { decision, read, ways } = explain(name, on, facts);
    assert.deepEqual(decision, askAgain(name, on.policy, facts));
    const unread = Object.fromEntries(keys.map((key) => [key, (read.includes(key) ? on : other).policy.values[key]]));
    assert.deepEqual(askAgain(name, effective({ version: 1, module: stored(unread) }), facts), decision);
    for (const { steps, decision: then } of ways) {
      const values: Record<string, unknown> = { ...on.policy.values };
      for (const { key, after } of steps) values[key] = after;
      const next = effective({ version: 1, module: stored(values) });
      assert.notEqual(then.allowed, decision.allowed);
      assert.deepEqual(askAgain(name, next, facts), then, steps.map(({ words }) => words).join());
      assert.ok(steps.every(({ key }) => read.includes(key)) || steps.length > 1);
    }
  }), { numRuns: 300 });
});

test('a decision looks at the same settings as are traced: each question of the table is asked', () => {
  for (const name of Object.keys(questions)) {
    assert.ok(isQuestion(name));
    const { read } = traced(name, effective({ version: 1, module: {} }), wholeFacts(name, NOW));
    assert.ok(read.every((key: Key) => isKey(key) && keys.includes(key)), name);
  }
});
