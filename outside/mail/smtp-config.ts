// SMTP_URL, read with every fault: where the mail server is, who we are there, and that the way to it is encrypted.
import { isLoopback } from '#outside/loopback.ts';
import type { Opened } from '#outside/outcome.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `from the start` is implicit TLS (RFC 8314 §3.3), `starttls` insists on the upgrade (RFC 3207), `off` is plain text. */
  readonly tls: 'from the start' | 'starttls' | 'off';
  readonly login: { readonly user: string; readonly pass: string } | undefined;
}

/**
 * Reads `smtps://user:password@host:465` or `smtp://user:password@host:587`. Encryption is required but on loopback; `?tls=required` asks
 * for it there too, `?tls=off` gives it up elsewhere (not together with a password). A fault never quotes the address: it may hold a password.
 */
export function smtpServerFrom(text: string): Opened<SmtpServer> {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:\/\/[^/]/i.test(text) || url.hostname === '') {
    return { ok: false, faults: ['SMTP_URL must be an address such as smtps://user:password@mail.example.com:465, and it is not.'] };
  }
  const faults: string[] = [];
  const local = isLoopback(url.hostname);
  const implicit = url.protocol === 'smtps:';
  if ((url.pathname !== '' && url.pathname !== '/') || url.hash !== '') faults.push('SMTP_URL must have nothing after the port but ?tls=required or ?tls=off.');
  for (const name of new Set(url.searchParams.keys())) if (name !== 'tls') faults.push('SMTP_URL must have no parameter but tls, and it has another.');
  const asked = url.searchParams.get('tls') ?? (local ? 'off' : 'required');
  if (asked !== 'required' && asked !== 'off') faults.push('SMTP_URL: tls must be required or off, and it is neither.');
  if (implicit && url.searchParams.get('tls') === 'off') faults.push('SMTP_URL must not ask for smtps:// and tls=off at once.');
  const login = readLogin(url, faults);
  const tls = implicit ? 'from the start' : asked === 'off' ? 'off' : 'starttls';
  if (tls === 'off' && login !== undefined && !local) faults.push('SMTP_URL must not send a password with tls=off: anybody on the way could read it.');
  if (faults.length > 0) return { ok: false, faults };
  const port = url.port === '' ? (implicit ? 465 : 587) : Number(url.port);
  return { ok: true, adapter: Object.freeze({ host: url.hostname.replace(/^\[|\]$/g, ''), port, tls, login }) };
}

function readLogin(url: URL, faults: string[]): SmtpServer['login'] {
  if (url.username === '' && url.password === '') return undefined;
  try {
    const login = { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
    if (/\p{Cc}/u.test(login.user + login.pass)) faults.push('SMTP_URL must have no control characters in its user or password, and it has.');
    if (login.user === '') faults.push('SMTP_URL must have a user before its password, and it has none.');
    return Object.freeze(login);
  } catch {
    faults.push('SMTP_URL must have a percent sign in its user or password written as %25, and it has not.');
    return undefined;
  }
}
