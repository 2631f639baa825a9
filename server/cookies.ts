// The cookies of the workspace, read and written in one place (RFC 6265bis, `__Host-` prefix).

/** The session; `__Host-` forces Secure, Path=/ and no Domain, so that no other host can set or read it. */
export const SESSION_COOKIE = '__Host-session';
/** Between a right password and its code: opens nothing but the code step. */
export const SIGN_IN_COOKIE = '__Host-signin';

/** Names a browser that somebody has signed in with before; signs nobody in. */
export const DEVICE_COOKIE = '__Host-device';

/** A session that stands in a frame of another site: kept apart by the site around it (CHIPS), and never taken for the ordinary one. */
export const FRAME_COOKIE = '__Host-frame';
/** A page in a frame says with each request that it means its own session: beside a site of the same domain the ordinary cookie comes along too. */
export const FRAME_HEADER = 'portcullis-frame';

/** The value of a cookie in a Cookie header, or undefined. The same name twice is refused: parsers disagree on which counts. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  const start = findCookie(header, name, 0);
  if (start === -1) return undefined;
  if (findCookie(header, name, start) !== -1) return undefined;
  const end = header.indexOf(';', start);
  return end === -1 ? header.slice(start) : header.slice(start, end);
}

/** Where the value of `name` begins at or after `from`, or -1. */
function findCookie(header: string, name: string, from: number): number {
  let at = header.indexOf(name, from);
  while (at !== -1) {
    const before = at === 0 ? ';' : header.charAt(at - 1);
    const after = at + name.length;
    if ((before === ';' || before === ' ') && header.charAt(after) === '=') return after + 1;
    at = header.indexOf(name, after);
  }
  return -1;
}

export function setCookie(name: string, value: string): string {
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

/** The cookie of a framed session; an empty `value` takes it away. */
export function setFrameCookie(value: string): string {
  return `${FRAME_COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned${value === '' ? '; Max-Age=0' : ''}`;
}

/** A cookie that outlives the browser; `seconds` at most 400 days, which browsers do not exceed (RFC 6265bis §5.5). */
export function setLastingCookie(name: string, value: string, seconds: number): string {
  return `${setCookie(name, value)}; Max-Age=${seconds}`;
}

export function clearCookie(name: string): string {
  return `${name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`;
}
