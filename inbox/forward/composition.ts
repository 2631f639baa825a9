// What a forward says, put together by one pure function for the preview and for the mail: with details of the customer, or with none of them in any part.
import { createHash } from 'node:crypto';
import type { Mailbox, MailFile, OutgoingMail } from '#identity/outgoing-mail.ts';
import { fieldsOf, MASK, type Matcher } from '#inbox/known-values.ts';
import type { CustomerRow } from '#store/customers.ts';

/** One chosen message. */
export interface Quoted {
  readonly author: 'customer' | 'agent' | 'system';
  readonly authorName: string;
  /** The address it came from, where it came by mail. */
  readonly address: string | null;
  /** Of a mail. */
  readonly subject: string | null;
  readonly text: string;
  readonly at: number;
}

export interface ForwardedFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  /** As a link for each recipient alone, instead of going along. */
  readonly linked: boolean;
}

export interface Composition {
  readonly brandName: string;
  readonly byName: string;
  readonly number: number;
  readonly customer: Pick<CustomerRow, 'name' | 'email' | 'phone' | 'external_id' | 'fields'>;
  readonly from: Mailbox | null;
  readonly replyTo: string | null;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly note: string;
  readonly messages: readonly Quoted[];
  readonly files: readonly ForwardedFile[];
  /** The address behind which the recipient of this copy finds a file. */
  readonly linkOf: (fileId: string) => string;
  /** When links end (ms); null where there are none. */
  readonly linksUntil: number | null;
  readonly details: boolean;
  readonly matcher: Matcher;
}

export type Composed = Pick<OutgoingMail, 'from' | 'replyTo' | 'to' | 'cc' | 'bcc' | 'subject' | 'text'> & {
  readonly files: readonly MailFile[];
  /** What the text has links to. */
  readonly linked: readonly MailFile[];
};

const UTC = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const DAY_UTC = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const when = (at: number): string => `${UTC.format(at)} UTC`;
/** Where details are left out, it says how. */
const LEGEND = `Details of the customer are left out. ${MASK} stands where one was.`;
const box = (address: string): Mailbox => ({ name: '', address });
/** Who knows the address that a customer's answers come to writes into their conversation: quoted mails name it, and it stays here. */
const withoutTokens = (text: string): string => text.replaceAll(/(?:\+|%2b|=2b|&plus;|&#43;)[0-9a-hjkmnp-tv-z]{26}(?=@|%40|=40|&commat;|&#64;)/gi, '');
/** Bidi marks and other unseen signs of others would reorder what stands around them. */
const visible = (text: string): string => withoutTokens(text).replaceAll(/[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\0]/g, '').replaceAll('\r\n', '\n').replaceAll('\r', '\n');
const quotedLines = (text: string): string => text.trimEnd().split('\n').map((line) => (line === '' ? '>' : `> ${line}`)).join('\n');

/** A name a mail program may save under: no folder, no line break. What looks like the end of it may be the customer's name too. */
function fileName(given: string, mask: (text: string) => string): string {
  const name = mask(given);
  const end = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
  return `${mask(name.slice(0, name.length - end.length))}${end === '' ? '' : `.${mask(end.slice(1))}`}`.replaceAll(/[\p{Cc}\p{Cf}\\/:*?"<>|]+/gu, '_').trim() || 'file';
}

function cardLines({ customer: { name, email, phone, external_id: externalId, fields } }: Composition): string[] {
  const lines = [['Name', name], ['Email', email], ['Phone', phone], ['Customer number', externalId], ...fieldsOf(fields).map((field) => [field.name, field.value])] as (readonly [string, string | null])[];
  return lines.flatMap(([label, value]) => (value === null || value.trim() === '' ? [] : [`${label}: ${value}`]));
}

function headLine(quoted: Quoted, { details, brandName }: Composition, show: (text: string) => string): string {
  if (quoted.author !== 'customer') return `${quoted.author === 'agent' ? `${show(quoted.authorName)}, ${brandName}` : brandName} on ${when(quoted.at)}:`;
  const name = details && quoted.authorName !== '' ? quoted.authorName : 'The customer';
  return `${name}${details && quoted.address !== null ? ` <${quoted.address}>` : ''} on ${when(quoted.at)}:`;
}

/** `until` is the first instant after the last day. */
const linksHead = (count: number, until: number | null): string =>
  `${count === 1 ? 'A file, behind a link' : 'Files, each behind a link'} for you alone: it asks for a code that is mailed to you${until === null ? '' : `, and works until the end of ${DAY_UTC.format(until - 1)} (UTC)`}.`;

/** The same for the preview and for the mail. Nothing of it is HTML: what is read is what leaves. */
export function compose(composition: Composition): Composed {
  const { brandName, byName, number, from, replyTo, to, cc, bcc, subject, note, messages, files, linkOf, linksUntil, details, matcher } = composition;
  const show = details ? visible : (text: string): string => matcher.mask(visible(text));
  const named = (linked: boolean): MailFile[] => files.filter((file) => file.linked === linked).map(({ id, name, type }) => ({ fileId: id, name: fileName(name, show), type }));
  const linked = named(true);
  const card = details ? cardLines(composition) : [];
  const blocks = [
    ...(note.trim() === '' ? [] : [show(note.trim())]),
    `${show(byName)} of ${brandName} forwards this to you (conversation ${number}).${replyTo === null ? ' Answers to this mail are not read.' : ' You can answer this mail: your answer reaches the team, not the customer.'}`,
    ...(details ? [] : [LEGEND]),
    ...(card.length === 0 ? [] : [card.map(visible).join('\n')]),
    ...messages.map((one) => `${headLine(one, composition, show)}\n${[...(one.subject === null || one.subject.trim() === '' ? [] : [`> Subject: ${show(one.subject).replaceAll('\n', ' ')}`]), quotedLines(show(one.text))].join('\n')}`),
    ...(linked.length === 0 ? [] : [`${linksHead(linked.length, linksUntil)}\n\n${linked.map((file) => `${file.name}\n${linkOf(file.fileId)}`).join('\n\n')}`]),
  ];
  return {
    from, ...(replyTo === null ? {} : { replyTo: { name: brandName, address: replyTo } }), to: to.map(box), cc: cc.map(box), bcc: bcc.map(box), subject: show(subject), text: `${blocks.join('\n\n')}\n`,
    files: named(false), linked,
  };
}

/** Of everything that leaves but the address for replies and the secrets of links, which are made when it is sent. */
export function fingerprintOf(composed: Composed, choice: { readonly details: boolean; readonly mayReply: boolean }): string {
  const { from, to, cc, bcc, subject, text, files, linked } = composed;
  return createHash('sha256').update(JSON.stringify([choice, from, to, cc, bcc, subject, text, files, linked])).digest('base64url');
}

/** How many masks stand in it. */
export const masksIn = ({ subject, text, files }: Composed): number => [subject, text.replace(LEGEND, ''), ...files.map(({ name }) => name)].join('\n').split(MASK).length - 1;
