// Mail by SMTP: one connection a mail, encrypted, given up on after thirty seconds, every refusal with what to do about it.
import { createTransport } from 'nodemailer';
import type { Mail } from '#outside/mail/mail.ts';
import { composed, messageFault, type Sender } from '#outside/mail/message.ts';
import type { SmtpServer } from '#outside/mail/smtp-config.ts';
import { failed, type Failed, sent } from '#outside/outcome.ts';

/** A whole delivery takes no longer than this (ms). */
export const SMTP_LIMIT_MS = 30_000;

/** The fields of nodemailer's errors that are looked at; their texts are not, because servers quote what they were sent. */
interface SmtpError {
  readonly code?: string;
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly permanent?: boolean;
}

/** @param limitMs shorter in tests only */
export function smtpMail({ server, from, now, limitMs = SMTP_LIMIT_MS }: { server: SmtpServer; from: Sender; now: () => number; limitMs?: number }): Mail {
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'from the start',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'off',
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: limitMs,
    greetingTimeout: limitMs,
    dnsTimeout: limitMs,
    socketTimeout: limitMs,
    socketCloseTimeout: 0,
    maxResponseSize: 65_536,
    ...(server.login === undefined ? {} : { auth: { ...server.login } }),
  });
  return Object.freeze<Mail>({
    kind: 'smtp',
    description: `Sent by ${server.host}, port ${server.port}${server.tls === 'off' ? ', not encrypted' : ', encrypted'}.`,
    async send(message) {
      message.signal?.throwIfAborted();
      const fault = messageFault(message);
      if (fault !== undefined) return failed('bad_message', fault);
      const limit = AbortSignal.timeout(limitMs);
      const signal = message.signal === undefined ? limit : AbortSignal.any([message.signal, limit]);
      try {
        const info = await transport.sendMail({ ...composed(message, from, now()), signal });
        return sent(info.messageId);
      } catch (error) {
        message.signal?.throwIfAborted();
        return limit.aborted ? slow(limitMs) : explained(error as SmtpError, limitMs);
      }
    },
  });
}

function slow(limitMs: number): Failed {
  return failed('provider_slow', `The mail server did not take the mail within ${Math.ceil(limitMs / 1_000)} seconds: it is tried again later.`);
}

/** What a nodemailer error means. Numbers are SMTP replies (RFC 5321 §4.2): 4xx may go through later, 5xx never. */
function explained(error: SmtpError, limitMs: number): Failed {
  const answer = error.responseCode === undefined ? '' : ` (${error.responseCode})`;
  const system = /^[A-Z0-9_]{1,40}$/.test(error.originalCode ?? '') ? ` (${error.originalCode})` : '';
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME/.test(system)) {
    return failed('misconfigured', `The certificate of the mail server cannot be trusted${system}: the operator must check the host in SMTP_URL.`);
  }
  switch (error.code) {
    case 'ETIMEDOUT':
      return slow(limitMs);
    case 'ETLS':
      return failed('misconfigured', 'The mail server does not encrypt, so nothing was sent: the operator must use another port or server in SMTP_URL.');
    case 'EAUTH':
    case 'ENOAUTH':
      if (error.permanent === false) return failed('provider_refused', `The mail server cannot check passwords just now${answer}: it is tried again later.`, true);
      return failed('misconfigured', `The mail server refused our user or password${answer}: the operator must correct SMTP_URL.`);
    case 'EENVELOPE':
    case 'EMESSAGE':
      if (error.permanent === false) return failed('provider_refused', `The mail server does not take this mail just now${answer}: it is tried again later.`, true);
      return failed('provider_refused', `The mail server refused this mail${answer}: check the address, or ask the operator to check MAIL_FROM.`);
    default:
      return failed('unreachable', `The mail server cannot be reached${system || answer}: it is tried again later.`);
  }
}
