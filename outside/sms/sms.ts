// Text messages: the one interface, and the choice of its adapter from the configuration.
import { isLoopback } from '#outside/loopback.ts';
import type { Opened, Outcome } from '#outside/outcome.ts';
import { gatewaySms } from '#outside/sms/gateway.ts';
import { type Provider, providerFrom } from '#outside/sms/provider.ts';
import { smppSms } from '#outside/sms/smpp.ts';
import { terminalSms } from '#outside/sms/terminal.ts';
import { twilioSms } from '#outside/sms/twilio.ts';

export interface TextMessage {
  /** E.164, such as `+4915112345678`. */
  readonly to: string;
  readonly text: string;
  /** Gives up early; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Sms {
  readonly kind: 'gateway' | 'twilio' | 'smpp' | 'terminal';
  /** Where messages go, for the read-only page of server configuration: no credentials. */
  readonly description: string;
  /** Resolves within 10 seconds, whatever the provider does. Never rejects but for `signal`. */
  send(message: TextMessage): Promise<Outcome>;
  /** Lets go of what is kept open between messages. Resolves within a few seconds; nothing is sent after it. */
  close?(): Promise<void>;
}

/**
 * Chooses the adapter: the provider at `SMS_URL` when it is set; else the terminal, only while `publicUrl` is loopback; else none (null).
 * @param settings SMS_URL, SMS_METHOD, SMS_HEADERS, SMS_BODY, SMS_CONTENT_TYPE as they stand in the environment
 * @param terminal writes one line to the operator's terminal
 */
export function openSms(settings: Readonly<Record<string, string | undefined>>, { publicUrl, terminal }: { publicUrl: URL; terminal: (line: string) => void }): Opened<Sms | null> {
  const read = providerFrom(settings);
  if (!read.ok) return read;
  if (read.adapter !== null) return { ok: true, adapter: adapterOf(read.adapter) };
  return { ok: true, adapter: isLoopback(publicUrl.hostname) ? terminalSms({ publicUrl, terminal }) : null };
}

function adapterOf(provider: Provider): Sms {
  switch (provider.kind) {
    case 'gateway':
      return gatewaySms(provider.gateway);
    case 'twilio':
      return twilioSms(provider.account);
    case 'smpp':
      return smppSms(provider.server);
  }
}
