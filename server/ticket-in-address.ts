// A ticket in a query string would reach logs and the Referer of other sites: chat addresses refuse it before anything else looks at it.

const NAMES = new Set(['ticket', 'portcullis-ticket', 'token', 'access_token']);
/** Tickets and tokens of ours wherever they stand, and a signed JWT: three base64url parts, the first of which is a JSON object (RFC 7515 7.1). */
const SECRET = /tkt_|cht_|eyJ[\w-]*\.[\w-]+\.[\w-]+/;

/**
 * Does this address carry a ticket or token behind its question mark? `url`: path and query, as in the request line. Which addresses are
 * the chat's is told by the door of their route: a path has more than one spelling.
 */
export function ticketInAddress(door: string | undefined, url: string): boolean {
  const mark = url.indexOf('?');
  if (mark === -1 || door !== 'chat') return false;
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) if (NAMES.has(name.toLowerCase()) || SECRET.test(name) || SECRET.test(value)) return true;
  return false;
}
