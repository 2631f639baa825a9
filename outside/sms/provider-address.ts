// The address of a text message provider with who we are there and our options in it, read with every fault and never quoted: it holds a password.

export interface ProviderAddress {
  /** Lower case, IPv6 in brackets. */
  readonly hostname: string;
  readonly port: number | undefined;
  /** Without a slash at its end. */
  readonly path: string;
  readonly user: string;
  readonly password: string;
  readonly options: ReadonlyMap<string, string>;
}

/**
 * Reads `scheme://user:password@host:port/path?option=value`. A plus sign stands for itself everywhere, as in a phone number.
 * @param example what the address may look like, for the sentence of a fault
 * @param known the options there are
 */
export function readProviderAddress(text: string, known: readonly string[], example: string, faults: string[]): ProviderAddress | undefined {
  const url = URL.parse(text.replaceAll('+', '%2B'));
  if (url === null || url.hostname === '') {
    faults.push(`SMS_URL must be an address such as ${example}, and it is not.`);
    return undefined;
  }
  const user = decoded(url.username, faults);
  const password = decoded(url.password, faults);
  if (user === '' || password === '') faults.push(`SMS_URL must have a user and a password in it, as in ${example}, and it has not both.`);
  if (/\p{Cc}/u.test(`${user ?? ''}${password ?? ''}`)) faults.push('SMS_URL must have no control characters in its user or password, and it has.');
  if (url.hash !== '') faults.push('SMS_URL must not have a # part: write a # in a password as %23.');
  const options = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!known.includes(name)) faults.push(`SMS_URL must have no options but ${known.join(', ')}, and it has another.`);
    else if (options.has(name)) faults.push(`SMS_URL must have ${name} once, and it has it twice.`);
    options.set(name, value);
  }
  const port = url.port === '' ? undefined : Number(url.port);
  return Object.freeze({ hostname: url.hostname.toLowerCase(), port, path: url.pathname.replace(/\/+$/, ''), user: user ?? '', password: password ?? '', options });
}

function decoded(text: string, faults: string[]): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    faults.push('SMS_URL must have a percent sign in its user or password written as %25, and it has not.');
    return undefined;
  }
}

/** A sender: a number in E.164, a short code of 3 to 8 digits, or a name of up to eleven letters, digits and spaces (3GPP TS 23.040 §9.1.2.5). */
export type SenderKind = 'number' | 'short code' | 'name';

export function senderKind(text: string): SenderKind | undefined {
  if (/^\+[1-9]\d{6,14}$/.test(text)) return 'number';
  if (/^\d{3,8}$/.test(text)) return 'short code';
  return /^(?=.*[A-Za-z])[A-Za-z0-9 ._-]{1,11}$/.test(text) ? 'name' : undefined;
}

export const SENDER_FAULT = 'SMS_URL: from must be a number such as +12015550100, a short code of 3 to 8 digits, or a name of at most eleven letters and digits, and it is none of them.';
