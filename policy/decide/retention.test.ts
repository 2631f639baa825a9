// Tests of retention: what each status counts from, both sides of each edge, and the hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Policy, effective } from '../effective.ts';
import { decideRetention, type RetentionFacts, retentionEnds } from './retention.ts';

const DAY = 86_400_000;
const now = 1_700_000_000_000;
const policyOf = ([open, solved, archived]: readonly [number, number, number]): Policy =>
  effective({ version: 1, module: { 'retention.open_days': { value: open }, 'retention.solved_days': { value: solved }, 'retention.archived_days': { value: archived } } });

interface Row { title: string; days?: [number, number, number]; status: RetentionFacts['status']; message: number; status_: number; held?: boolean; setting: string | null }
const rows: Row[] = [
  { title: 'nothing is due while everything is kept', days: [0, 0, 0], status: 'archived', message: 9_000, status_: 9_000, setting: null },
  { title: 'open, one millisecond before', status: 'open', message: 10 - 1 / DAY, status_: 400, setting: null },
  { title: 'open, on the day', status: 'open', message: 10, status_: 0, setting: 'retention.open_days' },
  { title: 'pending counts as open does', status: 'pending', message: 10, status_: 0, setting: 'retention.open_days' },
  { title: 'pending, one millisecond before', status: 'pending', message: 10 - 1 / DAY, status_: 400, setting: null },
  { title: 'solved counts from when it was solved, not from its last message', status: 'solved', message: 400, status_: 20 - 1 / DAY, setting: null },
  { title: 'solved, on the day', status: 'solved', message: 0, status_: 20, setting: 'retention.solved_days' },
  { title: 'archived, one millisecond before', status: 'archived', message: 400, status_: 30 - 1 / DAY, setting: null },
  { title: 'archived, on the day', status: 'archived', message: 0, status_: 30, setting: 'retention.archived_days' },
  { title: 'a hold keeps it whatever the days say', status: 'archived', message: 9_000, status_: 9_000, held: true, setting: null },
  { title: 'open days say nothing of what is solved', days: [1, 0, 0], status: 'solved', message: 400, status_: 400, setting: null },
  { title: 'of a clock that was set back nothing is due', status: 'open', message: -5, status_: -5, setting: null },
];
for (const { title, days = [10, 20, 30] as [number, number, number], status, message, status_, held = false, setting } of rows) {
  test(`${title}: ${setting ?? 'kept'}`, () => {
    const policy = policyOf(days);
    const facts = { status, lastMessageAt: now - Math.round(message * DAY), statusAt: now - Math.round(status_ * DAY), held, now };
    const decision = decideRetention(policy, facts);
    assert.equal(decision.allowed ? null : decision.setting, setting);
    if (!decision.allowed) assert.equal(decision.code, 'conversation.not_found');
    if (held) return;
    const ends = retentionEnds(policy, now);
    const [end, from] = status === 'solved' ? [ends.solved, facts.statusAt] : status === 'archived' ? [ends.archived, facts.statusAt] : [ends.open, facts.lastMessageAt];
    assert.equal(end !== null && from <= end, setting !== null, 'a query finds the same');
  });
}
