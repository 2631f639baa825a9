// What a message that came or left by mail shows beside its text: who it was from and to, what is to be known of it, and whether it has arrived.
import * as messageMails from '#store/message-mails.ts';
import type { DeliveryRow, MailHead } from '#store/message-mails.ts';
import type { MessageRow } from '#store/messages.ts';
import type { BrandStore } from '#store/store.ts';
import { markWords, readMarks } from '#inbox/mail/marks.ts';
import type { MailAddress } from '#inbox/mail/read-mail.ts';

/** `waiting`: it is tried, or tried again. `kept`: it lies as a file, for want of a mail server. `back`: a server on the way gave it back. */
export interface Delivery {
  readonly state: 'waiting' | 'sent' | 'kept' | 'failed' | 'back';
  /** Of what failed, waits after a failure or is kept; else null. */
  readonly sentence: string | null;
  readonly at: number | null;
}

export interface MailShown {
  readonly direction: 'in' | 'out';
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly subject: string;
  /** There is a formatted version. */
  readonly formatted: boolean;
  /** Images that are held back in it. */
  readonly remoteImages: number;
  /** The whole text is longer than what the message shows. */
  readonly more: boolean;
  readonly unreadable: boolean;
  /** Sentences. */
  readonly marks: readonly string[];
  readonly delivery: Delivery | null;
}

function deliveryOf(row: DeliveryRow | undefined, cameBackAt: number | undefined): Delivery {
  if (cameBackAt !== undefined) return { state: 'back', sentence: 'It could not be delivered: a server on the way gave it back.', at: cameBackAt };
  if (row === undefined) return { state: 'sent', sentence: null, at: null };
  if (row.bounced_at !== null) return { state: 'back', sentence: row.fault ?? 'It could not be delivered.', at: row.bounced_at };
  if (row.sent_at !== null && row.file !== null) return { state: 'kept', sentence: 'No mail server is set, so it was written to a file on the server and reaches nobody.', at: row.sent_at };
  if (row.sent_at !== null) return { state: 'sent', sentence: null, at: row.sent_at };
  if (row.given_up_at !== null) return { state: 'failed', sentence: row.fault ?? 'It could not be sent and was given up.', at: row.given_up_at };
  return { state: 'waiting', sentence: row.fault, at: null };
}

export function shownMail(head: MailHead, message: Pick<MessageRow, 'text'>, delivery: DeliveryRow | undefined): MailShown {
  const marks = readMarks(head.marks);
  return {
    direction: head.direction, from: JSON.parse(head.sender) as MailAddress, to: JSON.parse(head.recipients) as MailAddress[], cc: JSON.parse(head.cc) as MailAddress[], subject: head.subject,
    formatted: head.formatted === 1, remoteImages: marks.remoteImages ?? 0, more: head.direction === 'in' && head.bodyLength > message.text.length + 1, unreadable: head.unreadable === 1, marks: markWords(marks),
    delivery: head.direction === 'out' ? deliveryOf(delivery, marks.cameBackAt) : null,
  };
}

/** By message; those that were taken out, and those of other kinds, have none. */
export async function mailsOf(brand: BrandStore, messages: readonly MessageRow[]): Promise<ReadonlyMap<string, MailShown>> {
  const rows = messages.filter((row) => row.kind === 'text' && row.redacted_at === null);
  const heads = await messageMails.heads(brand, rows.map(({ id }) => id));
  const sent = rows.filter(({ id }) => heads.get(id)?.direction === 'out');
  const deliveries = await messageMails.deliveries(brand, sent.map(({ conversation_id: id }) => id), sent.map(({ id }) => id));
  return new Map(rows.flatMap((row) => {
    const head = heads.get(row.id);
    return head === undefined ? [] : [[row.id, shownMail(head, row, deliveries.get(row.id))] as const];
  }));
}
