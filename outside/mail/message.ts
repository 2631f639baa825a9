// One mail as it goes out: checked so that nothing in an address or subject becomes a header of its own, then composed.
import type { MailMessage } from '#outside/mail/mail.ts';

export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** A bare address, as far as a header and an envelope need it: one @, and nothing that RFC 5322 gives a meaning. */
const BARE = /^[^\s<>,;:"()[\]\\@\p{Cc}\p{Cf}]+@[^\s<>,;:"()[\]\\@\p{Cc}\p{Cf}]+$/u;
const NAMED = /^([^<>"\p{Cc}]*?) *<([^<>]+)>$/u;

/** Reads MAIL_FROM: `desk@example.com` or `Desk <desk@example.com>`. Undefined when it is neither. */
export function senderFrom(text: string): Sender | undefined {
  const named = NAMED.exec(text);
  const name = named?.[1] ?? '';
  const address = named?.[2] ?? text;
  return BARE.test(address) && address.length <= 254 ? Object.freeze({ name, address }) : undefined;
}

/** The sentence for a MAIL_FROM that cannot be read; none when it can. */
export function senderFaults(text: string): string[] {
  return senderFrom(text) === undefined ? ['MAIL_FROM must be an address such as desk@example.com, or a name and an address such as Desk <desk@example.com>, and it is not.'] : [];
}

/** Why a message cannot be sent, as a sentence; undefined when it can. (RFC 5322 §2.2: a line break in a header starts another one.) */
export function messageFault(message: MailMessage): string | undefined {
  if (!BARE.test(message.to) || message.to.length > 254) return 'The mail must go to one bare address such as ada@example.com, and it does not.';
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(message.subject)) return 'The subject of a mail must be a single line without control characters, and it is not.';
  if (message.subject.length > 500) return 'The subject of a mail must have at most 500 characters.';
  if (message.text.includes('\0') || message.html?.includes('\0') === true) return 'The text of a mail must have no zero characters, and it has.';
  return undefined;
}

/** What nodemailer is given. Our mails are automatic (RFC 3834 §5), so that no out-of-office note answers them. */
export function composed(message: MailMessage, from: Sender, now: number) {
  return {
    from: { name: from.name, address: from.address },
    to: { name: '', address: message.to },
    envelope: { from: from.address, to: [message.to] },
    subject: message.subject,
    text: message.text,
    ...(message.html === undefined ? {} : { html: message.html }),
    date: new Date(now),
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
