// What was decided about files, for the journal: sizes, types and who; never a name, never a byte.
import type { MediaFacts } from '#policy/decide/media.ts';
import type { Decision } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { JudgedFile } from '#media/intake.ts';
import type { BrandId } from '#store/store.ts';
import type { Journal, Subject } from '#server/journal.ts';

export const uploadJournal = (journal: Journal) => ({ brandId, channelId, author, facts, decision, policy }: JudgedFile): void =>
  void journal.note(brandId, { question: 'upload', channel: channelId, subject: author, facts, decision, version: policy.version });

export interface OpenedFile {
  readonly channelId: string;
  readonly subject: Subject;
  readonly facts: MediaFacts;
  readonly decision: Decision;
  readonly policy: Policy;
}

export const openingJournal = (journal: Journal) => (brandId: BrandId, { channelId, subject, facts, decision, policy }: OpenedFile): void =>
  void journal.note(brandId, { question: 'media', channel: channelId, subject, facts, decision, version: policy.version });
