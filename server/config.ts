// The server's own configuration: read from the environment (or a file of the same names), checked whole, all faults at once.
import { type CidrSet, compileCidrSet } from '#policy/cidr-set.ts';
import { parseCidr } from '#policy/kinds/cidr-list.ts';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type ClamdConfig, clamdFrom } from '#outside/antivirus/clamd.ts';
import { type S3Config, s3From } from '#outside/blobs/s3.ts';
import { BREACH_URL, breachUrlFrom } from '#outside/breach/breach.ts';
import { isLoopback } from '#outside/loopback.ts';
import { type Dkim, dkimFrom } from '#outside/mail/dkim.ts';
import { senderFaults } from '#outside/mail/message.ts';
import { smtpServerFrom } from '#outside/mail/smtp-config.ts';
import { providerFrom } from '#outside/sms/provider.ts';
import { readSmtpListen, type SmtpListen } from '#server/mail-listen-config.ts';
import { trustedProxies, type TrustedProxies } from '#server/client.ts';

export interface Config {
  /** TCP port to listen on, 1–65535. */
  readonly port: number;
  /** Address to listen on. */
  readonly host: string;
  /** Folder of everything that is kept: database, keys, outgoing mail. Absolute. */
  readonly dataDir: string;
  /** The one address people reach this server at: an origin, without a path. */
  readonly publicUrl: URL;
  /** PostgreSQL, when set; else SQLite in dataDir. */
  readonly databaseUrl: string | undefined;
  /** Networks that webhooks may call although they are private; null for none. */
  readonly webhookAllow: CidrSet | null;
  /** Which sockets may speak for somebody else, and in which header. */
  readonly proxies: TrustedProxies;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** What mails are signed with; undefined: they are not. */
  readonly dkim: Dkim | undefined;
  /** Where mail comes in by SMTP; nowhere when not set. */
  readonly smtpListen: SmtpListen | undefined;
  /** Where `password.breach_lookup` asks: an address that five characters of a hash are put behind. */
  readonly breachUrl: URL;
  readonly sms: Readonly<Record<string, string>>;
  /** Where files lie; null for the folder `files` of dataDir. */
  readonly s3: S3Config | null;
  /** What looks through files; null for nothing. */
  readonly clamd: ClamdConfig | null;
  readonly logLevel: string;
  /** Keys given by the environment in place of files, for several nodes on one PostgreSQL. */
  readonly keys: string | undefined;
}

/** Thrown when the configuration is wrong: `faults` holds one sentence per fault. */
export class ConfigFault extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Every name the server reads, with what it means: the source of docs/reference/configuration.md. */
export const VARIABLES: Readonly<Record<string, string>> = {
  PORT: 'TCP port to listen on. Default 8080.',
  HOST: 'Address to listen on. Default 127.0.0.1: only this machine, until a proxy with TLS stands in front.',
  DATA_DIR: 'Folder for the database, the keys and outgoing mail. Default ./data.',
  PUBLIC_URL: 'The one address people use. Default http://localhost:PORT. Plain http is refused for anything but loopback.',
  DATABASE_URL: 'postgres://… for PostgreSQL. Without it an embedded SQLite database in DATA_DIR is used.',
  WEBHOOK_ALLOW: 'Networks that webhooks may call although they are private or reserved, over http and at any port too, separated by commas: 10.20.0.0/16. Default none.',
  TRUSTED_PROXIES: 'Addresses or networks of the reverse proxies whose CLIENT_ADDRESS_HEADER is believed, separated by commas. Default none.',
  CLIENT_ADDRESS_HEADER: 'The one header in which a trusted proxy names the client. Default x-forwarded-for.',
  SMTP_URL: 'smtp:// or smtps:// server for outgoing mail. Without it mails are written to DATA_DIR/outbox as .eml files.',
  MAIL_FROM: 'Sender of mails. Default portcullis@ the host of PUBLIC_URL.',
  DKIM_DOMAIN: 'Domain that signs outgoing mails (RFC 6376), with DKIM_SELECTOR and DKIM_KEY. Without the three mails are not signed by us.',
  DKIM_SELECTOR: 'Name under which the public key stands in DNS, such as desk1 for desk1._domainkey.example.com.',
  DKIM_KEY: 'Private key (RSA of 2048 bits) in PEM, or the path of a file that holds it.',
  SMTP_LISTEN: 'host:port (or a port alone, on 127.0.0.1) where mail for email channels is taken in by SMTP, for example 0.0.0.0:25. Default: not at all; mailboxes are read by IMAP without it.',
  SMTP_LISTEN_CERT: 'PEM file of the certificate that STARTTLS of SMTP_LISTEN uses. Without it mail comes in unencrypted.',
  SMTP_LISTEN_KEY: 'PEM file of its private key.',
  SMTP_LISTEN_MAX_BYTES: 'Largest mail that is taken in, in bytes. Default 36700160 (35 MiB: files of 20 MiB and their encoding).',
  SMS_URL: 'The text message provider: https:// address of its API; twilio://ACCOUNT:TOKEN@api.twilio.com?from=+12015550100 (or service=MG…, account=AC… with an API key); or ssmpp://SYSTEM_ID:PASSWORD@host:3550?from=Desk for SMPP 3.4 (options from-ton, from-npi, bind=transceiver, long=payload, system-type, out-of-credit=CODES; smpp:// with tls=off without TLS). Without it codes are printed in the terminal, on loopback only.',
  SMS_METHOD: 'HTTP method for an https:// SMS_URL. Default POST.',
  SMS_HEADERS: 'Headers for an https:// SMS_URL as a JSON object, for example {"authorization":"Bearer …"}.',
  SMS_BODY: 'Body for an https:// SMS_URL, with {to} and {text}. Default {"to":"{to}","text":"{text}"}.',
  SMS_CONTENT_TYPE: 'Type of SMS_BODY: application/json (default) or application/x-www-form-urlencoded.',
  BREACH_URL: 'https:// address of a range look-up of breached passwords; the first five characters of a SHA-1 are put behind it. Asked only where password.breach_lookup is on. Default https://api.pwnedpasswords.com/range/.',
  CLAMD: 'Antivirus: the address of clamd, tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl. Once set, no file comes in that was not looked through. Set StreamMaxLength of clamd to at least 21M. Without it files are not looked through, and the workspace says so.',
  S3_ENDPOINT: 'Files in a store that speaks S3, in place of DATA_DIR/files: the address of the service, such as https://s3.eu-central-1.amazonaws.com. With several nodes use this, or one folder that all of them see.',
  S3_BUCKET: 'The bucket. It is addressed by path; make it private.',
  S3_REGION: 'Its region. Default us-east-1.',
  S3_ACCESS_KEY_ID: 'A key that may put, get, delete and list in the bucket.',
  S3_SECRET_ACCESS_KEY: 'Its secret.',
  S3_PREFIX: 'In front of every key, such as portcullis/. Default none.',
  LOG_LEVEL: `One of ${LOG_LEVELS.join(', ')}. Default warn.`,
  PORTCULLIS_KEYS: 'The key ring as JSON, in place of DATA_DIR/keys. Set it to the same value on every node.',
  PORTCULLIS_CONFIG: 'A file of NAME=value lines with the names above; the environment wins over it.',
};

function readWebhookAllow(text: string | undefined, faults: string[]): CidrSet | null {
  const parsed = (text ?? '').split(/[,\n]/).map((part) => part.trim()).filter((part) => part !== '').map((part) => parseCidr(part, 'WEBHOOK_ALLOW', 'WEBHOOK_ALLOW'));
  for (const one of parsed) if (!one.ok) faults.push(...one.faults.map(({ message }) => message));
  const networks = parsed.flatMap((one) => (one.ok ? [one.value] : []));
  return networks.length === 0 ? null : compileCidrSet(networks);
}

function readPort(text: string | undefined, faults: string[]): number {
  if (text === undefined) return 8080;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65535) return port;
  faults.push(`PORT must be a whole number from 1 to 65535, not "${text}".`);
  return 8080;
}

function readPublicUrl(text: string | undefined, port: number, faults: string[]): URL {
  const fallback = new URL(`http://localhost:${port}`);
  if (text === undefined) return fallback;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    faults.push(`PUBLIC_URL must be an address such as https://desk.example.com, not "${text}".`);
    return fallback;
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    faults.push(`PUBLIC_URL must be only scheme, host and port, such as ${url.origin}, not "${text}".`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    faults.push(`PUBLIC_URL must use https for "${url.hostname}": browsers keep sign-in cookies over plain http only on localhost. Put a TLS proxy in front and set PUBLIC_URL=https://${url.host}.`);
  }
  return url;
}

function readDatabaseUrl(text: string | undefined, faults: string[]): string | undefined {
  if (text === undefined) return undefined;
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  faults.push('DATABASE_URL must begin with postgres:// or postgresql://; leave it out to use the embedded database.');
  return undefined;
}

function readBreachUrl(text: string | undefined, faults: string[]): URL {
  const read = breachUrlFrom(text ?? BREACH_URL);
  if (read.ok) return read.adapter;
  faults.push(...read.faults);
  return new URL(BREACH_URL);
}

function readS3(env: Readonly<Record<string, string | undefined>>, faults: string[]): S3Config | null {
  const read = s3From(env);
  if (read.ok) return read.config;
  faults.push(...read.faults);
  return null;
}

function readClamd(text: string | undefined, faults: string[]): ClamdConfig | null {
  if (text === undefined) return null;
  const read = clamdFrom(text);
  if (read.ok) return read.config;
  faults.push(...read.faults);
  return null;
}

function readSms(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const sms: Record<string, string> = {};
  for (const name of ['SMS_URL', 'SMS_METHOD', 'SMS_HEADERS', 'SMS_BODY', 'SMS_CONTENT_TYPE']) {
    const value = env[name];
    if (value !== undefined) sms[name] = value;
  }
  return sms;
}

/** What the adapters of mail and text messages will read, read here already: a fault at the start is better than at the first mail. */
function outsideFaults(smtpUrl: string | undefined, mailFrom: string, sms: Readonly<Record<string, string>>): string[] {
  const smtp = smtpUrl === undefined ? undefined : smtpServerFrom(smtpUrl);
  const provider = providerFrom(sms);
  return [...(smtp?.ok === false ? smtp.faults : []), ...senderFaults(mailFrom), ...(provider.ok ? [] : provider.faults)];
}

function withFile(env: Readonly<Record<string, string | undefined>>, faults: string[]): Record<string, string | undefined> {
  const path = env.PORTCULLIS_CONFIG;
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  if (path === undefined || path === '') return filled;
  try {
    const file = parseEnv(readFileSync(path, 'utf8')) as Record<string, string>;
    for (const name of Object.keys(file)) {
      if (!Object.hasOwn(VARIABLES, name)) faults.push(`${path}: "${name}" is not a name Portcullis knows; see docs/reference/configuration.md.`);
    }
    return { ...file, ...filled };
  } catch (error) {
    faults.push(`PORTCULLIS_CONFIG names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    return filled;
  }
}

/** Reads and checks the whole configuration. Throws ConfigFault with every fault. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, cwd: string): Config {
  const faults: string[] = [];
  const env = withFile(environment, faults);
  const port = readPort(env.PORT, faults);
  const publicUrl = readPublicUrl(env.PUBLIC_URL, port, faults);
  const logLevel = env.LOG_LEVEL ?? 'warn';
  if (!(LOG_LEVELS as readonly string[]).includes(logLevel)) {
    faults.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not "${logLevel}".`);
  }
  const mailFrom = env.MAIL_FROM ?? `portcullis@${publicUrl.hostname}`;
  const dkim = dkimFrom({ domain: env.DKIM_DOMAIN, selector: env.DKIM_SELECTOR, key: env.DKIM_KEY });
  if (!dkim.ok) faults.push(...dkim.faults);
  const sms = readSms(env);
  faults.push(...outsideFaults(env.SMTP_URL, mailFrom, sms));
  const proxies = trustedProxies(env.TRUSTED_PROXIES ?? '', env.CLIENT_ADDRESS_HEADER ?? 'x-forwarded-for', faults);
  const smtpListen = readSmtpListen(env, cwd, faults);
  const config: Config = Object.freeze({
    port,
    host: env.HOST ?? '127.0.0.1',
    dataDir: resolve(cwd, env.DATA_DIR ?? './data'),
    publicUrl,
    databaseUrl: readDatabaseUrl(env.DATABASE_URL, faults),
    webhookAllow: readWebhookAllow(env.WEBHOOK_ALLOW, faults),
    proxies,
    smtpUrl: env.SMTP_URL,
    mailFrom,
    dkim: dkim.ok ? dkim.adapter : undefined,
    smtpListen,
    breachUrl: readBreachUrl(env.BREACH_URL, faults),
    sms: Object.freeze(sms),
    s3: readS3(env, faults),
    clamd: readClamd(env.CLAMD, faults),
    logLevel,
    keys: env.PORTCULLIS_KEYS,
  });
  if (faults.length > 0) throw new ConfigFault(faults);
  return config;
}
