// Outgoing mails as an administrator sees them: to whom, why not, and what they say, but never the secret of a letter.
import type { Keyring } from '#identity/keyring.ts';
import { messageIdOf, type OutgoingMail, recipientsOf } from '#identity/outgoing-mail.ts';
import { opened } from '#identity/post.ts';
import type { MailRow } from '#store/mails.ts';
import { openedOutcomes } from '#server/mail-outcomes.ts';

/** What stands in the place of a one-time link or code: an administrator may not sign in as somebody by reading their mail. */
const HIDDEN = '▇▇▇ (only in the mail itself)';

/** Letters hold links whose secret stands after the #, and codes of six digits and more. */
export const withoutSecrets = (text: string): string => text.replace(/(https?:\/\/[^\s#<>"]+#)[^\s<>"]+/gu, `$1${HIDDEN}`).replace(/(?<![\p{L}\p{N}])\d{3}[ -]?\d{3,5}(?![\p{L}\p{N}])/gu, HIDDEN);

/** Links of a forward are for one recipient each; who knows where its answers come to may write one. */
const withoutLinks = (text: string): string => text.replace(/(https?:\/\/[^\s#<>"]+#)[^\s<>"]+/gu, `$1${HIDDEN}`);
const withoutToken = (address: string): string => address.replace(/\+[0-9a-hjkmnp-tv-z]{26}@/gi, '+▇▇▇@');

export interface OutboxLine {
  readonly id: string;
  readonly kind: string;
  readonly letter: string | null;
  readonly state: 'waiting' | 'failed' | 'unconfirmed' | 'bounced' | 'file';
  readonly createdAt: number;
  readonly failedAt: number | null;
  /** Of the next try. */
  readonly nextAt: number | null;
  readonly attempts: number;
  /** Null: forgotten, or sealed with keys that are gone. */
  readonly subject: string | null;
  readonly recipients: { address: string; state: 'sent' | 'waiting' | 'refused' | 'unknown'; why: string | null }[];
  readonly why: string | null;
  readonly code: string | null;
  readonly conversationId: string | null;
  readonly file: string | null;
  readonly canResend: boolean;
}

export interface OutboxMail extends OutboxLine {
  readonly from: string | null;
  readonly replyTo: string | null;
  readonly messageId: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly files: string[];
}

function readMail(keyring: Pick<Keyring, 'open'>, row: MailRow): OutgoingMail | null {
  if (row.sealed === null) return null;
  try {
    return opened(keyring, row);
  } catch {
    return null;
  }
}

function stateOf(row: MailRow): OutboxLine['state'] {
  if (row.given_up_at === null) return row.sent_at === null ? 'waiting' : 'file';
  return row.code === 'bounced' ? 'bounced' : row.code === 'unconfirmed' ? 'unconfirmed' : 'failed';
}

export function lineOf(keyring: Pick<Keyring, 'open'>, row: MailRow): OutboxLine {
  const mail = readMail(keyring, row);
  const outcomes = mail === null ? {} : openedOutcomes(keyring, row);
  const state = stateOf(row);
  return {
    id: row.id, kind: row.kind, letter: row.letter, state, createdAt: row.created_at, failedAt: row.given_up_at, nextAt: state === 'waiting' ? row.due_at : null, attempts: row.attempts,
    subject: mail?.subject ?? null, why: row.fault, code: row.code, conversationId: row.conversation_id, file: row.file, canResend: row.given_up_at !== null && mail !== null,
    recipients: mail === null ? [] : recipientsOf(mail).map((address) => ({ address, state: state === 'file' ? 'sent' : (outcomes[address]?.state ?? (state === 'waiting' ? 'waiting' : 'unknown')), why: outcomes[address]?.sentence ?? null })),
  };
}

const shown = (box: { readonly name: string; readonly address: string } | null | undefined, otherwise: string | null): string | null => (box === null || box === undefined ? otherwise : box.name === '' ? box.address : `${box.name} <${box.address}>`);

export function mailOf(keyring: Pick<Keyring, 'open'>, row: MailRow, sender: { readonly name: string; readonly address: string }): OutboxMail {
  const mail = readMail(keyring, row);
  const said = (text: string | undefined): string | null => (text === undefined ? null : row.kind === 'letter' ? withoutSecrets(text) : row.kind === 'transfer' ? withoutLinks(text) : text);
  return {
    ...lineOf(keyring, row), from: mail === null ? null : shown(mail.from, shown(sender, null)), replyTo: mail?.replyTo === undefined ? null : withoutToken(shown(mail.replyTo, null) ?? ''), messageId: messageIdOf(row.id, mail?.from?.address ?? sender.address),
    text: said(mail?.text), html: said(mail?.html), files: (mail?.files ?? []).map(({ name }) => name),
  };
}
