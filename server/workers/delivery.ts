// One mail on its way: taken up, judged again, handed over, and what became of it written down. Never sent twice by us, never lost.
import { type Denial, sentenceOf } from '#policy/decision.ts';
import { messageIdOf, type OutgoingMail, recipientsOf } from '#identity/outgoing-mail.ts';
import { opened } from '#identity/post.ts';
import { newId } from '#identity/tokens.ts';
import type { MailMessage, MailOutcome } from '#outside/mail/mail.ts';
import * as mailRows from '#store/mails.ts';
import { type BrandStore, Conflict, type Entry } from '#store/store.ts';
import { refusedEntry } from '#server/doors/mail.ts';
import { finished, nextOutcomes, openedOutcomes, type Outcomes, sealedOutcomes } from '#server/mail-outcomes.ts';
import { mailFiles } from '#server/mail-files.ts';
import type { Parts } from '#server/parts.ts';

/** A node that took a mail up and died leaves it to the others after this long: longer than any delivery takes. */
export const CLAIM_MS = 90_000;
const MINUTE = 60_000;
/** Waits after each failed try, a few up or down; after the last the mail is given up, a day after it was posted. */
const WAITS: readonly number[] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 4 * 60 * MINUTE, 8 * 60 * MINUTE, 12 * 60 * MINUTE];
/** So that what failed together does not come again together. */
const JITTER = 0.1;

export type DeliveryParts = Pick<Parts, 'store' | 'keyring' | 'mail' | 'media' | 'brands' | 'now' | 'log' | 'uptime'> & { readonly judgeMail: JudgeMail };
/** The mail door, asked again of the very mail that is about to leave. Null: it may. */
export type JudgeMail = (brandId: string, mail: OutgoingMail, recipients: readonly string[]) => Promise<Denial | null>;
/** `server`: it is the server that is out of order, so the others need not be tried now. */
export type Delivered = 'done' | 'server';

const AUTOMATIC: Partial<Record<OutgoingMail['kind'], Readonly<Record<string, string>>>> = {
  // RFC 3834 §5: so that no out-of-office note answers them.
  letter: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  notice: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  'bounce-note': { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
};

/** Why nobody knows whether a mail arrived, in words for an administrator. */
const UNCONFIRMED = 'This server stopped at the very moment the mail was handed over, so it has most likely arrived. It is not sent again by itself: ask the recipient, then send it again or drop it.';

async function giveUp(parts: DeliveryParts, brand: BrandStore, row: mailRows.MailRow, { code, fault, outcomes }: { code: string; fault: string; outcomes: Uint8Array | null }, more: readonly Entry[] = []): Promise<void> {
  const at = parts.now();
  parts.log.warn({ mail: row.id, kind: row.letter ?? row.kind, code }, 'a mail could not be sent and is given up');
  const entity = row.conversation_id === null ? { kind: 'agent', id: row.agent_id } : { kind: 'conversation', id: row.conversation_id };
  const entry = { id: newId('evt'), at, actor: { kind: 'system', id: null }, event: code === 'unconfirmed' ? 'mail.unconfirmed' : 'mail.given_up', entity, facts: { mail: row.letter ?? row.kind, why: code, mailId: row.id } } as const;
  await parts.store.commit([brand.part({ statements: [mailRows.giveUp(brand, row, { at, code, fault, outcomes })], entries: [...more, entry] })]);
}

function messageOf(row: mailRows.MailRow, mail: OutgoingMail, recipients: readonly string[], sender: string): Omit<MailMessage, 'files'> {
  const { from, replyTo, to, cc, returnPath, subject, text, html, inReplyTo, references } = mail;
  return {
    messageId: messageIdOf(row.id, (from?.address ?? sender)), date: row.created_at, from, to, recipients, subject, text,
    ...(replyTo === undefined ? {} : { replyTo }), ...(cc === undefined ? {} : { cc }), ...(returnPath === undefined ? {} : { returnPath }), ...(html === undefined ? {} : { html }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }), ...(references === undefined ? {} : { references }), headers: { ...AUTOMATIC[mail.kind], ...(mail.headers as Readonly<Record<string, string>> | undefined) },
  };
}

/** Sends one mail that is due. Throws what is a fault of ours: the mail then waits until its claim is over. */
export async function deliver(parts: DeliveryParts, brand: BrandStore, due: mailRows.MailRow): Promise<Delivered> {
  const { keyring, mail: server, now } = parts;
  // Its node died. If the last byte may have left, most likely the server has it: a doubled mail cannot be called back, a doubtful one can be sent again.
  if (due.claimed_at !== null && due.handed_at !== null) {
    await unlessTaken(giveUp(parts, brand, due, { code: 'unconfirmed', fault: UNCONFIRMED, outcomes: due.outcomes }));
    return 'done';
  }
  const row = { ...due, attempts: due.attempts + 1 };
  if (!(await unlessTaken(brand.note([mailRows.claim(brand, due, now(), now() + CLAIM_MS)])))) return 'done';
  const mail = opened(keyring, row);
  const before = openedOutcomes(keyring, row);
  const recipients = recipientsOf(mail).filter((address) => !finished(before[address]));
  if (recipients.length === 0) {
    await brand.note([Object.keys(before).length === 0 ? mailRows.remove(brand, row.id) : mailRows.sent(brand, row.id, now())]);
    return 'done';
  }
  const denial = await parts.judgeMail(brand.id, mail, recipients);
  if (denial !== null) return refused(parts, brand, row, mail, denial, before);
  const files = await mailFiles(parts, brand, mail);
  const outcome = 'sent' in files ? files : await hand(parts, brand, row, { ...messageOf(row, mail, recipients, server.sender.address), files: files.files });
  if (outcome === null) return 'done';
  return wroteDown(parts, brand, row, nextOutcomes(before, recipients, outcome, now()), outcome);
}

/** Hands the mail over; null when this node was taken for dead meanwhile, and another has the mail. */
async function hand(parts: DeliveryParts, brand: BrandStore, row: mailRows.MailRow, message: MailMessage): Promise<MailOutcome | null> {
  try {
    return await parts.mail.send({ ...message, handing: () => brand.note([mailRows.hand(brand, row, parts.now())]) });
  } catch (error) {
    if (error instanceof Conflict) return null;
    throw error;
  }
}

/** A notice that is nobody's business any more is forgotten: it stands in the page for whoever may see it. Everything else is an admin's to look at. */
async function refused(parts: DeliveryParts, brand: BrandStore, row: mailRows.MailRow, mail: OutgoingMail, denial: Denial, before: Outcomes): Promise<Delivered> {
  if (mail.kind === 'notice' && denial.code !== 'mail.blocked') {
    await brand.note([mailRows.remove(brand, row.id)]);
    return 'done';
  }
  const known = await parts.brands.byId(brand.id);
  const entries = known === null ? [] : [refusedEntry(known, denial, { mailId: row.id, channelId: mail.channelId, forwardId: mail.forwardId }, parts.now())];
  await unlessTaken(giveUp(parts, brand, row, { code: denial.code, fault: sentenceOf(denial), outcomes: sealedOutcomes(parts.keyring, row.id, before) }, entries));
  return 'done';
}

async function wroteDown(parts: DeliveryParts, brand: BrandStore, row: mailRows.MailRow, outcomes: Outcomes, outcome: MailOutcome): Promise<Delivered> {
  const { now, keyring } = parts;
  const all = Object.values(outcomes);
  if (all.every((one) => one.state === 'sent')) {
    const file = parts.mail.kind === 'folder' && outcome.sent ? outcome.reference : undefined;
    await brand.note([file === undefined ? mailRows.sent(brand, row.id, now()) : mailRows.filed(brand, row.id, now(), file)]);
    return 'done';
  }
  const sealed = sealedOutcomes(keyring, row.id, outcomes);
  const worst = all.find((one) => one.state === 'waiting') ?? all.find((one) => one.state === 'refused');
  const fault = worst?.sentence ?? '';
  const wait = WAITS[row.attempts - 1];
  if (all.some((one) => one.state === 'waiting') && wait !== undefined) {
    await brand.note([mailRows.again(brand, row, { dueAt: now() + Math.round(wait * (1 - JITTER + 2 * JITTER * Math.random())), fault, outcomes: sealed })]);
  } else {
    await unlessTaken(giveUp(parts, brand, row, { code: worst?.code ?? 'provider_refused', fault, outcomes: sealed }));
  }
  return !outcome.sent && (outcome.code === 'unreachable' || outcome.code === 'misconfigured') ? 'server' : 'done';
}

/** False when another node has the mail. */
async function unlessTaken(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}
