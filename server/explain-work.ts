// One explanation from beginning to end, apart from where it is made: a refusal of before, or a question under the settings that stand or a draft.
import type { Fault } from '#policy/fault.ts';
import { type Before, channelNamed, type Explained, explained, explainedRefusal, type Refusal } from '#server/explaining.ts';
import { type Gathered, standingIn } from '#server/explain-gathering.ts';
import { drafted, type Hypothetical, readQuestion } from '#server/hypothetical.ts';

export interface AskedQuestion extends Hypothetical {
  readonly draft?: { readonly settings: Readonly<Record<string, unknown>>; readonly channel?: string } | undefined;
}

export type ExplainWork = { readonly gathered: Gathered } & ({ readonly refusal: Refusal } | { readonly asked: AskedQuestion; readonly at: number });
export type ExplainAnswer = { readonly explained: Explained } | { readonly faults: readonly Fault[] } | 'channel.missing';

export async function explainedWork(work: ExplainWork, before: Before): Promise<ExplainAnswer> {
  const present = standingIn(work.gathered);
  if ('refusal' in work) return { explained: await explainedRefusal(before, present, work.refusal) };
  const { asked, at } = work;
  const { draft } = asked;
  const place = draft?.channel === undefined ? null : channelNamed(present, draft.channel);
  if (place === undefined) return 'channel.missing';
  const standing = draft === undefined ? present : drafted(present, draft.settings, place?.id ?? null);
  if ('faults' in standing) return standing;
  const read = readQuestion(standing, asked, at);
  return typeof read === 'string' || 'faults' in read ? read : { explained: explained(standing, read.asked, at) };
}
