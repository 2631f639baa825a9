// Texts: whether bytes are one at all, and of which kind. What a browser or a shell would run has forms of its own, which no known type has.

/** Controls that texts hold: tab, line ends, form feed, escape (logs with colours), and the end of file of old systems. */
// Written as a table: a text of 20 MB is looked at byte by byte.
const PLAIN = new Uint8Array(256).fill(1, 0x20);
for (const one of [0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1a, 0x1b]) PLAIN[one] = 1;
PLAIN[0x7f] = 0;
const HEAD = 64 * 1024;

function decoded(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** As text; null for what is none. A text of an old 8-bit encoding is read as Windows-1252: only what is ASCII in it is looked at. */
export function textOf(file: Buffer): string | null {
  if (file.length >= 2 && ((file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff))) {
    const text = decoded(file, file[0] === 0xff ? 'utf-16le' : 'utf-16be');
    // eslint-disable-next-line no-control-regex
    return text === null || /[\u0000-\u0007\u000b\u000e-\u0019\u001c-\u001f]/.test(text) ? null : text;
  }
  for (let at = 0; at < file.length; at += 1) if (PLAIN[file[at] as number] === 0) return null;
  return decoded(file, 'utf-8') ?? decoded(file, 'windows-1252');
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
  if (!/^[[{]/.test(text.trimStart())) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function formOfText(whole: string): string {
  const text = whole.replace(/^\ufeff/, '');
  const begin = text.slice(0, HEAD).trimStart().replace(/^(?:<!--[\s\S]*?-->\s*)+/, '');
  if (begin.startsWith('#!')) return 'script';
  if (/^<(?:\?php|\?=|%)/i.test(begin)) return 'script';
  if (/^<(?:\w+:)?svg[\s>]/i.test(begin)) return 'svg';
  if (PAGE.test(begin)) return 'html';
  if (/^<\?xml|^<!DOCTYPE|^<[a-zA-Z_][\w.-]*(?::[\w.-]+)?[\s/>]/i.test(begin)) {
    if (/<(?:\w+:)?svg[\s>]/i.test(begin)) return 'svg';
    if (/<(?:\w+:)?(?:html|script)[\s>]/i.test(begin)) return 'html';
    return 'xml';
  }
  if (begin.startsWith('{\\rtf')) return 'rtf';
  if (/^BEGIN:VCALENDAR\b/i.test(begin)) return 'ics';
  if (/^BEGIN:VCARD\b/i.test(begin)) return 'vcf';
  if (/^WEBVTT(?:[ \t\r\n]|$)/.test(begin)) return 'vtt';
  if (/^\d+\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{3} --> /.test(begin)) return 'srt';
  if (/^(?:windows registry editor|regedit4)/i.test(begin)) return 'reg';
  if (isMail(begin)) return 'eml';
  if (isJson(text)) return 'json';
  if (isTable(begin, '\t')) return 'tsv';
  if ([',', ';', '|'].some((separator) => isTable(begin, separator))) return 'csv';
  if (/^#{1,6} \S|^\S.*\n(?:=|-){3,}\s*$|\n#{1,6} \S|\n```|\[[^\]\n]+\]\([^)\n]+\)/m.test(begin)) return 'md';
  return 'txt';
}
