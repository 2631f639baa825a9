// Why a question is decided so, and what would have to change for the other answer: found by asking the same decision again, so there is no second copy of a rule.
import { type Key, isKey, settingOf } from './catalogue.ts';
import { changeWords } from './change-words.ts';
import type { Decision } from './decision.ts';
import { type Policy, type Stored, withValue } from './effective.ts';
import { nearestValues, textsOf } from './nearest-values.ts';
import { askAgain, type QuestionName } from './questions.ts';
import { checkRules } from './rules.ts';

/** What a decision stands on. */
export interface Ground {
  /** That decides: of the channel where there is one. */
  readonly policy: Policy;
  /** The brand's. */
  readonly wide: Policy;
  /** The channel's own stored values; null without a channel. */
  readonly own: Readonly<Record<string, Stored>> | null;
}

/** Where a value would be changed. `file`: it is pinned by the policy file, and only there. */
export type Place = 'brand' | 'channel' | 'file';

export interface Step {
  readonly key: Key;
  readonly place: Place;
  readonly before: unknown;
  readonly after: unknown;
  readonly words: string;
}

/** Changes that together lead to `decision`, each in words. */
export interface Way {
  readonly steps: readonly Step[];
  readonly decision: Decision;
}

export interface Explanation {
  readonly decision: Decision;
  /** The settings that were looked at, in that order. None else can change the answer on its own. */
  readonly read: readonly Key[];
  readonly ways: readonly Way[];
}

const MOST_WAYS = 8;
const MOST_STEPS = 3;

type Facts = Readonly<Record<string, unknown>>;

/** Asks, and notes which settings the decision looked at. */
export function traced(name: QuestionName, policy: Policy, facts: Facts): { readonly decision: Decision; readonly read: readonly Key[] } {
  const read = new Set<Key>();
  const noting = <T extends object>(of: T): T =>
    new Proxy(of, {
      get(target, key) {
        if (typeof key === 'string' && isKey(key)) read.add(key);
        return Reflect.get(target, key) as unknown;
      },
    });
  const decision = askAgain(name, { ...policy, values: noting(policy.values), sets: noting(policy.sets) }, facts);
  return { decision, read: [...read] };
}

/** Where this value can be changed so that it is felt here, the narrowest first. */
function placesOf({ policy, wide, own }: Ground, key: Key): Place[] {
  if (wide.origins[key].from === 'file') return ['file'];
  if (own === null || settingOf(key).scope !== 'channel') return ['brand'];
  return own[key] === undefined || policy.origins[key].clamped ? ['channel', 'brand'] : ['channel'];
}

const tighterOf = (key: Key, a: unknown, b: unknown): unknown => (settingOf(key).kind.tighter as (a: unknown, b: unknown) => unknown)(a, b);

/** How everything stands once `key` is `value` at that place: a lock holds a channel back as it does in `effective`. */
function changed(ground: Ground, key: Key, place: Place, value: unknown): Ground {
  const { policy, wide, own } = ground;
  const { locked } = wide.origins[key];
  if (place === 'channel') return { ...ground, policy: withValue(policy, key, locked ? tighterOf(key, wide.values[key], value) : value) };
  const next = withValue(wide, key, value);
  if (own === null) return { policy: next, wide: next, own };
  if (own[key] === undefined || place === 'file') return { policy: withValue(policy, key, value), wide: next, own };
  const kept = settingOf(key).kind.parse(own[key].value, '', key);
  return { policy: withValue(policy, key, kept.ok ? tighterOf(key, value, kept.value) : value), wide: next, own };
}

/** It could be saved: the rules between settings are not broken by it. */
const savable = (before: Ground, after: Ground): boolean => checkRules(after.policy.values).length <= checkRules(before.policy.values).length;

const decider = (decision: Decision): string => (decision.allowed ? '' : `${decision.code} ${decision.setting ?? ''}`);

/** Every change of one setting that was looked at after which `wanted` holds, in the order given; the deciding setting stands first. */
function* single(name: QuestionName, ground: Ground, facts: Facts, wanted: (decision: Decision) => boolean): Generator<{ readonly step: Step; readonly ground: Ground; readonly decision: Decision }> {
  const texts = textsOf(facts);
  const { decision, read } = traced(name, ground.policy, facts);
  const first = decision.allowed ? null : decision.setting;
  for (const key of [...read].sort((a, b) => Number(b === first) - Number(a === first))) {
    const { kind } = settingOf(key);
    for (const place of placesOf(ground, key)) {
      const before: unknown = (place === 'channel' ? ground.policy : ground.wide).values[key];
      const ask = (value: unknown): Decision => askAgain(name, changed(ground, key, place, value).policy, facts);
      for (const after of nearestValues(kind, before, texts, (value) => wanted(ask(value)))) {
        const next = changed(ground, key, place, after);
        if (savable(ground, next)) yield { step: { key, place, before, after, words: changeWords(kind, before, after, texts) }, ground: next, decision: ask(after) };
      }
    }
  }
}

/** Where no single change is enough: one that at least meets another refusal, and on from there. */
function together(name: QuestionName, ground: Ground, facts: Facts, from: Decision, steps: readonly Step[]): Way | null {
  if (steps.length === MOST_STEPS) return null;
  const gone = new Set(steps.map(({ key }) => key));
  for (const { step, decision } of single(name, ground, facts, ({ allowed }) => allowed)) if (!gone.has(step.key)) return { steps: [...steps, step], decision };
  for (const { step, ground: next, decision } of single(name, ground, facts, (one) => !one.allowed && decider(one) !== decider(from))) {
    const way = gone.has(step.key) ? null : together(name, next, facts, decision, [...steps, step]);
    if (way !== null) return way;
  }
  return null;
}

/** `facts` as they are kept (`packed`), whole. */
export function explain(name: QuestionName, ground: Ground, facts: Facts): Explanation {
  const { decision, read } = traced(name, ground.policy, facts);
  const ways: Way[] = [];
  for (const { step, decision: then } of single(name, ground, facts, ({ allowed }) => allowed !== decision.allowed)) {
    ways.push({ steps: [step], decision: then });
    if (ways.length === MOST_WAYS) break;
  }
  const more = ways.length === 0 && !decision.allowed ? together(name, ground, facts, decision, []) : null;
  return { decision, read, ways: more === null ? ways : [more] };
}
