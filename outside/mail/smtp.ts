// Mail by SMTP: encrypted, over connections that are kept, given up on after thirty seconds, every refusal with what to do about it.
import { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Dkim } from '#outside/mail/dkim.ts';
import type { Mail, Mailbox, MailMessage, MailOutcome } from '#outside/mail/mail.ts';
import { composer, messageFault } from '#outside/mail/message.ts';
import { openConnections } from '#outside/mail/smtp-connections.ts';
import type { SmtpServer } from '#outside/mail/smtp-config.ts';
import { noneSent, refusedOf, slow, type SmtpError } from '#outside/mail/smtp-failure.ts';
import { failed, sent } from '#outside/outcome.ts';

/** A delivery takes no longer than this (ms), and a second more for each MB. */
export const SMTP_LIMIT_MS = 30_000;

export interface SmtpParts {
  readonly server: SmtpServer;
  readonly sender: Mailbox;
  readonly dkim?: Dkim | undefined;
  /** Shorter in tests only. */
  readonly limitMs?: number;
}

/** What went wrong on our own side, before the last byte left. */
class NotHanded extends Error {}

function deliver(connection: SMTPConnection, message: MailMessage, from: string, bytes: Buffer, limit: AbortSignal): Promise<readonly SmtpError[] | undefined> {
  return new Promise((resolve, reject) => {
    // Everything but the last dot goes first; then whoever sends is asked, and only after that the server can have the mail.
    const body = Readable.from((async function* () {
      yield bytes;
      await message.handing?.().catch((cause: unknown) => {
        throw new NotHanded('not handed over', { cause });
      });
    })());
    const stop = (): void => reject(limit.reason as Error);
    limit.addEventListener('abort', stop, { once: true });
    const settle = (done: () => void): void => {
      limit.removeEventListener('abort', stop);
      done();
    };
    // The empty sender (RFC 5321 §4.5.5): nothing answers such a mail, and it never bounces.
    connection.send({ from: from === '' ? false : from, to: [...message.recipients], size: bytes.length }, body, (error, info) => settle(() => (error ? reject(error) : resolve(info?.rejectedErrors as SmtpError[] | undefined))));
    body.once('error', (error) => settle(() => reject(error)));
  });
}

/** Whether the connection is of use after this error: the server answered no, and waits for the next mail. */
const stillGood = (error: SmtpError): boolean => (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') && error.responseCode !== undefined && error.responseCode !== 421;

const resetted = (connection: SMTPConnection): Promise<boolean> => new Promise((resolve) => connection.reset((error) => resolve(!error)));

export function smtpMail({ server, sender, dkim, limitMs = SMTP_LIMIT_MS }: SmtpParts): Mail {
  const compose = composer(sender, dkim);
  const connections = openConnections(server, limitMs);

  async function attempt(message: MailMessage, bytes: Buffer, limit: AbortSignal): Promise<MailOutcome> {
    const connection = await connections.take(limit);
    try {
      const refused = refusedOf(await deliver(connection, message, message.returnPath ?? (message.from ?? sender).address, bytes, limit), limitMs);
      connections.keep(connection);
      return refused.length === 0 ? sent(message.messageId) : Object.freeze({ ...sent(message.messageId), refused });
    } catch (error) {
      if (stillGood(error as SmtpError)) void resetted(connection).then((good) => (good ? connections.keep(connection) : connections.drop(connection)));
      else connections.drop(connection);
      throw error;
    }
  }

  return Object.freeze<Mail>({
    kind: 'smtp',
    description: `Sent by ${server.host}, port ${server.port}${server.tls === 'off' ? ', not encrypted' : ', encrypted'}${dkim === undefined ? '' : `, signed for ${dkim.domain}`}.`,
    sender,
    close: () => connections.close(),
    async send(message) {
      message.signal?.throwIfAborted();
      const fault = messageFault(message);
      if (fault !== undefined) return failed('bad_message', fault);
      const bytes = await compose(message);
      const most = limitMs + Math.ceil(bytes.length / 1_048_576) * 1_000 - 1_000;
      const limit = AbortSignal.timeout(most);
      const signal = message.signal === undefined ? limit : AbortSignal.any([message.signal, limit]);
      try {
        return await attempt(message, bytes, signal);
      } catch (error) {
        message.signal?.throwIfAborted();
        if (error instanceof NotHanded) throw error.cause;
        return limit.aborted ? slow(most) : noneSent(error as SmtpError, most);
      }
    },
  });
}
