// Outgoing mail: the one interface, and the choice of its adapter from the configuration.
import type { Opened, Outcome } from '#outside/outcome.ts';
import { folderMail } from '#outside/mail/folder.ts';
import { senderFaults, senderFrom } from '#outside/mail/message.ts';
import { smtpServerFrom } from '#outside/mail/smtp-config.ts';
import { smtpMail } from '#outside/mail/smtp.ts';

export interface MailMessage {
  /** One bare address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Gives up early; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Mail {
  readonly kind: 'smtp' | 'folder';
  /** Where mail goes, for the read-only page of server configuration: no credentials. */
  readonly description: string;
  /** Resolves within 30 seconds, whatever the server does. Never rejects but for `signal`. */
  send(message: MailMessage): Promise<Outcome>;
}

/**
 * Chooses the adapter: the server at `smtpUrl` when it is set, else `.eml` files in `outbox`.
 * @param settings `smtpUrl` is SMTP_URL, `from` is MAIL_FROM, `outbox` a folder made when first needed
 * @param now ms since 1970: the Date of each mail, and the name of its file
 */
export function openMail(settings: { readonly smtpUrl: string | undefined; readonly from: string; readonly outbox: string }, now: () => number): Opened<Mail> {
  const from = senderFrom(settings.from);
  const faults = senderFaults(settings.from);
  const server = settings.smtpUrl === undefined ? undefined : smtpServerFrom(settings.smtpUrl);
  if (server?.ok === false) faults.push(...server.faults);
  if (from === undefined || server?.ok === false) return { ok: false, faults };
  return { ok: true, adapter: server === undefined ? folderMail({ folder: settings.outbox, from, now }) : smtpMail({ server: server.adapter, from, now }) };
}
