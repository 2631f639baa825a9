// Opens the adapters to the outside world, mail and text messages, as the configuration says; all faults at once.
import { join } from 'node:path';
import type { Antivirus } from '#outside/antivirus/antivirus.ts';
import type { Blobs } from '#outside/blobs/blobs.ts';
import { clamd } from '#outside/antivirus/clamd.ts';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { s3Blobs } from '#outside/blobs/s3.ts';
import { type Breach, rangeBreach } from '#outside/breach/breach.ts';
import { type Mail, openMail } from '#outside/mail/mail.ts';
import { openSms, type Sms } from '#outside/sms/sms.ts';
import { type Config, ConfigFault } from '#server/config.ts';

export interface Outside {
  readonly mail: Mail;
  /** Null when no provider is set and this is not a machine of its own. */
  readonly sms: Sms | null;
  /** Asked only where the setting wants it. */
  readonly breach: Breach;
  /** Where the bytes of files lie. */
  readonly blobs: Blobs;
  /** Null when none is set: files are then not looked through. */
  readonly antivirus: Antivirus | null;
}

/** No mail server is set: mails are written as files, and reach nobody. */
export const mailsKept = (config: Pick<Config, 'smtpUrl'>): boolean => config.smtpUrl === undefined;

/** Where they lie then. */
export const outboxOf = (config: Pick<Config, 'dataDir'>): string => join(config.dataDir, 'outbox');

export function openOutside(config: Config, { terminal }: { terminal: (line: string) => void }): Outside {
  const mail = openMail({ smtpUrl: config.smtpUrl, from: config.mailFrom, outbox: outboxOf(config), dkim: config.dkim });
  const sms = openSms(config.sms, { publicUrl: config.publicUrl, terminal });
  if (mail.ok && sms.ok) return { mail: mail.adapter, sms: sms.adapter, breach: rangeBreach(config.breachUrl), blobs: config.s3 === null ? folderBlobs(join(config.dataDir, 'files')) : s3Blobs(config.s3), antivirus: config.clamd === null ? null : clamd(config.clamd) };
  throw new ConfigFault([...(mail.ok ? [] : mail.faults), ...(sms.ok ? [] : sms.faults)]);
}
