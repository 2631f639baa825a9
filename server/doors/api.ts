// The API door: a program is judged by the brand its token names and from where it calls, then by where the token stands, the key, its scope and its rate.
import { hash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideApiAccess, decideKey, decideTokenPlace, type TokenKind, type TokenPlace } from '#policy/decide/api-access.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { brandOfToken } from '#identity/api-keys.ts';
import type { LiveKey } from '#identity/live-keys.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as brandRows from '#store/brands.ts';
import type { BrandId, Entry } from '#store/store.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import { openKeyJournal } from '#server/key-journal.ts';
import { shownBy, showsOnly } from '#server/token-place.ts';
import type { Opened } from '#server/opened-key.ts';
import type { Parts } from '#server/parts.ts';
import { tellAlso } from '#server/security-headers.ts';

const INVALID = deny('api.key_invalid', null, {});
const NOBODY: Entry['actor'] = Object.freeze({ kind: 'anonymous', id: null });
/** How often the last use of a key is written down at most. */
const NOTE_USE_MS = 60_000;

/** Who shows which token where, and what for: `scope` as in `decideKey`. */
export interface Presented {
  readonly text: string;
  readonly place: TokenPlace;
  readonly client: Client;
  readonly scope: string | null | undefined;
}

/** What the door found: whose key it is, or why not. `actor` is known once the key is judged; `held`: the key that was shown, where it was found before, for the journal. */
export type Judged =
  | { readonly ok: true; readonly brand: Brand; readonly live: LiveKey }
  | { readonly ok: false; readonly denial: Denial; readonly brand: Brand | null; readonly actor: Entry['actor']; readonly held?: LiveKey };

/** What a connection showed last. The same header again needs neither parsing nor hashing; its brand and key are judged all the same. */
interface Shown {
  readonly header: string;
  readonly brand: Brand;
  readonly live: LiveKey;
  /** Of the brand's keys in memory: once they were dropped, what was found before counts no more. */
  readonly generation: number;
}

export interface ApiDoor {
  /** An onRequest hook: goes on with `done`, or answers. */
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
  /** A preHandler: list and key, as they are now that the body has come. */
  again(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
  /** The same order for the token endpoint. */
  judge(presented: Presented): Promise<Judged>;
  /** Of a token that was let in, for what is still under way: why it opens nothing any more, or null. */
  still(brand: Brand, opened: Opened, client: Client): Promise<Denial | null>;
}

const kindOf = (judged: Judged): TokenKind | undefined => (judged.ok ? judged.live.kind : undefined);

export function apiDoor(parts: Parts): ApiDoor {
  const { brands, problems, store, apiKeys, journal, now, uptime, keyRates } = parts;
  const { rate } = keyRates;
  const writeDown = openKeyJournal(journal);
  const lately = new WeakMap<Socket, Shown>();
  /** What is told of the rate hangs on how much of it is left alone. */
  const told = { left: -1, lines: '' };
  /** All of a pause is there again after so many seconds. */
  const policyLine = `ratelimit-policy: "key";q=${rate.burst};w=${Math.max(1, Math.ceil(rate.burst / rate.perSecond))}\r\n`;

  function judgeBrand(brand: Brand, { client, place }: Omit<Presented, 'text'>, kind: TokenKind): Denial | null {
    const unconfirmedMs = uptime() - brand.confirmedAt;
    if (unconfirmedMs > UNCONFIRMED_MS) return deny('policy.unconfirmed', null, { unconfirmedMs: Math.round(unconfirmedMs) });
    const access = decideApiAccess(brand.policy, { address: client.address });
    if (!access.allowed) return access;
    const placed = decideTokenPlace(brand.policy, { place, kind });
    return placed.allowed ? null : placed;
  }

  function judgeLive(brand: Brand, live: LiveKey, presented: Omit<Presented, 'text'>): Judged {
    const denial = judgeBrand(brand, presented, live.kind);
    if (denial !== null) return { ok: false, denial, brand, actor: NOBODY, held: live };
    const { key, kind, revokedAt, expiresAt, own } = live;
    const decision = decideKey({ key: key.id, kind, now: now(), revokedAt, expiresAt, own, address: presented.client.address, scopes: key.scopes, scope: presented.scope });
    return decision.allowed ? { ok: true, brand, live } : { ok: false, denial: decision, brand, actor: { kind: 'key', id: key.id } };
  }

  /** A brand that is not there costs the same look-ups as a key that is not, and ends the same. */
  async function judgeUnknown(presented: Presented, brandId: BrandId, kind: TokenKind, key: string): Promise<Judged> {
    const peeked = brands.peek(brandId);
    const brand = peeked ?? (await brands.byId(brandId));
    const denial = brand === null ? null : judgeBrand(brand, presented, kind);
    if (denial !== null) return { ok: false, denial, brand, actor: NOBODY };
    const live = await apiKeys.load(brandId, kind, key);
    if (live === undefined && peeked !== undefined) await brandRows.byId(store.system, brandId);
    if (live === undefined || brand === null) return { ok: false, denial: INVALID, brand, actor: NOBODY };
    return judgeLive(brand, live, presented);
  }

  /** From memory alone where all of it is there. */
  function judge(presented: Presented): Judged | Promise<Judged> {
    const { text } = presented;
    const named = brandOfToken(text);
    if (named === undefined) return { ok: false, denial: INVALID, brand: null, actor: NOBODY };
    const { brandId, kind } = named;
    const key = hash('sha256', text, 'base64url');
    const brand = brands.peek(brandId);
    const live = apiKeys.peek(key);
    return brand === undefined || live === undefined ? judgeUnknown(presented, brandId, kind, key) : judgeLive(brand, live, presented);
  }

  /** Undefined where it was written down lately. */
  function noteUse(brand: Brand, live: LiveKey, scope: string | null | undefined, client: Client): Promise<void> | undefined {
    const at = now();
    const firstOfScope = typeof scope === 'string' && !live.used.has(scope);
    if (live.notedAt !== null && at - live.notedAt < NOTE_USE_MS && !firstOfScope) return undefined;
    live.notedAt = at;
    if (typeof scope === 'string') live.used.add(scope);
    const rows = store.brand(brand.id);
    return rows.note([apiKeyRows.noteUse(rows, live.key.id, { at, from: client.text, scopes: [...live.used], replaced: live.replaced })]);
  }

  const refuse = (request: FastifyRequest, reply: FastifyReply, denial: Denial, brand: Brand | null = null, actor: Entry['actor'] = NOBODY): Promise<FastifyReply> =>
    problems.refuse(request, reply, denial, { door: 'api', brand, actor });

  /** draft-ietf-httpapi-ratelimit-headers: what is left, and in how many seconds all of it is there again. */
  function limited(reply: FastifyReply, left: number): void {
    if (told.left !== left) {
      told.left = left;
      told.lines = `${policyLine}ratelimit: "key";r=${left};t=${Math.ceil((rate.burst - left) / rate.perSecond)}\r\n`;
    }
    tellAlso(reply.raw, told.lines);
  }

  /** What the policy said to this call, for the journal: of whose key, where that is known. */
  function noted(judged: Judged, { client }: FastifyRequest, place: TokenPlace, kind: TokenKind): void {
    const { brand } = judged;
    if (brand === null) return;
    const held = judged.ok ? judged.live : judged.held;
    const id = held !== undefined ? held.key.id : !judged.ok && judged.actor.kind === 'key' ? judged.actor.id : null;
    writeDown(brand, { held, id, client, place, kind }, now());
  }

  async function goOn(noting: Promise<void>, done: () => void): Promise<void> {
    await noting;
    done();
  }

  /** Nothing is waited for where nothing must be read or written: a turn costs more than the rest of the door. */
  function letIn(request: FastifyRequest, reply: FastifyReply, judged: Judged, place: TokenPlace, kind: TokenKind, first: boolean, done: () => void): void | Promise<unknown> {
    if (first) noted(judged, request, place, kind);
    if (!judged.ok) return refuse(request, reply, judged.denial, judged.brand, judged.actor);
    const { brand, live } = judged;
    if (first) {
      const left = keyRates.take(brand.id, live.key.id);
      limited(reply, Math.max(0, left));
      if (left === -1) return refuse(request, reply, deny('request.rate_limited', null, { retryAfterSeconds: Math.max(1, keyRates.wait(live.key.id) / 1_000) }), brand, { kind: 'key', id: live.key.id });
      // RFC 6750 2.3: for integrations that can do no better. RFC 9745: since that page said so.
      if (place === 'query') reply.header('deprecation', '@1349049600');
    }
    request.brand = brand;
    request.apiKey = live.key;
    const { scope } = request.marks;
    request.opened = { live, place, scope };
    const noting = noteUse(brand, live, scope, request.client);
    return noting === undefined ? done() : goOn(noting, done);
  }

  function admit(request: FastifyRequest, reply: FastifyReply, first: boolean, done: () => void): void {
    const fail = (error: unknown): void => void reply.send(error);
    const { socket } = request.raw;
    const { scope } = request.marks;
    const last = lately.get(socket);
    if (last !== undefined && last.generation === apiKeys.generation(last.brand.id) && showsOnly(request, last.header)) {
      const again = judgeLive(last.brand, last.live, { place: 'header', client: request.client, scope });
      return void letIn(request, reply, again, 'header', last.live.kind, first, done)?.catch(fail);
    }
    const shown = shownBy(request);
    if (!shown.ok) return void refuse(request, reply, deny(shown.code, null, {})).catch(fail);
    const { text, place } = shown;
    const judged = judge({ text, place, client: request.client, scope });
    if (judged instanceof Promise) return void judged.then((found) => letIn(request, reply, found, place, kindOf(found) ?? brandOfToken(text)?.kind ?? 'key', first, done)).catch(fail);
    if (judged.ok && place === 'header') lately.set(socket, { header: request.headers.authorization as string, brand: judged.brand, live: judged.live, generation: apiKeys.generation(judged.brand.id) });
    letIn(request, reply, judged, place, kindOf(judged) ?? brandOfToken(text)?.kind ?? 'key', first, done)?.catch(fail);
  }

  return {
    judge: async (presented) => judge(presented),
    enter: (request, reply, done) => admit(request, reply, true, done),
    again: (request, reply, done) => admit(request, reply, false, done),
    async still(brand, { live: { hash: token, kind, key }, place, scope }, client) {
      const live = apiKeys.peek(token) ?? (await apiKeys.load(brand.id, kind, token));
      // Rotated away, or an access token that ended with its key.
      if (live === undefined) return deny('api.key_revoked', null, { key: key.id });
      const judged = judgeLive(brand, live, { place, scope, client });
      return judged.ok ? null : judged.denial;
    },
  };
}
