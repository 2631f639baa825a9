// The journal of decisions: what the doors decided and from which facts, gathered for a moment as groups of equal ones, then counted up in the store.
import { createHash } from 'node:crypto';
import type { Decision } from '#policy/decision.ts';
import { type FactsOf, groupOf, packed, type QuestionName } from '#policy/questions.ts';
import * as decisionRows from '#store/decisions.ts';
import type { DecisionRow } from '#store/decisions.ts';
import type { BrandId, Store } from '#store/store.ts';

/** How long a decision is kept. */
export const JOURNAL_DAYS = 30;
/** Groups of a brand at most; beyond that every second one is dropped, fairly, again and again. */
export const MOST_GROUPS = 200_000;
/** Groups that wait for the next writing at most; what comes beyond is not noted. */
const MOST_WAITING = 20_000;
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
  /** Of the policy that decided. */
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
  /** Smaller in tests. */
  readonly most?: number;
}

/** The first id that a level does not keep; ids are hashes, so what is below is a fair sample. */
export const endOf = (level: number): string => (level === 0 ? 'g' : (2 ** 32 / 2 ** level).toString(16).padStart(8, '0'));

export function openJournal({ store, now, most = MOST_GROUPS }: JournalParts): Journal {
  let epoch = 0;
  let waiting = new Map<string, { readonly brandId: BrandId; readonly row: DecisionRow; readonly group: Group }>();
  const levels = new Map<BrandId, { level: number; rows: number }>();
  const spare: Group = { count: 0, lastAt: 0 };

  async function standing(brandId: BrandId): Promise<{ level: number; rows: number }> {
    const known = levels.get(brandId);
    if (known !== undefined) return known;
    const brand = store.brand(brandId);
    const [level, rows] = await Promise.all([decisionRows.level(brand), decisionRows.size(brand)]);
    const read = { level, rows };
    levels.set(brandId, read);
    return read;
  }

  /** Drops every second group until the rest fits. */
  async function shrink(brandId: BrandId): Promise<void> {
    const brand = store.brand(brandId);
    let [level, rows] = await Promise.all([decisionRows.level(brand), decisionRows.size(brand)]);
    while (rows > most && level < 32) {
      level += 1;
      await brand.note([decisionRows.setLevel(brand, level), decisionRows.dropFrom(brand, endOf(level))]);
      rows = await decisionRows.size(brand);
    }
    // What is kept of every day from now on may be more again; what was dropped does not come back.
    if (level > 0 && rows < most / 8) {
      level -= 1;
      await brand.note([decisionRows.setLevel(brand, level)]);
    }
    levels.set(brandId, { level, rows });
  }

  return {
    note(brandId, { question, channel, subject, facts, decision, version }) {
      const at = now();
      const code = decision.allowed ? null : decision.code;
      const key = [brandId, Math.floor(at / DAY), question, channel ?? '', subject.kind, subject.id ?? '', code ?? '', groupOf(question, facts)].join('\n');
      const known = waiting.get(key);
      if (known !== undefined) {
        known.group.count += 1;
        known.group.lastAt = at;
        return known.group;
      }
      if (waiting.size >= MOST_WAITING) return spare;
      const group = { count: 1, lastAt: at };
      const id = createHash('sha256').update(key).digest('hex').slice(0, 32);
      const row = {
        id, question, channel_id: channel, subject_kind: subject.kind, subject_id: subject.id, facts: JSON.stringify(packed(facts)), code, version, count: 0, first_at: at, last_at: at,
      };
      waiting.set(key, { brandId, row, group });
      return group;
    },
    epoch: () => epoch,
    async flush() {
      const gathered = waiting;
      waiting = new Map();
      epoch += 1;
      const byBrand = Map.groupBy(gathered.values(), ({ brandId }) => brandId);
      for (const [brandId, groups] of byBrand) {
        const state = await standing(brandId);
        const brand = store.brand(brandId);
        const end = endOf(state.level);
        const kept = groups.filter(({ row }) => row.id < end);
        for (let n = 0; n < kept.length; n += AT_ONCE) {
          await brand.note(kept.slice(n, n + AT_ONCE).map(({ row, group }) => decisionRows.count(brand, { ...row, count: group.count, last_at: group.lastAt })));
        }
        state.rows += kept.length;
        if (state.rows > most) await shrink(brandId);
      }
    },
    async sweep(brandId) {
      const brand = store.brand(brandId);
      await brand.note([decisionRows.sweep(brand, now() - JOURNAL_DAYS * DAY)]);
      await shrink(brandId);
    },
  };
}
