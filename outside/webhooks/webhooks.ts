// Calls the receiver of a webhook: the name is resolved once, every address is judged, and the connection goes to a judged address and nowhere else.
import { lookup as systemLookup } from 'node:dns/promises';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { parseAddress } from '#policy/address.ts';
import type { CidrSet } from '#policy/cidr-set.ts';
import { decideWebhookTarget, literalOf } from '#policy/decide/webhook-target.ts';
import { type DenialCode, sentenceOf } from '#policy/decision.ts';

/** How one call ended. */
export interface Called {
  readonly ok: boolean;
  /** null when there was no answer. */
  readonly status: number | null;
  readonly ms: number;
  /** The beginning of an answer that was no success. */
  readonly answer: string;
  /** One sentence for a person; null after a success. */
  readonly fault: string | null;
  readonly code: DenialCode | 'redirect' | 'status' | 'slow' | 'unreachable' | 'too_large' | null;
  /** What the receiver asks to wait, ms. */
  readonly retryAfterMs: number | null;
}

export interface Webhooks {
  /** Never throws. */
  call(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Called>;
}

export interface WebhooksParts {
  readonly allowed: CidrSet | null;
  /** The addresses of a host; tests pass a resolver that changes its mind. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Certificates that are trusted beside the system's (PEM). */
  readonly ca?: string;
  readonly limitMs?: number;
}

export const CALL_LIMIT_MS = 10_000;
const LONGEST_ANSWER = 64 * 1024;
const SHOWN_ANSWER = 500;
const LONGEST_HEAD = 16 * 1024;
const LONGEST_WAIT_MS = 24 * 3_600_000;

const resolveBySystem = async (host: string): Promise<readonly string[]> => (await systemLookup(host, { all: true, verbatim: true })).map(({ address }) => address);

function waitOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,6}$/.test(text)) return null;
  return Math.min(Number(text) * 1000, LONGEST_WAIT_MS);
}

async function read(response: IncomingMessage): Promise<string | null> {
  let size = 0;
  const kept: Buffer[] = [];
  for await (const piece of response as AsyncIterable<Buffer>) {
    if (size < SHOWN_ANSWER * 4) kept.push(piece);
    size += piece.length;
    if (size > LONGEST_ANSWER) return null;
  }
  return Buffer.concat(kept).toString('utf8').replace(/[\p{Cc}]/gu, ' ').slice(0, SHOWN_ANSWER);
}

export function openWebhooks({ allowed, resolve = resolveBySystem, ca, limitMs = CALL_LIMIT_MS }: WebhooksParts): Webhooks {
  async function attempt(url: URL, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Omit<Called, 'ms'>> {
    const no = (code: Called['code'], fault: string, more: Partial<Called> = {}): Omit<Called, 'ms'> => ({ ok: false, status: null, answer: '', retryAfterMs: null, ...more, code, fault });
    const literal = literalOf(url);
    const found = literal === undefined ? await resolve(url.hostname).catch(() => []) : [];
    if (signal.aborted) return no('slow', 'The name was not resolved in time.');
    const addresses = found.map((one) => parseAddress(one)).filter((one) => one !== undefined);
    // An address that cannot be read cannot be judged.
    const decision = decideWebhookTarget({ url: url.href, addresses: addresses.length === found.length ? addresses : [], allowed });
    if (!decision.allowed) return no(decision.code, sentenceOf(decision));

    // No second look-up: what was judged is what is connected to.
    const judged = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const lookup: LookupFunction = (_host, options, done) => {
      if (options.all === true) done(null, judged);
      else done(null, judged[0]!.address, judged[0]!.family);
    };
    const secure = url.protocol === 'https:';
    const options = {
      method: 'POST', hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), path: `${url.pathname}${url.search}`, lookup, signal, maxHeaderSize: LONGEST_HEAD, insecureHTTPParser: false,
      // Of its own, without a proxy that the environment may name.
      agent: secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }), ...(ca === undefined ? {} : { ca }),
      headers: { ...headers, host: url.host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Portcullis-Webhooks', connection: 'close' },
    };
    const response = await new Promise<IncomingMessage>((answered, failed) => {
      const request = (secure ? httpsRequest : httpRequest)(options, answered);
      request.on('error', failed);
      request.end(body);
    });
    const status = response.statusCode ?? 0;
    const answer = await read(response);
    if (answer === null) {
      response.destroy();
      return no('too_large', 'The answer was larger than 64 KiB.', { status });
    }
    if (status >= 200 && status < 300) return { ok: true, status, answer: '', fault: null, code: null, retryAfterMs: null };
    if (status >= 300 && status < 400) return no('redirect', 'The receiver answered with a redirect, which is never followed: name its final address.', { status });
    return no('status', `The receiver answered ${status}.`, { status, answer, retryAfterMs: waitOf(response.headers['retry-after']) });
  }

  return {
    async call(text, headers, body) {
      const began = performance.now();
      const ended = (called: Omit<Called, 'ms'>): Called => ({ ...called, ms: Math.round(performance.now() - began) });
      const decision = decideWebhookTarget({ url: text, addresses: null, allowed });
      if (!decision.allowed) return ended({ ok: false, status: null, answer: '', retryAfterMs: null, code: decision.code, fault: sentenceOf(decision) });
      const signal = AbortSignal.timeout(limitMs);
      try {
        return ended(await attempt(new URL(text), headers, body, signal));
      } catch (error) {
        const slow = signal.aborted;
        const why = (error as NodeJS.ErrnoException).code ?? (error as Error).name;
        const fault = slow ? `There was no whole answer within ${limitMs / 1000} seconds.` : `The receiver could not be reached (${why}).`;
        return ended({ ok: false, status: null, answer: '', retryAfterMs: null, code: slow ? 'slow' : 'unreachable', fault });
      }
    },
  };
}
