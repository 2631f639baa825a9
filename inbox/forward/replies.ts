// Answers to a forward: found by the unguessable address they were sent to, taken from its recipients alone, and written as a note that no customer sees.
import { deny } from '#policy/decision.ts';
import { bareAddress } from '#policy/decide/outbound-mail.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow } from '#store/conversations.ts';
import { advance } from '#store/feed.ts';
import * as forwardRows from '#store/forwards.ts';
import type { ForwardRow } from '#store/forwards.ts';
import * as receivedMails from '#store/received-mails.ts';
import type { ReceivedMailRow } from '#store/received-mails.ts';
import { type BrandId, type BrandStore, type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import { everyAddress } from '#inbox/forward/request.ts';
import type { Filed } from '#inbox/mail/filing-unit.ts';
import type { ReadMail } from '#inbox/mail/read-mail.ts';
import { asItCame } from '#inbox/mail/unreadable.ts';
import { tokenHashes } from '#inbox/mail/reply-address.ts';
import { eventMessage, LONGEST_TEXT, messageStatements, type NewMessage } from '#inbox/message-writing.ts';

export interface ReplyParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

/** The forward that one of these addresses answers; also one that is over. */
export async function forwardByAddress(brand: BrandStore, addresses: readonly string[]): Promise<ForwardRow | undefined> {
  for (const hash of tokenHashes(addresses)) {
    const row = await forwardRows.byReplyHash(brand, hash);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Every address a mail says it was sent to. */
export const sentTo = (row: Pick<ReceivedMailRow, 'recipient'>, mail: Pick<ReadMail, 'to' | 'cc' | 'deliveredTo'>): string[] => [row.recipient, ...mail.deliveredTo, ...[...mail.to, ...mail.cc].map(({ address }) => address)];

export type Refusal = 'over' | 'stranger' | 'several_senders';
const WHY: Readonly<Record<Refusal, string>> = { over: 'the forward is over', stranger: 'its sender was no recipient of the forward', several_senders: 'it names several senders' };

const recipientsOf = ({ recipients }: ForwardRow): string[] => everyAddress(JSON.parse(recipients) as { to: string[]; cc: string[]; bcc: string[] });
/** People's mailboxes tell no case apart, and an answer is only a note: here the local part is folded. */
const key = (address: string): string | undefined => bareAddress(address.trim())?.toLowerCase();

/** Why it is not taken, or the recipient who wrote it. Who writes is what the mail says (RFC 5322 From): that is why it becomes a note and nothing more. */
export function judgeReply(forward: ForwardRow, conversation: Pick<ConversationRow, 'status'> | undefined, mail: Pick<ReadMail, 'from' | 'alsoFrom'>): { readonly from: string } | { readonly refused: Refusal } {
  if (forward.ended_at !== null || conversation === undefined || conversation.status === 'archived') return { refused: 'over' };
  if (mail.alsoFrom.length > 0) return { refused: 'several_senders' };
  const from = key(mail.from?.address ?? '');
  const known = from === undefined ? undefined : recipientsOf(forward).find((address) => key(address) === from);
  return known === undefined ? { refused: 'stranger' } : { from: known };
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`);

interface Answer {
  readonly row: ReceivedMailRow;
  /** Whether it was read as a mail; what was not stands in the note as it came. */
  readonly readable: boolean;
  readonly mail: ReadMail;
  readonly forward: ForwardRow;
  readonly conversation: ConversationRow | undefined;
}

interface Unit {
  readonly statements: readonly Statement[];
  readonly entries: readonly Entry[];
  readonly filed: Filed;
}

function taken(brand: BrandStore, { row, readable, mail, forward, conversation }: Answer & { readonly conversation: ConversationRow }, from: string, now: number): Unit {
  const files = mail.files.length === 0 ? '' : `\n\n[${mail.files.length === 1 ? '1 file came' : `${mail.files.length} files came`} with this answer: ${cut(mail.files.map(({ name }) => name).join(', '), 500)}. Files of people outside are not taken in.]`;
  const read = mail.said.trim() === '' ? mail.text.trim() : mail.said.trim();
  const said = readable ? read : `[This answer could not be read as a mail. Its beginning, as it came:]\n\n${asItCame(row.raw ?? new Uint8Array(), LONGEST_TEXT)}`;
  const note: NewMessage = {
    id: newId('msg'), conversation_id: conversation.id, kind: 'note', author_kind: 'system', author_id: forward.id, client_id: row.id, verified: 0, created_at: now,
    text: `${from} answered the forward:\n\n${cut(said, LONGEST_TEXT - 1_500)}${files}`,
  };
  const settled = receivedMails.settle(brand, row.id, { state: 'filed', reason: 'forward reply', conversationId: conversation.id, messageId: note.id });
  const entry = { id: newId('evt'), at: now, actor: { kind: 'anonymous', id: null }, event: 'forward.replied', entity: { kind: 'conversation', id: conversation.id }, facts: { number: conversation.number, forward: forward.id, from, bytes: row.bytes } } as const;
  // A solved case that somebody outside has answered is open again; nobody counts as waiting.
  const reopens = conversation.status !== 'open';
  const state = reopens ? { reopenedAt: now } : {};
  const event = eventMessage(conversation.id, { kind: 'system', id: null }, { what: 'forward_reopened', from: conversation.status, to: 'open' }, now);
  const statements = [
    advance(brand), settled, forwardRows.answered(brand, forward.id, now), conversationRows.count(brand, conversation.id, state, conversation), ...messageStatements(brand, note),
    ...(reopens ? [conversationRows.countEvent(brand, { ...conversation, status: 'open' }), ...messageStatements(brand, event)] : []),
  ];
  return { statements, entries: [entry], filed: { state: 'filed', conversationId: conversation.id, messageId: note.id } };
}

function refused(brand: BrandStore, { row, mail, forward, conversation }: Answer, why: Refusal, now: number): Unit {
  const facts = { forward: forward.id, number: conversation?.number ?? 0, why: WHY[why], bytes: row.bytes };
  const entry = { id: newId('evt'), at: now, actor: { kind: 'anonymous', id: null }, event: 'forward.stranger_refused', entity: { kind: 'conversation', id: forward.conversation_id }, facts } as const;
  const settled = receivedMails.settle(brand, row.id, { state: 'dropped', reason: why, conversationId: null, messageId: null });
  if (conversation === undefined || why === 'over') return { statements: [settled], entries: [entry], filed: { state: 'dropped', conversationId: null, messageId: null } };
  // Who it was is told, so that an agent may forward to them too; what it says is not.
  const event = eventMessage(conversation.id, { kind: 'system', id: null }, { what: 'forward_stranger', from: cut(mail.from?.address ?? '', 320), to: why }, now);
  return { statements: [advance(brand), settled, conversationRows.countEvent(brand, conversation), ...messageStatements(brand, event)], entries: [entry], filed: { state: 'dropped', conversationId: null, messageId: null } };
}

const TRIES = 5;
const PASSING: ReadonlySet<string> = new Set(['conversation.changed', 'forward.ended']);

/** Files a mail that answers a forward; null: it answers none, and is read as any other. A bounce or an automatic answer is judged like the rest. */
export async function fileForwardReply(parts: ReplyParts, brandId: BrandId, row: ReceivedMailRow, mail: ReadMail, readable: boolean): Promise<Filed | null> {
  const brand = parts.store.brand(brandId);
  for (let tried = 1; ; tried += 1) {
    const forward = await forwardByAddress(brand, sentTo(row, mail));
    if (forward === undefined) return null;
    const now = parts.now();
    const conversation = await conversationRows.byId(brand, forward.conversation_id);
    const judged = judgeReply(forward, conversation, mail);
    const answer = { row, readable, mail, forward, conversation };
    const unit = 'from' in judged && conversation !== undefined ? taken(brand, { ...answer, conversation }, judged.from, now) : refused(brand, answer, 'refused' in judged ? judged.refused : 'over', now);
    try {
      await parts.commit([brand.part({ statements: unit.statements, entries: unit.entries, bumps: ['inbox'] })]);
      return unit.filed;
    } catch (error) {
      if (!(error instanceof Conflict) || !PASSING.has(error.code) || tried === TRIES) throw error;
    }
  }
}

/** What a person who asks for a forward that is not there is told. */
export const MISSING = deny('transfer.missing', null, {});
