// What a stage counts is what a replay of the same decisions gives, whatever the changes and the facts; and what it says of a draft is what that draft then does.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAddress } from '#policy/address.ts';
import { effective, type Policy } from '#policy/effective.ts';
import { packed, type QuestionName, questions, askAgain } from '#policy/questions.ts';
import { figuresOf } from '#policy/stage-figures.ts';
import { inShare } from '#policy/stage.ts';
import * as countRows from '#store/policy-counts.ts';
import * as decisionRows from '#store/decisions.ts';
import type { Compared } from '#server/brand-policy.ts';
import { openJournal } from '#server/journal.ts';
import { type ReplayStep, replayJournal } from '#server/policy-replay.ts';
import { eachStore, newBrand, newTestId } from '#test/stores.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const only = (...values: string[]) => ({ state: 'only', entries: values.map((value) => ({ value })) });

const settings = fc.record({
  'management.allowlist': fc.constantFrom({ state: 'any', entries: [] }, only('192.0.2.0/24'), only('198.51.100.7')),
  'two_factor.mode': fc.constantFrom('off', 'remote_only', 'on'),
  'session.idle_timeout_minutes': fc.integer({ min: 0, max: 60 }),
  'session.absolute_hours': fc.integer({ min: 1, max: 24 }),
});
const policyOf = (version: number, values: Readonly<Record<string, unknown>>): Policy => effective({ version, module: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }])) });

interface Asked { readonly question: QuestionName; readonly person: string; readonly facts: object; readonly times: number }
const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ address: fc.constantFrom('192.0.2.9', '198.51.100.7', '203.0.113.1').map((text) => parseAddress(text)!), admin: fc.boolean(), remoteAccess: fc.boolean(), exempt: fc.boolean(), proven: fc.constantFrom('password', 'password+code') })
    .map((facts) => ({ question: 'management-access' as const, facts })),
  fc.tuple(fc.integer({ min: 0, max: 30 * 60 }), fc.integer({ min: 0, max: 90 })).map(([created, input]) => ({ question: 'session' as const, facts: { now: NOON, createdAt: NOON - created * MINUTE, lastInputAt: NOON - input * MINUTE, ended: false } })),
).chain((one) => fc.record({ person: fc.constantFrom('agt_1', 'agt_2', 'agt_3', 'agt_4'), times: fc.integer({ min: 1, max: 4 }) }).map((who) => ({ ...one, ...who })));

eachStore('the count of a stage is what a replay of the same decisions gives, and nothing replays otherwise than it was decided', async (store) => {
  await fc.assert(fc.asyncProperty(settings, settings, fc.array(asked, { minLength: 1, maxLength: 25 }), fc.integer({ min: 0, max: 100 }), async (saved, draft, decisions, percent) => {
    const brand = await newBrand(store);
    const stage = newTestId('stg_');
    const [before, after] = [policyOf(7, saved), policyOf(-7, draft)];
    const compared: Compared = { id: stage, everybody: false, before: () => before, after: () => after };
    const journal = openJournal({ store, now: () => NOON, brandOf: () => ({ policy: before, compared }) });
    const note = ({ question, person, facts }: Asked, policy: Policy): void => {
      const decision = (questions[question].decide as (policy: Policy, facts: object) => ReturnType<typeof askAgain>)(policy, facts);
      journal.note(brand.id, { question, channel: null, subject: { kind: 'agent', id: person }, facts: facts as never, decision, version: policy.version });
    };
    // What was decided a moment before the stage began, the very same, belongs to another version.
    note(decisions[0]!, policyOf(6, saved));
    let within = 0;
    for (const one of decisions) {
      const policy = inShare(stage, one.person, percent) ? after : before;
      if (policy === after) within += one.times;
      for (let n = 0; n < one.times; n += 1) note(one, policy);
    }
    await journal.flush();
    const figures = figuresOf(await countRows.since(brand, stage, 0));
    const steps: ReplayStep[] = [];
    for await (const step of replayJournal(brand, () => before, () => after, NOON, { from: 7, staged: () => after })) steps.push(step);
    const last = steps.at(-1)!;
    assert.ok(last.step === 'done');
    const { decisions: all, changed, nowRefused, nowAllowed, unfaithful } = last.result;
    assert.deepEqual({ all: figures.decisions, changed: figures.changed, nowRefused: figures.nowRefused, nowAllowed: figures.nowAllowed }, { all, changed, nowRefused, nowAllowed });
    assert.deepEqual([figures.within.decisions, unfaithful], [within, 0]);
    // Enforced, the same facts meet what the stage said, code by code.
    const enforced = policyOf(8, draft);
    const refusals = decisions.reduce((sum, { question, facts, times }) => {
      const kept = JSON.parse(JSON.stringify(packed(facts))) as Record<string, unknown>;
      return askAgain(question, before, kept).allowed && !askAgain(question, enforced, kept).allowed ? sum + times : sum;
    }, 0);
    assert.equal(refusals, figures.nowRefused);
  }), { numRuns: 25 });
});

eachStore('what is counted is counted whole where the journal keeps only a sample, by every node into the same count', async (store, { again }) => {
  const brand = await newBrand(store);
  const [before, after] = [policyOf(3, { 'two_factor.mode': 'off' }), policyOf(-3, { 'two_factor.mode': 'off', 'management.allowlist': only('192.0.2.0/24') })];
  const compared: Compared = { id: 'stg_whole', everybody: false, before: () => before, after: () => after };
  const other = await again();
  const nodes = [store, other].map((one) => openJournal({ store: one, now: () => NOON, most: 100, brandOf: () => ({ policy: before, compared }) }));
  const facts = { address: parseAddress('203.0.113.9')!, admin: false, remoteAccess: false, exempt: false, proven: 'password' } as const;
  for (const [node, journal] of nodes.entries()) {
    for (let n = 0; n < 300; n += 1) journal.note(brand.id, { question: 'management-access', channel: null, subject: { kind: 'agent', id: `agt_${node}_${n}` }, facts, decision: { allowed: true }, version: 3 });
    await journal.flush();
  }
  assert.ok((await decisionRows.size(brand)) <= 100);
  const figures = figuresOf(await countRows.since(brand, 'stg_whole', 0));
  assert.deepEqual([figures.decisions, figures.nowRefused], [600, 600]);
  assert.deepEqual(await countRows.since(brand, 'stg_whole', countRows.slotOf(NOON) + 1), []);
  await brand.note([countRows.sweep(brand, NOON + HOUR)]);
  assert.deepEqual(await countRows.since(brand, 'stg_whole', 0), []);
});
