// Replays a draft over the brand's journal, a piece at a time, so that the server goes on answering; tells how far it is, and stops when nobody listens.
import { setImmediate as turn } from 'node:timers/promises';
import { type PolicyFor, openReplay, type Recorded, type Tally } from '#policy/replay.ts';
import * as decisionRows from '#store/decisions.ts';
import type { BrandStore } from '#store/store.ts';
import { JOURNAL_DAYS } from '#server/journal.ts';
import { type Room, roomNames, rooms } from '#server/journal-room.ts';

/** What others wait for at most: a few milliseconds. */
const AT_ONCE = 500;

export interface Replayed extends Tally {
  /** One group of so many is kept, of each room: 1 is all of them. */
  readonly sampledOneOf: { readonly [R in Room]: number };
  /** Whole days the journal reaches back, 30 at most. */
  readonly days: number;
}

export type ReplayStep =
  | { readonly step: 'progress'; readonly done: number; readonly of: number }
  | { readonly step: 'done'; readonly result: Replayed };

const recordedOf = (row: decisionRows.DecisionRow): Recorded => ({
  question: row.question, channel: row.channel_id, subject: { kind: row.subject_kind, id: row.subject_id }, facts: row.facts, code: row.code,
  version: row.version, count: row.count, firstAt: row.first_at, lastAt: row.last_at,
});

/** What else is known of the journal. */
export interface Journalled {
  /** Only what was decided under this version of the policy or a later one, on stage or not. */
  readonly from?: number;
  /** The policy on stage: what it decided is looked at too. */
  readonly staged?: PolicyFor | undefined;
}

/** Everything that the journal holds, once. Whoever stops asking for the next step stops it. */
export async function* replayJournal(brand: BrandStore, current: PolicyFor, draft: PolicyFor, now: number, { from = 0, staged }: Journalled = {}): AsyncGenerator<ReplayStep, void, void> {
  const [of, since, ...levels] = await Promise.all([decisionRows.size(brand, from), decisionRows.since(brand, from), ...roomNames.map((room) => decisionRows.level(brand, rooms[room].counter))]);
  const replay = openReplay(current, draft, staged);
  let [after, done] = ['', 0];
  yield { step: 'progress', done, of };
  for (;;) {
    const rows = await decisionRows.page(brand, after, AT_ONCE, from);
    for (const row of rows) replay.add(recordedOf(row));
    done += rows.length;
    if (rows.length < AT_ONCE) break;
    after = rows.at(-1)!.id;
    yield { step: 'progress', done, of: Math.max(of, done) };
    await turn();
  }
  const days = since === null ? 0 : Math.min(JOURNAL_DAYS, Math.max(1, Math.ceil((now - since) / 86_400_000)));
  const sampledOneOf = Object.fromEntries(roomNames.map((room, n) => [room, 2 ** levels[n]!])) as unknown as Replayed['sampledOneOf'];
  yield { step: 'done', result: { ...replay.tally(), sampledOneOf, days } };
}
