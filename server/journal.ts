// The journal of decisions: what the doors decided and from which facts, gathered for a moment as groups of equal ones, then counted up in the store.
import { createHash } from 'node:crypto';
import type { Decision } from '#policy/decision.ts';
import { type FactsOf, groupOf, packed, type QuestionName } from '#policy/questions.ts';
import { UNNOTED } from '#policy/replay.ts';
import * as decisionRows from '#store/decisions.ts';
import type { DecisionRow } from '#store/decisions.ts';
import * as countRows from '#store/policy-counts.ts';
import type { BrandId, Store } from '#store/store.ts';
import type { Brand } from '#server/brands.ts';
import { type BothWays, bothWays, countsOf } from '#server/journal-compared.ts';
import { openShares, type Room, roomNames, roomOf, rooms } from '#server/journal-room.ts';

/** How long a decision is kept. */
export const JOURNAL_DAYS = 30;
/** Groups of a brand at most; where a room is full every second one in it is dropped, fairly, again and again. */
const MOST_GROUPS = 200_000;
/** Groups that wait for the next writing at most; what comes beyond is only counted. */
const MOST_WAITING = 20_000;
/** Facts are small. What a stranger could make large (an origin, a list) is only counted. */
const MOST_FACTS = 1_500;
const AT_ONCE = 500;
const DAY = 86_400_000;

export interface Subject {
  readonly kind: DecisionRow['subject_kind'];
  readonly id: string | null;
}

export interface Noted<N extends QuestionName> {
  readonly question: N;
  readonly channel: string | null;
  readonly subject: Subject;
  readonly facts: FactsOf<N>;
  readonly decision: Decision;
  /** Of the policy that decided; below zero where that was a draft on stage. */
  readonly version: number;
}

/** A group that was found once: who meets it again counts it up without looking for it. */
export interface Group {
  count: number;
  lastAt: number;
}

export interface Journal {
  /** Notes one decision. Gives its group, to be counted up by `again`. */
  note<N extends QuestionName>(brandId: BrandId, noted: Noted<N>): Group;
  /** Goes up with every writing: a group of before counts into nothing. */
  epoch(): number;
  /** Writes what was gathered. A node that dies loses the last seconds of it: the journal is for counting, not for proving. */
  flush(): Promise<void>;
  /** Drops what is too old, and a fair part where there is too much. */
  sweep(brandId: BrandId): Promise<void>;
}

export interface JournalParts {
  readonly store: Store;
  readonly now: () => number;
  /** The brand as this node has it in memory: a change on stage or on trial is decided both ways. */
  readonly brandOf?: (brandId: BrandId) => Pick<Brand, 'policy' | 'compared'> | undefined;
  /** Smaller in tests. */
  readonly most?: number;
}

/** Notes nothing: what noting costs is measured against it. */
export const noJournal: Journal = Object.freeze({ note: () => ({ count: 0, lastAt: 0 }), epoch: () => 0, flush: async () => undefined, sweep: async () => undefined });

/** The first id that a level does not keep; ids are hashes, so what is below is a fair sample. */
export const endOf = (level: number): string => (level === 0 ? 'g' : (2 ** 32 / 2 ** level).toString(16).padStart(8, '0'));

interface Waiting {
  readonly brandId: BrandId;
  readonly room: Room;
  readonly row: DecisionRow;
  readonly group: Group;
  readonly both: BothWays | null;
}

type Standing = { readonly [R in Room]: { level: number; rows: number } };

export function openJournal({ store, now, brandOf = () => undefined, most = MOST_GROUPS }: JournalParts): Journal {
  let epoch = 0;
  let waiting = new Map<string, Waiting>();
  let counts: Record<Room, number> = { own: 0, customers: 0, strangers: 0 };
  const levels = new Map<BrandId, Standing>();
  const shares = openShares();

  async function read(brandId: BrandId): Promise<Standing> {
    const brand = store.brand(brandId);
    const [sizes, ...found] = await Promise.all([decisionRows.sizes(brand), ...roomNames.map((room) => decisionRows.level(brand, rooms[room].counter))]);
    const standing = Object.fromEntries(roomNames.map((room, n) => [room, { level: found[n]!, rows: rooms[room].kinds.reduce((sum, kind) => sum + (sizes.get(kind) ?? 0), 0) }])) as unknown as Standing;
    levels.set(brandId, standing);
    return standing;
  }

  /** Drops every second group of a room until the rest fits. */
  async function shrink(brandId: BrandId): Promise<void> {
    const brand = store.brand(brandId);
    let standing = await read(brandId);
    for (const room of roomNames) {
      const { kinds, part, counter } = rooms[room];
      while (standing[room].rows > most * part && standing[room].level < 32) {
        const level = standing[room].level + 1;
        await brand.note([decisionRows.setLevel(brand, counter, level), decisionRows.dropFrom(brand, kinds, endOf(level))]);
        standing = await read(brandId);
      }
      // What is kept of every day from now on may be more again; what was dropped does not come back.
      if (standing[room].level > 0 && standing[room].rows < (most * part) / 8) {
        standing[room].level -= 1;
        await brand.note([decisionRows.setLevel(brand, counter, standing[room].level)]);
      }
    }
  }

  const idOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);

  function begin(brandId: BrandId, key: string, row: Omit<DecisionRow, 'count'>, counted: number, both: BothWays | null): Group {
    const room = roomOf(row.subject_kind);
    const group = { count: counted, lastAt: row.last_at };
    waiting.set(key, { brandId, room, group, both, row: { ...row, count: 0 } });
    counts[room] += 1;
    return group;
  }

  /** What cannot be kept is counted: one group a day. Who varies what they send learns nothing by it, and fills nothing. */
  function unnoted(brandId: BrandId, at: number): Group {
    const key = [brandId, Math.floor(at / DAY), UNNOTED].join('\n');
    const group = waiting.get(key)?.group ?? begin(brandId, key, { id: idOf(key), question: UNNOTED, channel_id: null, subject_kind: 'system', subject_id: null, facts: '{}', code: null, version: 0, first_at: at, last_at: at }, 0, null);
    group.count += 1;
    group.lastAt = at;
    return group;
  }

  async function write(): Promise<void> {
    const gathered = waiting;
    waiting = new Map();
    counts = { own: 0, customers: 0, strangers: 0 };
    epoch += 1;
    const byBrand = Map.groupBy(gathered.values(), ({ brandId }) => brandId);
    for (const [brandId, groups] of byBrand) {
      const state = levels.get(brandId) ?? (await read(brandId));
      const brand = store.brand(brandId);
      // What is counted is counted whole, also where only a sample is kept.
      const compared = countsOf(groups.map(({ both, row: { question }, group }) => ({ both, question, ...group })));
      for (let n = 0; n < compared.length; n += AT_ONCE) await brand.note(compared.slice(n, n + AT_ONCE).map((row) => countRows.add(brand, row)));
      const kept = groups.filter(({ row, room }) => row.id < endOf(state[room].level));
      for (let n = 0; n < kept.length; n += AT_ONCE) {
        const piece = kept.slice(n, n + AT_ONCE);
        // Whoever was erased while this waited is not written of any more.
        const there = await decisionRows.present(brand, [...new Set(piece.filter(({ room }) => room === 'customers').map(({ row }) => row.subject_id!))]);
        const rows = piece.filter(({ room, row }) => room !== 'customers' || there.has(row.subject_id!));
        await brand.note(rows.map(({ row, group }) => decisionRows.count(brand, { ...row, count: group.count, last_at: group.lastAt })));
      }
      for (const { room } of kept) state[room].rows += 1;
      if (roomNames.some((room) => state[room].rows > most * rooms[room].part)) await shrink(brandId);
    }
  }

  /** One after the other: whoever asks for a writing finds what another one has under way. */
  let writing = Promise.resolve();

  return {
    note(brandId, noted) {
      const { question, channel, subject, facts, decision, version } = noted;
      const at = now();
      const code = decision.allowed ? null : decision.code;
      const key = [brandId, Math.floor(at / DAY), version, question, channel ?? '', subject.kind, subject.id ?? '', code ?? '', groupOf(question, facts)].join('\n');
      const known = waiting.get(key);
      if (known !== undefined) {
        known.group.count += 1;
        known.group.lastAt = at;
        return known.group;
      }
      const room = roomOf(subject.kind);
      const kept = JSON.stringify(packed(facts));
      if (kept.length > MOST_FACTS || counts[room] >= MOST_WAITING * rooms[room].part) return unnoted(brandId, at);
      const id = idOf(key);
      if (subject.id !== null && !shares.take(`${brandId} ${subject.id}`, id, at)) return unnoted(brandId, at);
      return begin(brandId, key, { id, question, channel_id: channel, subject_kind: subject.kind, subject_id: subject.id, facts: kept, code, version, first_at: at, last_at: at }, 1, bothWays(brandOf(brandId), noted));
    },
    epoch: () => epoch,
    flush() {
      const written = writing.then(write);
      writing = written.catch(() => undefined);
      return written;
    },
    async sweep(brandId) {
      const brand = store.brand(brandId);
      await brand.note([decisionRows.sweep(brand, now() - JOURNAL_DAYS * DAY), decisionRows.forgetGone(brand), countRows.sweep(brand, now() - JOURNAL_DAYS * DAY)]);
      await shrink(brandId);
    },
  };
}
