// Outgoing mail: the one interface, and the choice of its adapter from the configuration.
import type { Failed, Opened, Sent } from '#outside/outcome.ts';
import type { Dkim } from '#outside/mail/dkim.ts';
import { folderMail } from '#outside/mail/folder.ts';
import { senderFaults, senderFrom } from '#outside/mail/message.ts';
import { smtpServerFrom } from '#outside/mail/smtp-config.ts';
import { smtpMail } from '#outside/mail/smtp.ts';

export interface Mailbox {
  /** What mail programs show; may be empty. */
  readonly name: string;
  /** One bare address. */
  readonly address: string;
}

export interface MailMessage {
  /** With angle brackets. The same mail sent again has the same one. */
  readonly messageId: string;
  /** ms since 1970: of the mail, not of the try. */
  readonly date: number;
  /** Null: the sender of the house. */
  readonly from: Mailbox | null;
  readonly replyTo?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc?: readonly Mailbox[];
  /** To whom this copy goes: bare addresses, at least one. Those in neither `to` nor `cc` stand in no header. */
  readonly recipients: readonly string[];
  /** Where bounces go; the sender's address when left out, nowhere when empty (RFC 5321 §4.5.5). */
  readonly returnPath?: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  /** Headers beside those that follow from the above. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly files?: readonly { readonly name: string; readonly type: string; readonly content: Uint8Array }[];
  /** Gives up early; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Waited for before the last byte leaves: until then nobody has the mail. When it rejects nobody gets it, and `send` rejects with the same. */
  readonly handing?: () => Promise<void>;
}

/** One recipient whom the server did not take, where others got the mail or all were refused one by one. */
export interface Refused extends Failed {
  readonly address: string;
}

/** `refused` names recipients one by one; who is not named shares the outcome of the whole. */
export type MailOutcome = (Sent | Failed) & { readonly refused?: readonly Refused[] };

export interface Mail {
  readonly kind: 'smtp' | 'folder';
  /** Where mail goes, for the read-only page of server configuration: no credentials. */
  readonly description: string;
  /** Who writes where a mail names nobody. */
  readonly sender: Mailbox;
  /** Resolves within 30 seconds (and a second for each MB of the mail), whatever the server does. Never rejects but for `signal` and `handing`. */
  send(message: MailMessage): Promise<MailOutcome>;
  /** Lets go of connections that are kept. */
  close(): void;
}

export interface MailSettings {
  /** SMTP_URL. */
  readonly smtpUrl: string | undefined;
  /** MAIL_FROM. */
  readonly from: string;
  /** A folder, made when first needed. */
  readonly outbox: string;
  readonly dkim?: Dkim | undefined;
}

/** Chooses the adapter: the server at `smtpUrl` when it is set, else `.eml` files in `outbox`. */
export function openMail(settings: MailSettings): Opened<Mail> {
  const sender = senderFrom(settings.from);
  const faults = senderFaults(settings.from);
  const server = settings.smtpUrl === undefined ? undefined : smtpServerFrom(settings.smtpUrl);
  if (server?.ok === false) faults.push(...server.faults);
  if (sender === undefined || server?.ok === false) return { ok: false, faults };
  const { dkim } = settings;
  return { ok: true, adapter: server === undefined ? folderMail({ folder: settings.outbox, sender, dkim }) : smtpMail({ server: server.adapter, sender, dkim }) };
}
