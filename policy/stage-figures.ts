// What a change on stage or on trial has changed so far, as counted: in all, by code, among those it holds for; and whether refusals rose too far.

/** One count: of a question, how often it was decided this way before the change and that way under it. Codes; empty: allowed. */
export interface Counted {
  readonly question: string;
  readonly was: string;
  readonly becomes: string;
  /** Decided under the change, not beside it. */
  readonly within: boolean;
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

/** The change goes back by itself when of one question more than `percent` of the decisions made under it, of at least `least` within `minutes`, refuse what was allowed before. */
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
  readonly refused: number;
  readonly decisions: number;
}

/**
 * Of the decisions that were made under the change, each question by itself: a request answers several, and the first no ends it. What the
 * change lets in makes up for nothing. Null while refusals have not risen over the limit.
 */
export function refusalsRose({ percent, least }: RefusalLimit, counts: readonly Counted[]): Rose | null {
  const within = Map.groupBy(counts.filter((one) => one.within), ({ question }) => question);
  for (const ofOne of within.values()) {
    const { decisions, nowRefused: refused } = sumOf(ofOne);
    if (decisions >= least && refused * 100 > decisions * percent) return { refused, decisions };
  }
  return null;
}
