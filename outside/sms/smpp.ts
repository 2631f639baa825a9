// Text messages by SMPP 3.4: one bound connection for all of them, bound anew after it dropped, ten seconds a message at the very most.
import type { Pdu } from 'smpp';
import { failed, type FailureCode, type Failed, type Outcome, sent } from '#outside/outcome.ts';
import { slow, SMS_LIMIT_MS, unreachable } from '#outside/sms/gateway.ts';
import type { SmppServer } from '#outside/sms/smpp-config.ts';
import { type Answer, type Link, openLink, type Opening } from '#outside/sms/smpp-link.ts';
import { encoded, fitsAlone, parts, WITH_HEADER } from '#outside/sms/smpp-text.ts';
import type { Sms, TextMessage } from '#outside/sms/sms.ts';

const ENQUIRE_MS = 30_000;
const REST_MS = 1_000;

type Told = readonly [code: FailureCode, sentence: string, retry?: boolean];

const CREDENTIALS: Told = ['misconfigured', 'The text message provider refused our sign-in: the operator must correct the system id, password or system-type in SMS_URL.'];
const BUSY: Told = ['provider_refused', 'The text message provider takes no more messages just now: try again in a minute.', true];
const BOUND: Told = ['provider_refused', 'The text message provider has another connection of ours open still: try again in a minute.', true];
const NUMBER: Told = ['provider_refused', 'The text message provider cannot send to this phone number: check the number, or use another way to prove who you are.'];
const SENDER: Told = ['misconfigured', 'The text message provider does not accept our sender or kind of message: the operator must correct from, from-ton, from-npi, bind or long in SMS_URL.'];
const REFUSED: Told = ['provider_refused', 'The text message provider refused the message: check the phone number, or use another way to prove who you are.'];
const NO_CREDIT: Told = ['out_of_credit', 'The account at the text message provider has no credit left: an admin must top it up.'];

/** command_status (SMPP 3.4 §5.1.3), by what it means for the person who waits. */
const STATUSES: ReadonlyMap<number, Told> = new Map([
  // ESME_RBINDFAIL, RINVPASWD, RINVSYSID, RINVSYSTYP, RSERTYPUNAUTH
  ...row(CREDENTIALS, 0x0d, 0x0e, 0x0f, 0x53, 0x100),
  // ESME_RSYSERR, RMSGQFUL, RTHROTTLED, RX_T_APPN
  ...row(BUSY, 0x08, 0x14, 0x58, 0x64),
  // ESME_RALYBND
  ...row(BOUND, 0x05),
  // ESME_RINVDSTADR, RINVDSTTON, RINVDSTNPI
  ...row(NUMBER, 0x0b, 0x50, 0x51),
  // ESME_RINVBNDSTS, RINVSRCADR, RINVSERTYP, RINVESMCLASS, RINVSRCTON, RINVSRCNPI, RPROHIBITED, RINVDCS
  ...row(SENDER, 0x04, 0x0a, 0x15, 0x43, 0x48, 0x49, 0x101, 0x104),
]);

function row(told: Told, ...statuses: number[]): [number, Told][] {
  return statuses.map((status) => [status, told]);
}

/** @param options shorter times, and the authority of a test's own certificate, in tests only */
export function smppSms(server: SmppServer, { limitMs = SMS_LIMIT_MS, enquireMs = ENQUIRE_MS, restMs = REST_MS, ca }: { limitMs?: number; enquireMs?: number; restMs?: number; ca?: string } = {}): Sms {
  let link: Link | null = null;
  let opening: Promise<Opening> | null = null;
  let closed = false;

  /** The link that stands, or one attempt to open it that everybody who waits now shares. */
  async function bound(): Promise<Opening> {
    const present = link;
    if (present !== null && (await present.proven())) return { link: present };
    // Somebody else may have replaced it while it was asked.
    if (link !== null && link !== present) return bound();
    opening ??= openLink(server, { limitMs, enquireMs, restMs }, ca)
      .then((opened) => {
        link = opened.link;
        return opened;
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  }

  async function deliver(message: TextMessage): Promise<Outcome> {
    const destination = /^\+(\d{3,15})$/.exec(message.to)?.[1];
    if (destination === undefined) return failed('bad_message', 'The phone number is not an international one: write it with + and the country code.');
    const opened = await bound();
    if (opened.link === null) return refused(opened.refused, CREDENTIALS);
    const messages = await submissions(server, destination, message.text);
    if (messages === null) return failed('bad_message', 'The text message is too long: use another way to prove who you are.');
    const answers = await Promise.all(messages.map((fields) => opened.link.ask('submit_sm', fields)));
    const worst = answers.find((answer) => answer.kind !== 'answered' || answer.pdu.command_status !== 0);
    return worst === undefined ? sent(reference(answers[0])) : refused(worst, REFUSED);
  }

  function refused(answer: Answer, otherwise: Told): Failed {
    if (answer.kind === 'slow') return slow(limitMs);
    if (answer.kind === 'gone') return unreachable({ cause: answer.fault });
    const status = answer.pdu.command_status;
    const [code, sentence, retry] = server.outOfCredit.includes(status) ? NO_CREDIT : (STATUSES.get(status) ?? otherwise);
    return failed(code, sentence.replace(':', ` (status 0x${status.toString(16).padStart(2, '0')}):`), retry);
  }

  return Object.freeze<Sms>({
    kind: 'smpp',
    description: `Sent by ${server.host}, port ${server.port}, over SMPP${server.tls ? ', encrypted' : ', not encrypted'}.`,
    async send(message) {
      message.signal?.throwIfAborted();
      if (closed) return failed('unreachable', 'The server is being stopped: try again in a minute.');
      return within(limitMs, message.signal, deliver(message));
    },
    async close() {
      closed = true;
      await opening?.catch(() => undefined);
      await link?.close();
    },
  });
}

/** The work, or the limit, or the end of the caller's patience: whichever comes first. The work goes on by itself. */
async function within(limitMs: number, signal: AbortSignal | undefined, work: Promise<Outcome>): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => resolve(slow(limitMs)), limitMs);
  const give = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', give, { once: true });
  work.then(resolve, (fault: unknown) => resolve(unreachable({ cause: fault })));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', give);
  }
}

/** The submit_sm of a text, or of each of its parts; null when it has too many. */
async function submissions(server: SmppServer, destination: string, text: string): Promise<Readonly<Record<string, unknown>>[] | null> {
  const { default: smpp } = await import('smpp');
  const { source } = server;
  const whole = encoded(text, smpp.encodings.ASCII);
  const addressed = { source_addr_ton: source.ton, source_addr_npi: source.npi, source_addr: source.address, dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: destination, data_coding: whole.coding };
  if (fitsAlone(whole)) return [{ ...addressed, short_message: whole.bytes }];
  if (server.long === 'payload') return whole.bytes.length > 0xffff ? null : [{ ...addressed, short_message: Buffer.alloc(0), message_payload: whole.bytes }];
  return parts(whole)?.map((part) => ({ ...addressed, esm_class: WITH_HEADER, short_message: part })) ?? null;
}

/** What the provider calls the message, where that is a short plain text. */
function reference(answer: Answer | undefined): string | undefined {
  const id = answer?.kind === 'answered' ? (answer.pdu as Pdu)['message_id'] : undefined;
  return typeof id === 'string' && /^[\x21-\x7e]{1,65}$/.test(id) ? id : undefined;
}
