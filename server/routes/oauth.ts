// The token endpoint of the mode "exchange": a key buys an access token (OAuth 2.0 client credentials, RFC 6749 4.4).
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, denials, deny, sentenceOf } from '#policy/decision.ts';
import { newAccessToken } from '#identity/api-keys.ts';
import { API_SCOPES, type ApiScope } from '#identity/api-scopes.ts';
import { sameText } from '#identity/same-text.ts';
import { newId, tokenHash } from '#identity/tokens.ts';
import * as accessTokenRows from '#store/access-tokens.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import { Conflict, type Entry } from '#store/store.ts';
import type { App } from '#server/app.ts';
import type { ApiDoor } from '#server/doors/api.ts';
import type { Parts } from '#server/parts.ts';
import { openRates } from '#server/rate.ts';

/** SETTINGS.md: of at most one hour. */
const ACCESS_TOKEN_MS = 3_600_000;
const FORM_BYTES = 8 * 1024;
const NOBODY: Entry['actor'] = { kind: 'anonymous', id: null };
const BASIC = /^basic +([A-Za-z0-9+/]+=*)$/i;

interface Client { readonly id: string | undefined; readonly secret: string; readonly basic: boolean }

/** RFC 6749 2.3.1: both halves are form-encoded before they are joined. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** The client's id and secret, by client_secret_basic or client_secret_post; a code where there is none, or both. */
function clientOf(authorization: string | undefined, form: URLSearchParams): Client | 'api.key_missing' | 'api.token_twice' {
  const posted = form.get('client_secret');
  // RFC 6749 3.2: no parameter twice; which of two counts is nobody's guess.
  if (form.getAll('client_secret').length > 1 || form.getAll('client_id').length > 1) return 'api.token_twice';
  if (authorization === undefined) return posted === null ? 'api.key_missing' : { id: form.get('client_id') ?? undefined, secret: posted, basic: false };
  if (posted !== null) return 'api.token_twice';
  const pair = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const [id, secret] = colon === -1 ? [undefined, undefined] : [decoded(pair.slice(0, colon)), decoded(pair.slice(colon + 1))];
  return id === undefined || secret === undefined ? 'api.key_missing' : { id, secret, basic: true };
}

/** RFC 6749 5.2, by the code of ours. */
function oauthError(code: string, status: number): string {
  if (code === 'api.exchange_off') return 'unauthorized_client';
  if (code === 'api.token_twice' || code.startsWith('oauth.')) return code === 'oauth.grant_type' ? 'unsupported_grant_type' : code === 'oauth.scope' ? 'invalid_scope' : 'invalid_request';
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  if (status === 400) return 'invalid_request';
  return status === 403 ? 'unauthorized_client' : 'invalid_client';
}

export function oauthRoutes(app: App, parts: Parts, { api }: { readonly api: ApiDoor }): void {
  const { brands, problems, store, now, uptime } = parts;
  /** A token lasts an hour: whoever buys one a second has not kept it. */
  const rates = openRates({ perSecond: 1, burst: 60 }, uptime);

  /** A problem with the members of RFC 6749 5.2 beside ours. Libraries ask for application/json by name, and get it. */
  async function refuse(request: FastifyRequest, reply: FastifyReply, denial: Denial, judged: { brand: Parameters<typeof problems.refuse>[3]['brand']; actor: Entry['actor'] } = { brand: null, actor: NOBODY }): Promise<FastifyReply> {
    const { status } = denials[denial.code];
    return problems.refuse(request, reply, denial, {
      door: 'api', ...judged, ...(status === 401 && request.headers.authorization !== undefined ? { challenge: 'Basic realm="portcullis"' } : {}), told: { error: oauthError(denial.code, status), error_description: sentenceOf(denial) },
      ...(/\bapplication\/json\b/.test(request.headers.accept ?? '') ? { plainJson: true } : {}),
    });
  }

  void app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: FORM_BYTES }, (_request, body, done) => done(null, body));
    scope.post('/api/v1/oauth/token', { config: { door: 'exchange' }, bodyLimit: FORM_BYTES, schema: { body: Type.Unsafe<string>({}) } }, async (request, reply) => {
      reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
      const { headers, client, body } = request;
      if (headers.cookie !== undefined) return refuse(request, reply, deny('request.two_credentials', null, {}));
      if (typeof body !== 'string') return refuse(request, reply, deny('oauth.form', null, {}));
      const form = new URLSearchParams(body);
      const shown = clientOf(headers.authorization, form);
      if (typeof shown === 'string') return refuse(request, reply, deny(shown, null, {}));
      const judged = await api.judge({ text: shown.secret, place: 'exchange', client, scope: null });
      if (!judged.ok) return refuse(request, reply, judged.denial, judged);
      const { brand, live } = judged;
      const who = { brand, actor: { kind: 'key', id: live.key.id } as const };
      if (shown.id !== undefined && !sameText(shown.id, live.key.id)) return refuse(request, reply, deny('api.key_invalid', null, {}), { brand, actor: NOBODY });
      if (form.get('grant_type') !== 'client_credentials' || form.getAll('grant_type').length > 1) return refuse(request, reply, deny('oauth.grant_type', null, {}), who);
      // RFC 6749 3.2: no parameter twice. 3.3: a token may do less than its key; nothing asked for is everything.
      if (form.getAll('scope').length > 1) return refuse(request, reply, deny('oauth.form', null, {}), who);
      const wanted = (form.get('scope') ?? '').split(' ').filter((one) => one !== '');
      if (wanted.some((one) => !live.key.scopes.includes(one as ApiScope))) return refuse(request, reply, deny('oauth.scope', null, { scopes: wanted.filter((one) => Object.hasOwn(API_SCOPES, one)) }), who);
      const granted = wanted.length === 0 ? live.key.scopes : live.key.scopes.filter((one) => wanted.includes(one));
      if (!rates.take(live.key.id)) return refuse(request, reply, deny('request.rate_limited', null, { retryAfterSeconds: 1 }), who);

      const rows = store.brand(brand.id);
      const at = now();
      const made = newAccessToken(brand.id);
      const expiresAt = Math.min(at + ACCESS_TOKEN_MS, live.expiresAt ?? Infinity);
      const entry: Entry = { id: newId('evt'), at, actor: who.actor, event: 'access_token.bought', entity: { kind: 'api_key', id: live.key.id }, facts: { name: live.key.name, ...(wanted.length === 0 ? {} : { scopes: granted }), expiresAt, address: client.text } };
      const statements = [
        apiKeyRows.stillOpens(rows, live.key.id, tokenHash(shown.secret), at), accessTokenRows.insert(rows, { token_hash: made.hash, key_id: live.key.id, created_at: at, expires_at: expiresAt, scopes: wanted.length === 0 ? null : JSON.stringify(granted) }),
        apiKeyRows.noteUse(rows, live.key.id, { at, from: client.text, scopes: [...live.used], replaced: live.replaced }),
      ];
      try {
        await brands.commit([rows.part({ statements, entries: [entry] })]);
      } catch (error) {
        if (!(error instanceof Conflict) || error.code !== 'api.key_revoked') throw error;
        return refuse(request, reply, deny('api.key_revoked', null, { key: live.key.id }), who);
      }
      return reply.send({ access_token: made.text, token_type: 'Bearer', expires_in: Math.max(1, Math.floor((expiresAt - at) / 1_000)), scope: granted.join(' ') });
    });
  });
}
