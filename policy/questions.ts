// Every question that the doors ask, by name: how its facts are kept and read again, which of them count as one, and the decision that answers it.
import { type Address, formatAddress, parseAddress } from './address.ts';
import { type ApiFacts, decideApiAccess, decideTokenPlace, type TokenKind, type TokenPlace } from './decide/api-access.ts';
import { type ChatSessionFacts, decideChatSession } from './decide/chat.ts';
import { decideEnrolmentDue } from './decide/enrolment.ts';
import { decideFraming, type FramingFacts } from './decide/framing.ts';
import { decideManagementAccess, type ManagementFacts } from './decide/management-access.ts';
import { decideMedia, type MediaFacts } from './decide/media.ts';
import { decideOutboundMail, type OutboundMailFacts } from './decide/outbound-mail.ts';
import { decidePasswordDue, type PasswordAgeFacts } from './decide/password-age.ts';
import { decideSession, type SessionFacts } from './decide/session.ts';
import { decideTicket, type TicketFacts } from './decide/ticket.ts';
import { decideFile, type UploadFacts, uploadFindings } from './decide/upload.ts';
import type { Decision } from './decision.ts';
import type { Policy } from './effective.ts';
import { fileTypes } from './file-type-table.ts';

export interface Question<F = never> {
  /** What was asked, for a list: "opened the workspace". */
  readonly did: string;
  readonly decide: (policy: Policy, facts: F) => Decision;
  /**
   * Which facts count as the same: every policy answers alike for all of them. Instants become ages in the unit of the setting that reads
   * them, so that a thousand requests of one morning are one row that was counted up.
   */
  readonly sameAs: (facts: F) => readonly unknown[];
  /** Facts of an ordinary case: what a test or an explanation does not say otherwise. Instants stand around `NOON`. */
  readonly usual: F;
  /** Facts that are one of a few words: which, for whoever writes them by hand. */
  readonly words?: { readonly [N in keyof F]?: readonly F[N][] };
  /** What one in a list looks like, where the ordinary case has none. */
  readonly each?: { readonly [N in keyof F]?: unknown };
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Some noon: what is asked of no moment in particular is asked of this one. */
export const NOON = Date.UTC(2026, 0, 5, 12);

const question = <F>(asked: Question<F>): Question<F> => Object.freeze(asked);
const age = (from: number, to: number, unit: number): number => Math.floor((to - from) / unit);
const PROOFS = ['password', 'password+code', 'host'] as const;
const TYPES = [...fileTypes.map(({ id }) => id), null];
const textOf = (address: Address | null): string | null => (address === null ? null : formatAddress(address));

export const questions = Object.freeze({
  'management-access': question<ManagementFacts>({
    did: 'used the workspace',
    decide: decideManagementAccess,
    sameAs: ({ address, inside, admin, remoteAccess, exempt, proven }) => [textOf(address), inside ?? null, admin, remoteAccess, exempt, proven],
    usual: { address: null, admin: false, remoteAccess: false, exempt: false, proven: 'password' },
    words: { proven: PROOFS },
  }),
  session: question<SessionFacts>({
    did: 'came back to a session',
    decide: decideSession,
    sameAs: ({ now, createdAt, lastInputAt, ended }) => [age(lastInputAt, now, MINUTE), age(createdAt, now, HOUR), ended],
    usual: { now: NOON, createdAt: NOON - HOUR, lastInputAt: NOON - MINUTE, ended: false },
  }),
  'password-due': question<PasswordAgeFacts>({
    did: 'used a password',
    decide: decidePasswordDue,
    sameAs: ({ now, setAt, mustChange }) => [age(setAt, now, DAY), mustChange],
    usual: { now: NOON, setAt: NOON - DAY, mustChange: false },
  }),
  'enrolment-due': question<{ readonly now: number; readonly hasFactor: boolean }>({
    did: 'worked with or without a second factor',
    decide: decideEnrolmentDue,
    sameAs: ({ now, hasFactor }) => [age(0, now, DAY), hasFactor],
    usual: { now: NOON, hasFactor: true },
  }),
  'api-access': question<ApiFacts>({ did: 'called the API', decide: decideApiAccess, sameAs: (facts) => Object.values(packed(facts)), usual: { address: null } }),
  'token-place': question<{ readonly place: TokenPlace; readonly kind: TokenKind }>({
    did: 'showed a token',
    decide: decideTokenPlace,
    sameAs: ({ place, kind }) => [place, kind],
    usual: { place: 'header', kind: 'key' },
    words: { place: ['header', 'query', 'exchange'], kind: ['key', 'access_token'] },
  }),
  framing: question<FramingFacts>({ did: 'opened the workspace in a frame', decide: decideFraming, sameAs: ({ ancestors }) => ancestors, usual: { ancestors: ['https://crm.example'] } }),
  chat: question<ChatSessionFacts>({
    did: 'opened the chat',
    decide: decideChatSession,
    sameAs: ({ channelOn, site, ended, proven, createdAt, expiresAt, now }) => [channelOn, site, ended, proven, proven === 'ticket' ? age(createdAt, now, MINUTE) : 0, now < expiresAt],
    usual: { channelOn: true, site: 'https://shop.example', ended: false, proven: 'anonymous', createdAt: NOON - MINUTE, expiresAt: NOON + DAY, now: NOON },
    words: { proven: ['anonymous', 'ticket'] },
  }),
  ticket: question<TicketFacts>({
    did: 'came with a ticket',
    decide: decideTicket,
    sameAs: ({ now, issuedAt, expiresAt, notBefore }) => [age(issuedAt, now, SECOND), age(now, expiresAt, SECOND), notBefore === null ? null : age(notBefore, now, SECOND)],
    usual: { now: NOON, issuedAt: NOON - SECOND, expiresAt: NOON + HOUR, notBefore: null },
  }),
  upload: question<UploadFacts>({
    did: 'sent a file',
    decide: decideFile,
    sameAs: ({ side, extensionType, unsafeName, declaredBytes, bytes, contentType, finding }) => [side, extensionType, unsafeName, declaredBytes, bytes, contentType, finding],
    usual: { side: 'customer', extensionType: 'pdf', unsafeName: false, declaredBytes: null, bytes: 100_000, contentType: 'pdf', finding: null },
    words: { side: ['customer', 'agent'], extensionType: TYPES, contentType: TYPES, finding: [...uploadFindings, null] },
  }),
  media: question<MediaFacts>({
    did: 'opened a file',
    decide: decideMedia,
    sameAs: ({ asker, there, mayRead, holdsLink }) => [asker, there, mayRead, holdsLink],
    usual: { asker: 'nobody', there: true, mayRead: false, holdsLink: true },
    words: { asker: ['agent', 'customer', 'nobody'] },
  }),
  'outbound-mail': question<OutboundMailFacts>({
    did: 'sent a mail',
    decide: decideOutboundMail,
    sameAs: ({ kind, recipients, details, exceptions, live, now }) => [kind, recipients, details, exceptions.map(({ address, until }) => [address, now < until]), live],
    usual: { kind: 'transfer', recipients: ['partner@example.com'], details: false, exceptions: [], live: true, now: NOON },
    words: { kind: ['transfer', 'reply', 'notice', 'letter', 'bounce-note'] },
    each: { exceptions: { address: 'partner@example.com', until: NOON } },
  }),
});

export type QuestionName = keyof typeof questions;
export type FactsOf<N extends QuestionName> = Parameters<(typeof questions)[N]['decide']>[1];

export const isQuestion = (text: string): text is QuestionName => Object.hasOwn(questions, text);

/** Facts as they are kept: plain JSON, an address as its text. */
export function packed(facts: object): Record<string, unknown> {
  const kept: Record<string, unknown> = { ...facts };
  if ('address' in kept) kept['address'] = textOf(kept['address'] as Address | null);
  return kept;
}

/** Facts as a decision takes them. Throws on an address that cannot be read: what was kept is not guessed at. */
export function unpacked(kept: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (!('address' in kept) || kept['address'] === null) return { ...kept };
  const address = parseAddress(String(kept['address']));
  if (address === undefined) throw new TypeError('the kept address cannot be read');
  return { ...kept, address };
}

/** Facts as somebody gave them, over those of an ordinary case: a file holds what its name says, where nobody says otherwise. */
export function withUsual(name: QuestionName, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const whole: Record<string, unknown> = { ...packed(questions[name].usual), ...given };
  if (name === 'upload' && !Object.hasOwn(given, 'contentType')) whole['contentType'] = whole['extensionType'];
  return whole;
}

/** Asks a question of before once more, under any policy. */
export function askAgain(name: QuestionName, policy: Policy, kept: Readonly<Record<string, unknown>>): Decision {
  const { decide } = questions[name] as unknown as Question<Record<string, unknown>>;
  return decide(policy, unpacked(kept));
}

/** What tells one group of equal facts from another, as text. */
export function groupOf(name: QuestionName, facts: object): string {
  const { sameAs } = questions[name] as unknown as Question<object>;
  return JSON.stringify(sameAs(facts));
}
