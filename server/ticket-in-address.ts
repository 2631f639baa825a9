// A ticket in a query string would reach logs and the Referer of other sites: chat addresses refuse it before anything else looks at it.

const CHAT = /^\/(?:chat\/|chat\.js|api\/v1\/chat\/)/;
const NAMES = new Set(['ticket', 'portcullis-ticket', 'token', 'access_token']);

/** Does a chat address carry a ticket or token behind its question mark? `url`: path and query, as in the request line. */
export function ticketInAddress(url: string): boolean {
  const mark = url.indexOf('?');
  if (mark === -1 || !CHAT.test(url)) return false;
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) if (NAMES.has(name.toLowerCase()) || value.startsWith('tkt_') || value.startsWith('cht_')) return true;
  return false;
}
