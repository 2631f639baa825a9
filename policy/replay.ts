// Replay: what was decided, decided again under the policy as it is and under a draft, by the very functions of the doors; what differs is counted.
import { type Decision, type DenialCode, sentenceOf } from './decision.ts';
import type { Policy } from './effective.ts';
import { askAgain, isQuestion, type QuestionName, questions } from './questions.ts';

/** In the place of a question: decisions that were only counted, since there was no room for their facts. */
export const UNNOTED = 'unnoted';

/** One group of equal decisions as the journal keeps it. */
export interface Recorded {
  readonly question: string;
  readonly channel: string | null;
  readonly subject: { readonly kind: 'agent' | 'key' | 'customer' | 'system' | 'anonymous'; readonly id: string | null };
  /** As `packed` made them, as JSON. */
  readonly facts: string;
  /** What was decided then; null: allowed. */
  readonly code: string | null;
  /** The version of the policy it was decided under; below zero where that was the draft on stage. */
  readonly version: number;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Gives the policy of a channel, or of the brand. */
export type PolicyFor = (channel: string | null) => Policy;

/** A group that the draft would decide otherwise. */
export interface Changed extends Omit<Recorded, 'code' | 'facts'> {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly did: string;
  readonly was: DenialCode | null;
  readonly becomes: DenialCode | null;
  /** What whoever is refused would be told; null where the draft allows. */
  readonly sentence: string | null;
}

export interface Tally {
  /** Groups read, and the decisions they stand for. */
  readonly groups: number;
  readonly decisions: number;
  readonly changed: number;
  readonly nowRefused: number;
  readonly nowAllowed: number;
  /** How many different ones would meet another answer. */
  readonly agents: number;
  readonly keys: number;
  readonly customers: number;
  /** Kept by another version of the program: not judged. */
  readonly unreadable: number;
  /** Counted and not kept, there being no room: not among `decisions`. */
  readonly unnoted: number;
  /** Groups that the present policy, having decided them, would not decide so again: a fault of ours. */
  readonly unfaithful: number;
  /** The first of them, the most frequent first. */
  readonly examples: readonly Changed[];
}

const MOST_EXAMPLES = 100;

export interface Replay {
  add(recorded: Recorded): void;
  tally(): Tally;
}

/** What the same facts lead to, before the draft and under it. */
interface Outcome {
  readonly was: Decision;
  readonly becomes: Decision;
}

/** Facts without an instant are often the very same: what they lead to is kept, so that they are read once. */
const MOST_KEPT = 20_000;
const timeless: ReadonlySet<string> = new Set(Object.entries(questions).filter(([, { usual }]) => !('now' in usual)).map(([name]) => name));
const codeOf = (decision: Decision): DenialCode | null => (decision.allowed ? null : decision.code);
const read = (facts: string): Readonly<Record<string, unknown>> => JSON.parse(facts) as Record<string, unknown>;

/** Judges group after group; asks nothing, keeps only what differs. `staged`: the policy on stage, under which some was decided. */
export function openReplay(current: PolicyFor, draft: PolicyFor, staged?: PolicyFor): Replay {
  let [groups, decisions, changed, nowRefused, nowAllowed, unreadable, unnoted, unfaithful] = [0, 0, 0, 0, 0, 0, 0, 0];
  const touched = { agent: new Set<string>(), key: new Set<string>(), customer: new Set<string>() };
  let examples: Changed[] = [];
  /** Once there are enough: the last of the most frequent. */
  let least: Pick<Changed, 'count' | 'lastAt'> | undefined;
  const known = new Map<string, Outcome>();

  /** Null: these facts cannot be read. */
  function ask(question: QuestionName, channel: string | null, facts: string): Outcome | null {
    const kept = timeless.has(question) ? `${question} ${channel} ${facts}` : null;
    const met = kept === null ? undefined : known.get(kept);
    if (met !== undefined) return met;
    const [present, next] = [current(channel), draft(channel)];
    let outcome: Outcome;
    try {
      const asked = read(facts);
      outcome = { was: askAgain(question, present, asked), becomes: askAgain(question, next, asked) };
    } catch {
      return null;
    }
    if (kept !== null && known.size < MOST_KEPT) known.set(kept, outcome);
    return outcome;
  }

  /** The policy that decided it, where it is still there, must decide so again. */
  function isUnfaithful({ channel, facts, code, version }: Recorded, question: QuestionName, was: Decision): boolean {
    if (current(channel).version === version) return codeOf(was) !== code;
    const onStage = staged?.(channel);
    return onStage?.version === version && codeOf(askAgain(question, onStage, read(facts))) !== code;
  }

  function show(recorded: Recorded, question: QuestionName, { was, becomes }: Outcome): void {
    if (least !== undefined && byCount(recorded, least) > 0) return;
    const { code: _code, facts, ...kept } = recorded;
    examples.push({ ...kept, facts: read(facts), did: questions[question].did, was: codeOf(was), becomes: codeOf(becomes), sentence: becomes.allowed ? null : sentenceOf(becomes) });
    if (examples.length < MOST_EXAMPLES * 2) return;
    examples = examples.sort(byCount).slice(0, MOST_EXAMPLES);
    least = examples.at(-1);
  }

  return {
    add(recorded) {
      const { question, channel, subject, facts, count } = recorded;
      if (question === UNNOTED) {
        unnoted += count;
        return;
      }
      groups += 1;
      decisions += count;
      if (!isQuestion(question)) {
        unreadable += count;
        return;
      }
      const outcome = ask(question, channel, facts);
      if (outcome === null) {
        unreadable += count;
        return;
      }
      const { was, becomes } = outcome;
      if (isUnfaithful(recorded, question, was)) unfaithful += 1;
      if (codeOf(was) === codeOf(becomes)) return;
      changed += count;
      if (becomes.allowed) nowAllowed += count;
      else if (was.allowed) nowRefused += count;
      if (subject.id !== null && subject.kind in touched) touched[subject.kind as keyof typeof touched].add(subject.id);
      show(recorded, question, outcome);
    },
    tally: () => ({
      groups, decisions, changed, nowRefused, nowAllowed, agents: touched.agent.size, keys: touched.key.size, customers: touched.customer.size, unreadable, unnoted, unfaithful,
      examples: [...examples].sort(byCount).slice(0, MOST_EXAMPLES),
    }),
  };
}

type Ordered = Pick<Recorded, 'count' | 'lastAt'>;
const byCount = (a: Ordered, b: Ordered): number => b.count - a.count || b.lastAt - a.lastAt;
