// Folds floods of refusals: the first few a minute are rows of their own, the rest one summary row whose id they carry.
import type { Entry } from '#store/store.ts';

/** Rows a minute for the same brand, door, code and network before folding begins (SETTINGS.md, "What a refusal looks like"). */
export const ROWS_A_MINUTE = 20;
const MINUTE = 60_000;
/** Above this many open counters everything new is folded into one counter a brand, so that memory stays bounded. */
const MOST_COUNTERS = 10_000;

export interface RefusalKind {
  readonly scope: string;
  readonly door: string;
  readonly code: string;
  readonly network: string;
}

interface Counter {
  readonly kind: RefusalKind;
  readonly minute: number;
  count: number;
  summaryId: string | null;
}

/** What to do with a refusal: write a row of its own under `id`, or only name the summary's `id`. */
export interface Folded {
  readonly id: string;
  readonly own: boolean;
}

export interface Summary {
  readonly scope: string;
  readonly entry: Entry;
}

export interface Folding {
  count(kind: RefusalKind, now: number): Folded;
  /** Summaries of the minutes that are over (all, when `all`), to be appended as rows. */
  due(now: number, all?: boolean): Summary[];
}

function summaryEntry(counter: Counter): Entry {
  const { kind, minute, count } = counter;
  return {
    id: counter.summaryId as string,
    at: (minute + 1) * MINUTE,
    actor: { kind: 'system', id: null },
    event: 'refusals.folded',
    entity: { kind: 'door', id: kind.door },
    facts: { code: kind.code, network: kind.network, folded: count - ROWS_A_MINUTE, from: minute * MINUTE },
  };
}

/** Counters live in this process: each node folds what it refused itself. */
export function openFolding(newId: () => string): Folding {
  const counters = new Map<string, Counter>();

  function counterFor(kind: RefusalKind, minute: number): Counter {
    const crowded = counters.size >= MOST_COUNTERS;
    const judged = crowded ? { ...kind, code: 'many', network: 'many' } : kind;
    const key = JSON.stringify([judged.scope, judged.door, judged.code, judged.network, minute]);
    const present = counters.get(key);
    if (present !== undefined) return present;
    const counter: Counter = { kind: judged, minute, count: crowded ? ROWS_A_MINUTE : 0, summaryId: null };
    counters.set(key, counter);
    return counter;
  }

  return {
    count(kind, now) {
      const counter = counterFor(kind, Math.floor(now / MINUTE));
      counter.count += 1;
      if (counter.count <= ROWS_A_MINUTE) return { id: newId(), own: true };
      counter.summaryId ??= newId();
      return { id: counter.summaryId, own: false };
    },
    due(now, all = false) {
      const minute = Math.floor(now / MINUTE);
      const summaries: Summary[] = [];
      for (const [key, counter] of counters) {
        // A clock set back leaves counters of a later minute: they are over too.
        if (!all && counter.minute === minute) continue;
        counters.delete(key);
        if (counter.summaryId !== null) summaries.push({ scope: counter.kind.scope, entry: summaryEntry(counter) });
      }
      return summaries;
    },
  };
}
