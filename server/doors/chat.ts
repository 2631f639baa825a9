// The chat door: what customers' browsers send. Cookies are never read; a chat token alone says who it is, and each request is judged anew.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, type DenialCode, deny } from '#policy/decision.ts';
import { chatFacts, findChatSession, judgeChat, type KnownChat, noteOver, readChatToken } from '#identity/chat-sessions.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import { chatNetworkOf } from '#server/chat-networks.ts';
import type { Parts } from '#server/parts.ts';
import { openRates } from '#server/rate.ts';
import { fromOwnPages } from '#server/same-site.ts';

/**
 * What a route of this door is. `document`: a file for everybody, from anywhere. `site`: asked by the page of a brand's site. `frame`: asked
 * by our own frame, by whom nobody knows yet. `session`: asked by our own frame with its token.
 */
export type ChatRoute = 'document' | 'site' | 'frame' | 'session';

/** Who asks, at a route of kind `session`. */
export interface ChatAsker extends KnownChat {
  readonly brand: Brand;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    chat?: ChatRoute;
  }
  interface FastifyRequest {
    chat: ChatAsker;
  }
}

export interface ChatDoor {
  /** An onRequest hook: goes on with `done`, or answers. */
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
  /** A preHandler: the session, as it is now that the body has come. */
  again(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
}

/** One line and no other: a token of another kind belongs to another door. */
const BEARER = /^bearer +(cht_\S+)$/i;
const ANONYMOUS = Object.freeze({ kind: 'anonymous', id: null } as const);
const no = (code: DenialCode): Denial => deny(code, null, {});
const wait = (ms: number): Denial => deny('request.rate_limited', null, { retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)) });

/** Goes on once it is admitted; who is not was answered. */
function goOn(admitted: Promise<boolean>, reply: FastifyReply, done: () => void): void {
  const on = (yes: boolean): void => {
    if (yes) done();
  };
  admitted.then(on, (error: unknown) => reply.send(error));
}

export function chatDoor(parts: Parts): ChatDoor {
  const { brands, store, problems, journal, config, now, uptime } = parts;
  const { networks } = parts.chat;
  const origin = config.publicUrl.origin;
  /** Of what begins a session, by network: an office behind one address opens chats at nine; a script does not stop. */
  const beginnings = openRates(parts.entranceRate, uptime);
  /** Of what is only asked, by session; and by network where a site's page asks, since every visit to it does. */
  const asking = openRates(parts.rate, uptime);

  /** What every answer of the session needs, from its row as it stands. */
  function judge(brand: Brand, known: KnownChat): Denial | null {
    if (uptime() - brand.confirmedAt > UNCONFIRMED_MS) return deny('policy.unconfirmed', null, { unconfirmedMs: Math.round(uptime() - brand.confirmedAt) });
    const { channelId, customerId } = known.session;
    const policy = brand.policyIn(channelId);
    const decision = judgeChat(policy, known, now());
    journal.note(brand.id, { question: 'chat', channel: channelId, subject: { kind: 'customer', id: customerId }, facts: chatFacts(known, now()), decision, version: policy.version });
    return decision.allowed ? null : decision;
  }

  async function refuse(request: FastifyRequest, reply: FastifyReply, denial: Denial, brand: Brand | null = null, known: KnownChat | null = null): Promise<void> {
    if (brand !== null && known !== null && denial.code === 'chat.session_over') await noteOver(store.brand(brand.id), known.session, now());
    const named = known === null ? denial : deny(denial.code, denial.setting, { ...denial.facts, session: known.session.id, customer: known.session.customerId });
    await problems.refuse(request, reply, named, { door: 'chat', brand, actor: known === null ? ANONYMOUS : { kind: 'customer', id: known.session.customerId } });
  }

  async function find(token: string): Promise<{ readonly brand: Brand | null; readonly known: KnownChat | null }> {
    const read = readChatToken(token);
    const brand = read === null ? null : await brands.byId(read.brandId);
    return { brand, known: read === null || brand === null ? null : await findChatSession(store.brand(brand.id), read.hash) };
  }

  async function admit(request: FastifyRequest, reply: FastifyReply, token: string): Promise<boolean> {
    // Before anything is looked up: also who only guesses tokens takes of it, and many sessions of one network take of the same.
    const network = chatNetworkOf(request.client);
    if (!networks.asks.take(network)) {
      await refuse(request, reply, wait(networks.asks.wait(network)));
      return false;
    }
    const { brand, known } = await find(token);
    if (brand === null || known === null) {
      await refuse(request, reply, no('chat.session_missing'), brand);
      return false;
    }
    const denial = judge(brand, known) ?? (asking.take(known.session.id) ? null : wait(asking.wait(known.session.id)));
    if (denial !== null) {
      await refuse(request, reply, denial, brand, known);
      return false;
    }
    request.chat = { ...known, brand };
    return true;
  }

  const tokenOf = (request: FastifyRequest): string | null => BEARER.exec(request.headers.authorization ?? '')?.[1] ?? null;

  return {
    enter(request, reply, done) {
      const kind = request.marks.chat;
      if (kind === 'document') return done();
      const { authorization } = request.headers;
      const token = tokenOf(request);
      const stop = (denial: Denial): void => void refuse(request, reply, denial).catch((error: unknown) => reply.send(error));
      if (authorization !== undefined && (token === null || kind !== 'session')) return stop(no('chat.wrong_credential'));
      // The site's page stands on another origin, which the route judges by the channel's list; the frame is a page of our own.
      if (kind !== 'site' && !fromOwnPages(request.method, request.headers, origin)) return stop(no('chat.cross_site'));
      if (kind === 'session') {
        if (token === null) return stop(no('chat.session_missing'));
        goOn(admit(request, reply, token), reply, done);
        return;
      }
      const rates = kind === 'site' ? asking : beginnings;
      const network = chatNetworkOf(request.client);
      if (!rates.take(network)) return stop(wait(rates.wait(network)));
      done();
    },
    again(request, reply, done) {
      const { chat } = request;
      const token = tokenOf(request);
      if (chat === undefined || chat === null || token === null) return done();
      const look = async (): Promise<boolean> => {
        const { known } = await find(token);
        const denial = known === null ? no('chat.session_missing') : judge(chat.brand, known);
        if (denial === null) return true;
        await refuse(request, reply, denial, chat.brand, known);
        return false;
      };
      goOn(look(), reply, done);
    },
  };
}
