// A mailbox that mail is fetched from (IMAP, RFC 9051): opened, read from where it was left, and its mails marked or moved once they are kept.
import type { ImapFlow } from 'imapflow';

export interface MailboxAccess {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user: string;
  readonly password: string;
  readonly folder: string;
  readonly after: 'seen' | 'move' | 'nothing';
  readonly moveTo: string;
}

export interface Fetched {
  readonly uid: number;
  readonly raw: Uint8Array;
}

export interface Place {
  readonly validity: number;
  /** The last one that was kept. */
  readonly uid: number;
}

export interface ReadFrom {
  /** Null: never read; then from the first mail that is not seen. */
  readonly from: Place | null;
  readonly maxBytes: number;
  /** Resolves once these are durable, and how far it went with them. */
  readonly keep: (mails: readonly Fetched[], reached: Place) => Promise<void>;
  /** One that is larger than what is taken. */
  readonly tooLarge: (uid: number, bytes: number) => void;
  readonly signal?: AbortSignal;
}

export type Tried = { readonly ok: true; readonly sentence: string } | { readonly ok: false; readonly code: 'unreachable' | 'certificate' | 'password' | 'folder' | 'refused'; readonly sentence: string };

const LIMIT_MS = 20_000;
const AT_ONCE = 10;

async function clientFor({ host, port, security, user, password }: MailboxAccess, maxBytes: number): Promise<ImapFlow> {
  // Read when the first mailbox is.
  const imap = await import('imapflow');
  const client = new imap.ImapFlow({
    host, port, secure: security === 'tls', ...(security === 'starttls' ? { doSTARTTLS: true } : security === 'none' ? { doSTARTTLS: false } : {}),
    auth: { user, pass: password }, logger: false, tls: { minVersion: 'TLSv1.2' }, connectionTimeout: LIMIT_MS, greetingTimeout: LIMIT_MS, socketTimeout: 60_000, disableAutoIdle: true, maxLiteralSize: maxBytes + 65_536,
  });
  // What fails is told by what was asked of it.
  client.on('error', () => undefined);
  return client;
}

interface ImapError { readonly code?: string; readonly authenticationFailed?: boolean; readonly mailboxMissing?: boolean; readonly responseStatus?: string }

/** What went wrong, in words; never what the server said, which may quote what it was sent. */
export function explained(error: unknown, { host, port, folder }: Pick<MailboxAccess, 'host' | 'port' | 'folder'>): Extract<Tried, { ok: false }> {
  const { code = '', authenticationFailed, mailboxMissing, responseStatus } = error as ImapError;
  if (authenticationFailed === true) return { ok: false, code: 'password', sentence: 'The server refused the user or the password. Some providers want a password made for programs, and IMAP switched on.' };
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME/.test(code)) return { ok: false, code: 'certificate', sentence: `The certificate of ${host} cannot be trusted (${code}): check the name of the server.` };
  if (mailboxMissing === true || (responseStatus === 'NO' && code === 'folder')) return { ok: false, code: 'folder', sentence: `There is no folder “${folder}” in this mailbox. INBOX is the usual one.` };
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) return { ok: false, code: 'unreachable', sentence: `There is no server called ${host}: check its name.` };
  if (code === 'ECONNREFUSED') return { ok: false, code: 'unreachable', sentence: `${host} does not answer on port ${port}: check the port; 993 is usual with TLS, 143 with STARTTLS.` };
  if (/TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ETIMEOUT|CONNECT_TIMEOUT|GREETING_TIMEOUT/i.test(code)) return { ok: false, code: 'unreachable', sentence: `${host} did not answer on port ${port} within ${LIMIT_MS / 1_000} seconds: check the port, the kind of encryption, and whether a firewall is between.` };
  if (/SSL|TLS|EPROTO|WRONG_VERSION/.test(code)) return { ok: false, code: 'unreachable', sentence: `${host} does not speak this kind of encryption on port ${port}: 993 is usual with TLS, 143 with STARTTLS.` };
  return { ok: false, code: 'refused', sentence: `The mailbox could not be read${/^[A-Za-z_]{1,40}$/.test(code) ? ` (${code})` : ''}. It is tried again.` };
}

async function withFolder<T>(access: MailboxAccess, maxBytes: number, work: (client: ImapFlow) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const client = await clientFor(access, maxBytes);
  const cut = (): void => client.close();
  signal?.addEventListener('abort', cut, { once: true });
  try {
    await client.connect();
    const lock = await client.getMailboxLock(access.folder).catch((error: unknown) => {
      throw Object.assign(error as object, { mailboxMissing: true });
    });
    try {
      return await work(client);
    } finally {
      lock.release();
    }
  } finally {
    signal?.removeEventListener('abort', cut);
    await Promise.race([client.logout(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]).catch(() => undefined);
    client.close();
  }
}

/** Opens it once. */
export async function tryMailbox(access: MailboxAccess): Promise<Tried> {
  try {
    return await withFolder(access, 1_048_576, async (client) => {
      const many = client.mailbox === false ? 0 : client.mailbox.exists;
      return { ok: true, sentence: `It opens: there ${many === 1 ? 'is 1 mail' : `are ${many} mails`} in ${access.folder}.` } as const;
    });
  } catch (error) {
    return explained(error, access);
  }
}

/** Reads what is new, in the order it came. A crash between keeping and marking is no harm: what was kept is known. */
export async function readMailbox(access: MailboxAccess, { from, maxBytes, keep, tooLarge, signal }: ReadFrom): Promise<void> {
  await withFolder(access, maxBytes, async (client) => {
    if (client.mailbox === false) return;
    const validity = Number(client.mailbox.uidValidity);
    // Another validity: the numbers mean other mails (RFC 9051 §2.3.1.1).
    const last = from !== null && from.validity === validity ? from.uid : null;
    const found = await client.search(last === null ? { seen: false } : { uid: `${last + 1}:*` }, { uid: true });
    const uids = (found === false || found === undefined ? [] : found).filter((uid) => last === null || uid > last).sort((a, b) => a - b);
    for (let at = 0; at < uids.length && signal?.aborted !== true; at += AT_ONCE) {
      const some = uids.slice(at, at + AT_ONCE);
      const kept: Fetched[] = [];
      for (const uid of some) {
        const size = await client.fetchOne(String(uid), { size: true }, { uid: true });
        if (size === false) continue;
        if ((size.size ?? 0) > maxBytes) {
          tooLarge(uid, size.size ?? 0);
          continue;
        }
        const one = await client.fetchOne(String(uid), { source: true }, { uid: true });
        if (one !== false && one.source !== undefined) kept.push({ uid, raw: one.source });
      }
      await keep(kept, { validity, uid: some.at(-1) as number });
      const done = kept.map(({ uid }) => uid).join(',');
      if (done === '' || access.after === 'nothing') continue;
      if (access.after === 'seen') await client.messageFlagsAdd(done, ['\\Seen'], { uid: true });
      else await client.messageMove(done, access.moveTo, { uid: true });
    }
    // Never read before and nothing new in it: from now on by number.
    if (uids.length === 0 && last === null) await keep([], { validity, uid: Math.max(0, client.mailbox.uidNext - 1) });
  }, signal);
}
