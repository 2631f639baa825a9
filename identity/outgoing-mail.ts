// One mail as it will leave, whoever posts it: to whom, in whose name, in which thread, with which files; and the Message-ID it keeps for ever.

/** `letter`: about an account. `notice`: to an agent, of a conversation. `reply`: to a customer. `transfer`: to a third party. `bounce-note`: an automatic answer to a mail that came in. */
export type MailKind = 'letter' | 'notice' | 'reply' | 'transfer' | 'bounce-note';

export interface Mailbox {
  /** What mail programs show; may be empty. */
  readonly name: string;
  /** One bare address. */
  readonly address: string;
}

/** A file of the conversation, read from the blob store when the mail is sent. */
export interface MailFile {
  readonly fileId: string;
  /** As the recipient sees it: already masked where it must be. */
  readonly name: string;
  readonly type: string;
}

/** The only headers a poster may add. Everything else is written by the sender of mails itself. */
export const MAIL_HEADERS = ['Auto-Submitted', 'Precedence', 'X-Auto-Response-Suppress', 'List-Id', 'List-Unsubscribe', 'X-Loop'] as const;
export type MailHeader = (typeof MAIL_HEADERS)[number];

export interface OutgoingMail {
  readonly kind: MailKind;
  /** Null: the house's own sender (MAIL_FROM). */
  readonly from: Mailbox | null;
  readonly replyTo?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc?: readonly Mailbox[];
  /** In no header of the mail. */
  readonly bcc?: readonly Mailbox[];
  /** Who really gets it, when that is not everybody above: one copy a recipient of a transfer. */
  readonly only?: readonly string[];
  /** Where bounces go (the sender of the envelope); the address of `from` when left out, nowhere when empty (RFC 5321 §4.5.5). */
  readonly returnPath?: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Message-IDs with their angle brackets. */
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly headers?: Readonly<Partial<Record<MailHeader, string>>>;
  readonly files?: readonly MailFile[];
  /** Details of a customer stand in it because the settings of its channel allow them: judged again when it is sent. */
  readonly details?: boolean;
  /** A notice: the channels whose settings let details stand in it. Each is judged again. */
  readonly detailsOf?: readonly string[];
  /** A notice: the conversations it tells of. It leaves only while its agent may see every one of them. */
  readonly about?: readonly string[];
  /** What it belongs to, so that it is judged by the right policy, found by a bounce, and forgotten with it. */
  readonly agentId?: string;
  readonly channelId?: string;
  readonly conversationId?: string;
  readonly messageId?: string;
  readonly forwardId?: string;
}

/** Everybody who gets the mail, once each. */
export function recipientsOf(mail: Pick<OutgoingMail, 'to' | 'cc' | 'bcc' | 'only'>): string[] {
  return [...new Set(mail.only ?? [...mail.to, ...(mail.cc ?? []), ...(mail.bcc ?? [])].map(({ address }) => address))];
}

/**
 * The Message-ID of a mail: the id of its row, at the domain of its sender (RFC 5322 §3.6.4). It is fixed when the mail is posted, so that a mail
 * that leaves a second time is recognisably the same one.
 */
export const messageIdOf = (mailId: string, senderAddress: string): string => `<${mailId}@${senderAddress.slice(senderAddress.lastIndexOf('@') + 1)}>`;

/** The id of our mail in a Message-ID (of In-Reply-To, References or a bounce); null when it is none of ours. Whether there is such a mail is the store's to say. */
export const mailIdIn = (messageId: string): string | null => /^<?(mail_[0-9a-hjkmnp-tv-z]{26})@[^<>\s@]+>?$/.exec(messageId)?.[1] ?? null;

/** A single line without control characters: nothing in a name or a subject may become a header of its own (RFC 5322 §2.2). */
export const oneLine = (text: string, most: number): string => [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()].slice(0, most).join('');

const box = ({ name, address }: Mailbox): Mailbox => ({ name: oneLine(name, 200), address });

/** The mail with every name, subject and header made a single line. Addresses are left as they are: a wrong one is refused when it is sent, never mended. */
export function tidied(mail: OutgoingMail): OutgoingMail {
  const headers = Object.fromEntries(Object.entries(mail.headers ?? {}).filter(([name]) => MAIL_HEADERS.includes(name as MailHeader)).map(([name, value]) => [name, oneLine(value, 500)]));
  return {
    ...mail,
    from: mail.from === null ? null : box(mail.from),
    ...(mail.replyTo === undefined ? {} : { replyTo: box(mail.replyTo) }),
    to: mail.to.map(box),
    ...(mail.cc === undefined ? {} : { cc: mail.cc.map(box) }),
    ...(mail.bcc === undefined ? {} : { bcc: mail.bcc.map(box) }),
    subject: oneLine(mail.subject, 300),
    text: mail.text.replaceAll('\0', '\ufffd'),
    ...(mail.html === undefined ? {} : { html: mail.html.replaceAll('\0', '\ufffd') }),
    headers,
    ...(mail.files === undefined ? {} : { files: mail.files.map((file) => ({ ...file, name: oneLine(file.name, 255) })) }),
  };
}
