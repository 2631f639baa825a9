// What is remembered of how a mail came, beside what it says: shown to agents as words, never taken for a proof.
import { isRecord } from '#policy/fault.ts';
import { UNREADABLE, type UnreadableWhy, type Written } from '#inbox/mail/read-mail.ts';
import type { Joined } from '#inbox/mail/threading.ts';

export interface Marks {
  readonly written?: Written;
  readonly joined?: Joined | null;
  /** Written from an address that the customer was not known by. */
  readonly stranger?: boolean;
  /** Where answers are asked to go, when that is not From. */
  readonly replyTo?: string;
  /** The others that stand in From. */
  readonly alsoFrom?: readonly string[];
  readonly authentication?: string | null;
  readonly remoteImages?: number;
  readonly filesLeft?: number;
  readonly unreadable?: UnreadableWhy;
  /** Content-IDs of its files, by file id: what `cid:` in the HTML names. */
  readonly inline?: Readonly<Record<string, string>>;
  /** Of a mail of ours: when it came back, ms. */
  readonly cameBackAt?: number;
}

export function readMarks(text: string): Marks {
  const raw: unknown = JSON.parse(text);
  return isRecord(raw) ? (raw as Marks) : {};
}

/** In words, the weightiest first. */
export function markWords({ written, stranger, replyTo, alsoFrom, unreadable, filesLeft, joined }: Marks): string[] {
  return [
    ...(unreadable === undefined ? [] : [`This mail could not be read as one: ${UNREADABLE[unreadable] ?? UNREADABLE.broken} It is kept as it came.`]),
    ...(stranger === true ? ['Written from an address that this customer was not known by; whoever wrote it had our answer before them.'] : []),
    ...(replyTo === undefined ? [] : [`Answers are asked to go to ${replyTo}.`]),
    ...(alsoFrom === undefined || alsoFrom.length === 0 ? [] : [`It names several senders: also ${alsoFrom.join(', ')}.`]),
    ...(written === 'answer' ? ['An automatic answer: no person wrote it.'] : written === 'program' ? ['Sent by a program or a mailing list.'] : []),
    ...(joined === 'refs' ? ['Put here by what it refers to, and by its sender’s address; neither is proven.'] : []),
    ...(filesLeft === undefined || filesLeft === 0 ? [] : [`${filesLeft} more files were not taken: a mail may bring 50.`]),
  ];
}
