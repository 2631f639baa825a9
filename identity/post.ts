// Posting a mail: it is written in the unit of what it tells of, sealed, and a round sends it. So there is no change without its mail, nor a mail without its change.
import * as mailRows from '#store/mails.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { type LetterKind, letterOf } from '#identity/letters.ts';
import { newId } from '#identity/tokens.ts';

/** One mail. `to` null: to nobody. It costs what a mail costs and is thrown away, so that time does not tell whether a name exists. */
export interface Posting {
  readonly to: string | null;
  readonly agentId: string | null;
  readonly name: string;
  readonly brandName: string;
  readonly kind: LetterKind;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What is sealed in a row. */
export interface Sealed {
  readonly to: string | null;
  readonly subject: string;
  readonly text: string;
}

const postings = new WeakSet<Statement>();

/** What the text of a mail is sealed to: the row it stands in. */
const ownerOf = (id: string): string => `mail/${id}`;

/** The statement that posts a mail; it belongs in the unit of what the mail tells of. */
export function posting(keyring: Keyring, brand: BrandStore, { to, agentId, name, brandName, kind, facts }: Posting, now: number): Statement {
  const id = newId('mail');
  const letter = letterOf(kind, { brand: brandName, name }, facts);
  // A line break in a name must not become a header.
  const sealed = { to, subject: letter.subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300), text: letter.text } satisfies Sealed;
  const row = { id, kind, agent_id: agentId, sealed: keyring.seal(JSON.stringify(sealed), ownerOf(id)), created_at: now, due_at: now, attempts: 0, sent_at: null, given_up_at: null, fault: null };
  const statement = mailRows.insert(brand, row);
  postings.add(statement);
  return statement;
}

/** Whether a statement posts a mail: then the round need not wait for its hour. */
export const isPosting = (statement: Statement): boolean => postings.has(statement);

/** What a row says, for whoever sends it. Throws a SealFault when the keys are others. */
export function opened(keyring: Keyring, row: Pick<mailRows.MailRow, 'id' | 'sealed'>): Sealed {
  return JSON.parse(Buffer.from(keyring.open(row.sealed ?? new Uint8Array(), ownerOf(row.id))).toString('utf8')) as Sealed;
}
