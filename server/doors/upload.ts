// The upload door: every file that comes in over HTTP passes here, streamed, judged as declared before a byte is read and as counted after the last one.
import { Busboy } from '@fastify/busboy';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, type DenialCode, deny } from '#policy/decision.ts';
import { shownFile } from '#media/file-view.ts';
import { type Incoming, takeIn } from '#media/intake.ts';
import type { Entry } from '#store/store.ts';
import type { Brand } from '#server/brands.ts';
import { chatNetworkOf } from '#server/chat-networks.ts';
import type { Parts } from '#server/parts.ts';
import { openRates, type Rate } from '#server/rate.ts';
import { openUploadPlaces, type Taker } from '#server/upload-places.ts';
import { watchSender } from '#server/upload-sender.ts';

/** Who sends, where to, and what must still hold when it has come. */
export interface Sending extends Pick<Incoming, 'channelId' | 'conversationId' | 'side' | 'author' | 'door' | 'admission'> {
  readonly brand: Brand;
  /** Who the row of a refusal names. */
  readonly actor: Entry['actor'];
}

export interface UploadDoor {
  /** Takes the one file of this request in, and answers: 201 with the file, or the refusal with the row it left. */
  receive(request: FastifyRequest, reply: FastifyReply, sending: Sending): Promise<FastifyReply>;
  /** Why this request may not send anything now: too many at once, or packed on the way. Null when it may. */
  stop(request: FastifyRequest, sending: Sending): Denial | null;
  refuse(request: FastifyRequest, reply: FastifyReply, sending: Sending, denial: Denial, told?: Readonly<Record<string, unknown>>): Promise<FastifyReply>;
  /** The same of one more piece of a file that was counted when it began. */
  stopPiece(request: FastifyRequest, sending: Sending): Denial | null;
  /** What is under way counts, from whichever route. */
  during<T>(request: FastifyRequest, sending: Sending, work: (waits: Waits) => Promise<T>): Promise<T>;
}

/** Told that the file waits for its turn to be looked through, and that it does no more. */
type Waits = NonNullable<Incoming['waits']>;

/** How many files may come. */
export interface FileRate {
  /** From one person. */
  readonly person: Rate;
  readonly network: Rate;
}
export const FILE_RATE: FileRate = Object.freeze({ person: Object.freeze({ perSecond: 1, burst: 100 }), network: Object.freeze({ perSecond: 5, burst: 500 }) });
/** What a form may hold beside its file. */
const FORM_BYTES = 65_536;
/** Who was refused may send on for so long, so that the answer is read; what comes is thrown away. */
const LINGER_MS = 2_000;

const no = (code: DenialCode, facts: Readonly<Record<string, unknown>> = {}): Denial => deny(code, null, facts);
const LENGTH = /^[0-9]{1,15}$/;

/** Bytes as the request announces them; null where it does not. */
function announcedBytes({ headers }: FastifyRequest): number | null {
  const { 'content-length': text } = headers;
  return text !== undefined && LENGTH.test(text) ? Number(text) : null;
}

/** A name from a header or an address: percent-encoded UTF-8. What cannot be decoded is taken as it stands. */
function givenName({ headers, query }: FastifyRequest): string {
  const header = headers['x-file-name'];
  const named = typeof header === 'string' ? header : null;
  if (named === null) return (query as { name?: string }).name ?? '';
  try {
    return decodeURIComponent(named);
  } catch {
    return named;
  }
}

/** The pieces of a body. Leaving it early does not cut the connection: the refusal must be read first. */
export const piecesOf = (raw: Readable): AsyncIterable<Uint8Array> => ({ [Symbol.asyncIterator]: () => raw.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array> });

interface Part { readonly name: string; readonly type: string | null; readonly body: AsyncIterable<Uint8Array> }

/** The first file of a form; what else stands in it is passed over. Null: there is none, or it is no form. */
function partOf(request: FastifyRequest, most: number): Promise<Part | null> {
  return new Promise((resolve) => {
    let form;
    try {
      form = new Busboy({ headers: request.headers as { 'content-type': string }, limits: { files: 1, fields: 20, parts: 22, fieldSize: 1_000, headerPairs: 20, fileSize: most + 1 } });
    } catch {
      return resolve(null);
    }
    const fail = (): void => resolve(null);
    form.on('file', (_field, file, name, _encoding, type) => {
      // Whoever reads it hears of it too; when nobody reads any more, a fault of the form must not end the server.
      file.on('error', () => undefined);
      // A form that breaks off in the middle breaks its file off too.
      form.on('error', (error) => file.destroy(error as Error));
      request.raw.on('error', (error) => file.destroy(error));
      request.raw.on('aborted', () => file.destroy(new Error('aborted')));
      resolve({ name: name ?? '', type: type ?? null, body: piecesOf(file) });
    });
    form.on('error', fail);
    form.on('finish', fail);
    request.raw.on('aborted', fail);
    let bytes = 0;
    request.raw.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= most + FORM_BYTES) return;
      // More than a file that may come and the words around it: nothing of the rest is read.
      request.raw.unpipe(form).pause();
      form.destroy(new Error('over'));
      fail();
    });
    request.raw.pipe(form);
  });
}

export function uploadDoor(parts: Pick<Parts, 'problems' | 'media' | 'uptime' | 'fileRate'>): UploadDoor {
  const { problems, media, uptime, fileRate } = parts;
  const rates = openRates(fileRate.person, uptime);
  const networks = openRates(fileRate.network, uptime);
  const places = openUploadPlaces();

  async function refuse(request: FastifyRequest, reply: FastifyReply, { brand, actor, door, channelId, conversationId }: Sending, denial: Denial, told: Readonly<Record<string, unknown>> = {}): Promise<FastifyReply> {
    const named = deny(denial.code, denial.setting, { ...denial.facts, channel: channelId, ...(conversationId === null ? {} : { conversation: conversationId }), way: door });
    if (!request.raw.readableEnded) {
      reply.header('connection', 'close');
      reply.raw.once('finish', () => {
        request.raw.resume();
        setTimeout(() => request.raw.destroy(), LINGER_MS).unref();
      });
    }
    return problems.refuse(request, reply, named, { door: 'upload', brand, actor, told });
  }

  const personOf = ({ brand, actor }: Sending): string => `${brand.id} ${actor.kind} ${actor.id ?? ''}`;
  function takerOf({ client, raw }: FastifyRequest, sending: Sending): { readonly taker: Taker; readonly waits: Waits } {
    let waiting = false;
    const taker = {
      person: personOf(sending), side: sending.side, network: sending.door === 'chat' ? chatNetworkOf(client) : null,
      mayYield: () => waiting || !raw.complete, cut: () => void raw.socket.destroy(),
    };
    return { taker, waits: (now) => void (waiting = now) };
  }

  function stopPiece(request: FastifyRequest, sending: Sending): Denial | null {
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return no('upload.encoded', { encoding: encoding.slice(0, 40) });
    const full = places.full(takerOf(request, sending).taker);
    return full === null ? null : no(full, { retryAfterSeconds: 2 });
  }

  function stop(request: FastifyRequest, sending: Sending): Denial | null {
    const denial = stopPiece(request, sending);
    if (denial !== null) return denial;
    const who = personOf(sending);
    if (!rates.take(who)) return no('upload.too_fast', { retryAfterSeconds: Math.max(1, Math.ceil(rates.wait(who) / 1000)) });
    const network = chatNetworkOf(request.client);
    return networks.take(network) ? null : no('upload.too_fast', { retryAfterSeconds: Math.max(1, Math.ceil(networks.wait(network) / 1000)) });
  }

  async function during<T>(request: FastifyRequest, sending: Sending, work: (waits: Waits) => Promise<T>): Promise<T> {
    const { taker, waits } = takerOf(request, sending);
    const leave = places.take(taker);
    try {
      return await work(waits);
    } finally {
      leave();
      if (places.none()) for (const one of [rates, networks]) one.sweep();
    }
  }

  return {
    refuse,
    stop,
    stopPiece,
    during,
    async receive(request, reply, sending) {
      const denial = stop(request, sending);
      if (denial !== null) return refuse(request, reply, sending, denial);
      const { brand, actor: _actor, ...incoming } = sending;
      const policy = brand.policyIn(sending.channelId);
      const form = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
      return during(request, sending, async (waits) => {
        const sender = { ...watchSender(request, reply), waits };
        const part = form ? await partOf(request, policy.values['upload.max_bytes']) : { name: givenName(request), type: request.headers['x-file-type']?.toString() ?? null, body: piecesOf(request.raw) };
        if (part === null) return refuse(request, reply, sending, no('upload.incomplete'));
        const taken = await takeIn(media, brand.id, { ...incoming, ...sender, name: part.name, declaredType: part.type, declaredBytes: form ? null : announcedBytes(request), body: part.body, policy, policyNow: () => brand.policyIn(sending.channelId) });
        if (taken.ok) return reply.code(201).send({ file: shownFile(taken.file) });
        return refuse(request, reply, sending, taken.denial, { file: shownFile(taken.file) });
      });
    },
  };
}
