// What is asked for when a conversation is forwarded, and everything that is wrong with it at once.
import { fault, type Fault } from '#policy/fault.ts';
import { bareAddress } from '#policy/decide/outbound-mail.ts';
import type { Known } from '#inbox/known-values.ts';

export interface ForwardRequest {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly note: string;
  readonly messageIds: readonly string[];
  readonly files: readonly { readonly id: string; readonly as: 'attachment' | 'link' }[];
  readonly mayReply: boolean;
  readonly details: boolean;
  /** When links end, ms: the first instant after their last day; null where there are none. */
  readonly linksUntil: number | null;
}

export const LONGEST_SUBJECT = 200;
export const LONGEST_NOTE = 8_000;
export const MOST_MESSAGES = 200;

export const everyAddress = ({ to, cc, bcc }: Pick<ForwardRequest, 'to' | 'cc' | 'bcc'>): string[] => [...to, ...cc, ...bcc];

/** The addresses in the form they are sent to; the door has judged them before. */
export const canonical = (addresses: readonly string[]): string[] => [...new Set(addresses.map((address) => bareAddress(address) ?? address))];

/** Mail grows by a third on its way, and few servers take more than 25 MiB. */
export const MOST_BYTES = 18 * 1_048_576;

/** Each recipient has a link of their own to each file. */
export const MOST_LINKS = 100;

/** `bytes`: of all the files that go along. */
export function requestFaults(request: ForwardRequest, known: Known, bytes: number): Fault[] {
  const faults: Fault[] = [];
  if (bytes > MOST_BYTES) faults.push(fault('files', 'forward.files_too_large', 'The files of a forward', 'have at most 18 MiB together', `${(bytes / 1_048_576).toFixed(1)} MiB`));
  const links = new Set(canonical(everyAddress(request))).size * request.files.filter((file) => file.as === 'link').length;
  if (links > MOST_LINKS) faults.push(fault('files', 'forward.too_many_links', 'A forward', `have at most ${MOST_LINKS} links: one of each file for each recipient`, String(links)));
  const characters = (text: string): number => [...text].length;
  if (request.to.length === 0) faults.push(fault('to', 'forward.to_empty', 'To', 'name at least one address', 'nothing'));
  if (request.subject.trim() === '') faults.push(fault('subject', 'text.empty', 'The subject', 'say what it is about', 'be empty'));
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(request.subject)) faults.push(fault('subject', 'text.unseen', 'The subject', 'be one line without control characters', 'more than that'));
  if (characters(request.subject) > LONGEST_SUBJECT) faults.push(fault('subject', 'text.too_long', 'The subject', `have at most ${LONGEST_SUBJECT} characters`, String(characters(request.subject))));
  if (request.note.length > LONGEST_NOTE && characters(request.note) > LONGEST_NOTE) faults.push(fault('note', 'text.too_long', 'The note', `have at most ${LONGEST_NOTE.toLocaleString('en')} characters`, String(characters(request.note))));
  if (request.note.trim() === '' && request.messageIds.length === 0 && request.files.length === 0) faults.push(fault('messageIds', 'forward.nothing', 'A forward', 'have a note, a message or a file', 'nothing'));
  if (request.messageIds.length > MOST_MESSAGES) faults.push(fault('messageIds', 'forward.too_many_messages', 'A forward', `have at most ${MOST_MESSAGES} messages`, String(request.messageIds.length)));
  // An answer is no forward; and the customer's address in a header would tell it to everybody else.
  const theirs = new Set(known.emails.map((email) => email.toLowerCase()));
  for (const part of ['to', 'cc', 'bcc'] as const) {
    const at = request[part].findIndex((address) => theirs.has((bareAddress(address) ?? '').toLowerCase()));
    if (at >= 0) faults.push({ path: part, code: 'forward.to_customer', message: 'This is an address of the customer: answer them in the conversation instead.' });
  }
  return faults;
}
