// What a change on stage or on trial has changed so far, as counted: in all, by code, among those it holds for; and whether refusals rose too far.

/** One count: of a question, how often it was decided this way before the change and that way under it. Codes; empty: allowed. */
export interface Counted {
  readonly question: string;
  readonly was: string;
  readonly becomes: string;
  /** Decided under the change, not beside it. */
  readonly within: boolean;
  /** Of an agent or a key that is known: what customers and strangers meet is told, and makes nothing go back. */
  readonly own: boolean;
  readonly count: number;
}

interface Sum {
  readonly decisions: number;
  readonly nowRefused: number;
  readonly nowAllowed: number;
  /** Answered otherwise at all: refused for another reason too. */
  readonly changed: number;
}

export interface StageFigures extends Sum {
  /** Of whom the change holds for. */
  readonly within: Sum;
  /** What differs, the most frequent first. */
  readonly differences: readonly { readonly question: string; readonly was: string | null; readonly becomes: string | null; readonly count: number }[];
}

/**
 * The change goes back by itself when of one question more than `percent` of the decisions made under it, of at least `least` within `minutes`, refuse what was
 * allowed before; of agents and keys alone, and of enough different ones.
 */
export interface RefusalLimit {
  readonly percent: number;
  readonly least: number;
  readonly minutes: number;
}

const orNull = (code: string): string | null => (code === '' ? null : code);

function sumOf(counts: readonly Counted[]): Sum {
  const sum = { decisions: 0, nowRefused: 0, nowAllowed: 0, changed: 0 };
  for (const { was, becomes, count } of counts) {
    sum.decisions += count;
    if (was === becomes) continue;
    sum.changed += count;
    if (was === '') sum.nowRefused += count;
    else if (becomes === '') sum.nowAllowed += count;
  }
  return sum;
}

export function figuresOf(counts: readonly Counted[]): StageFigures {
  const found = new Map<string, { question: string; was: string | null; becomes: string | null; count: number }>();
  for (const { question, was, becomes, count } of counts) {
    if (was === becomes) continue;
    const key = `${question} ${was} ${becomes}`;
    const present = found.get(key);
    if (present === undefined) found.set(key, { question, was: orNull(was), becomes: orNull(becomes), count });
    else present.count += count;
  }
  return { ...sumOf(counts), within: sumOf(counts.filter(({ within }) => within)), differences: [...found.values()].sort((a, b) => b.count - a.count) };
}

/** Of so many decisions on one question so many refuse what was allowed before. */
export interface Rose {
  readonly question: string;
  readonly refused: number;
  readonly decisions: number;
}

/** The questions over the limit, each by itself: a request answers several, and the first no ends it. What the change lets in makes up for nothing. */
function over({ percent, least }: RefusalLimit, counts: readonly Counted[]): Rose[] {
  const within = Map.groupBy(counts, ({ question }) => question);
  return [...within].flatMap(([question, ofOne]) => {
    const { decisions, nowRefused: refused } = sumOf(ofOne);
    return decisions >= least && refused * 100 > decisions * percent ? [{ question, refused, decisions }] : [];
  });
}

/** Those that bring a change back: only of agents and keys, else whom a change is to keep out could send so much that it goes back. */
export const refusalsRose = (limit: RefusalLimit, counts: readonly Counted[]): Rose[] => over(limit, counts.filter((one) => one.within && one.own));

/** Those that are told: of whoever comes from outside. */
export const outsideRose = (limit: RefusalLimit, counts: readonly Counted[]): Rose[] => over(limit, counts.filter((one) => one.within && !one.own));

/** What those met who come from outside: they are told of, and make nothing go back. */
export interface OutsideMet {
  readonly decisions: number;
  /** Allowed before, refused under the change. */
  readonly nowRefused: number;
  /** How many times as much is refused as was before, to a tenth; null where nothing was. */
  readonly times: number | null;
}

/** Of customers and strangers, whom the change holds for. */
export function outsideMet(counts: readonly Counted[]): OutsideMet {
  const found = counts.filter((one) => one.within && !one.own);
  const { decisions, nowRefused } = sumOf(found);
  const [before, after] = (['was', 'becomes'] as const).map((when) => found.reduce((sum, one) => (one[when] === '' ? sum : sum + one.count), 0)) as [number, number];
  return { decisions, nowRefused, times: before === 0 ? null : Math.round((after * 10) / before) / 10 };
}

/** "12 of 90 requests, 3.5 times the usual" */
export const metWords = ({ nowRefused, decisions, times }: OutsideMet, inDigits: (value: number) => string = String): string =>
  `${inDigits(nowRefused)} of ${inDigits(decisions)} requests, ${times === null ? 'where none was refused before' : `${times} times the usual`}`;

/** The rate over which refusals of customers are told where none was set, and which is proposed where one is. A rate says nothing of two or three decisions, nor one of last week. */
export const USUAL_LIMIT: RefusalLimit = Object.freeze({ percent: 10, least: 20, minutes: 15 });

/** How many different agents and keys were judged under the change, and how many of them it refused. */
export interface Met {
  readonly refused: number;
  readonly of: number;
}

/** One alone, with a stolen session or key, brings nothing back however often they try; and more than the rate of those who came must be refused. */
export const refusedWidely = ({ percent }: RefusalLimit, { refused, of }: Met): boolean => refused >= 2 && refused * 100 > of * percent;
