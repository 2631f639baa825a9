// What filing a mail consists of: the conversation begun or gone on with, the message, what it said beside its text, and the end of its waiting.
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import { advance, nextNumber } from '#store/feed.ts';
import * as mailTokens from '#store/mail-tokens.ts';
import * as messageMails from '#store/message-mails.ts';
import * as receivedMails from '#store/received-mails.ts';
import type { ReceivedMailRow } from '#store/received-mails.ts';
import { type BrandId, type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { headStatement } from '#inbox/head-text.ts';
import { type Carrying, eventMessage, LONGEST_TEXT, messageEntry, messageStatements, type NewMessage, previewOfSaid } from '#inbox/message-writing.ts';
import type { KeptFile, MailInParts } from '#inbox/mail/filing.ts';
import type { Marks } from '#inbox/mail/marks.ts';
import type { MailAddress, Reading, ReadMail } from '#inbox/mail/read-mail.ts';
import type { Thread, Writer } from '#inbox/mail/threading.ts';

export interface Filed {
  readonly state: 'filed' | 'unreadable' | 'event' | 'dropped';
  readonly conversationId: string | null;
  readonly messageId: string | null;
}

export interface ToFile {
  readonly mail: ReadMail;
  readonly reading: Reading;
  readonly writer: Writer;
  readonly thread: Thread;
  /** Of the customer found, or the one to be made. */
  readonly customerId: string;
  readonly files: readonly KeptFile[];
  readonly inline: Readonly<Record<string, string>>;
}

interface Unit {
  readonly statements: Statement[];
  readonly entries: Entry[];
  readonly filed: Filed;
}

const DAY = 86_400_000;
/** A text of the timeline is a message's; the whole of it stands beside it. */
const shownText = (text: string): string => ([...text.slice(0, LONGEST_TEXT * 2)].length > LONGEST_TEXT ? `${[...text.slice(0, LONGEST_TEXT * 2)].slice(0, LONGEST_TEXT - 1).join('')}…` : text);

/** The subject without the marks that programs put before it. */
export const plainSubject = (subject: string): string => subject.replace(/^(?:\s*(?:re|fwd?|aw|wg|sv|vs|tr|rv|ref|antw|odp|ynt|回复|答复|转发|תגובה|השב)\s*(?:\[\d{1,3}\])?\s*[:：])+\s*/iu, '').trim();

function marksOf({ mail, reading, thread, inline }: ToFile): Marks {
  const { from, replyTo, alsoFrom } = mail;
  return {
    written: mail.written, joined: thread.joined, ...(thread.stranger ? { stranger: true } : {}),
    ...(replyTo !== null && replyTo.address !== from?.address ? { replyTo: replyTo.address } : {}),
    ...(alsoFrom.length === 0 ? {} : { alsoFrom: alsoFrom.map(({ name, address }) => (address === '' ? name : address)) }),
    ...(mail.authentication === null ? {} : { authentication: mail.authentication }), ...(mail.remoteImages === 0 ? {} : { remoteImages: mail.remoteImages }),
    ...(mail.filesLeft === 0 ? {} : { filesLeft: mail.filesLeft }), ...(reading.ok ? {} : { unreadable: reading.why }), ...(Object.keys(inline).length === 0 ? {} : { inline }),
  };
}

/** The customer: seen again, or made. Only who begins anew gets an address put to them: who had a copy of somebody's mail is not that somebody. */
async function customerStatements(brand: BrandStore, { thread, writer, customerId, mail }: ToFile, now: number): Promise<Statement[]> {
  const known = writer.key === null ? undefined : await mailTokens.sender(brand, writer.key);
  // Another mail of theirs made them known since this one was looked at: it is looked at anew, or they would be two.
  if (known !== undefined && thread.customer === null && (await customerRows.byId(brand, known.customer_id))?.erased_at === null) throw new Conflict('sender.taken');
  // An address that belonged to somebody who is gone is whoever writes from it now.
  const sender = writer.key === null || thread.customer !== null || known !== undefined ? [] : [mailTokens.insertSender(brand, { address_key: writer.key, customer_id: customerId, first_at: now })];
  if (thread.customer !== null) return [customerRows.seen(brand, customerId, now), ...sender];
  const name = writer.name === '' ? (writer.key === null ? (mail.from?.name ?? null) : null) : writer.name;
  const row = { id: customerId, name, email: writer.key === null ? null : writer.address, phone: null, external_id: null, fields: '[]', verified_by: null, created_at: now, last_seen_at: now, erased_at: null, erased_by: null };
  return [customerRows.insert(brand, row), ...sender];
}

/** In a mailbox it stands above the mail, as the last server wrote it (RFC 5321 §4.4). */
const envelopeSender = (row: ReceivedMailRow, mail: ReadMail): string => (row.door === 'imap' ? (/^return-path:[ \t]*<([^<>\s]*)>/im.exec(mail.headers)?.[1] ?? '') : row.envelope_from);

/** The answer's copies: who else the mail went to, but not ourselves. */
const copiesOf = (mail: ReadMail, ours: string): MailAddress[] => mail.cc.filter(({ address }) => address !== '' && address.toLowerCase() !== ours.toLowerCase()).slice(0, 20);

function goingOn(brand: BrandStore, row: ConversationRow, message: NewMessage, { mail, carrying }: ToFile & { readonly carrying: Carrying }, now: number): Pick<Unit, 'statements' | 'entries'> {
  const said = { preview: previewOfSaid(message.text, carrying.files), last_author: 'customer', last_message_at: now } as const;
  // What no person wrote keeps nobody waiting, and opens nothing again.
  const person = mail.written === 'person';
  const reopens = person && row.status !== 'open';
  const statements = [conversationRows.count(brand, row.id, { said, ...(person ? { waiting: now } : {}), ...(reopens ? { reopenedAt: now } : {}) }, row)];
  const entries: Entry[] = [messageEntry(message, undefined, carrying.files)];
  const after: Statement[] = [];
  if (reopens) {
    const event = eventMessage(row.id, { kind: 'system', id: null }, { what: 'status', from: row.status, to: 'open' }, now);
    after.push(conversationRows.countEvent(brand, { ...row, status: 'open' }), ...messageStatements(brand, event));
    entries.push({ id: newId('evt'), at: now, actor: { kind: 'customer', id: row.customer_id }, event: 'conversation.changed', entity: { kind: 'conversation', id: row.id }, before: { status: row.status }, after: { status: 'open' }, facts: { what: 'status' } });
  }
  return { statements: [...statements, ...messageStatements(brand, message, mail.subject, carrying), ...after], entries };
}

function beginning(brand: BrandStore, row: ReceivedMailRow, to: ToFile & { readonly carrying: Carrying }, message: NewMessage, now: number): Pick<Unit, 'statements' | 'entries'> {
  const { mail, writer, thread, customerId, carrying } = to;
  const id = message.conversation_id;
  const conversation = {
    id, channel_id: row.channel_id, kind: 'email', customer_id: customerId, status: 'open', status_at: now, assignee_id: null, team_id: null, waiting_since: mail.written === 'person' ? now : null, created_at: now,
    preview: previewOfSaid(message.text, carrying.files), last_author: 'customer', last_message_at: now,
  } as const;
  const known = thread.customer ?? { name: writer.name === '' ? null : writer.name, email: writer.key === null ? null : writer.address, phone: null, external_id: null };
  const about = { conversation_id: id, subject: plainSubject(mail.subject) || mail.subject, to_name: writer.name, to_address: writer.key === null ? '' : writer.address, cc: JSON.stringify(copiesOf(mail, row.recipient)) };
  return {
    statements: [nextNumber(brand), conversationRows.begin(brand, conversation), ...messageStatements(brand, message, mail.subject, carrying), headStatement(brand, conversation, known, []), messageMails.beginThread(brand, about)],
    entries: [{ id: newId('evt'), at: now, actor: { kind: 'customer', id: customerId }, event: 'conversation.begun', entity: { kind: 'conversation', id }, facts: { channel: row.channel_id, customer: customerId } }, messageEntry(message, undefined, carrying.files)],
  };
}

/** Everything of it, in the order in which it is written. */
export async function messageUnit(parts: Pick<MailInParts, 'store' | 'refusalNote'>, brandId: BrandId, row: ReceivedMailRow, to: ToFile, now: number): Promise<Unit> {
  const brand = parts.store.brand(brandId);
  const { mail, reading, thread, customerId, files, writer } = to;
  const conversationId = thread.conversation?.id ?? newId('con');
  const message: NewMessage = {
    id: newId('msg'), conversation_id: conversationId, kind: 'text', author_kind: 'customer', author_id: customerId, client_id: row.id, text: shownText(mail.said.replace(/^\n+/, '')), verified: 0, created_at: now,
  };
  const carrying: Carrying = { channelId: row.channel_id, files: files.map((one) => one.row), author: { kind: 'customer', id: customerId } };
  const customer = await customerStatements(brand, to, now);
  const { statements, entries } = thread.conversation === null ? beginning(brand, row, { ...to, carrying }, message, now) : goingOn(brand, thread.conversation, message, { ...to, carrying }, now);
  const beside = messageMails.insert(brand, {
    message_id: message.id, conversation_id: conversationId, direction: 'in', mail_ref: mail.messageId, sender: JSON.stringify(mail.from ?? { name: '', address: row.envelope_from }), recipients: JSON.stringify(mail.to), cc: JSON.stringify(mail.cc),
    subject: mail.subject, body: mail.text, html: mail.html, headers: mail.headers, marks: JSON.stringify(marksOf(to)), raw: reading.ok ? null : row.raw,
  });
  const refused = files.filter((one) => one.refused !== null && !one.technical);
  const sender = writer.key === null ? undefined : await mailTokens.sender(brand, writer.key);
  // RFC 3834 §4: an automatic answer goes to nobody but the sender of the envelope. Who names somebody else gets none, and so does that somebody.
  const sameSender = envelopeSender(row, mail).toLowerCase() === writer.key;
  const told = refused.length > 0 && mail.written === 'person' && sameSender && writer.key !== null && !thread.stranger && (sender?.noted_at ?? -Infinity) <= now - DAY
    ? [mailTokens.note(brand, writer.key, now, now - DAY), ...(await parts.refusalNote(brandId, { channelId: row.channel_id, conversationId, to: { name: writer.name, address: writer.address }, mail, files: refused }, now))]
    : [];
  const state = reading.ok ? 'filed' : 'unreadable';
  const settled = receivedMails.settle(brand, row.id, { state, reason: reading.ok ? null : reading.why, conversationId, messageId: message.id });
  return { statements: [advance(brand), settled, ...customer, ...statements, beside, ...told], entries, filed: { state, conversationId, messageId: message.id } };
}
