// Replay: what was decided, decided again under the policy as it is and under a draft, by the very functions of the doors; what differs is counted.
import { type DenialCode, sentenceOf } from './decision.ts';
import type { Policy } from './effective.ts';
import { askAgain, isQuestion, questions } from './questions.ts';

/** In the place of a question: decisions that were only counted, since there was no room for their facts. */
export const UNNOTED = 'unnoted';

/** One group of equal decisions as the journal keeps it. */
export interface Recorded {
  readonly question: string;
  readonly channel: string | null;
  readonly subject: { readonly kind: 'agent' | 'key' | 'customer' | 'system' | 'anonymous'; readonly id: string | null };
  /** As `packed` made them. */
  readonly facts: Readonly<Record<string, unknown>>;
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
export interface Changed extends Omit<Recorded, 'code'> {
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

/** Judges group after group; asks nothing, keeps only what differs. `staged`: the policy on stage, under which some was decided. */
export function openReplay(current: PolicyFor, draft: PolicyFor, staged?: PolicyFor): Replay {
  let [groups, decisions, changed, nowRefused, nowAllowed, unreadable, unnoted, unfaithful] = [0, 0, 0, 0, 0, 0, 0, 0];
  const touched = { agent: new Set<string>(), key: new Set<string>(), customer: new Set<string>() };
  const examples: Changed[] = [];

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
      const present = current(channel);
      const was = askAgain(question, present, facts);
      const becomes = askAgain(question, draft(channel), facts);
      const [wasCode, code] = [was.allowed ? null : was.code, becomes.allowed ? null : becomes.code];
      // The policy that decided it, where it is still there, must decide so again.
      const decider = [present, staged?.(channel)].find((one) => one?.version === recorded.version);
      const again = decider === undefined ? null : decider === present ? was : askAgain(question, decider, facts);
      if (again !== null && (again.allowed ? null : again.code) !== recorded.code) unfaithful += 1;
      if (wasCode === code) return;
      changed += count;
      if (becomes.allowed) nowAllowed += count;
      else if (was.allowed) nowRefused += count;
      if (subject.id !== null && subject.kind in touched) touched[subject.kind as keyof typeof touched].add(subject.id);
      const { code: _code, ...kept } = recorded;
      examples.push({ ...kept, did: questions[question].did, was: wasCode, becomes: code, sentence: becomes.allowed ? null : sentenceOf(becomes) });
      if (examples.length > MOST_EXAMPLES * 2) examples.sort(byCount).splice(MOST_EXAMPLES);
    },
    tally: () => ({
      groups, decisions, changed, nowRefused, nowAllowed, agents: touched.agent.size, keys: touched.key.size, customers: touched.customer.size, unreadable, unnoted, unfaithful,
      examples: [...examples].sort(byCount).slice(0, MOST_EXAMPLES),
    }),
  };
}

const byCount = (a: Changed, b: Changed): number => b.count - a.count || b.lastAt - a.lastAt;
