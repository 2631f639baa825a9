// Mails that no person wrote: reports of delivery (RFC 3464), answers of programs (RFC 3834), lists; told apart by their headers.
import type { Bounce, Undelivered, Written } from '#inbox/mail/read-mail.ts';

/** Headers by name in small letters, the first of each. */
export type Header = (name: string) => string;

/** Who wrote it. What says nothing is taken for a person's. */
export function writtenBy(header: Header): Written {
  const submitted = /^\s*([a-z-]+)/i.exec(header('auto-submitted'))?.[1]?.toLowerCase() ?? 'no';
  const precedence = header('precedence').trim().toLowerCase();
  if (submitted === 'auto-replied' || precedence === 'auto_reply' || ['x-autoreply', 'x-autorespond', 'x-auto-reply', 'x-autoresponder'].some((name) => header(name) !== '')) return 'answer';
  if (header('return-path').trim() === '<>') return 'answer';
  if (submitted !== 'no' || ['bulk', 'junk', 'list'].includes(precedence) || header('list-id') !== '' || header('list-unsubscribe') !== '') return 'program';
  return 'person';
}

export interface ReportPart {
  readonly type: string;
  readonly text: string;
}

const MOST_RECIPIENTS = 50;
const field = (block: string, name: string): string => (new RegExp(`^${name}:[ \\t]*((?:.*(?:\\n[ \\t].*)*))`, 'im').exec(block)?.[1] ?? '').replace(/\s+/g, ' ').trim();
/** `rfc822; ada@example.com` → the address. */
const addressOf = (value: string): string => value.slice(value.indexOf(';') + 1).trim().replace(/^<|>$/g, '').slice(0, 320);

function recipientOf(block: string): Undelivered | null {
  const address = addressOf(field(block, 'Final-Recipient') || field(block, 'Original-Recipient'));
  const said = field(block, 'Action').toLowerCase();
  if (address === '' && said === '') return null;
  const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(field(block, 'Status'))?.[0] ?? '';
  const reason = field(block, 'Diagnostic-Code').replace(/^[\w-]+;\s*/, '').slice(0, 300);
  return { address, action: said === 'failed' ? 'failed' : said === 'delayed' ? 'delayed' : 'other', status, reason };
}

/** The Message-ID of the mail that a report gives back, whole or its header alone. */
const returnedId = (parts: readonly ReportPart[]): string | null => {
  const returned = parts.find(({ type }) => type === 'message/rfc822' || type === 'text/rfc822-headers' || type === 'message/rfc822-headers');
  return returned === undefined ? null : (/^message-id:\s*(<[^<>\s]{1,400}>)/im.exec(returned.text.slice(0, 65_536))?.[1] ?? null);
};

/** A report of delivery; null when it is none. Servers that report in their own words are known by the id of ours that they quote. */
export function bounceOf(header: Header, parts: readonly ReportPart[], raw: () => string, ours: RegExp): Bounce | null {
  const type = header('content-type').toLowerCase();
  const report = parts.find((part) => part.type === 'message/delivery-status' || part.type === 'message/global-delivery-status');
  if (report !== undefined && (/report-type\s*=\s*"?delivery-status/.test(type) || /multipart\/report/.test(type))) {
    const blocks = report.text.replaceAll('\r\n', '\n').split(/\n\s*\n/).slice(0, MOST_RECIPIENTS + 1);
    return { of: returnedId(parts), recipients: blocks.flatMap((block) => recipientOf(block) ?? []).slice(0, MOST_RECIPIENTS) };
  }
  const fromServer = /mailer-daemon|postmaster|mail delivery (?:sub)?system/i.test(header('from')) || header('return-path').trim() === '<>' || header('x-failed-recipients') !== '';
  if (!fromServer) return null;
  const quoted = ours.exec(raw())?.[0];
  if (quoted === undefined) return null;
  const failed = header('x-failed-recipients').split(',').map((one) => one.trim()).filter((one) => one !== '').slice(0, MOST_RECIPIENTS);
  return { of: quoted, recipients: (failed.length === 0 ? [''] : failed).map((address) => ({ address, action: 'failed', status: '', reason: '' })) };
}
