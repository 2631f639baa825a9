// Who asks for a file: an agent by the session cookie, a customer by the token of their chat, or nobody; found without answering anything yet.
import type { FastifyRequest } from 'fastify';
import { type Decision, type Denial, deny } from '#policy/decision.ts';
import { findChatSession, judgeChat, type KnownChat, noteOver, readChatToken } from '#identity/chat-sessions.ts';
import type { LiveSession } from '#identity/sessions.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import { chatNetworkOf } from '#server/chat-networks.ts';
import type { Client } from '#server/client.ts';
import { FRAME_COOKIE, readCookie, SESSION_COOKIE } from '#server/cookies.ts';
import { isVisit } from '#server/file-pages.ts';
import type { Opened } from '#server/opened-key.ts';
import type { Parts } from '#server/parts.ts';
import { takeToken } from '#server/rate.ts';
import { fromOwnPages } from '#server/same-site.ts';
import { endIfOver } from '#server/session-end.ts';

export type Asker =
  | { readonly kind: 'agent'; readonly brand: Brand; readonly session: LiveSession }
  | { readonly kind: 'customer'; readonly brand: Brand; readonly known: KnownChat; readonly hash: Uint8Array }
  /** The API door has judged it, with the scope to open files. */
  | { readonly kind: 'key'; readonly brand: Brand; readonly id: string; readonly opened: Opened }
  /** `because`: a credential was shown that does not count now. `brand`: where it would have. */
  | { readonly kind: 'nobody'; readonly because: Denial | null; readonly brand: Brand | null; readonly agentId?: string; readonly customerId?: string };

/** How a session is found and judged: what the workspace door does with each request. */
export interface Seats {
  readonly sessionOf: (cookieHeader: string | undefined, framed: boolean) => Promise<LiveSession | null>;
  readonly judge: (brand: Brand, session: LiveSession, client: Client, wall: number, uptime: number) => Decision;
  /** What the API door does with a token it has let in. */
  readonly stillOpens: (brand: Brand, opened: Opened, client: Client) => Promise<Denial | null>;
}

export interface Askers {
  of(request: FastifyRequest): Promise<Asker>;
  /** Judged anew, for what is under way: why this asker is none any more, or null. */
  again(asker: Asker, client: Client): Promise<Denial | null>;
}

const CHAT = /^bearer +(cht_\S+)$/i;
/** A customer's frame shows the token of its chat where a program shows a key. */
export const showsChatToken = ({ headers }: FastifyRequest): boolean => CHAT.test(headers.authorization ?? '');

const RAN_OUT: ReadonlySet<string> = new Set(['session.idle', 'session.absolute']);
const nobody = (because: Denial | null, brand: Brand | null = null): Asker => ({ kind: 'nobody', because, brand });
const limited = (ms: number): Denial => deny('request.rate_limited', null, { retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)) });

export function openAskers(parts: Parts, { sessionOf, judge, stillOpens }: Seats): Askers {
  const { brands, sessions, store, now, uptime, config, rate, chat } = parts;

  /** The session as it stands: another node may have seen newer input, or a code. */
  async function judgeAgent(brand: Brand, session: LiveSession, client: Client): Promise<Denial | null> {
    if (session.stale) await sessions.refresh(session);
    const look = (): Decision => judge(brand, session, client, now(), uptime());
    let judged = look();
    if (!judged.allowed && RAN_OUT.has(judged.code) && session.endedBy === null && !(await endIfOver(parts, session))) judged = look();
    if (!judged.allowed && judged.code === 'second_factor.required') {
      await sessions.refresh(session);
      judged = look();
    }
    return judged.allowed ? null : judged;
  }

  async function agentOf(request: FastifyRequest): Promise<Asker> {
    const { client, headers } = request;
    // A picture in a framed page can say by no header that it is framed: there the other cookie does not come.
    const framed = readCookie(headers.cookie, SESSION_COOKIE) === undefined && readCookie(headers.cookie, FRAME_COOKIE) !== undefined;
    const session = await sessionOf(headers.cookie, framed);
    const brand = session === null ? null : await brands.byId(session.brandId);
    if (session === null || brand === null) return nobody(null);
    // Somebody else's page may send a person here, and may not ask in their name for what it then shows.
    if (!fromOwnPages(request.method, headers, config.publicUrl.origin) && !isVisit(request)) return nobody(deny('request.cross_site', null, {}));
    session.address = client.text;
    const denial = (await judgeAgent(brand, session, client)) ?? (takeToken(session, rate, uptime()) ? null : limited(1_000));
    return denial === null ? { kind: 'agent', brand, session } : { kind: 'nobody', because: denial, brand, agentId: session.person.id };
  }

  function judgeCustomer(brand: Brand, known: KnownChat): Denial | null {
    const unconfirmedMs = Math.round(uptime() - brand.confirmedAt);
    if (unconfirmedMs > UNCONFIRMED_MS) return deny('policy.unconfirmed', null, { unconfirmedMs });
    const judged = judgeChat(brand.policyIn(known.session.channelId), known, now());
    return judged.allowed ? null : judged;
  }

  async function customerOf({ client, method, headers }: FastifyRequest, token: string): Promise<Asker> {
    const network = chatNetworkOf(client);
    if (!chat.networks.asks.take(network)) return nobody(limited(chat.networks.asks.wait(network)));
    const read = readChatToken(token);
    const brand = read === null ? null : await brands.byId(read.brandId);
    const known = read === null || brand === null ? null : await findChatSession(store.brand(brand.id), read.hash);
    if (read === null || brand === null || known === null) return nobody(deny('chat.session_missing', null, {}), brand);
    if (!fromOwnPages(method, headers, config.publicUrl.origin)) return nobody(deny('chat.cross_site', null, {}), brand);
    const denial = judgeCustomer(brand, known);
    if (denial === null) return { kind: 'customer', brand, known, hash: read.hash };
    if (denial.code === 'chat.session_over') await noteOver(store.brand(brand.id), known.session, now());
    return { kind: 'nobody', because: denial, brand, customerId: known.session.customerId };
  }

  return {
    async of(request) {
      const { authorization, cookie } = request.headers;
      const { opened, brand } = request;
      if (opened !== undefined) return { kind: 'key', brand, id: opened.live.key.id, opened };
      if (authorization === undefined) return cookie === undefined ? nobody(null) : agentOf(request);
      if (readCookie(cookie, SESSION_COOKIE) !== undefined) return nobody(deny('request.two_credentials', null, {}));
      const token = CHAT.exec(authorization)?.[1];
      return token === undefined ? nobody(deny('chat.wrong_credential', null, {})) : customerOf(request, token);
    },
    async again(asker, client) {
      if (asker.kind === 'agent') return judgeAgent(asker.brand, asker.session, client);
      if (asker.kind === 'key') return stillOpens(asker.brand, asker.opened, client);
      if (asker.kind !== 'customer') return null;
      const { brand, hash } = asker;
      const present = await findChatSession(store.brand(brand.id), hash);
      return present === null ? deny('chat.session_missing', null, {}) : judgeCustomer(brand, present);
    },
  };
}
