// Folds floods of refusals: the first few a minute are rows of their own, the rest one summary row whose id they carry.
import type { Entry } from '#store/store.ts';

/** Rows a minute for the same brand, door, code and network before folding begins (SETTINGS.md, "What a refusal looks like"). */
export const ROWS_A_MINUTE = 20;
const MINUTE = 60_000;
/** Above this many open counters everything new is folded into one counter a brand, so that memory stays bounded. */
const MOST_COUNTERS = 10_000;

export interface RefusalKind {
  /** The chain its row belongs to. */
  readonly scope: string;
  readonly door: string;
  /** What the row says. */
  readonly code: string;
  readonly network: string;
  /**
   * Set for callers nobody knows: the code they are told. They are counted together whatever brand or reason lies behind it,
   * so that the id they are given tells no more than the answer does.
   */
  readonly told?: string;
}

interface Counter {
  readonly door: string;
  readonly network: string;
  readonly minute: number;
  count: number;
  summaryId: string | null;
  /** How many were folded, by scope and code. */
  readonly folded: Map<string, Map<string, number>>;
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

function summariesOf(counter: Counter): Summary[] {
  const { door, network, minute, summaryId } = counter;
  return [...counter.folded].map(([scope, codes]) => {
    const folded = [...codes.values()].reduce((sum, one) => sum + one, 0);
    const [code] = codes.keys();
    const facts = { ...(codes.size === 1 ? { code } : { code, codes: Object.fromEntries(codes) }), network, folded, from: minute * MINUTE };
    const entry: Entry = { id: summaryId as string, at: (minute + 1) * MINUTE, actor: { kind: 'system', id: null }, event: 'refusals.folded', entity: { kind: 'door', id: door }, facts };
    return { scope, entry };
  });
}

/** Counters live in this process: each node folds what it refused itself. */
export function openFolding(newId: () => string): Folding {
  const counters = new Map<string, Counter>();

  function counterFor({ scope, door, code, network, told }: RefusalKind, minute: number): Counter {
    const crowd = told === undefined ? [scope, code] : ['', told];
    const key = JSON.stringify([...crowd, door, network, minute]);
    const present = counters.get(key);
    if (present !== undefined) return present;
    const crowded = counters.size >= MOST_COUNTERS;
    const shared = JSON.stringify([crowd[0], door, minute]);
    const common = crowded ? counters.get(shared) : undefined;
    if (common !== undefined) return common;
    const counter: Counter = { door, network: crowded ? 'many' : network, minute, count: crowded ? ROWS_A_MINUTE : 0, summaryId: null, folded: new Map() };
    counters.set(crowded ? shared : key, counter);
    return counter;
  }

  return {
    count(kind, now) {
      const counter = counterFor(kind, Math.floor(now / MINUTE));
      counter.count += 1;
      if (counter.count <= ROWS_A_MINUTE) return { id: newId(), own: true };
      counter.summaryId ??= newId();
      const codes = counter.folded.get(kind.scope) ?? new Map<string, number>();
      codes.set(kind.code, (codes.get(kind.code) ?? 0) + 1);
      counter.folded.set(kind.scope, codes);
      return { id: counter.summaryId, own: false };
    },
    due(now, all = false) {
      const minute = Math.floor(now / MINUTE);
      const summaries: Summary[] = [];
      for (const [key, counter] of counters) {
        // A clock set back leaves counters of a later minute: they are over too.
        if (!all && counter.minute === minute) continue;
        counters.delete(key);
        summaries.push(...summariesOf(counter));
      }
      return summaries;
    },
  };
}
