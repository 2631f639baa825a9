// The headers every answer carries, written in one go with the status line: a route cannot forget them.
import { ServerResponse, validateHeaderName, validateHeaderValue, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http';

/**
 * Strict CSP without inline script (CSP Level 3) and Trusted Types; no answer may be framed but the document of the chat and, where
 * frame.allowed_origins lists a site, those for frames; OWASP ASVS 5.0 3.4.
 */
const COMMON: readonly string[] = [
  'content-security-policy',
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options',
  'nosniff',
  'x-frame-options',
  'DENY',
  'referrer-policy',
  'no-referrer',
  'cross-origin-opener-policy',
  'same-origin',
  'cross-origin-resource-policy',
  'same-origin',
  // Nothing of anybody else's comes into our documents, whether their makers sent it or not (HTML, cross-origin isolation).
  'cross-origin-embedder-policy',
  'require-corp',
  'permissions-policy',
  'camera=(), microphone=(), geolocation=(), browsing-topics=()',
];

/** Two years, as ASVS 5.0 3.4.1 asks for at least one. Only where TLS is in front. */
const HSTS: readonly string[] = ['strict-transport-security', 'max-age=63072000; includeSubDomains'];

type Fields = OutgoingHttpHeaders | readonly (OutgoingHttpHeader | readonly OutgoingHttpHeader[])[] | undefined;

/** Where Node puts an answer's head together, for `writeHead`, `setHeader` and neither alike. Its types do not show it. */
interface HeadWriter {
  _storeHeader(this: ServerResponse, firstLine: string, fields: Fields): void;
}

function linesOf(headers: readonly string[]): string {
  let lines = '';
  for (let index = 0; index < headers.length; index += 2) {
    const [name, value] = headers.slice(index, index + 2) as [string, string];
    validateHeaderName(name);
    validateHeaderValue(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

function namesCacheControl(fields: Fields): boolean {
  if (fields === undefined || fields === null) return false;
  if (!Array.isArray(fields)) return Object.hasOwn(fields, 'cache-control');
  return fields.some((field: OutgoingHttpHeader | readonly OutgoingHttpHeader[]) => field === 'cache-control' || (Array.isArray(field) && field[0] === 'cache-control'));
}

/** The lines of an answer that says whether it may be kept, and of one that does not: then it may not. */
export interface HeaderProfile {
  readonly cached: string;
  readonly uncached: string;
}

/**
 * The lines with some of the common headers changed, or left out where null: for the few documents that must stand on other
 * people's pages. Make it once, and let each such answer wear it. A name that is not one of the common ones is a fault.
 */
export function headerProfile(secure: boolean, changes: Readonly<Record<string, string | null>> = {}): HeaderProfile {
  const all = secure ? [...COMMON, ...HSTS] : COMMON;
  for (const name of Object.keys(changes)) if (!all.includes(name)) throw new TypeError(`${name} is not a header that every answer carries.`);
  const kept: string[] = [];
  for (let index = 0; index < all.length; index += 2) {
    const [name, value] = all.slice(index, index + 2) as [string, string];
    const changed = Object.hasOwn(changes, name) ? changes[name] : value;
    if (changed !== null && changed !== undefined) kept.push(name, changed);
  }
  const cached = linesOf(kept);
  return Object.freeze({ cached, uncached: `${cached}cache-control: no-store\r\n` });
}

const FRAMED_BY_NOBODY = "frame-ancestors 'none'";

/**
 * The lines of a document that these origins, and nobody else, may present in a frame. X-Frame-Options knows no list: frame-ancestors stands in its place (CSP Level 3 §6.4.2).
 * A page that asks of all it embeds whether it may be embedded (COEP) is told yes; the document holds nobody's data.
 */
export function framedProfile(secure: boolean, origins: readonly string[]): HeaderProfile {
  const policy = COMMON[COMMON.indexOf('content-security-policy') + 1] as string;
  if (!policy.includes(FRAMED_BY_NOBODY)) throw new TypeError('The common policy of content must say who may frame.');
  if (origins.length === 0) return headerProfile(secure);
  return headerProfile(secure, { 'content-security-policy': policy.replace(FRAMED_BY_NOBODY, `frame-ancestors ${origins.join(' ')}`), 'x-frame-options': null, 'cross-origin-resource-policy': 'cross-origin' });
}

/** Stands on the prototype as null and nothing, so that an ordinary answer carries nothing for it. */
interface Wearing {
  profile: HeaderProfile | null;
  also: string;
}

/** This one answer goes out with other lines. Before its head is written. */
export function wearProfile(response: ServerResponse, profile: HeaderProfile): void {
  (response as ServerResponse & Wearing).profile = profile;
}

/** Lines of this one answer beside the others, each with its end: of values that its caller made and nobody gave. Before its head is written. */
export function tellAlso(response: ServerResponse, lines: string): void {
  (response as ServerResponse & Wearing).also = lines;
}

/**
 * The response class to build the server with. `secure` adds HSTS. The lines are checked once, here, and go out right behind the
 * status line: handed to `writeHead` they would be checked and joined anew for every answer, at twice the price.
 */
export function guardedResponse(secure: boolean): typeof ServerResponse {
  const { _storeHeader: store } = ServerResponse.prototype as unknown as HeadWriter;
  if (typeof store !== 'function') throw new Error('This Node writes the head of an answer in a way this program does not know, so security headers would be missing.');
  const { cached, uncached } = headerProfile(secure);
  class GuardedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    declare profile: HeaderProfile | null;
    declare also: string;
    _storeHeader(firstLine: string, fields: Fields): void {
      const { profile, also } = this;
      const keeps = namesCacheControl(fields);
      if (profile === null) store.call(this, firstLine + (keeps ? cached : uncached) + also, fields);
      else store.call(this, firstLine + (keeps ? profile.cached : profile.uncached) + also, fields);
    }
  }
  GuardedResponse.prototype.profile = null;
  GuardedResponse.prototype.also = '';
  return GuardedResponse as typeof ServerResponse;
}
