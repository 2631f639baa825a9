// SMS_URL of the form ssmpp://SYSTEM_ID:PASSWORD@host:3550?from=…, read with every fault: an account at a provider that speaks SMPP 3.4.
import { isLoopback } from '#outside/loopback.ts';
import type { Opened } from '#outside/outcome.ts';
import { readProviderAddress, SENDER_FAULT, senderKind, type SenderKind } from '#outside/sms/provider-address.ts';

export interface SmppServer {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** A transceiver is also sent receipts, which are answered and not read. */
  readonly bind: 'transmitter' | 'transceiver';
  /** How a text that does not fit into one message is sent: in parts (`udh`), or whole in message_payload. */
  readonly long: 'udh' | 'payload';
  /** Type of number and numbering plan of `from` (SMPP 3.4 §5.2.5, §5.2.6). */
  readonly source: { readonly ton: number; readonly npi: number; readonly address: string };
  /** The provider's own status codes that mean an account without credit: no standard names one. */
  readonly outOfCredit: readonly number[];
}

const EXAMPLE = 'ssmpp://SYSTEM_ID:PASSWORD@smpp.example.com:3550?from=Desk';
const OPTIONS = ['from', 'from-ton', 'from-npi', 'bind', 'long', 'system-type', 'out-of-credit', 'tls'] as const;
const PORT = { plain: 2775, tls: 3550 };
/** International and E.164; network specific and unknown; alphanumeric and unknown. */
const SOURCES: Readonly<Record<SenderKind, readonly [ton: number, npi: number]>> = { number: [1, 1], 'short code': [3, 0], name: [5, 0] };

/** Reads `ssmpp://…` (TLS) or `smpp://…` (plain: on loopback, or with `tls=off` where a tunnel of the operator's own encrypts). */
export function smppServerFrom(text: string): Opened<SmppServer> {
  const faults: string[] = [];
  const address = readProviderAddress(text, OPTIONS, EXAMPLE, faults);
  if (address === undefined) return { ok: false, faults };
  const { hostname, port, path, user, password, options } = address;
  const tls = /^ssmpp:/i.test(text);
  if (path !== '') faults.push('SMS_URL must have no path after the port, only options after a question mark.');
  // The limits of the fields with their closing zero: SMPP 3.4 §4.1.1.
  for (const [name, value, longest] of [['system id', user, 15], ['password', password, 8]] as const) {
    if (!/^[\x20-\x7e]*$/.test(value)) faults.push(`SMS_URL must have a ${name} in plain ASCII, and it has not.`);
    // Many providers allow longer passwords than the standard does: only what no server reads is refused.
    else if (value.length > (name === 'password' ? 63 : longest)) faults.push(`SMS_URL must have a ${name} of at most ${name === 'password' ? 63 : longest} characters, and it is longer.`);
  }
  const off = options.get('tls');
  if (off !== undefined && off !== 'off') faults.push('SMS_URL: tls must be off or left out, and it is neither.');
  if (tls && off === 'off') faults.push('SMS_URL must not ask for ssmpp:// and tls=off at once.');
  if (!tls && off !== 'off' && !isLoopback(hostname)) faults.push('SMS_URL must begin with ssmpp://, not smpp://: codes and the password would travel in plain text. Where a tunnel of your own encrypts, add the option tls=off.');
  const source = readSource(options, faults);
  const bind = choice(options, 'bind', ['transmitter', 'transceiver'], faults);
  const long = choice(options, 'long', ['udh', 'payload'], faults);
  const systemType = options.get('system-type') ?? '';
  if (!/^[\x20-\x7e]{0,12}$/.test(systemType)) faults.push('SMS_URL: system-type must be at most twelve plain ASCII characters, and it is not.');
  const outOfCredit = readStatuses(options.get('out-of-credit'), faults);
  if (faults.length > 0 || source === undefined) return { ok: false, faults };
  const host = hostname.replace(/^\[|\]$/g, '');
  return { ok: true, adapter: Object.freeze({ host, port: port ?? (tls ? PORT.tls : PORT.plain), tls, systemId: user, password, systemType, bind, long, source, outOfCredit }) };
}

function choice<Word extends string>(options: ReadonlyMap<string, string>, name: string, words: readonly [Word, Word], faults: string[]): Word {
  const value = options.get(name) ?? words[0];
  const found = words.find((word) => word === value);
  if (found === undefined) faults.push(`SMS_URL: ${name} must be ${words[0]} or ${words[1]}, and it is neither.`);
  return found ?? words[0];
}

function readSource(options: ReadonlyMap<string, string>, faults: string[]): SmppServer['source'] | undefined {
  const from = options.get('from') ?? '';
  const kind = senderKind(from);
  const [ton, npi] = ['from-ton', 'from-npi'].map((name) => {
    const value = options.get(name);
    if (value !== undefined && !/^\d{1,2}$/.test(value)) faults.push(`SMS_URL: ${name} must be a whole number from 0 to 99, and it is not.`);
    return value === undefined ? undefined : Number(value);
  });
  if (kind === undefined) {
    faults.push(SENDER_FAULT);
    return undefined;
  }
  const [usualTon, usualNpi] = SOURCES[kind];
  // An international number is written without its plus: the type of number says that it is one.
  return Object.freeze({ ton: ton ?? usualTon, npi: npi ?? usualNpi, address: from.replace(/^\+/, '') });
}

function readStatuses(text: string | undefined, faults: string[]): readonly number[] {
  const words = text === undefined ? [] : text.split(',');
  if (!words.every((word) => /^(0x[0-9a-f]{1,8}|\d{1,9})$/i.test(word) && Number(word) > 0)) {
    faults.push('SMS_URL: out-of-credit must be status codes separated by commas, such as 1025,0x40b, and it is not.');
  }
  return Object.freeze(words.map(Number));
}
