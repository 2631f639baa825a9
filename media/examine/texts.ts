// Texts: whether bytes are one at all, and of which kind. What a browser or a shell would run has forms of its own, which no known type has.
import { isUtf8 } from 'node:buffer';

/** Controls that texts hold: tab, line ends, form feed, escape (logs with colours), and the end of file of old systems. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
for (const one of [0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1a, 0x1b]) PLAIN[one] = 1;
PLAIN[0x7f] = 0;
const HEAD = 64 * 1024;

/** A text of 20 MB is looked at four bytes at a time; one by one only where among four some may be a control. */
function isPlain(file: Buffer): boolean {
  const plain = (from: number, to: number): boolean => {
    for (let at = from; at < to; at += 1) if (PLAIN[file[at] as number] === 0) return false;
    return true;
  };
  if (file.length < 8) return plain(0, file.length);
  const begin = (4 - (file.byteOffset % 4)) % 4;
  const words = new Uint32Array(file.buffer, file.byteOffset + begin, (file.length - begin) >> 2);
  if (!plain(0, begin)) return false;
  for (let n = 0; n < words.length; n += 1) {
    const word = words[n] as number;
    const deleted = word ^ 0x7f7f7f7f;
    // The high bit of a byte that is less than 0x20, or is 0x7f (Warren, Hacker's Delight 6-1); a borrow may set another, never clear one.
    if ((((word - 0x20202020) & ~word) | ((deleted - 0x01010101) & ~deleted)) & 0x80808080 && !plain(begin + n * 4, begin + n * 4 + 4)) return false;
  }
  return plain(begin + words.length * 4, file.length);
}

/** What is asked of most texts stands at their beginning. */
export interface Text {
  readonly head: string;
  whole(): string;
}

function decoded(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** As text; null for what is none. A text of an old 8-bit encoding is read as Windows-1252: only what is ASCII in it is looked at. */
export function textOf(file: Buffer): Text | null {
  if (file.length >= 2 && ((file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff))) {
    const text = decoded(file, file[0] === 0xff ? 'utf-16le' : 'utf-16be');
    // eslint-disable-next-line no-control-regex
    return text === null || /[\u0000-\u0007\u000b\u000e-\u0019\u001c-\u001f]/.test(text) ? null : { head: text.slice(0, HEAD), whole: () => text };
  }
  if (!isPlain(file)) return null;
  const decoder = new TextDecoder(isUtf8(file) ? 'utf-8' : 'windows-1252');
  // No character of UTF-8 has more than four bytes; one that is cut in two waits for the rest.
  return { head: decoder.decode(file.subarray(0, HEAD * 4), { stream: true }).slice(0, HEAD), whole: () => new TextDecoder(decoder.encoding).decode(file) };
}

/** What WHATWG's MIME sniffing takes for a page, and a little more. */
const PAGE = /^<(?:!doctype\s+html|html|head|script|iframe|frameset|h1|div|font|table|a|style|title|b|body|br|p|img|object|embed|form|meta|link|base|video|audio|math|template|input|button)(?=[\s/>])/i;
const MAIL_FIELDS = new Set(['from', 'to', 'subject', 'date', 'received', 'message-id', 'mime-version', 'return-path', 'delivered-to', 'content-type', 'dkim-signature', 'reply-to', 'x-mailer', 'content-transfer-encoding']);

function isMail(text: string): boolean {
  const fields = new Set<string>();
  for (const [n, line] of text.split(/\r?\n/, 60).entries()) {
    if (line === '') break;
    if (/^[ \t]/.test(line) && n > 0) continue;
    const name = /^(?<name>[!-9;-~]+)[ \t]*:/.exec(line)?.groups?.['name'];
    if (name === undefined) {
      if (n === 0 && line.startsWith('From ')) continue;
      return false;
    }
    if (MAIL_FIELDS.has(name.toLowerCase())) fields.add(name.toLowerCase());
  }
  return fields.size >= 3 && (fields.has('from') || fields.has('received') || fields.has('return-path'));
}

/** The same number of separators in nearly every line, quoted parts aside. */
function isTable(text: string, separator: string): boolean {
  const lines = text.replace(/"(?:[^"]|"")*"/g, 'q').split(/\r?\n/).filter((line) => line.trim() !== '').slice(0, 50);
  if (text.length >= HEAD) lines.pop();
  const counts = lines.map((line) => line.split(separator).length - 1);
  const first = counts[0] ?? 0;
  return lines.length >= 2 && first >= 1 && counts.filter((count) => count === first).length >= counts.length * 0.9;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
    return true;
  } catch {
    return false;
  }
}

/**
 * Where the first element opens behind all that may stand in front of it (XML 1.0, 2.8): a mark, a declaration, comments, instructions, a doctype with entities.
 * -1 where something else comes first, or one of them has no end.
 */
function rootAt(text: string): number {
  const end = (sign: string, from: number): number => {
    const at = text.indexOf(sign, from);
    return at < 0 ? text.length : at + sign.length;
  };
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; ; ) {
    while (/\s/.test(text[at] ?? '')) at += 1;
    if (text.startsWith('<!--', at)) at = end('-->', at + 4);
    else if (text.startsWith('<?', at)) at = end('?>', at + 2);
    else if (/^<!doctype/i.test(text.slice(at, at + 9))) {
      // A bracket, a quote or a comment within takes in the signs that would end it.
      let depth = 0;
      for (at += 9; at < text.length && !(text[at] === '>' && depth <= 0); ) {
        const sign = text[at] as string;
        if (sign === '"' || sign === "'") at = end(sign, at + 1);
        else if (sign === '<' && text.startsWith('<!--', at)) at = end('-->', at + 4);
        else {
          depth += sign === '[' ? 1 : sign === ']' ? -1 : 0;
          at += 1;
        }
      }
      at += 1;
    } else return text[at] === '<' ? at : -1;
  }
}

/** A drawing is one by its first element, whatever its prefix, and however much stands in front of it. */
function isDrawing({ head, whole }: Text): boolean {
  if (!/^\ufeff?\s*</.test(head)) return false;
  const drawn = (text: string, at: number): boolean => at >= 0 && /^<(?:[\p{L}_][\p{L}\p{N}_.-]*:)?svg[\s/>]/iu.test(text.slice(at, at + 300));
  const at = rootAt(head);
  if (at >= 0) return drawn(head, at);
  const text = head.length < HEAD ? head : whole();
  return drawn(text, rootAt(text));
}

export function formOfText({ head, whole }: Text): string {
  if (isDrawing({ head, whole })) return 'svg';
  const begin = head.replace(/^\ufeff/, '').trimStart().replace(/^(?:<!--[\s\S]*?-->\s*)+/, '');
  if (begin.startsWith('#!')) return 'script';
  if (/^<(?:\?php|\?=|%)/i.test(begin)) return 'script';
  if (PAGE.test(begin)) return 'html';
  if (/^<\?xml|^<!DOCTYPE|^<[a-zA-Z_][\w.-]*(?::[\w.-]+)?[\s/>]/i.test(begin)) {
    if (/<(?:\w+:)?(?:html|script|svg)[\s>]/i.test(begin)) return 'html';
    return 'xml';
  }
  if (begin.startsWith('{\\rtf')) return 'rtf';
  if (/^BEGIN:VCALENDAR\b/i.test(begin)) return 'ics';
  if (/^BEGIN:VCARD\b/i.test(begin)) return 'vcf';
  if (/^WEBVTT(?:[ \t\r\n]|$)/.test(begin)) return 'vtt';
  if (/^\d+\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{3} --> /.test(begin)) return 'srt';
  if (/^(?:windows registry editor|regedit4)/i.test(begin)) return 'reg';
  if (isMail(begin)) return 'eml';
  if (/^[[{]/.test(begin) && isJson(whole())) return 'json';
  if (isTable(begin, '\t')) return 'tsv';
  if ([',', ';', '|'].some((separator) => isTable(begin, separator))) return 'csv';
  if (/^#{1,6} \S|^\S.*\n(?:=|-){3,}\s*$|\n#{1,6} \S|\n```|\[[^\]\n]+\]\([^)\n]+\)/m.test(begin)) return 'md';
  return 'txt';
}
