// Reads one mail (RFC 5322, MIME) into what is kept of it. Everything in it is a stranger's: cleaned, cut at its bounds, and never believed.
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { cleanHtml, textOfHtml } from '#inbox/mail/html.ts';
import { splitQuote } from '#inbox/mail/quotes.ts';
import type { MailAddress, ReadFile, Reading, ReadMail } from '#inbox/mail/read-mail.ts';
import { bounceOf, type Header, writtenBy } from '#inbox/mail/reports.ts';

const MOST_PARTS = 1_000;
const MOST_DEPTH = 100;
const MOST_HEADER = 256 * 1024;
export const LONGEST_BODY = 500_000;
const LONGEST_KEPT_HEADER = 32_768;
const LONGEST_SUBJECT = 500;
const MOST_ADDRESSES = 200;
const MOST_REFS = 50;
export const MOST_FILES = 50;

/** Text that both engines can keep: no zero, no half of a pair. */
const text = (value: string): string => value.toWellFormed().replaceAll('\0', '\ufffd');
/** One line, without what hides or reorders (Unicode TR 36, 3.2). */
const line = (value: string, most: number): string => [...text(value).replace(/[\p{Cc}\p{Zl}\p{Zp}\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]+/gu, ' ').replace(/ {2,}/g, ' ').trim()].slice(0, most).join('');

function addressesOf(value: Address | readonly Address[] | undefined): MailAddress[] {
  const all = value === undefined ? [] : Array.isArray(value) ? (value as readonly Address[]) : [value as Address];
  // A group is its members.
  const flat = all.flatMap((one) => (one.group === undefined ? [one] : one.group));
  return flat.slice(0, MOST_ADDRESSES).flatMap(({ name, address }) => {
    const read = { name: line(name ?? '', 200), address: line(address ?? '', 320) };
    return read.address === '' && read.name === '' ? [] : [read];
  });
}

const idsIn = (value: string): string[] => [...value.slice(0, 20_000).matchAll(/<[^<>\s]{1,400}>/g)].map(([id]) => text(id));

/** How large the header is, and whether there are too many parts: asked of the bytes before anything is read. */
function boundsOf(raw: Buffer): 'parts' | 'header' | null {
  const crlf = raw.indexOf('\r\n\r\n');
  const lf = raw.indexOf('\n\n');
  const end = crlf === -1 ? lf : lf === -1 ? crlf : Math.min(crlf, lf);
  if ((end === -1 ? raw.length : end) > MOST_HEADER) return 'header';
  // A boundary begins a line with two hyphens; so do dividers people draw, but not thousands of them.
  let lines = 0;
  for (let at = raw.indexOf('\n--'); at !== -1; at = raw.indexOf('\n--', at + 3)) if ((lines += 1) > MOST_PARTS * 2) return 'parts';
  return null;
}

const contentOf = ({ content }: Attachment): Uint8Array => (typeof content === 'string' ? Buffer.from(content, 'utf8') : new Uint8Array(content));

const EXTENSIONS: Readonly<Record<string, string>> = { 'message/rfc822': 'eml', 'application/pkcs7-signature': 'p7s', 'application/x-pkcs7-signature': 'p7s', 'application/pkcs7-mime': 'p7m', 'application/x-pkcs7-mime': 'p7m', 'application/ms-tnef': 'dat', 'application/pgp-signature': 'asc', 'text/calendar': 'ics', 'text/html': 'html', 'text/plain': 'txt', 'image/jpeg': 'jpg', 'image/png': 'png', 'image/gif': 'gif', 'image/svg+xml': 'svg', 'application/pdf': 'pdf' };

function fileOf(part: Attachment, at: number): ReadFile {
  const type = line(part.mimeType || 'application/octet-stream', 200).toLowerCase();
  const given = line(part.filename ?? '', 255);
  const contentId = line(part.contentId ?? '', 300).replace(/^<|>$/g, '');
  return { name: given === '' ? `attachment-${at + 1}.${EXTENSIONS[type] ?? 'bin'}` : given, type, contentId: contentId === '' ? null : contentId, inline: part.disposition === 'inline' || part.related === true, content: contentOf(part) };
}

function mailOf(email: Email, raw: Buffer, ours: RegExp): ReadMail {
  const first = new Map<string, string>();
  for (const { key, value } of email.headers) if (!first.has(key)) first.set(key, text(value));
  const header: Header = (name) => first.get(name) ?? '';
  const every = (name: string): string[] => email.headers.filter(({ key }) => key === name).map(({ value }) => text(value));

  const formatted = email.html === undefined || email.html === '' ? null : cleanHtml(email.html);
  const plain = text(email.text ?? '').replaceAll('\r\n', '\n').trimEnd();
  const whole = plain.trim() === '' && formatted !== null ? textOfHtml(formatted.html) : plain;
  const body = whole.length > LONGEST_BODY ? `${whole.slice(0, LONGEST_BODY).toWellFormed()}\n[The rest was cut: a text may have ${LONGEST_BODY.toLocaleString('en')} characters.]` : whole;

  const small = email.attachments.filter((part) => /^message\/|^text\/rfc822-headers/.test(part.mimeType)).slice(0, 10);
  const bounce = bounceOf(header, small.map((part) => ({ type: part.mimeType, text: Buffer.from(contentOf(part)).toString('utf8', 0, 262_144) })), () => raw.toString('latin1', 0, 1_048_576), ours);
  const [from, ...alsoFrom] = every('from').length > 1 ? [...addressesOf(email.from), ...every('from').slice(1).map((value) => ({ name: line(value, 200), address: '' }))] : addressesOf(email.from);
  return {
    messageId: idsIn(header('message-id'))[0] ?? '',
    refs: [...new Set([...idsIn(header('in-reply-to')), ...idsIn(header('references')).reverse()])].slice(0, MOST_REFS),
    from: from ?? null, alsoFrom, replyTo: addressesOf(email.replyTo)[0] ?? null, to: addressesOf(email.to), cc: addressesOf(email.cc),
    deliveredTo: ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'].flatMap(every).map((value) => line(value.replace(/^<|>$/g, ''), 320)).slice(0, MOST_ADDRESSES),
    subject: line(email.subject ?? '', LONGEST_SUBJECT), text: body, said: splitQuote(body).said,
    html: formatted === null ? null : text(formatted.html), remoteImages: formatted?.remoteImages ?? 0,
    headers: text(email.headerLines.map((one) => one.line).join('\n').replaceAll('\r\n', '\n')).slice(0, LONGEST_KEPT_HEADER).toWellFormed(),
    written: writtenBy(header), loops: every('x-loop').slice(0, 20), bounce, authentication: header('authentication-results') === '' ? null : line(header('authentication-results'), 1_000),
    files: email.attachments.slice(0, MOST_FILES).map(fileOf), filesLeft: Math.max(0, email.attachments.length - MOST_FILES),
  };
}

/** @param ours what our own Message-IDs look like */
export async function readMail(raw: Uint8Array, ours: RegExp): Promise<Reading> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const bound = boundsOf(bytes);
  if (bound !== null) return { ok: false, why: bound };
  try {
    const email = await PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer', forceRfc822Attachments: true, maxNestingDepth: MOST_DEPTH, maxHeadersSize: MOST_HEADER * 2 });
    if (email.attachments.length > MOST_PARTS) return { ok: false, why: 'parts' };
    return { ok: true, mail: mailOf(email, bytes, ours) };
  } catch (error) {
    const said = String((error as Error).message);
    return { ok: false, why: /nesting/i.test(said) ? 'depth' : /header/i.test(said) ? 'header' : 'broken' };
  }
}
