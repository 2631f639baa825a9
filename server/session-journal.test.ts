// What a session is noted for: remembering what was noted last saves the work, and changes nothing of what is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '#policy/address.ts';
import { effective } from '#policy/effective.ts';
import { groupOf } from '#policy/questions.ts';
import type { LiveSession } from '#identity/sessions.ts';
import type { Brand } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import type { Group, Journal } from '#server/journal.ts';
import { openSessionJournal } from '#server/session-journal.ts';

const NOON = Date.UTC(2026, 10, 30, 12);

interface Counting extends Journal {
  /** Ends a time of gathering: groups of before count into nothing. */
  turn(): void;
  counts(): Record<string, number>;
}

/** Counts groups as the real one does, without a store. */
function counting(): Counting {
  let epoch = 0;
  const groups = new Map<string, Group>();
  return {
    note(brandId, { question, facts, decision, version, subject }) {
      const key = [epoch, brandId, question, subject.id, version, decision.allowed ? '' : decision.code, groupOf(question, facts)].join(' ');
      const group = groups.get(key) ?? { count: 0, lastAt: 0 };
      groups.set(key, group);
      group.count += 1;
      return group;
    },
    epoch: () => epoch,
    flush: async () => undefined,
    sweep: async () => undefined,
    turn() {
      epoch += 1;
    },
    counts: () => Object.fromEntries([...groups].map(([key, { count }]) => [key, count])),
  };
}

const clients: readonly Client[] = ['192.0.2.1', '2001:db8::7'].map((text) => ({ address: parseAddress(text), text, unknown: null }) as Client);
const list = { state: 'only', entries: [{ value: '192.0.2.0/24' }] };
const stored = (value: unknown) => ({ value, by: 'agt_1', at: NOON }) as never;
const policies = [
  effective({ version: 1, module: { 'session.absolute_hours': stored(24), 'session.idle_timeout_minutes': stored(60) } }),
  effective({ version: 2, module: { 'management.allowlist': stored(list) } }),
  effective({ version: 3, module: { 'two_factor.mode': stored('on'), 'session.idle_timeout_minutes': stored(15), 'password.max_age_days': stored(1) } }),
];
const person = (more: object) => ({ id: 'agt_1', admin: false, remoteAccess: false, hasFactor: true, mustChange: false, passwordSetAt: NOON - 77_777, ...more }) as unknown as LiveSession['person'];
const people = [person({}), person({ hasFactor: false }), person({ mustChange: true }), person({ remoteAccess: true })];

type Step = { kind: 'ask' | 'input' | 'turn' | 'end' } | { kind: 'wait'; ms: number } | { kind: 'policy' | 'client' | 'person' | 'proven' | 'exempt'; n: number };
/** Waits that end a little before a session is an hour old, before midnight, and before the password is a day older. */
const nearly = [3_560_000, 43_190_000, 86_312_000];

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: fc.constant<Step>({ kind: 'ask' }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.oneof(fc.nat(9_000), fc.nat(180_000), fc.constantFrom(...nearly)) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('policy' as const, 'client' as const, 'person' as const, 'proven' as const, 'exempt' as const), n: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.constant<Step>({ kind: 'input' }) },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'turn' }, { kind: 'end' }) },
  ),
  { minLength: 5, maxLength: 40 },
);

/** Plays the steps; `afresh`: nothing is remembered from one request to the next. */
function played(path: readonly Step[], afresh: boolean): Record<string, number> {
  const journal = counting();
  const note = openSessionJournal(journal);
  const session = { id: 'ses_1', brandId: 'b', key: 'k', person: people[0]!, createdAt: NOON - 33_333, framedBy: null, lastInputAt: NOON, endedBy: null, proven: 'password', usedFactor: false, given: null, exemptUntil: 0, address: null, stale: false, busyUntil: 0, course: 0 } as unknown as LiveSession;
  let now = NOON;
  let policy = policies[0]!;
  let client = clients[0]!;
  for (const step of path) {
    if (step.kind === 'wait') now += step.ms;
    if (step.kind === 'policy') policy = policies[step.n % policies.length]!;
    if (step.kind === 'client') client = clients[step.n % clients.length]!;
    if (step.kind === 'person') session.person = people[step.n]!;
    if (step.kind === 'proven') session.proven = step.n % 2 === 0 ? 'password' : 'password+code';
    if (step.kind === 'exempt') session.exemptUntil = now + step.n * 7_000;
    if (step.kind === 'input') session.lastInputAt = now;
    if (step.kind === 'end') session.endedBy = 'ended' as LiveSession['endedBy'];
    if (step.kind === 'turn') journal.turn();
    if (step.kind === 'ask') (afresh ? openSessionJournal(journal) : note)({ id: 'b', policy, policyFor: () => policy } as unknown as Brand, session, client, now, 0);
  }
  return journal.counts();
}

const justBefore = (ms: number): [Step[]] => [[{ kind: 'wait', ms }, { kind: 'input' }, { kind: 'ask' }, { kind: 'wait', ms: 11_000 }, { kind: 'ask' }]];

test('whatever happens between two requests, what was remembered of the first counts as if the second had been noted afresh', () => {
  fc.assert(fc.property(steps, (path) => assert.deepEqual(played(path, false), played(path, true))), { numRuns: 1_000, examples: nearly.map(justBefore) });
});
