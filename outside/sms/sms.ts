// Text messages: the one interface, and the choice of its adapter from the configuration.
import { isLoopback } from '#outside/loopback.ts';
import type { Opened, Outcome } from '#outside/outcome.ts';
import { gatewayFrom, strayNames } from '#outside/sms/gateway-config.ts';
import { gatewaySms } from '#outside/sms/gateway.ts';
import { terminalSms } from '#outside/sms/terminal.ts';

export interface TextMessage {
  /** E.164, such as `+4915112345678`. */
  readonly to: string;
  readonly text: string;
  /** Gives up early; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Sms {
  readonly kind: 'gateway' | 'terminal';
  /** Where messages go, for the read-only page of server configuration: no credentials. */
  readonly description: string;
  /** Resolves within 10 seconds, whatever the provider does. Never rejects but for `signal`. */
  send(message: TextMessage): Promise<Outcome>;
}

/**
 * Chooses the adapter: the provider at `SMS_URL` when it is set; else the terminal, only while `publicUrl` is loopback; else none (null).
 * @param settings SMS_URL, SMS_METHOD, SMS_HEADERS, SMS_BODY, SMS_CONTENT_TYPE as they stand in the environment
 * @param terminal writes one line to the operator's terminal
 */
export function openSms(settings: Readonly<Record<string, string | undefined>>, { publicUrl, terminal }: { publicUrl: URL; terminal: (line: string) => void }): Opened<Sms | null> {
  if (settings['SMS_URL'] !== undefined) {
    const gateway = gatewayFrom(settings);
    return gateway.ok ? { ok: true, adapter: gatewaySms(gateway.adapter) } : gateway;
  }
  const faults = strayNames(settings);
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, adapter: isLoopback(publicUrl.hostname) ? terminalSms({ publicUrl, terminal }) : null };
}
