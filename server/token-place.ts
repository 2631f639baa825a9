// Where the token of a request stands, and that it stands nowhere afterwards: an address that carries one is rewritten before anything could log it.
import type { FastifyRequest } from 'fastify';
import type { TokenPlace } from '#policy/decide/api-access.ts';

export type Shown = { readonly ok: true; readonly place: TokenPlace; readonly text: string } | { readonly ok: false; readonly code: 'api.key_missing' | 'api.token_twice' | 'request.two_credentials' };

/** RFC 9110 11.1: the scheme in any case, one token68. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const PARAMETER = 'access_token';
/** What the address carried, once it was taken out of it. */
const taken = new WeakMap<object, string | readonly string[]>();

const isToken = (pair: string): boolean => new URLSearchParams(pair).has(PARAMETER);

/** Takes `access_token` out of query and address, where it stands there. Gives what stood there. */
export function takeQueryToken(request: FastifyRequest): string | readonly string[] | undefined {
  const query = request.query as Record<string, unknown>;
  if (!Object.hasOwn(query, PARAMETER)) return taken.get(request.raw);
  const value = query[PARAMETER] as string | readonly string[];
  delete query[PARAMETER];
  const url = request.raw.url ?? '';
  const mark = url.indexOf('?');
  const rest = url.slice(mark + 1).split('&').filter((pair) => !isToken(pair)).join('&');
  request.raw.url = rest === '' ? url.slice(0, mark) : `${url.slice(0, mark)}?${rest}`;
  taken.set(request.raw, value);
  return value;
}

/** Node keeps the first of several and says nothing. */
function sentTwice(rawHeaders: readonly string[]): boolean {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.length === 13 && rawHeaders[at]?.toLowerCase() === 'authorization') seen += 1;
  return seen > 1;
}

/**
 * Does this request come as a program's? It shows a token; or it shows nothing at all and is no browser's (which says Sec-Fetch-Site, also
 * where it has no cookie yet), and is then told where a token belongs.
 */
export function showsToken(request: FastifyRequest): boolean {
  const { headers } = request;
  if (headers.authorization !== undefined || takeQueryToken(request) !== undefined) return true;
  return headers.cookie === undefined && headers['sec-fetch-site'] === undefined && request.marks.scope !== undefined;
}

/** Does this request show this header, and nothing beside it? Then it is what was read of it before. */
export function showsOnly(request: FastifyRequest, header: string): boolean {
  const { authorization, cookie } = request.headers;
  return authorization === header && cookie === undefined && takeQueryToken(request) === undefined && !sentTwice(request.raw.rawHeaders);
}

/** RFC 6750 2: one token, in one place; a cookie beside it is a second credential. */
export function shownBy(request: FastifyRequest): Shown {
  const { authorization, cookie } = request.headers;
  const inQuery = takeQueryToken(request);
  if (cookie !== undefined && (authorization !== undefined || inQuery !== undefined)) return { ok: false, code: 'request.two_credentials' };
  if ((authorization !== undefined && inQuery !== undefined) || Array.isArray(inQuery) || (authorization !== undefined && sentTwice(request.raw.rawHeaders))) return { ok: false, code: 'api.token_twice' };
  if (typeof inQuery === 'string') return { ok: true, place: 'query', text: inQuery };
  const text = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  return text === undefined ? { ok: false, code: 'api.key_missing' } : { ok: true, place: 'header', text };
}
