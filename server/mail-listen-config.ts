// Where mail comes in by SMTP, as the configuration says it: host, port, certificate and the largest mail.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface SmtpListen {
  readonly host: string;
  /** 0 in tests: any free one. */
  readonly port: number;
  /** Files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly maxBytes: number;
}

const MIB = 1_048_576;
const DEFAULT_BYTES = 35 * MIB;

/** Undefined when nothing is asked for. Pushes a sentence a fault. */
export function readSmtpListen(env: Readonly<Record<string, string | undefined>>, cwd: string, faults: string[]): SmtpListen | undefined {
  const { SMTP_LISTEN: text, SMTP_LISTEN_CERT: cert, SMTP_LISTEN_KEY: key, SMTP_LISTEN_MAX_BYTES: most } = env;
  if (text === undefined) return undefined;
  const read = /^(?:(.+):)?(\d{1,5})$/.exec(text.trim());
  const port = Number(read?.[2] ?? Number.NaN);
  if (read === null || port > 65_535) faults.push(`SMTP_LISTEN must be host:port such as 0.0.0.0:25, or a port alone, not "${text}".`);
  if ((cert === undefined) !== (key === undefined)) faults.push('SMTP_LISTEN_CERT and SMTP_LISTEN_KEY must be given together: one alone encrypts nothing.');
  for (const [name, file] of [['SMTP_LISTEN_CERT', cert], ['SMTP_LISTEN_KEY', key]] as const) {
    try {
      if (file !== undefined) readFileSync(resolve(cwd, file));
    } catch (error) {
      faults.push(`${name} names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    }
  }
  const maxBytes = most === undefined ? DEFAULT_BYTES : Number(most);
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 65_536 || maxBytes > 100 * MIB) faults.push(`SMTP_LISTEN_MAX_BYTES must be a whole number from 65536 to ${100 * MIB}, not "${most}".`);
  return Object.freeze({ host: (read?.[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port, maxBytes, tls: cert === undefined || key === undefined ? undefined : Object.freeze({ cert: resolve(cwd, cert), key: resolve(cwd, key) }) });
}
