// Which kind of text message provider SMS_URL names, read with every fault: the one place that knows all three.
import type { Opened } from '#outside/outcome.ts';
import { type Gateway, gatewayFrom, strayNames } from '#outside/sms/gateway-config.ts';
import { type SmppServer, smppServerFrom } from '#outside/sms/smpp-config.ts';
import { type TwilioAccount, twilioFrom } from '#outside/sms/twilio-config.ts';

export type Provider =
  | { readonly kind: 'gateway'; readonly gateway: Gateway }
  | { readonly kind: 'twilio'; readonly account: TwilioAccount }
  | { readonly kind: 'smpp'; readonly server: SmppServer };

/** Null when no provider is set. Reads SMS_URL and, for one with an API of its own, SMS_METHOD, SMS_HEADERS, SMS_BODY and SMS_CONTENT_TYPE. */
export function providerFrom(settings: Readonly<Record<string, string | undefined>>): Opened<Provider | null> {
  const url = settings['SMS_URL'];
  if (url === undefined) {
    const faults = strayNames(settings);
    return faults.length > 0 ? { ok: false, faults } : { ok: true, adapter: null };
  }
  if (/^twilio:/i.test(url)) return described(settings, 'twilio://', twilioFrom(url), (account) => ({ kind: 'twilio', account }));
  if (/^s?smpp:/i.test(url)) return described(settings, 'ssmpp:// and smpp://', smppServerFrom(url), (server) => ({ kind: 'smpp', server }));
  const gateway = gatewayFrom(settings);
  return gateway.ok ? { ok: true, adapter: { kind: 'gateway', gateway: gateway.adapter } } : gateway;
}

/** A provider of a known kind needs no description of its requests: one that is given would be held to count. */
function described<Read>(settings: Readonly<Record<string, string | undefined>>, scheme: string, read: Opened<Read>, provider: (adapter: Read) => Provider): Opened<Provider> {
  const needless = Object.keys(settings)
    .filter((name) => /^SMS_(?!URL$)/.test(name) && settings[name] !== undefined)
    .map((name) => `${name} has no meaning when SMS_URL begins with ${scheme}: leave it out.`);
  if (read.ok && needless.length === 0) return { ok: true, adapter: provider(read.adapter) };
  return { ok: false, faults: [...(read.ok ? [] : read.faults), ...needless] };
}
