// Replay is faithful: facts that were kept lead to the same decision again, equal ones stand for each other, and a draft's difference is counted.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from './address.ts';
import { type Policy, effective } from './effective.ts';
import { uploadFindings } from './decide/upload.ts';
import { askAgain, groupOf, packed, type QuestionName, questions } from './questions.ts';
import { openReplay, type Recorded, UNNOTED } from './replay.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 8);
const only = (...values: string[]) => ({ state: 'only', entries: values.map((value) => ({ value })) });

const anyPolicy = fc.record({
  list: fc.constantFrom({ state: 'any', entries: [] }, only('192.0.2.0/24'), only('198.51.100.7', '2001:db8::/32')),
  api: fc.constantFrom({ state: 'any', entries: [] }, only('192.0.2.0/24'), { state: 'none', entries: [] }),
  mode: fc.constantFrom('off', 'remote_only', 'on'), idle: fc.integer({ min: 0, max: 1_440 }), hours: fc.integer({ min: 1, max: 720 }), maxAge: fc.integer({ min: 0, max: 999 }),
  window: fc.integer({ min: 10, max: 86_400 }), chat: fc.integer({ min: 5, max: 1_440 }), tokens: fc.constantFrom('header', 'header_or_query', 'query', 'exchange'), framers: fc.constantFrom({ state: 'none', entries: [] }, only('https://crm.example')), sites: fc.constantFrom({ state: 'none', entries: [] }, only('https://shop.example')), enforce: fc.boolean(),
  customers: fc.boolean(), agents: fc.boolean(), types: fc.subarray(['png', 'pdf', 'zip'], { minLength: 1 }), most: fc.integer({ min: 1, max: 2_000 }), strip: fc.boolean(),
}).map(({ list, api, mode, idle, hours, maxAge, window, chat, tokens, framers, sites, enforce, customers, agents, types, most, strip }): Policy => effective({
  version: 1,
  module: Object.fromEntries(Object.entries({
    'management.allowlist': list, 'api.allowlist': api, 'two_factor.mode': mode, 'session.idle_timeout_minutes': idle, 'session.absolute_hours': hours, 'password.max_age_days': maxAge,
    'ticket.lifetime_seconds': window, 'ticket.session_minutes': chat, 'api.authentication_mode': tokens, 'frame.allowed_origins': framers, 'channel.site_origins': sites, 'media.enforce_access': enforce,
    'upload.customer.enabled': customers, 'upload.agent.enabled': agents, 'upload.customer.types': types, 'upload.agent.types': types, 'upload.max_bytes': most, 'upload.strip_metadata': strip,
  }).map(([key, value]) => [key, { value }])),
}));

const anyAddress = fc.constantFrom('192.0.2.9', '198.51.100.7', '203.0.113.1', '2001:db8::1', null).map((text) => (text === null ? null : parseAddress(text)!));
const ago = (unit: number, most: number) => fc.tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: unit - 1 })).map(([units, rest]) => NOW - units * unit - rest);
const facts: { readonly [N in QuestionName]: fc.Arbitrary<object> } = {
  'management-access': fc.record({ address: anyAddress, admin: fc.boolean(), remoteAccess: fc.boolean(), exempt: fc.boolean(), proven: fc.constantFrom('password', 'password+code', 'host') }),
  session: fc.record({ now: fc.constant(NOW), createdAt: ago(HOUR, 800), lastInputAt: ago(MINUTE, 1_500), ended: fc.boolean() }),
  'password-due': fc.record({ now: fc.constant(NOW), setAt: ago(DAY, 1_100), mustChange: fc.boolean() }),
  'enrolment-due': fc.record({ now: ago(DAY, 10), hasFactor: fc.boolean() }),
  'api-access': fc.record({ address: anyAddress }),
  'token-place': fc.record({ place: fc.constantFrom('header', 'query', 'exchange'), kind: fc.constantFrom('key', 'access_token') }),
  framing: fc.record({ ancestors: fc.array(fc.constantFrom('https://crm.example', 'https://other.example'), { maxLength: 2 }) }),
  chat: fc.record({ channelOn: fc.boolean(), site: fc.constantFrom('https://shop.example', 'https://other.example', null), ended: fc.boolean(), proven: fc.constantFrom('anonymous', 'ticket'), createdAt: ago(MINUTE, 1_500), expiresAt: fc.constantFrom(NOW - 1, NOW, NOW + 1), now: fc.constant(NOW) }),
  ticket: fc.record({ now: fc.constant(NOW), issuedAt: ago(1_000, 90_000), expiresAt: fc.integer({ min: NOW - 5_000, max: NOW + 90_000_000 }), notBefore: fc.constantFrom(null, NOW - 1, NOW + 40_000) }),
  upload: fc.record({
    side: fc.constantFrom('customer', 'agent'), extensionType: fc.constantFrom('png', 'pdf', 'exe', null), unsafeName: fc.boolean(), declaredBytes: fc.option(fc.integer({ min: 0, max: 2_100 })),
    bytes: fc.option(fc.integer({ min: 0, max: 2_100 })), contentType: fc.constantFrom('png', 'pdf', null), finding: fc.constantFrom(null, ...uploadFindings),
  }),
  media: fc.record({ asker: fc.constantFrom('agent', 'customer', 'nobody'), there: fc.boolean(), mayRead: fc.boolean(), holdsLink: fc.boolean() }),
  'outbound-mail': fc.record({
    kind: fc.constantFrom('transfer', 'reply', 'notice', 'letter'), recipients: fc.array(fc.constantFrom('a@x.example', 'b@y.example', 'broken'), { maxLength: 3 }), details: fc.boolean(),
    exceptions: fc.array(fc.record({ address: fc.constantFrom('a@x.example'), until: fc.constantFrom(NOW - 1, NOW + 1) }), { maxLength: 1 }), live: fc.boolean(), now: fc.constant(NOW),
  }),
};
const SPANS: Partial<Record<QuestionName, number>> = { session: 30_000, 'password-due': DAY / 2, ticket: 600, chat: 30_000 };
const anyAsked = fc.constantFrom(...(Object.keys(questions) as QuestionName[])).chain((name) => facts[name].map((asked) => ({ name, asked })));
const decided = (policy: Policy, { name, asked }: { name: QuestionName; asked: object }) => (questions[name].decide as (policy: Policy, facts: object) => { allowed: boolean; code?: string })(policy, asked);
const recorded = (policy: Policy, asked: { name: QuestionName; asked: object }, more: Partial<Recorded> = {}): Recorded => ({
  question: asked.name, channel: null, subject: { kind: 'agent', id: 'agt_1' }, facts: JSON.stringify(packed(asked.asked)), code: decided(policy, asked).code ?? null,
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
