// Posting a mail: it is written in the unit of what it tells of, sealed, and a round sends it. So there is no change without its mail, nor a mail without its change.
import * as mailRows from '#store/mails.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { type LetterKind, letterOf } from '#identity/letters.ts';
import { messageIdOf, type OutgoingMail, tidied } from '#identity/outgoing-mail.ts';
import { newId } from '#identity/tokens.ts';

/** A letter about somebody's account. `to` null: to nobody. It costs what a mail costs and is thrown away, so that time does not tell whether a name exists. */
export interface Posting {
  readonly to: string | null;
  readonly agentId: string | null;
  readonly name: string;
  readonly brandName: string;
  readonly kind: LetterKind;
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface Posted {
  /** It belongs in the unit of what the mail tells of. */
  readonly statement: Statement;
  /** The id of its row. */
  readonly id: string;
  /** With angle brackets; null when the house's own sender is not known yet. */
  readonly messageId: string | null;
}

const postings = new WeakSet<Statement>();

/** What the text of a mail is sealed to: the row it stands in. */
const ownerOf = (id: string): string => `mail/${id}`;

function post(keyring: Pick<Keyring, 'seal'>, brand: BrandStore, mail: OutgoingMail, letter: LetterKind | null, now: number): Posted {
  const id = newId('mail');
  const statement = mailRows.insert(brand, {
    id, kind: mail.kind, letter, agent_id: mail.agentId ?? null, channel_id: mail.channelId ?? null, conversation_id: mail.conversationId ?? null,
    message_id: mail.messageId ?? null, forward_id: mail.forwardId ?? null, sealed: keyring.seal(JSON.stringify(tidied(mail)), ownerOf(id)), outcomes: null,
    created_at: now, due_at: now, attempts: 0, claimed_at: null, handed_at: null, sent_at: null, given_up_at: null, bounced_at: null, dropped_at: null, code: null, fault: null, file: null,
  });
  postings.add(statement);
  return { statement, id, messageId: mail.from === null ? null : messageIdOf(id, mail.from.address) };
}

/** Posts any mail. Its recipients are judged by the mail door before it is posted, and again when it is sent. */
export const outgoing = (keyring: Pick<Keyring, 'seal'>, brand: BrandStore, mail: OutgoingMail, now: number): Posted => post(keyring, brand, mail, null, now);

/** The statement that posts a letter; it belongs in the unit of what the letter tells of. */
export function posting(keyring: Keyring, brand: BrandStore, { to, agentId, name, brandName, kind, facts }: Posting, now: number): Statement {
  const { subject, text } = letterOf(kind, { brand: brandName, name }, facts);
  const mail: OutgoingMail = { kind: 'letter', from: null, to: to === null ? [] : [{ name: '', address: to }], subject, text, ...(agentId === null ? {} : { agentId }) };
  return post(keyring, brand, mail, kind, now).statement;
}

/** Whether a statement posts a mail: then the round need not wait for its hour. */
export const isPosting = (statement: Statement): boolean => postings.has(statement);

/** A mail as it was sealed; rows of earlier versions held a bare address. */
type Sealed = OutgoingMail | { readonly to: string | null; readonly subject: string; readonly text: string };

/** What a row says, for whoever sends it. Throws a SealFault when the keys are others. */
export function opened(keyring: Pick<Keyring, 'open'>, row: Pick<mailRows.MailRow, 'id' | 'sealed'>): OutgoingMail {
  const mail = JSON.parse(Buffer.from(keyring.open(row.sealed ?? new Uint8Array(), ownerOf(row.id))).toString('utf8')) as Sealed;
  if ('kind' in mail) return mail;
  return { kind: 'letter', from: null, to: mail.to === null ? [] : [{ name: '', address: mail.to }], subject: mail.subject, text: mail.text };
}
