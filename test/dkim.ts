// Verifies a DKIM signature as a receiver does (RFC 6376, relaxed/relaxed), with nothing but the bytes that arrived and the public key.
import { createHash, type KeyObject, verify } from 'node:crypto';

export interface Signed {
  readonly tags: ReadonlyMap<string, string>;
  /** Names of the signed lines, in small letters. */
  readonly covers: readonly string[];
  readonly body: boolean;
  readonly header: boolean;
}

const relaxedLine = (line: string): string => {
  const colon = line.indexOf(':');
  return `${line.slice(0, colon).trim().toLowerCase()}:${line.slice(colon + 1).replaceAll('\r\n', '').replaceAll(/[ \t]+/g, ' ').trim()}`;
};

/** §3.4.4 */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
}

/** Throws where there is no signature. `raw`: one character a byte. */
export function readSignature(raw: string, key: KeyObject): Signed {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw.slice(0, end).split(/\r\n(?![ \t])/);
  const own = lines.find((line) => /^dkim-signature:/i.test(line));
  if (own === undefined) throw new Error('The mail is not signed.');
  const tags = new Map(own.slice(own.indexOf(':') + 1).split(';').map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replaceAll(/\s+/g, '')] as const));
  const covers = (tags.get('h') ?? '').toLowerCase().split(':');
  // Of lines of one name the last is taken first (§5.4.2).
  const left = [...lines];
  const taken = covers.flatMap((name) => {
    const at = left.findLastIndex((line) => line.slice(0, line.indexOf(':')).trim().toLowerCase() === name);
    return at === -1 ? [] : left.splice(at, 1).map((line) => `${relaxedLine(line)}\r\n`);
  });
  const signed = `${taken.join('')}${relaxedLine(own.replace(/([;\s]b=)[^;]*/, '$1'))}`;
  const ed25519 = tags.get('a') === 'ed25519-sha256';
  const bytes = Buffer.from(signed, 'latin1');
  // RFC 8463 §3: Ed25519 signs the hash.
  const header = verify(ed25519 ? null : 'sha256', ed25519 ? createHash('sha256').update(bytes).digest() : bytes, key, Buffer.from(tags.get('b') ?? '', 'base64'));
  return { tags, covers, header, body: createHash('sha256').update(relaxedBody(raw.slice(end + 4)), 'latin1').digest('base64') === tags.get('bh') };
}
