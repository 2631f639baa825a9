// Chat sessions: how a customer's browser is known again, begun anonymously or by a ticket, judged at each use, and ended.
import { chatSessionLength, type ChatSessionFacts, decideChatSession } from '#policy/decide/chat.ts';
import type { Decision } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import * as sessionRows from '#store/chat-sessions.ts';
import * as customerRows from '#store/customers.ts';
import { advance } from '#store/feed.ts';
import type { BrandStore, Entry, PartFields, Statement } from '#store/store.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';

export type VerifiedBy = 'external_id' | 'email' | 'phone';

/** As much of a session as an open socket keeps. Frozen. */
export interface ChatSession {
  readonly id: string;
  readonly channelId: string;
  readonly customerId: string;
  /** The origin of the site whose page opened it. */
  readonly site: string;
  readonly proven: 'anonymous' | 'ticket';
  readonly verifiedBy: VerifiedBy | null;
  /** Instants in ms since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly name: string | null;
}

export interface KnownChat {
  readonly session: ChatSession;
  readonly ended: boolean;
  readonly channelOn: boolean;
  readonly lastSeenAt: number;
}

const TOKEN = /^cht_(b[0-9a-z]{12})\.[A-Za-z0-9_-]{43}$/;

/** The brand a token names and what it is looked up by; null when it cannot be one. */
export function readChatToken(text: string): { readonly brandId: string; readonly hash: Uint8Array } | null {
  const parts = TOKEN.exec(text);
  return parts === null ? null : { brandId: parts[1] as string, hash: tokenHash(text) };
}

export async function findChatSession(brand: BrandStore, hash: Uint8Array): Promise<KnownChat | null> {
  const row = await sessionRows.byTokenHash(brand, hash);
  if (row === undefined) return null;
  // Nobody ended this one: its time was cut short, and that is what is told.
  const over = row.end_reason === sessionRows.OVER;
  const session = Object.freeze<ChatSession>({
    id: row.id, channelId: row.channel_id, customerId: row.customer_id, site: row.site, proven: row.proven, verifiedBy: row.verified_by,
    createdAt: row.created_at, expiresAt: over ? Math.min(row.expires_at, row.ended_at ?? 0) : row.expires_at, name: row.customer_name,
  });
  return { session, ended: row.ended_at !== null && !over, channelOn: row.channel_disabled_at === null, lastSeenAt: row.last_seen_at };
}

/**
 * What each request, each message and each open socket needs. `policy` is the channel's. A session that a lowered `ticket.session_minutes`
 * ended stays over (`noteOver`); one whose site was taken off the list is only shut out, and goes on when the site is listed again: it
 * was the site that lost its right, and nobody who came by it.
 */
export function judgeChat(policy: Policy, { session, ended, channelOn }: Pick<KnownChat, 'session' | 'ended' | 'channelOn'>, now: number): Decision {
  return decideChatSession(policy, chatFacts({ session, ended, channelOn }, now));
}

/** From what `judgeChat` decides. */
export const chatFacts = ({ session, ended, channelOn }: Pick<KnownChat, 'session' | 'ended' | 'channelOn'>, now: number): ChatSessionFacts => ({
  channelOn, site: session.site, ended, proven: session.proven, createdAt: session.createdAt, expiresAt: session.expiresAt, now,
});

/** Ends a session that was judged over before the time it was given, once: a value that is raised again does not bring it back. */
export async function noteOver(brand: BrandStore, { id, expiresAt }: Pick<ChatSession, 'id' | 'expiresAt'>, now: number): Promise<void> {
  if (now < expiresAt) await brand.note([sessionRows.over(brand, id, now)]);
}

export interface Beginning {
  readonly channelId: string;
  readonly site: string;
  /** Whom a ticket named; null for somebody nobody vouched for, who is a new customer. */
  readonly known: { readonly customerId: string; readonly verifiedBy: VerifiedBy; readonly name: string | null; readonly keyId?: string } | null;
  readonly address: string | null;
  readonly userAgent: string;
}

export interface Begun {
  /** Shown once, to the browser. */
  readonly token: string;
  readonly session: ChatSession;
  readonly statements: readonly Statement[];
  readonly entries: readonly Entry[];
}

/** Somebody of whom nothing is known yet. */
const newCustomer = (id: string, at: number): customerRows.NewCustomer =>
  ({ id, name: null, email: null, phone: null, external_id: null, fields: '[]', verified_by: null, created_at: at, last_seen_at: at, erased_at: null, erased_by: null });

/** What begins a session, for one unit of work. `policy` is the channel's. */
export function beginChatSession(brand: BrandStore, policy: Policy, { channelId, site, known, address, userAgent }: Beginning, now: number): Begun {
  const token = `cht_${brand.id}.${newToken().text}`;
  const proven = known === null ? 'anonymous' : 'ticket';
  const customerId = known?.customerId ?? newId('cus');
  const id = newId('chs');
  const session = Object.freeze<ChatSession>({
    id, channelId, customerId, site, proven, verifiedBy: known?.verifiedBy ?? null, createdAt: now, expiresAt: chatSessionLength(policy, proven, now), name: known?.name ?? null,
  });
  const insert = sessionRows.insert(brand, {
    id, channel_id: channelId, customer_id: customerId, token_hash: tokenHash(token), site, proven, verified_by: session.verifiedBy, created_at: now, expires_at: session.expiresAt,
    address, user_agent: userAgent.slice(0, 300), key_id: known?.keyId ?? null,
  });
  const entry: Entry = {
    id: newId('evt'), at: now, actor: { kind: 'customer', id: customerId }, event: 'chat.began', entity: { kind: 'chat_session', id },
    facts: { channel: channelId, customer: customerId, proven, verifiedBy: session.verifiedBy, site, address },
  };
  return { token, session, statements: known === null ? [customerRows.insert(brand, newCustomer(customerId, now)), insert] : [insert], entries: [entry] };
}

/** What signs the customer out in this browser, for one unit of work. A conflict `chat.session_ended` when somebody was first. */
export function signOutOfChat(brand: BrandStore, session: Pick<ChatSession, 'id' | 'customerId'>, now: number): PartFields {
  const entry: Entry = {
    id: newId('evt'), at: now, actor: { kind: 'customer', id: session.customerId }, event: 'chat.signed_out', entity: { kind: 'chat_session', id: session.id },
    facts: { customer: session.customerId },
  };
  return { statements: [advance(brand), sessionRows.end(brand, session.id, now, 'signed_out')], entries: [entry], bumps: ['inbox'] };
}

/** As the store's row names it. */
export const sessionRow = ({ id, channelId, customerId, verifiedBy }: ChatSession) => ({ id, channel_id: channelId, customer_id: customerId, verified_by: verifiedBy });
