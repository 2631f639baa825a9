// Explanations of a brand's decisions: a question under the settings that stand, that a file would make, or that stood then; with who set what, and when.
import { catalogue, isKey, type Key, settingOf } from '#policy/catalogue.ts';
import { type Decision, type DenialCode, denials, deny, sentenceOf } from '#policy/decision.ts';
import { effective, type Policy } from '#policy/effective.ts';
import { explain, type Ground, type Place } from '#policy/explain.ts';
import { isRecord } from '#policy/fault.ts';
import { factText } from '#policy/fact-reading.ts';
import { factWords, wholeFacts } from '#policy/fact-words.ts';
import { type KeptState } from '#policy/history.ts';
import { sourcesOf } from '#policy/policy-file.ts';
import { factFaults } from '#policy/policy-file-tests.ts';
import { askAgain, type QuestionName, questions } from '#policy/questions.ts';
import { readDraft, stagedState } from '#policy/stage.ts';
import type { AuditRow } from '#store/audit-rows.ts';
import { type LaterVersions, stateThen } from '#server/state-then.ts';

/** The stored settings that an explanation stands on, and the names in them. */
export interface StoredSettings {
  readonly version: number;
  readonly state: KeptState;
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly names: ReadonlyMap<string, string>;
}

/** By id, or by a name that only one channel has. */
export function channelNamed({ channels }: StoredSettings, named: string): { readonly id: string; readonly name: string } | undefined {
  const found = channels.filter(({ id, name }) => id === named || name === named);
  return found.length === 1 ? found[0] : channels.find(({ id }) => id === named);
}

/** Throws where a stored value is one that this version reads no more. */
export function groundOf(state: KeptState, channelId: string | null): Ground {
  const { module, channels, pinned } = sourcesOf(state);
  const wide = effective({ version: 0, module, pinned });
  if (channelId === null) return { policy: wide, wide, own: null };
  const own = channels[channelId] ?? {};
  return { policy: effective({ version: 0, module, channel: own, pinned }), wide, own };
}

interface ShownSetting {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly origin: { readonly from: string; readonly locked: boolean; readonly setBy: string | null; readonly setByName: string | null; readonly setAt: number | null };
}

const textOf = (key: Key, value: unknown): string => (settingOf(key).kind.print as (value: unknown) => string)(value);

function shownSetting(policy: Policy, key: Key, names: StoredSettings['names']): ShownSetting {
  const { from, locked, setBy, setAt } = policy.origins[key];
  return { key, label: catalogue[key].label, value: textOf(key, policy.values[key]), origin: { from, locked, setBy: setBy ?? null, setByName: setBy === undefined ? null : (names.get(setBy) ?? null), setAt: setAt ?? null } };
}

/** A decision, in words. */
export interface Told {
  readonly allowed: boolean;
  readonly code: string | null;
  readonly sentence: string;
  readonly setting: ShownSetting | null;
}

function told(decision: Decision, policy: Policy, names: StoredSettings['names']): Told {
  if (decision.allowed) return { allowed: true, code: null, sentence: 'Allowed.', setting: null };
  return { allowed: false, code: decision.code, sentence: sentenceOf(decision), setting: decision.setting === null ? null : shownSetting(policy, decision.setting, names) };
}

export interface Explained extends Told {
  /** Null: what was asked then was not kept, so it cannot be asked again. */
  readonly question: QuestionName | null;
  readonly did: string | null;
  readonly channel: { readonly id: string; readonly name: string } | null;
  readonly facts: readonly { readonly fact: string; readonly label: string; readonly text: string }[];
  /** When it was refused; null for a question. */
  readonly at: number | null;
  /** Of the settings it was decided under; null where they cannot be found any more: `setting` then stands as it does now. */
  readonly version: number | null;
  /** The same asked of the settings that stand now. */
  readonly now: (Told & { readonly version: number }) | null;
  /** Every setting that is looked at, as it stands now. */
  readonly read: readonly ShownSetting[];
  /** What would lead to the other answer than that of now, each tried. */
  readonly whatWouldChange: readonly {
    readonly steps: readonly { readonly key: string; readonly label: string; readonly place: Place; readonly before: string; readonly after: string; readonly words: string }[];
    readonly allowed: boolean;
    readonly code: string | null;
  }[];
}

export interface Asked {
  readonly question: QuestionName;
  readonly channel: { readonly id: string; readonly name: string } | null;
  /** Whole, as they are kept. */
  readonly facts: Readonly<Record<string, unknown>>;
}

const momentOf = (facts: Readonly<Record<string, unknown>>, at: number): number => (typeof facts['now'] === 'number' ? facts['now'] : at);

export function explained(standing: StoredSettings, { question, channel, facts }: Asked, at: number): Explained {
  const { version, state, names } = standing;
  const ground = groundOf(state, channel?.id ?? null);
  const { decision, read, ways } = explain(question, ground, facts);
  const answer = told(decision, ground.policy, names);
  return {
    ...answer, question, did: questions[question].did, channel, at: null, version, now: { ...answer, version },
    facts: Object.entries(facts).map(([fact, value]) => ({ fact, label: factWords(question, fact).label, text: factText(question, fact, value, momentOf(facts, at)) })),
    read: read.map((key) => shownSetting(ground.policy, key, names)),
    whatWouldChange: ways.map(({ steps, decision: then }) => ({
      steps: steps.map(({ key, place, before, after, words }) => ({ key, label: catalogue[key].label, place, before: textOf(key, before), after: textOf(key, after), words })),
      allowed: then.allowed, code: then.allowed ? null : then.code,
    })),
  };
}

/** What a row of the trail says that somebody was refused; null for any other row. */
export interface Refusal {
  readonly at: number;
  readonly code: DenialCode;
  readonly setting: Key | null;
  readonly channel: string | null;
  readonly version: number | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

export function refusalOf(row: AuditRow | undefined): Refusal | null {
  const { facts } = row?.event === 'request.refused' ? (JSON.parse(row.detail) as { facts?: unknown }) : {};
  if (row === undefined || !isRecord(facts)) return null;
  const { code, setting, channel, policyVersion } = facts;
  if (typeof code !== 'string' || !Object.hasOwn(denials, code)) return null;
  return { at: row.at, code: code as DenialCode, setting: typeof setting === 'string' && isKey(setting) ? setting : null, channel: typeof channel === 'string' ? channel : null, version: typeof policyVersion === 'number' ? policyVersion : null, facts };
}

/**
 * The question that was answered so. A row keeps what the answer rests on, not the question: so every question is asked with what the row
 * says over the usual facts of that moment, and the one that is denied alike, by the same setting, is it.
 */
function askedThen({ at, code, setting, facts }: Refusal, policy: Policy): { readonly question: QuestionName; readonly facts: Record<string, unknown> } | null {
  let best: { readonly question: QuestionName; readonly facts: Record<string, unknown>; readonly said: number } | null = null;
  for (const question of Object.keys(questions) as QuestionName[]) {
    const usual = wholeFacts(question, momentOf(facts, at));
    const said = Object.entries(facts).filter(([fact, value]) => Object.hasOwn(usual, fact) && factFaults(question, { [fact]: value }, '').length === 0);
    const whole = wholeFacts(question, momentOf(facts, at), Object.fromEntries(said));
    const decision = askAgain(question, policy, whole);
    if (!decision.allowed && decision.code === code && decision.setting === setting && said.length > (best?.said ?? -1)) best = { question, facts: whole, said: said.length };
  }
  return best;
}

/** Where what was before is read, as far as it is asked for. */
export interface Before {
  readonly laterThan: (version: number) => LaterVersions;
  /** The draft that was on stage at this moment; null: none. */
  readonly stageAt: (at: number) => Promise<string | null>;
}

/** The settings as they stood at a version, where the history reaches so far and this program still reads them. */
async function groundThen({ laterThan, stageAt }: Before, { version, state }: StoredSettings, { version: of, channel, at }: Refusal): Promise<Ground | null> {
  const saved = of === null ? null : Math.abs(of) === version ? state : await stateThen(state, laterThan(Math.abs(of)));
  if (of === null || saved === null) return null;
  // A version below zero: what was on stage then held for whoever was refused.
  const stage = of < 0 ? await stageAt(at) : null;
  try {
    return groundOf(stage === null ? saved : stagedState(saved, readDraft(stage)), channel);
  } catch {
    return null;
  }
}

/** A refusal of before: how it was decided then, and how the same would be decided now. */
export async function explainedRefusal(before: Before, standing: StoredSettings, refusal: Refusal, present: StoredSettings = standing): Promise<Explained> {
  const channel = refusal.channel === null ? null : (channelNamed(standing, refusal.channel) ?? null);
  const then = await groundThen(before, present, refusal);
  const ground = then ?? groundOf(standing.state, channel?.id ?? null);
  const decided = told(deny(refusal.code, refusal.setting, refusal.facts), ground.policy, standing.names);
  const asked = askedThen(refusal, ground.policy);
  const of = { ...decided, at: refusal.at, version: then === null || refusal.version === null ? null : Math.abs(refusal.version) };
  if (asked === null) return { ...of, question: null, did: null, channel, facts: [], now: null, read: [], whatWouldChange: [] };
  return { ...explained(standing, { ...asked, channel }, refusal.at), ...of };
}
