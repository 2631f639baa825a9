// Tells whether a request that may change something comes from our own pages (CSRF; OWASP ASVS 5.0 3.5).
import type { IncomingHttpHeaders } from 'node:http';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Fetch Metadata where the browser sends it, else Origin; neither means no. Reading is refused only when a browser
 * says that another site asks (the answer would be unreadable there, but it need not be computed).
 */
export function fromOwnPages(method: string, headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (SAFE.has(method)) return site === undefined || site === 'same-origin' || site === 'none';
  if (site !== undefined && site !== 'same-origin') return false;
  if (headers.origin !== undefined) return headers.origin === origin;
  return site === 'same-origin';
}
