// The API door: a program is judged by the brand its key names and from where it calls, then by the key itself, its scope and its rate.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideApiAccess } from '#policy/decide/api-access.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { type ApiKey, apiKeyOf, brandOfApiKey } from '#identity/api-keys.ts';
import type { ApiScope } from '#identity/api-scopes.ts';
import { tokenHash } from '#identity/tokens.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import type { Entry } from '#store/store.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import type { Parts } from '#server/parts.ts';
import { openRates } from '#server/rate.ts';

const MISSING = deny('api.key_missing', null, {});
const INVALID = deny('api.key_invalid', null, {});
const TWO_CREDENTIALS = deny('request.two_credentials', null, {});
const RATE_LIMITED = deny('request.rate_limited', null, { retryAfterSeconds: 1 });
const NOBODY: Entry['actor'] = Object.freeze({ kind: 'anonymous', id: null });
/** How often the last use of a key is written down at most. */
const NOTE_USE_MS = 60_000;
/** RFC 9110 §11.1: the scheme in any case, one token68. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** What the door found: whose key it is, or why not. `actor` is known once the key is. */
type Judged = { readonly ok: true; readonly brand: Brand; readonly key: ApiKey } | { readonly ok: false; readonly denial: Denial; readonly brand: Brand | null; readonly actor: Entry['actor'] };

export interface ApiDoor {
  /** An onRequest hook: goes on with `done`, or answers. */
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
  /** A preHandler: list and key, as they are now that the body has come. */
  again(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
}

/**
 * Does this request come as a program's? It shows a token; or it shows nothing at all and is no browser's (which says Sec-Fetch-Site, also
 * where it has no cookie yet), and is then told where a token belongs.
 */
export function showsToken(request: FastifyRequest): boolean {
  const { headers, query } = request;
  if (headers.authorization !== undefined || 'access_token' in (query as object)) return true;
  return headers.cookie === undefined && headers['sec-fetch-site'] === undefined && request.routeOptions.config.scope !== undefined;
}

export function apiDoor(parts: Parts): ApiDoor {
  const { brands, problems, store, now, uptime, rate } = parts;
  const rates = openRates(rate, uptime);

  /**
   * The order of SETTINGS.md, `api.allowlist`: the brand, from the key's text alone; its list; then the key. So a refused address learns
   * nothing about the key. An unknown brand costs the same look-up, and ends as a wrong key does. (Issue 7 finishes this door: how a token
   * may arrive, lists of single keys, exchange. Until then the setting stays on policy/not-enforced.ts.)
   */
  async function judge(text: string, client: Client, scope: ApiScope | undefined): Promise<Judged> {
    const brandId = brandOfApiKey(text);
    if (brandId === undefined) return { ok: false, denial: INVALID, brand: null, actor: NOBODY };
    const brand = await brands.byId(brandId);
    const no = (denial: Denial, actor = NOBODY): Judged => ({ ok: false, denial, brand, actor });
    if (brand !== null) {
      const unconfirmedMs = uptime() - brand.confirmedAt;
      if (unconfirmedMs > UNCONFIRMED_MS) return no(deny('policy.unconfirmed', null, { unconfirmedMs: Math.round(unconfirmedMs) }));
      const access = decideApiAccess(brand.policy, { address: client.address });
      if (!access.allowed) return no(access);
    }
    const rows = store.brand(brandId);
    const row = await apiKeyRows.byHash(rows, tokenHash(text));
    if (row === undefined || brand === null) return no(INVALID);
    const key = apiKeyOf(row);
    const actor = { kind: 'key', id: key.id } as const;
    const at = now();
    if (row.revoked_at !== null) return no(deny('api.key_revoked', null, { key: key.id }), actor);
    if (row.expires_at !== null && !(at < row.expires_at)) return no(deny('api.key_expired', null, { key: key.id }), actor);
    if (scope === undefined) return no(deny('api.not_for_keys', null, { key: key.id }), actor);
    if (!key.scopes.includes(scope)) return no(deny('api.scope_missing', null, { key: key.id, scope }), actor);
    if (row.last_used_at === null || at - row.last_used_at >= NOTE_USE_MS) await rows.note([apiKeyRows.noteUse(rows, key.id, at, client.text)]);
    return { ok: true, brand, key };
  }

  async function refuse(request: FastifyRequest, reply: FastifyReply, denial: Denial, brand: Brand | null, actor: Entry['actor']): Promise<void> {
    await problems.refuse(request, reply, denial, { door: 'api', brand, actor });
  }

  async function admit(request: FastifyRequest, reply: FastifyReply, first: boolean, done: () => void): Promise<void> {
    const { authorization, cookie } = request.headers;
    if (authorization === undefined) return refuse(request, reply, MISSING, null, NOBODY);
    if (cookie !== undefined) return refuse(request, reply, TWO_CREDENTIALS, null, NOBODY);
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return refuse(request, reply, MISSING, null, NOBODY);
    const judged = await judge(token, request.client, request.routeOptions.config.scope);
    if (!judged.ok) return refuse(request, reply, judged.denial, judged.brand, judged.actor);
    if (first && !rates.take(judged.key.id)) return refuse(request, reply, RATE_LIMITED, judged.brand, { kind: 'key', id: judged.key.id });
    request.brand = judged.brand;
    request.apiKey = judged.key;
    // What it answers is for this caller alone.
    reply.header('cache-control', 'no-store');
    done();
  }

  return {
    enter(request, reply, done) {
      admit(request, reply, true, done).catch((error: unknown) => reply.send(error));
    },
    again(request, reply, done) {
      admit(request, reply, false, done).catch((error: unknown) => reply.send(error));
    },
  };
}
