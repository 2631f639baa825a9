// A question that somebody makes up, read: its facts as a person types them, its channel by name, and the settings of a draft that is not saved.
import { proposeChange } from '#policy/change.ts';
import { proposeChannelChange } from '#policy/channel-change.ts';
import { type Fault, fault, shown } from '#policy/fault.ts';
import { readFacts } from '#policy/fact-reading.ts';
import { wholeFacts } from '#policy/fact-words.ts';
import { isInstant } from '#policy/instant.ts';
import { placeOf } from '#policy/history.ts';
import { sourcesOf } from '#policy/policy-file.ts';
import { factFaults } from '#policy/policy-file-tests.ts';
import { isQuestion, NOON, questions } from '#policy/questions.ts';
import { type Asked, channelNamed, type StoredSettings } from '#server/explaining.ts';

export interface Hypothetical {
  readonly question: string;
  /** By id or name. */
  readonly channel?: string | undefined;
  /** Over the usual ones; texts are read as people write them. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

/** Reads a hypothetical. What is not said is an ordinary case of now; instants given as numbers lie around the noon of tests in a policy file. */
export function readQuestion(standing: StoredSettings, given: Hypothetical, now: number): { readonly asked: Asked } | { readonly faults: readonly Fault[] } | 'channel.missing' {
  const { question, channel, facts = {} } = given;
  if (!isQuestion(question)) return { faults: [fault('question', 'question.unknown', 'The question', `be one of ${Object.keys(questions).join(', ')}`, shown(question))] };
  const read = readFacts(question, facts, now, 'facts');
  const faults = [...read.faults, ...factFaults(question, read.facts, 'facts')];
  if (faults.length > 0) return { faults };
  const place = channel === undefined ? null : (channelNamed(standing, channel) ?? 'channel.missing');
  if (place === 'channel.missing') return place;
  return { asked: { question, channel: place, facts: wholeFacts(question, momentAsked(facts, read.facts, now), read.facts) } };
}

function momentAsked(given: Readonly<Record<string, unknown>>, read: Readonly<Record<string, unknown>>, now: number): number {
  if (typeof read['now'] === 'number') return read['now'];
  return Object.values(given).some(isInstant) ? NOON : now;
}

/** How everything would stand with a draft of the page. */
export function drafted(standing: StoredSettings, settings: Readonly<Record<string, unknown>>, channel: string | null): StoredSettings | { readonly faults: readonly Fault[] } {
  const { module, channels, pinned } = sourcesOf(standing.state);
  const proposal = channel === null ? proposeChange(module, settings, { pinned }) : proposeChannelChange({ module, channel: channels[channel] ?? {} }, settings, { pinned });
  if (!proposal.ok) return { faults: proposal.faults };
  const state = new Map(standing.state);
  for (const { key } of proposal.changed) {
    const place = placeOf(channel, key);
    const next = proposal.next[key];
    if (next === undefined) state.delete(place);
    else state.set(place, { value: next.value, locked: next.locked === true, setBy: null, setAt: state.get(place)?.setAt ?? 0 });
  }
  return { ...standing, state };
}
