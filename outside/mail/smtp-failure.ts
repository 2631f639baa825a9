// What it means when a mail server says no, says nothing, or is not there: a code, whether to try again, and a sentence.
import type { MailOutcome, Refused } from '#outside/mail/mail.ts';
import { failed, type Failed } from '#outside/outcome.ts';

/** The fields of nodemailer's errors that are looked at; their texts are not, because servers quote what they were sent. */
export interface SmtpError {
  readonly code?: string;
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly permanent?: boolean;
  readonly recipient?: string;
  readonly rejectedErrors?: readonly SmtpError[];
}

export function slow(limitMs: number): Failed {
  return failed('provider_slow', `The mail server did not take the mail within ${Math.ceil(limitMs / 1_000)} seconds: it is tried again later.`);
}

/** What a nodemailer error means. Numbers are SMTP replies (RFC 5321 §4.2): 4xx may go through later, 5xx never. */
export function explained(error: SmtpError, limitMs: number): Failed {
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

/** Each recipient that was refused by name (RFC 5321 §3.3: one answer for each RCPT). */
export function refusedOf(errors: readonly SmtpError[] | undefined, limitMs: number): readonly Refused[] {
  return (errors ?? []).flatMap((error) => (error.recipient === undefined ? [] : [Object.freeze({ ...explained({ ...error, code: 'EENVELOPE' }, limitMs), address: error.recipient })]));
}

/** The outcome of a mail that nobody got. */
export function noneSent(error: SmtpError, limitMs: number): MailOutcome {
  const refused = refusedOf(error.rejectedErrors, limitMs);
  const whole = explained(error, limitMs);
  if (refused.length === 0) return whole;
  const passing = refused.find(({ retry }) => retry);
  return Object.freeze({ ...(passing ?? refused[0] ?? whole), refused });
}
