// Replay is faithful: facts that were kept lead to the same decision again, equal ones stand for each other, and a draft's difference is counted.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from './address.ts';
import { type Policy, effective } from './effective.ts';
import { askAgain, groupOf, packed, type QuestionName } from './questions.ts';
import { openReplay, type Recorded, UNNOTED } from './replay.ts';
import { anyAsked, anyPolicy, type Asked, DAY, decided, NOW } from '#test/any-policy.ts';

const only = (...values: string[]) => ({ state: 'only', entries: values.map((value) => ({ value })) });

const SPANS: Partial<Record<QuestionName, number>> = { session: 30_000, 'password-due': DAY / 2, ticket: 600, chat: 30_000 };
const codeOf = (policy: Policy, asked: Asked): string | null => {
  const decision = decided(policy, asked);
  return decision.allowed ? null : decision.code;
};
const recorded = (policy: Policy, asked: Asked, more: Partial<Recorded> = {}): Recorded => ({
  question: asked.name, channel: null, subject: { kind: 'agent', id: 'agt_1' }, facts: JSON.stringify(packed(asked.asked)), code: codeOf(policy, asked),
  version: policy.version, count: 1, firstAt: NOW, lastAt: NOW, ...more,
});

/** Decisions, unreadable, not noted, unfaithful: of the policy against itself. */
function tallyOf(policy: Policy, kept: Recorded): number[] {
  const replay = openReplay(() => policy, () => policy);
  replay.add(kept);
  const { decisions, unreadable, unnoted, unfaithful, changed } = replay.tally();
  assert.equal(changed, 0);
  return [decisions, unreadable, unnoted, unfaithful];
}

describe('what was kept', () => {
  it('is decided again as it was, to the letter, by every question', () => {
    fc.assert(fc.property(anyPolicy, anyAsked, (policy, asked) => {
      const kept = recorded(policy, asked);
      assert.deepEqual(askAgain(asked.name, policy, JSON.parse(kept.facts) as Record<string, unknown>), decided(policy, asked));
      assert.deepEqual(tallyOf(policy, kept), [1, 0, 0, 0]);
    }), { numRuns: 1_500 });
  });

  it('stands for everything that counts as the same: no policy tells them apart', () => {
    fc.assert(fc.property(anyPolicy, anyAsked, fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }), (policy, one, moves) => {
      // The same facts a little earlier or later.
      const span = SPANS[one.name] ?? 0;
      const moved = Object.entries(one.asked).map(([name, value], n) => [name, typeof value === 'number' && name !== 'now' ? Math.round(value + span * moves[n]!) : value]);
      const other = { name: one.name, asked: Object.fromEntries(moved) as object };
      fc.pre(groupOf(one.name, one.asked) === groupOf(other.name, other.asked));
      assert.equal(decided(policy, one).allowed, decided(policy, other).allowed);
    }), { numRuns: 1_000 });
  });

  it('is said to be unfaithful when the decision was another one, and nothing is said of another version', () => {
    const policy = effective({ version: 7, module: {} });
    const kept = recorded(policy, { name: 'media', asked: { asker: 'agent', there: true, mayRead: true, holdsLink: false } });
    assert.deepEqual(tallyOf(policy, { ...kept, code: 'media.not_found' }), [1, 0, 0, 1]);
    assert.deepEqual(tallyOf(policy, { ...kept, code: 'media.not_found', version: 6 }), [1, 0, 0, 0]);
    assert.deepEqual(tallyOf(policy, { ...kept, question: 'of tomorrow' }), [1, 1, 0, 0]);
    assert.deepEqual(tallyOf(policy, { ...kept, question: UNNOTED }), [0, 0, 1, 0]);
    for (const facts of ['', '{', 'null', '[]5']) assert.deepEqual(tallyOf(policy, { ...kept, facts }), [1, 1, 0, 0], facts);
    assert.deepEqual(tallyOf(policy, { ...kept, question: 'api-access', facts: '{"address":"here"}' }), [1, 1, 0, 0]);
  });
});

describe('a draft over what was kept', () => {
  const current = effective({ version: 1, module: {} });
  const draft = effective({ version: 2, module: { 'management.allowlist': { value: only('192.0.2.0/24') }, 'two_factor.mode': { value: 'off' } } });
  const used = (address: string, id: string, count: number) => recorded(current, { name: 'management-access', asked: { address: parseAddress(address)!, admin: false, remoteAccess: false, exempt: false, proven: 'password' } }, { subject: { kind: 'agent', id }, count });

  it('counts decisions, people and what they would be told; the unchanged policy changes nothing', () => {
    const rows = [used('192.0.2.4', 'agt_1', 900), used('203.0.113.5', 'agt_2', 30), used('203.0.113.6', 'agt_2', 7), used('203.0.113.7', 'agt_3', 1)];
    const replay = openReplay(() => current, () => draft);
    for (const row of rows) replay.add(row);
    const { examples, ...tally } = replay.tally();
    assert.deepEqual(tally, { groups: 4, decisions: 938, changed: 38, nowRefused: 38, nowAllowed: 0, agents: 2, keys: 0, customers: 0, unreadable: 0, unnoted: 0, unfaithful: 0 });
    assert.deepEqual(examples.map(({ subject, count, was, becomes }) => [subject.id, count, was, becomes]), [['agt_2', 30, null, 'network.not_allowed'], ['agt_2', 7, null, 'network.not_allowed'], ['agt_3', 1, null, 'network.not_allowed']]);
    assert.match(examples[0]!.sentence!, /^Connect from a network/);
    const same = openReplay(() => current, () => current);
    for (const row of rows) same.add(row);
    assert.equal(same.tally().changed, 0);
  });

  it('counts what it would let in, and says how much it could not judge', () => {
    const replay = openReplay(() => draft, () => current);
    replay.add(used('203.0.113.5', 'agt_2', 5));
    replay.add({ ...used('203.0.113.5', 'agt_2', 3), question: 'of tomorrow' });
    const { changed, nowAllowed, nowRefused, unreadable, decisions } = replay.tally();
    assert.deepEqual([changed, nowAllowed, nowRefused, unreadable, decisions], [5, 5, 0, 3, 8]);
  });

  it('looks at what a draft on stage decided under that draft, and at nothing else of it', () => {
    const staged = effective({ version: -1, module: { 'management.allowlist': { value: only('192.0.2.0/24') }, 'two_factor.mode': { value: 'off' } } });
    const one = used('203.0.113.5', 'agt_2', 5);
    const unfaithful = (...rows: Recorded[]) => {
      const replay = openReplay(() => current, () => draft, () => staged);
      for (const row of rows) replay.add(row);
      return replay.tally().unfaithful;
    };
    assert.equal(unfaithful(one, { ...one, version: -1, code: 'network.not_allowed' }), 0);
    assert.equal(unfaithful({ ...one, version: -1 }, { ...one, code: 'network.not_allowed' }), 2);
    assert.equal(unfaithful({ ...one, version: -2 }), 0, 'of another version nothing is said');
  });

  it('keeps no more than a hundred examples, the most frequent', () => {
    const replay = openReplay(() => current, () => draft);
    for (let n = 1; n <= 1_000; n += 1) replay.add(used('203.0.113.5', `agt_${n}`, n));
    const { examples, agents } = replay.tally();
    assert.deepEqual([examples.length, examples[0]!.count, examples.at(-1)!.count, agents], [100, 1_000, 901, 1_000]);
  });
});
