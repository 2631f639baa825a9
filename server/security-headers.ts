// The headers every answer carries, written in one go with the status line: a route cannot forget them.
import { ServerResponse, validateHeaderName, validateHeaderValue, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http';

/**
 * Strict CSP without inline script (CSP Level 3) and Trusted Types; no answer may be framed
 * (frame.allowed_origins is not built yet, so 'none' holds everywhere); OWASP ASVS 5.0 3.4.
 */
const COMMON: readonly string[] = [
  'content-security-policy',
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
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

/** The same as lines of a head, for an answer that is written by hand. */
export const commonLines = linesOf(COMMON);

function namesCacheControl(fields: Fields): boolean {
  if (fields === undefined || fields === null) return false;
  if (!Array.isArray(fields)) return Object.hasOwn(fields, 'cache-control');
  return fields.some((field: OutgoingHttpHeader | readonly OutgoingHttpHeader[]) => field === 'cache-control' || (Array.isArray(field) && field[0] === 'cache-control'));
}

/**
 * The response class to build the server with. `secure` adds HSTS. The lines are checked once, here, and go out right behind the
 * status line: handed to `writeHead` they would be checked and joined anew for every answer, at twice the price.
 */
export function guardedResponse(secure: boolean): typeof ServerResponse {
  const { _storeHeader: store } = ServerResponse.prototype as unknown as HeadWriter;
  if (typeof store !== 'function') throw new Error('This Node writes the head of an answer in a way this program does not know, so security headers would be missing.');
  const cached = linesOf(secure ? [...COMMON, ...HSTS] : COMMON);
  const uncached = `${cached}cache-control: no-store\r\n`;
  return class GuardedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    _storeHeader(firstLine: string, fields: Fields): void {
      store.call(this, firstLine + (namesCacheControl(fields) ? cached : uncached), fields);
    }
  } as typeof ServerResponse;
}
