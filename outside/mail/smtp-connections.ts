// Connections to the mail server: signed in once, used for many mails one after another, dropped at the first sign of trouble.
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpServer } from '#outside/mail/smtp-config.ts';

/** Servers close what is used for long, or refuse after a number of mails. */
const MOST_MAILS = 100;
/** Servers may close a silent connection after five minutes (RFC 5321 §4.5.3.2.7); ours are let go long before. */
const IDLE_MS = 5_000;
/** So many are kept; more are opened while more mails are under way. */
const MOST_KEPT = 20;

export interface Connections {
  /** A kept one, or a new one that has greeted and signed in. Rejects with nodemailer's error; `limit` ends the wait. */
  take(limit: AbortSignal): Promise<SMTPConnection>;
  /** It answered everything and may carry another mail. */
  keep(connection: SMTPConnection): void;
  /** Nothing is known of it any more. */
  drop(connection: SMTPConnection): void;
  close(): void;
}

export function openConnections(server: SmtpServer, limitMs: number): Connections {
  const kept: { readonly connection: SMTPConnection; readonly timer: NodeJS.Timeout }[] = [];
  const carried = new WeakMap<SMTPConnection, number>();
  let closed = false;

  function forget(connection: SMTPConnection): void {
    const at = kept.findIndex((one) => one.connection === connection);
    if (at !== -1) clearTimeout(kept.splice(at, 1)[0]?.timer);
  }

  function open(limit: AbortSignal): Promise<SMTPConnection> {
    const connection = new SMTPConnection({
      host: server.host, port: server.port, secure: server.tls === 'from the start', requireTLS: server.tls === 'starttls', ignoreTLS: server.tls === 'off', tls: { minVersion: 'TLSv1.2' },
      connectionTimeout: limitMs, greetingTimeout: limitMs, dnsTimeout: limitMs, socketTimeout: limitMs, socketCloseTimeout: 0, maxResponseSize: 65_536,
    });
    return new Promise((resolve, reject) => {
      const end = (): void => {
        reject(limit.reason as Error);
        connection.close();
      };
      const fail = (error: Error): void => {
        limit.removeEventListener('abort', end);
        // Closing says "end", which is no reason of its own.
        reject(error);
        connection.close();
      };
      const ready = (): void => {
        limit.removeEventListener('abort', end);
        resolve(connection);
      };
      limit.addEventListener('abort', end, { once: true });
      // Errors after this one, of a connection that is kept, only mean that it is gone.
      connection.on('error', (error: Error) => (forget(connection), fail(error)));
      connection.once('end', () => (forget(connection), fail(Object.assign(new Error('closed'), { code: 'ECONNECTION' }))));
      connection.connect((error) => {
        if (error) fail(error);
        else if (server.login === undefined) ready();
        else connection.login({ ...server.login }, (refused) => (refused ? fail(refused) : ready()));
      });
    });
  }

  return {
    async take(limit) {
      limit.throwIfAborted();
      const connection = kept.at(-1)?.connection ?? (await open(limit));
      forget(connection);
      return connection;
    },
    keep(connection) {
      const mails = (carried.get(connection) ?? 0) + 1;
      carried.set(connection, mails);
      if (closed || mails >= MOST_MAILS || kept.length >= MOST_KEPT) return connection.quit();
      const timer = setTimeout(() => (forget(connection), connection.quit()), IDLE_MS);
      timer.unref();
      kept.push({ connection, timer });
    },
    drop(connection) {
      forget(connection);
      connection.close();
    },
    close() {
      closed = true;
      for (const { connection, timer } of kept.splice(0)) {
        clearTimeout(timer);
        connection.close();
      }
    },
  };
}
