// Text messages by Twilio's API of 2010-04-01, which other providers offer too: one form posted, the error code in the answer read.
import { failed, type FailureCode, type Outcome, sent } from '#outside/outcome.ts';
import { judgedStatus, slow, SMS_LIMIT_MS, unreachable } from '#outside/sms/gateway.ts';
import type { Sms, TextMessage } from '#outside/sms/sms.ts';
import type { TwilioAccount } from '#outside/sms/twilio-config.ts';

/** An answer that says no is read this far (bytes); Twilio's are under 500. */
const LONGEST_ANSWER = 16_384;

type Told = readonly [code: FailureCode, sentence: string, retry?: boolean];

const CREDENTIALS: Told = ['misconfigured', 'The text message provider refused our credentials: the operator must correct the account and token in SMS_URL.'];
const SUSPENDED: Told = ['out_of_credit', 'The account at the text message provider has no credit left or is suspended: an admin must top it up or ask the provider.'];
const NUMBER: Told = ['provider_refused', 'The text message provider cannot send to this phone number: check the number, or use another way to prove who you are.'];
const SENDER: Told = ['misconfigured', 'The text message provider does not accept our sender: the operator must correct from or service in SMS_URL.'];
const COUNTRY: Told = ['misconfigured', 'The text message provider may not send to this country or number with our account: an admin must allow it in the account there, or use another way to prove who you are.'];
const BUSY: Told = ['provider_refused', 'The text message provider takes no more messages just now: try again in a minute.', true];

/** The provider's published error codes, by what they mean for the person who waits. A code that is not here is judged by its HTTP status. */
const ERRORS: ReadonlyMap<number, Told> = new Map([
  ...row(CREDENTIALS, 20003, 20006, 20008, 20403, 20404),
  ...row(SUSPENDED, 10001, 20005, 30002),
  ...row(NUMBER, 21211, 21214, 21217, 21610, 21612, 21614, 21635),
  ...row(SENDER, 21212, 21603, 21606, 21607, 21618, 21659, 21660, 21661, 21701, 21703, 21705),
  ...row(COUNTRY, 10002, 21215, 21408, 21608),
  ...row(BUSY, 14107, 20429, 21611, 30001, 30022, 63038),
  ...row(['bad_message', 'The text message is too long or empty for the provider: use another way to prove who you are.'], 21602, 21617),
]);

function row(told: Told, ...codes: number[]): [number, Told][] {
  return codes.map((code) => [code, told]);
}

/** @param limitMs shorter in tests only */
export function twilioSms(account: TwilioAccount, limitMs: number = SMS_LIMIT_MS): Sms {
  return Object.freeze<Sms>({
    kind: 'twilio',
    description: `Sent by ${account.origin}, as Twilio's API is.`,
    async send(message) {
      message.signal?.throwIfAborted();
      const limit = AbortSignal.timeout(limitMs);
      const signal = message.signal === undefined ? limit : AbortSignal.any([message.signal, limit]);
      try {
        const outcome = await judged(await fetch(account.url, { ...request(account, message), signal, redirect: 'manual' }));
        if (!outcome.sent) message.signal?.throwIfAborted();
        return outcome;
      } catch (fault) {
        message.signal?.throwIfAborted();
        return limit.aborted ? slow(limitMs) : unreachable(fault);
      }
    },
  });
}

function request({ authorization, sender }: TwilioAccount, { to, text }: TextMessage): RequestInit {
  return {
    method: 'POST',
    headers: { accept: 'application/json', 'user-agent': 'Portcullis', authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ To: to, Body: text.toWellFormed(), ...sender }).toString(),
  };
}

async function judged(answer: Response): Promise<Outcome> {
  if (answer.status < 400) {
    // Taken, or a redirect: the status says all, so the body is not waited for, however long it is.
    void answer.body?.cancel().catch(() => undefined);
    return answer.ok ? sent() : judgedStatus(answer.status);
  }
  const code = await errorCode(answer);
  const told = code === undefined ? undefined : ERRORS.get(code);
  if (told === undefined) return judgedStatus(answer.status);
  return failed(told[0], told[1].replace(':', ` (${code}):`), told[2]);
}

/** The `code` of an error's JSON. An answer that breaks off, is too long or is no such JSON still has its status. */
async function errorCode(answer: Response): Promise<number | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of answer.body ?? []) {
      length += piece.length;
      if (length > LONGEST_ANSWER) return undefined;
      pieces.push(piece);
    }
    const { code } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { code?: unknown };
    return typeof code === 'number' && Number.isInteger(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
