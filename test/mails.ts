// The mails a test's server has sent: what its rounds wrote into the outbox folder, read as a mail program would.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as brandRows from '#store/brands.ts';
import { postRound } from '#server/workers/post.ts';
import type { TestHouse } from '#test/house.ts';
import { until } from '#test/program.ts';

export interface ReadMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** RFC 2047 words, as far as our own mails use them. */
function header(value: string): string {
  return value.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
    kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('utf8') : decoded(text.replaceAll('_', ' '), 'quoted-printable'));
}

function readMail(raw: string): ReadMail {
  const at = raw.search(/\r?\n\r?\n/);
  const headers = new Map(raw.slice(0, at).replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  }));
  const text = decoded(raw.slice(at).trimStart(), (headers.get('content-transfer-encoding') ?? '').toLowerCase());
  return { to: headers.get('to') ?? '', subject: header(headers.get('subject') ?? ''), text: text.replaceAll('\r\n', '\n') };
}

async function underWay({ building: { parts } }: TestHouse): Promise<boolean> {
  for (const { id } of await brandRows.all(parts.store.system)) {
    const brand = parts.store.brand(id);
    const taken = brand.q.selectFrom('mails').select('id').where('attempts', '>', 0).where('sent_at', 'is', null).where('given_up_at', 'is', null).where('fault', 'is', null);
    if ((await brand.all(taken)).length > 0) return true;
  }
  return false;
}

/** Every mail that was sent so far, in order of their instants. Makes a round first: a new one looks at every brand. */
export async function mailsOf(house: TestHouse): Promise<ReadMail[]> {
  await postRound(house.building.parts)();
  // A server that makes its own rounds may have taken a mail up just before: it is on its way.
  await until('the mails that were taken up are sent', async () => !(await underWay(house)));
  const folder = join(house.dataDir, 'outbox');
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.eml')).sort();
  } catch {
    return [];
  }
  return names.map((name) => readMail(readFileSync(join(folder, name), 'utf8')));
}

/** The one link in a mail: its path, and the token after the #. */
export function linkIn(mail: ReadMail): { readonly path: string; readonly token: string } {
  const found = /https?:\/\/[^/\s]+(\/\S*)#(\S+)/.exec(mail.text);
  if (found === null) throw new Error(`No link in the mail “${mail.subject}”`);
  return { path: found[1] as string, token: found[2] as string };
}
