// Text messages by a provider's HTTPS API: one request, one bounded look at the answer, ten seconds at the very most.
import { failed, type Failed, sent } from '#outside/outcome.ts';
import type { Gateway } from '#outside/sms/gateway-config.ts';
import type { Sms, TextMessage } from '#outside/sms/sms.ts';

/** The page that asked for a code answers within this time, whatever the provider does (ms). */
export const SMS_LIMIT_MS = 10_000;

/** @param limitMs shorter in tests only */
export function gatewaySms(gateway: Gateway, limitMs: number = SMS_LIMIT_MS): Sms {
  return Object.freeze<Sms>({
    kind: 'gateway',
    description: `Sent by ${gateway.origin}.`,
    async send(message) {
      message.signal?.throwIfAborted();
      const limit = AbortSignal.timeout(limitMs);
      const signal = message.signal === undefined ? limit : AbortSignal.any([message.signal, limit]);
      try {
        const answer = await fetch(addressed(gateway.url, message), { ...request(gateway, message), signal, redirect: 'manual' });
        // Only the status is believed, so the body is not waited for, however long it is.
        void answer.body?.cancel().catch(() => undefined);
        return answer.ok ? sent() : judgedStatus(answer.status);
      } catch (fault) {
        message.signal?.throwIfAborted();
        return limit.aborted ? slow(limitMs) : unreachable(fault);
      }
    },
  });
}

function request(gateway: Gateway, message: TextMessage): { method: string; headers: Record<string, string>; body?: string } {
  const { method, body } = gateway;
  const headers: Record<string, string> = { accept: 'application/json, text/plain;q=0.9, */*;q=0.1', 'user-agent': 'Portcullis', ...gateway.headers };
  if (body.kind === 'none') return { method, headers };
  if (body.kind === 'form') {
    return { method, headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: addressed(body.template, message) };
  }
  return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(filled(body.value, message)) };
}

/** Fills a URL or form template. In one pass, so that a text with `{to}` in it stays the text it is. */
function addressed(template: string, message: TextMessage): string {
  return template.replace(/\{(to|text)\}/g, (_, name: 'to' | 'text') => encodeURIComponent(message[name].toWellFormed()));
}

/** Fills the texts of a JSON value; the value is encoded afterwards, so nothing in a message can leave its place. */
function filled(value: unknown, message: TextMessage): unknown {
  if (typeof value === 'string') return value.replace(/\{(to|text)\}/g, (_, name: 'to' | 'text') => message[name]);
  if (Array.isArray(value)) return value.map((entry) => filled(entry, message));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, filled(entry, message)]));
}

export function slow(limitMs: number): Failed {
  return failed('provider_slow', `The text message provider did not answer within ${Math.ceil(limitMs / 1_000)} seconds: try again, or use another way to prove who you are.`);
}

/** Status by status (RFC 9110 §15), what an answer other than 2xx means for the person who waits for the code. */
export function judgedStatus(status: number): Failed {
  if (status === 402) return failed('out_of_credit', 'The account at the text message provider has no credit left: an admin must top it up.');
  if (status >= 300 && status < 400) return failed('misconfigured', `The text message provider answered with a redirect (${status}), which is not followed: the operator must set SMS_URL to the final address.`);
  if (status === 401 || status === 403) return failed('misconfigured', `The text message provider refused our credentials (${status}): the operator must correct SMS_HEADERS or the password in SMS_URL.`);
  if (status === 404 || status === 405 || status === 415) return failed('misconfigured', `The text message provider does not know this request (${status}): the operator must correct SMS_URL, SMS_METHOD or SMS_CONTENT_TYPE.`);
  if (status === 408 || status === 504) return failed('provider_slow', `The text message provider was too slow (${status}): try again in a minute.`);
  if (status === 429) return failed('provider_refused', 'The text message provider takes no more messages just now (429): try again in a minute.', true);
  if (status >= 500) return failed('provider_refused', `The text message provider has a fault of its own (${status}): try again in a minute, or use another way to prove who you are.`, true);
  return failed('provider_refused', `The text message provider refused the message (${status}): check the phone number, or use another way to prove who you are.`);
}

/** Only the system's error code is passed on: messages of the network stack can quote addresses with passwords in them. */
export function unreachable(fault: unknown): Failed {
  const cause = (fault as { cause?: { code?: unknown } }).cause;
  const code = typeof cause?.code === 'string' && /^[A-Z0-9_]{1,40}$/.test(cause.code) ? ` (${cause.code})` : '';
  if (/CERT|TLS|SSL|SELF_SIGNED|ISSUER/.test(code)) {
    return failed('misconfigured', `The certificate of the text message provider cannot be trusted${code}: the operator must check SMS_URL.`);
  }
  return failed('unreachable', `The text message provider cannot be reached${code}: try again in a minute, or use another way to prove who you are.`);
}
