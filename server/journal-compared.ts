// A change on stage or on trial, counted as it goes: each group of equal decisions is decided before and after it, once, when the group begins.
import type { Decision } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import { type FactsOf, type QuestionName, questions } from '#policy/questions.ts';
import * as countRows from '#store/policy-counts.ts';
import type { Brand } from '#server/brands.ts';
import type { Noted } from '#server/journal.ts';

/** The same facts under the settings before a change that is compared, and under those after it. */
export interface BothWays {
  readonly compared: string;
  readonly was: string;
  readonly becomes: string;
  readonly within: boolean;
  /** Of an agent or a key. */
  readonly own: boolean;
}

/** What another version of the policy decided, a moment ago, is not compared. */
export function bothWays<N extends QuestionName>(brand: Pick<Brand, 'policy' | 'compared'> | undefined, { question, channel, subject, facts, version }: Noted<N>): BothWays | null {
  if (brand === undefined || brand.compared === null || brand.policy.version !== Math.abs(version)) return null;
  const { id, everybody, before, after } = brand.compared;
  const decide = questions[question].decide as (policy: Policy, facts: FactsOf<N>) => Decision;
  const codeUnder = (policy: Policy): string => {
    const decision = decide(policy, facts);
    return decision.allowed ? '' : decision.code;
  };
  return { compared: id, was: codeUnder(before(channel)), becomes: codeUnder(after(channel)), within: everybody || version < 0, own: subject.kind === 'agent' || subject.kind === 'key' };
}

export interface GroupCompared {
  readonly question: string;
  readonly count: number;
  readonly lastAt: number;
  readonly both: BothWays | null;
}

/** What the groups add to the counts. */
export function countsOf(groups: readonly GroupCompared[]): countRows.PolicyCountRow[] {
  const counts = new Map<string, countRows.PolicyCountRow>();
  for (const { both, question, count, lastAt } of groups) {
    if (both === null) continue;
    const slot = countRows.slotOf(lastAt);
    const within = !both.within ? countRows.BESIDE : both.own ? countRows.UNDER_OWN : countRows.UNDER;
    const key = [both.compared, slot, question, both.was, both.becomes, within].join(' ');
    counts.set(key, { compared: both.compared, slot, question, was: both.was, becomes: both.becomes, within, count: (counts.get(key)?.count ?? 0) + count });
  }
  return [...counts.values()];
}
