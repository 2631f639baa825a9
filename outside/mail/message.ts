// One mail as it goes out: checked so that nothing in an address or subject becomes a header of its own, then composed and signed, the same bytes each time.
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Dkim } from '#outside/mail/dkim.ts';
import type { Mailbox, MailMessage } from '#outside/mail/mail.ts';

/** A bare address, as far as a header and an envelope need it: one @, and nothing that RFC 5322 gives a meaning. */
const BARE = /^[^\s<>,;:"()[\]\\@\p{Cc}\p{Cf}]+@[^\s<>,;:"()[\]\\@\p{Cc}\p{Cf}]+$/u;
const NAMED = /^([^<>"\p{Cc}]*?) *<([^<>]+)>$/u;
const MESSAGE_ID = /^<[^\s<>@\p{Cc}\p{Cf}]+@[^\s<>@\p{Cc}\p{Cf}]+>$/u;
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,60}$/;
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,100}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/i;
/** What would end a line of a header, or hide in it. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const MOST_RECIPIENTS = 100;
const MOST_REFERENCES = 50;

export const isBareAddress = (address: string): boolean => BARE.test(address) && address.length <= 254;

/** Reads MAIL_FROM: `desk@example.com` or `Desk <desk@example.com>`. Undefined when it is neither. */
export function senderFrom(text: string): Mailbox | undefined {
  const named = NAMED.exec(text);
  const name = named?.[1] ?? '';
  const address = named?.[2] ?? text;
  return isBareAddress(address) ? Object.freeze({ name, address }) : undefined;
}

/** The sentence for a MAIL_FROM that cannot be read; none when it can. */
export function senderFaults(text: string): string[] {
  return senderFrom(text) === undefined ? ['MAIL_FROM must be an address such as desk@example.com, or a name and an address such as Desk <desk@example.com>, and it is not.'] : [];
}

/** Why a message cannot be sent, as a sentence; undefined when it can. (RFC 5322 §2.2: a line break in a header starts another one.) */
export function messageFault(message: MailMessage): string | undefined {
  const boxes = [...(message.from === null ? [] : [message.from]), ...(message.replyTo === undefined ? [] : [message.replyTo]), ...message.to, ...(message.cc ?? [])];
  const addresses = [...boxes.map(({ address }) => address), ...message.recipients, ...(message.returnPath === undefined || message.returnPath === '' ? [] : [message.returnPath])];
  if (message.recipients.length === 0 || !addresses.every(isBareAddress)) return 'Every address of the mail must be a bare one such as ada@example.com, and one is not.';
  if (message.recipients.length > MOST_RECIPIENTS) return `The mail must go to at most ${MOST_RECIPIENTS} addresses, and it has more.`;
  if (BREAKS.test(message.subject) || boxes.some(({ name }) => BREAKS.test(name))) return 'The subject and the names of a mail must be single lines without control characters, and one is not.';
  if (message.subject.length > 500 || boxes.some(({ name }) => name.length > 500)) return 'The subject and the names of a mail must have at most 500 characters.';
  if (message.text.includes('\0') || message.html?.includes('\0') === true) return 'The text of a mail must have no zero characters, and it has.';
  const ids = [message.messageId, ...(message.inReplyTo === undefined ? [] : [message.inReplyTo]), ...(message.references ?? [])];
  if (!ids.every((id) => id.length <= 900 && MESSAGE_ID.test(id)) || ids.length > MOST_REFERENCES) return 'Every Message-ID of the mail must be of the form <left@right>, and one is not.';
  if (Object.entries(message.headers ?? {}).some(([name, value]) => !HEADER_NAME.test(name) || BREAKS.test(value) || value.length > 900)) return 'Every header of the mail must be a single line without control characters, and one is not.';
  if ((message.files ?? []).some((file) => BREAKS.test(file.name) || !TYPE.test(file.type))) return 'Every file of the mail must have a plain name and type, and one has not.';
  return undefined;
}

export type Composer = (message: MailMessage) => Promise<Buffer>;

/** Makes the bytes of mails, signed where there is a key. `message` must have passed `messageFault`. */
export function composer(sender: Mailbox, dkim: Dkim | undefined): Composer {
  const signing = dkim === undefined ? {} : { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.key } };
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows', ...signing });
  return async (message) => {
    const from = message.from ?? sender;
    const made = await transport.sendMail({
      messageId: message.messageId,
      date: new Date(message.date),
      // The same mail made again is the same to the byte.
      baseBoundary: createHash('sha256').update(message.messageId).digest('hex').slice(0, 24),
      from: { ...from },
      ...(message.replyTo === undefined ? {} : { replyTo: { ...message.replyTo } }),
      to: message.to.map((box) => ({ ...box })),
      cc: (message.cc ?? []).map((box) => ({ ...box })),
      envelope: { from: message.returnPath ?? from.address, to: [...message.recipients] },
      subject: message.subject,
      text: message.text,
      ...(message.html === undefined ? {} : { html: message.html }),
      ...(message.inReplyTo === undefined ? {} : { inReplyTo: message.inReplyTo }),
      ...(message.references === undefined || message.references.length === 0 ? {} : { references: [...message.references] }),
      headers: { ...message.headers },
      attachments: (message.files ?? []).map((file) => ({ filename: file.name, contentType: file.type, content: Buffer.from(file.content), contentDisposition: 'attachment' as const })),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const bytes = made.message as Buffer;
    // A signature that cannot be made is left out without a word: then the mail stays here.
    if (dkim !== undefined && !/^DKIM-Signature:/im.test(bytes.toString('latin1', 0, bytes.indexOf('\r\n\r\n')))) throw new Error('A mail could not be signed with DKIM_KEY.');
    return bytes;
  };
}
