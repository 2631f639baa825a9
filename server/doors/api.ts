// The API door: a program is judged by the brand its token names and from where it calls, then by where the token stands, the key, its scope and its rate.
import { hash } from 'node:crypto';
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
import { shownBy } from '#server/token-place.ts';
import { openAgain } from '#server/journal-memo.ts';
import type { Parts } from '#server/parts.ts';
import { openRates } from '#server/rate.ts';

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

/** What the door found: whose key it is, or why not. `actor` is known once the key is. */
export type Judged = { readonly ok: true; readonly brand: Brand; readonly live: LiveKey } | { readonly ok: false; readonly denial: Denial; readonly brand: Brand | null; readonly actor: Entry['actor'] };

export interface ApiDoor {
  /** An onRequest hook: goes on with `done`, or answers. */
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
  /** A preHandler: list and key, as they are now that the body has come. */
  again(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
  /** The same order for the token endpoint. */
  judge(presented: Presented): Promise<Judged>;
}

export function apiDoor(parts: Parts): ApiDoor {
  const { brands, problems, store, apiKeys, journal, now, uptime, rate } = parts;
  const again = openAgain(journal);
  const rates = openRates(rate, uptime);
  /** All of a pause is there again after so many seconds. */
  const policyField = `"key";q=${rate.burst};w=${Math.max(1, Math.ceil(rate.burst / rate.perSecond))}`;

  function judgeBrand(brand: Brand, { client, place }: Presented, kind: TokenKind): Denial | null {
    const unconfirmedMs = uptime() - brand.confirmedAt;
    if (unconfirmedMs > UNCONFIRMED_MS) return deny('policy.unconfirmed', null, { unconfirmedMs: Math.round(unconfirmedMs) });
    const access = decideApiAccess(brand.policy, { address: client.address });
    if (!access.allowed) return access;
    const placed = decideTokenPlace(brand.policy, { place, kind });
    return placed.allowed ? null : placed;
  }

  function judgeKey(brand: Brand, { key, kind, revokedAt, expiresAt, own }: LiveKey, { client, scope }: Presented): Judged & { readonly ok: boolean } | null {
    const decision = decideKey({ key: key.id, kind, now: now(), revokedAt, expiresAt, own, address: client.address, scopes: key.scopes, scope });
    return decision.allowed ? null : { ok: false, denial: decision, brand, actor: { kind: 'key', id: key.id } };
  }

  /** From memory alone; undefined where something must be read first. */
  function judgeKnown(presented: Presented, brandId: BrandId, kind: TokenKind, key: string): Judged | undefined {
    const brand = brands.peek(brandId);
    const live = apiKeys.peek(key);
    if (brand === undefined || live === undefined) return undefined;
    const denial = judgeBrand(brand, presented, kind);
    if (denial !== null) return { ok: false, denial, brand, actor: NOBODY };
    return judgeKey(brand, live, presented) ?? { ok: true, brand, live };
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
    return judgeKey(brand, live, presented) ?? { ok: true, brand, live };
  }

  function judge(presented: Presented): Judged | Promise<Judged> {
    const named = brandOfToken(presented.text);
    if (named === undefined) return { ok: false, denial: INVALID, brand: null, actor: NOBODY };
    const key = hash('sha256', presented.text, 'base64url');
    return judgeKnown(presented, named.brandId, named.kind, key) ?? judgeUnknown(presented, named.brandId, named.kind, key);
  }

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
  function limited(reply: FastifyReply, keyId: string): void {
    const left = rates.left(keyId);
    reply.header('ratelimit-policy', policyField).header('ratelimit', `"key";r=${left};t=${Math.ceil((rate.burst - left) / rate.perSecond)}`);
  }

  /** What the policy said to this call, for the journal: of whose key, where that is known. */
  function noted(judged: Judged, { client }: FastifyRequest, place: TokenPlace, kind: TokenKind): void {
    const { brand } = judged;
    if (brand === null) return;
    const id = judged.ok ? judged.live.key.id : judged.actor.kind === 'key' ? judged.actor.id : null;
    const subject = id === null ? { kind: 'anonymous', id: null } as const : { kind: 'key', id } as const;
    const { policy } = brand;
    again(judged.ok ? judged.live : brand, [policy, client.text, place, kind, id], now(), () => {
      const access = decideApiAccess(policy, { address: client.address });
      const groups = [journal.note(brand.id, { question: 'api-access', channel: null, subject, facts: { address: client.address }, decision: access, version: policy.version })];
      if (access.allowed) groups.push(journal.note(brand.id, { question: 'token-place', channel: null, subject, facts: { place, kind }, decision: decideTokenPlace(policy, { place, kind }), version: policy.version }));
      return groups;
    });
  }

  async function letIn(request: FastifyRequest, reply: FastifyReply, judged: Judged, place: TokenPlace, kind: TokenKind, first: boolean, done: () => void): Promise<void> {
    if (first) noted(judged, request, place, kind);
    if (!judged.ok) return void (await refuse(request, reply, judged.denial, judged.brand, judged.actor));
    const { brand, live } = judged;
    if (first) {
      const taken = rates.take(live.key.id);
      limited(reply, live.key.id);
      if (!taken) return void (await refuse(request, reply, deny('request.rate_limited', null, { retryAfterSeconds: Math.max(1, rates.wait(live.key.id) / 1_000) }), brand, { kind: 'key', id: live.key.id }));
      // RFC 6750 2.3: for integrations that can do no better. RFC 9745: since that page said so.
      if (place === 'query') reply.header('deprecation', '@1349049600');
    }
    request.brand = brand;
    request.apiKey = live.key;
    // What it answers is for this caller alone.
    reply.header('cache-control', 'no-store');
    await noteUse(brand, live, request.routeOptions.config.scope, request.client);
    done();
  }

  function admit(request: FastifyRequest, reply: FastifyReply, first: boolean, done: () => void): void {
    const fail = (error: unknown): void => void reply.send(error);
    const shown = shownBy(request);
    if (!shown.ok) return void refuse(request, reply, deny(shown.code, null, {})).catch(fail);
    const kind = brandOfToken(shown.text)?.kind ?? 'key';
    const judged = judge({ text: shown.text, place: shown.place, client: request.client, scope: request.routeOptions.config.scope });
    if (judged instanceof Promise) return void judged.then((found) => letIn(request, reply, found, shown.place, kind, first, done)).catch(fail);
    letIn(request, reply, judged, shown.place, kind, first, done).catch(fail);
  }

  return {
    judge: async (presented) => judge(presented),
    enter: (request, reply, done) => admit(request, reply, true, done),
    again: (request, reply, done) => admit(request, reply, false, done),
  };
}
