// Files for a test: small real ones of several types, and how they are sent.
import { request as httpRequest } from 'node:http';
import { crc32 } from 'node:zlib';
import { type Answer, presentCookie, type TestHouse } from '#test/house.ts';

/** One pixel. */
export const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
export const TEXT = Buffer.from('The blinds are too short.\nAll three of them.\n');

export interface Sending {
  readonly name: string;
  readonly cookie?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent piece by piece without a length. */
  readonly chunked?: boolean;
  readonly method?: string;
  /** Local address the sender connects from. */
  readonly from?: string;
  /** The sender hangs up when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Sends bytes as a page does: raw, the name in a header. A connection that is cut before an answer gives status 0. */
export function sendFile(house: TestHouse, path: string, bytes: Uint8Array | Iterable<Uint8Array>, { name, cookie, token, headers = {}, chunked = false, method = 'POST', from = '127.0.0.1', signal }: Sending): Promise<Answer> {
  const all: Record<string, string | undefined> = {
    host: `localhost:${house.port}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(name),
    ...(bytes instanceof Uint8Array && !chunked ? { 'content-length': String(bytes.byteLength) } : {}),
    ...(cookie === undefined ? {} : { cookie: presentCookie(cookie) }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string>;
  return new Promise((resolve) => {
    let answered = false;
    const request = httpRequest({ host: '127.0.0.1', port: house.port, method, path, localAddress: from, headers: sent, agent: false, ...(signal === undefined ? {} : { signal }) }, (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined, cookies: [] });
      });
    });
    request.on('error', (error) => void (answered || resolve({ status: 0, headers: {}, text: error.message, body: undefined, cookies: [] })));
    if (bytes instanceof Uint8Array) return void request.end(bytes);
    void (async () => {
      for (const piece of bytes) {
        if (request.destroyed) return;
        if (!request.write(piece)) await new Promise((go) => request.once('drain', go).once('close', go));
      }
      request.end();
    })();
  });
}

/** A chunk of a PNG. */
function pngChunk(type: string, body: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.byteLength);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

/** The picture with a text beside it, as cameras and editors leave them. */
export const tellingPng = (text: string): Buffer => Buffer.concat([PNG.subarray(0, 33), pngChunk('tEXt', Buffer.from(`Author\0${text}`, 'latin1')), PNG.subarray(33)]);
