// An agent's answer in a conversation by mail: what leaves, to whom, in which thread, and the address that the customer's answer comes back to.
import { type Denial, deny } from '#policy/decision.ts';
import { fileTypes } from '#policy/file-type-table.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import type { Keyring } from '#identity/keyring.ts';
import type { MailFile } from '#identity/outgoing-mail.ts';
import { outgoing } from '#identity/post.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { FileRow } from '#store/files.ts';
import * as mailChannels from '#store/mail-channels.ts';
import * as mailTokens from '#store/mail-tokens.ts';
import * as messageMails from '#store/message-mails.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandId, Statement, Store } from '#store/store.ts';
import type { Marks } from '#inbox/mail/marks.ts';
import type { MailAddress } from '#inbox/mail/read-mail.ts';
import { loopMark, newReplyAddress } from '#inbox/mail/reply-address.ts';

export interface Answer {
  readonly conversation: ConversationRow;
  readonly message: { readonly id: string; readonly text: string };
  /** Copies; undefined: whoever had copies of the customer's mail. */
  readonly cc: readonly string[] | undefined;
  readonly files: readonly MailFile[];
}

/** Who an answer goes to: the customer, copies of people their mails were copied to, and copies of others, who are judged as a transfer is. */
export interface Recipients {
  readonly customer: readonly string[];
  readonly known: readonly string[];
  readonly others: readonly string[];
}

/** Puts an answer's mail into the unit of its message, or says why it may not leave. */
export type AnswerByMail = (brandId: BrandId, answer: Answer, now: number) => Promise<{ readonly ok: true; readonly statements: readonly Statement[] } | { readonly ok: false; readonly denial: Denial }>;

export interface AnswerParts {
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'seal'>;
  readonly judge: (brandId: BrandId, conversation: ConversationRow, recipients: Recipients) => Promise<Denial | null>;
}

const MOST_CC = 20;
const MOST_REFERENCES = 20;
const LONGEST_QUOTE = 20_000;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
const paragraphs = (text: string): string => text.split(/\n{2,}/).map((part) => `<p dir="auto">${escaped(part).replaceAll('\n', '<br>')}</p>`).join('\n');

interface Quoted {
  readonly line: string;
  readonly text: string;
}

async function quotedOf({ store }: AnswerParts, brandId: BrandId, conversation: ConversationRow): Promise<Quoted | null> {
  const brand = store.brand(brandId);
  const [rows, thread] = await Promise.all([messageRows.page(brand, conversation.id, 30), messageMails.thread(brand, conversation.id)]);
  const heads = await messageMails.heads(brand, rows.map(({ id }) => id));
  // What a stranger wrote, who only knew the address, is not read to the customer as their own words.
  const theirs = ({ id }: { readonly id: string }): boolean => (JSON.parse(heads.get(id)?.marks ?? '{}') as Marks).stranger !== true;
  const last = rows.findLast((row) => row.author_kind === 'customer' && row.kind === 'text' && row.redacted_at === null && row.text !== '' && theirs(row));
  if (last === undefined) return null;
  const who = thread?.to_name === '' || thread === undefined ? (thread?.to_address ?? '') : thread.to_name;
  return { line: `On ${new Date(last.created_at).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${who} wrote:`, text: last.text.slice(0, LONGEST_QUOTE).toWellFormed() };
}

/** As text and as HTML that any program shows. */
function bodyOf(text: string, quoted: Quoted | null): { text: string; html: string } {
  const html = (inside: string): string => `<!doctype html><html><head><meta charset="utf-8"></head><body>${inside}</body></html>`;
  if (quoted === null) return { text, html: html(paragraphs(text)) };
  return {
    text: `${text}\n\n${quoted.line}\n${quoted.text.split('\n').map((line) => `> ${line}`).join('\n')}\n`,
    html: html(`${paragraphs(text)}\n<p>${escaped(quoted.line)}</p>\n<blockquote style="margin:0 0 0 8px;padding-left:8px;border-left:2px solid #cccccc">${paragraphs(quoted.text)}</blockquote>`),
  };
}

export function openAnswers(parts: AnswerParts): AnswerByMail {
  return async (brandId, { conversation, message, cc, files }, now) => {
    const brand = parts.store.brand(brandId);
    const [channel, thread, refs] = await Promise.all([mailChannels.byId(brand, conversation.channel_id), messageMails.thread(brand, conversation.id), messageMails.lastRefs(brand, conversation.id, MOST_REFERENCES)]);
    if (channel === undefined || thread === undefined || thread.to_address === '') return { ok: false, denial: deny('mail.no_recipient', null, { conversation: conversation.id }) };
    const known = JSON.parse(thread.cc) as MailAddress[];
    const asked: readonly MailAddress[] = cc === undefined ? known : cc.map((address) => known.find((one) => one.address.toLowerCase() === address.toLowerCase()) ?? { name: '', address });
    if (asked.length > MOST_CC) return { ok: false, denial: deny('mail.too_many_recipients', null, { recipients: asked.length, most: MOST_CC }) };
    const isKnown = ({ address }: MailAddress): boolean => known.some((one) => one.address.toLowerCase() === address.toLowerCase());
    // A copy that the customer's own program wrote down wrongly is left out; one that an agent typed wrongly is refused by the door.
    const copies = cc === undefined ? asked.filter(({ address }) => parseEmailAddress(address).ok) : asked;
    const denial = await parts.judge(brandId, conversation, { customer: [thread.to_address], known: copies.filter(isKnown).map(({ address }) => address), others: copies.filter((one) => !isKnown(one)).map(({ address }) => address) });
    if (denial !== null) return { ok: false, denial };

    const [base = channel.sender_address] = JSON.parse(channel.addresses) as string[];
    const reply = newReplyAddress(base);
    const ids = refs.map((row) => row.mail_ref).filter((id) => id !== '');
    const [inReplyTo] = ids;
    const subject = `Re: ${thread.subject === '' ? 'your message' : thread.subject}`;
    const from = { name: channel.sender_name, address: channel.sender_address };
    const posted = outgoing(parts.keyring, brand, {
      kind: 'reply', from, replyTo: { name: channel.sender_name, address: reply.address }, to: [{ name: thread.to_name, address: thread.to_address }], ...(copies.length === 0 ? {} : { cc: copies }), subject,
      ...bodyOf(message.text, await quotedOf(parts, brandId, conversation)), ...(inReplyTo === undefined ? {} : { inReplyTo, references: ids.toReversed() }), headers: { 'X-Loop': loopMark(brandId) },
      ...(files.length === 0 ? {} : { files }), channelId: conversation.channel_id, conversationId: conversation.id, messageId: message.id,
    }, now);
    return {
      ok: true,
      statements: [
        mailTokens.insert(brand, { hash: reply.hash, conversation_id: conversation.id, customer_id: conversation.customer_id, message_id: message.id, created_at: now }),
        messageMails.insert(brand, {
          message_id: message.id, conversation_id: conversation.id, direction: 'out', mail_ref: posted.messageId ?? '', sender: JSON.stringify(from), recipients: JSON.stringify([{ name: thread.to_name, address: thread.to_address }]),
          cc: JSON.stringify(copies), subject, body: message.text, html: null, headers: '', marks: '{}', raw: null,
        }),
        posted.statement,
      ],
    };
  };
}

/** The files of a message as its mail carries them; what was refused stays here. */
export const mailFilesOf = (files: readonly FileRow[]): MailFile[] =>
  files.filter((row) => row.state === 'accepted').map((row) => ({ fileId: row.id, name: row.name, type: fileTypes.find(({ id }) => id === row.type_id)?.mediaType ?? 'application/octet-stream' }));
