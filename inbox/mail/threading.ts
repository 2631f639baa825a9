// Which conversation a mail belongs to, and who writes: by the token of our reply first, then by what it refers to; its From proves nothing.
import { parseEmailAddress } from '#identity/email-address.ts';
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import type { CustomerRow } from '#store/customers.ts';
import * as mailTokens from '#store/mail-tokens.ts';
import * as messageMails from '#store/message-mails.ts';
import type { ReceivedMailRow } from '#store/received-mails.ts';
import type { BrandStore } from '#store/store.ts';
import type { MailAddress, ReadMail } from '#inbox/mail/read-mail.ts';
import { tokenHashes } from '#inbox/mail/reply-address.ts';

/** Where an answer to the mail goes; `key` null where no answer can go. */
export interface Writer {
  readonly name: string;
  readonly address: string;
  readonly key: string | null;
}

/** By what a mail was put into a conversation. */
export type Joined = 'token' | 'refs';

export interface Thread {
  /** Null: a new one. */
  readonly conversation: ConversationRow | null;
  readonly joined: Joined | null;
  /** Null: somebody new. */
  readonly customer: CustomerRow | null;
  /** The address it was written from is not one the customer is known by. */
  readonly stranger: boolean;
}

const NEW: Thread = { conversation: null, joined: null, customer: null, stranger: false };

/** Many conversations of one sender in this time are one that runs in a circle, or a flood: they go into one. */
export const FLOOD_MS = 10 * 60_000;
export const FLOOD_CONVERSATIONS = 20;

/**
 * Who writes is where an answer goes: Reply-To, else From, else the sender of the envelope. So a mail that names one person and wants its answers
 * sent to another is never put beside the history of the first.
 */
export function writerOf(mail: Pick<ReadMail, 'from' | 'replyTo'>, envelopeFrom: string): Writer {
  const asked: readonly (MailAddress | null)[] = [mail.replyTo, mail.from, { name: '', address: envelopeFrom }];
  for (const one of asked) {
    const read = one === null ? null : parseEmailAddress(one.address);
    if (one !== null && read?.ok === true) return { name: one.name === '' && one.address === mail.from?.address ? mail.from.name : one.name === '' ? (mail.from?.name ?? '') : one.name, address: read.value.address, key: read.value.key };
  }
  return { name: mail.from?.name ?? '', address: mail.from?.address ?? envelopeFrom, key: null };
}

async function present(brand: BrandStore, conversationId: string): Promise<{ conversation: ConversationRow; customer: CustomerRow } | null> {
  const conversation = await conversationRows.byId(brand, conversationId);
  const customer = conversation === undefined || conversation.kind !== 'email' ? undefined : await customerRows.byId(brand, conversation.customer_id);
  return conversation === undefined || customer === undefined || customer.erased_at !== null ? null : { conversation, customer };
}

/** Addresses that belong to a conversation: the customer's own, and with them those its mails were copied to. */
async function belonging(brand: BrandStore, conversation: ConversationRow): Promise<{ readonly own: ReadonlySet<string>; readonly all: ReadonlySet<string> }> {
  const [thread, senders] = await Promise.all([messageMails.thread(brand, conversation.id), mailTokens.sendersOf(brand, conversation.customer_id)]);
  const copied = thread === undefined ? [] : (JSON.parse(thread.cc) as MailAddress[]).map(({ address }) => address);
  const own = [...senders.map((row) => row.address_key), (thread?.to_address ?? '').toLowerCase()].filter((key) => key !== '');
  return { own: new Set(own), all: new Set([...own, ...copied.map((address) => address.toLowerCase())]) };
}

/** Into an archived conversation nobody writes: it goes on in a new one of the same customer, which answers whoever writes. So a stranger, or who had a copy, begins one of their own. */
function joinedTo({ conversation, customer }: { conversation: ConversationRow; customer: CustomerRow }, joined: Joined, { stranger, own }: { stranger: boolean; own: boolean }): Thread | null {
  if (conversation.status !== 'archived') return { conversation, joined, customer, stranger };
  return own ? { conversation: null, joined, customer, stranger: false } : null;
}

/** Reads only; what it found is guarded when it is written. */
export async function threadOf(brand: BrandStore, row: Pick<ReceivedMailRow, 'recipient' | 'channel_id'>, mail: ReadMail, writer: Writer, now: number): Promise<Thread> {
  // From beside another Reply-To says nothing of who reads the answers.
  const key = writer.key ?? '';
  for (const hash of tokenHashes([row.recipient, ...mail.deliveredTo, ...[...mail.to, ...mail.cc].map(({ address }) => address)])) {
    const token = await mailTokens.byHash(brand, hash);
    const found = token === undefined ? null : await present(brand, token.conversation_id);
    if (found === null || found.customer.id !== token?.customer_id) continue;
    const known = await belonging(brand, found.conversation);
    const joined = joinedTo(found, 'token', { stranger: !known.all.has(key), own: known.own.has(key) });
    if (joined !== null) return joined;
  }
  const named = await messageMails.byRefs(brand, mail.refs);
  for (const ref of mail.refs) {
    const of = named.find((one) => one.mail_ref === ref);
    const found = of === undefined ? null : await present(brand, of.conversation_id);
    if (found === null || found.conversation.channel_id !== row.channel_id) continue;
    // Whoever saw a Message-ID can name it: the sender must belong to the conversation as well.
    const known = await belonging(brand, found.conversation);
    const joined = known.all.has(key) ? joinedTo(found, 'refs', { stranger: false, own: known.own.has(key) }) : null;
    if (joined !== null) return joined;
  }
  if (writer.key === null) return NEW;
  const sender = await mailTokens.sender(brand, writer.key);
  const customer = sender === undefined ? undefined : await customerRows.byId(brand, sender.customer_id);
  if (customer === undefined || customer.erased_at !== null) return NEW;
  const { count, newest } = await mailTokens.begun(brand, customer.id, row.channel_id, now - FLOOD_MS);
  return { ...NEW, customer, conversation: count >= FLOOD_CONVERSATIONS ? (newest ?? null) : null };
}
