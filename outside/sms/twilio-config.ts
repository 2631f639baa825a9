// SMS_URL of the form twilio://ACCOUNT:TOKEN@host?from=+1…, read with every fault: an account at Twilio, or at a provider with the same API.
import { isLoopback } from '#outside/loopback.ts';
import type { Opened } from '#outside/outcome.ts';
import { readProviderAddress, SENDER_FAULT, senderKind } from '#outside/sms/provider-address.ts';

export interface TwilioAccount {
  /** Where messages are posted to. */
  readonly url: string;
  /** Shown to admins: scheme and host only. */
  readonly origin: string;
  /** HTTP Basic (RFC 7617). */
  readonly authorization: string;
  /** Who the message is from: a number or name, or a messaging service that chooses one. */
  readonly sender: { readonly From: string } | { readonly MessagingServiceSid: string };
}

const EXAMPLE = 'twilio://ACCOUNT:TOKEN@api.twilio.com?from=+12015550100';
const OPTIONS = ['from', 'service', 'account'] as const;

/**
 * `from` is a number, short code or name; `service` is a messaging service in its place. `account` names the account when
 * the user is an API key of it. Over https, but on loopback.
 */
export function twilioFrom(text: string): Opened<TwilioAccount> {
  const faults: string[] = [];
  const address = readProviderAddress(text, OPTIONS, EXAMPLE, faults);
  if (address === undefined) return { ok: false, faults };
  const { hostname, port, path, user, password, options } = address;
  const account = options.get('account') ?? user;
  if (account !== '' && !/^[A-Za-z0-9-]{2,64}$/.test(account)) faults.push('SMS_URL must have the account (AC and 32 letters and digits) as its user or as the option account, and it has not.');
  const sender = readSender(options, faults);
  if (sender === undefined || faults.length > 0) return { ok: false, faults };
  const base = URL.parse(`${isLoopback(hostname) ? 'http' : 'https'}://${hostname}${port === undefined ? '' : `:${port}`}${path}`);
  if (base === null) return { ok: false, faults: [`SMS_URL must be an address such as ${EXAMPLE}, and it is not.`] };
  const url = `${base.href.replace(/\/$/, '')}/2010-04-01/Accounts/${account}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  return { ok: true, adapter: Object.freeze({ url, origin: base.origin, authorization, sender }) };
}

function readSender(options: ReadonlyMap<string, string>, faults: string[]): TwilioAccount['sender'] | undefined {
  const from = options.get('from');
  const service = options.get('service');
  if (from !== undefined && service === undefined) {
    if (senderKind(from) !== undefined) return { From: from };
    faults.push(SENDER_FAULT);
  } else if (service !== undefined && from === undefined) {
    if (/^[A-Za-z0-9-]{2,64}$/.test(service)) return { MessagingServiceSid: service };
    faults.push('SMS_URL: service must be the id of a messaging service (MG and 32 letters and digits), and it is not.');
  } else {
    faults.push('SMS_URL must have one of from and service, so that the provider knows the sender.');
  }
  return undefined;
}
