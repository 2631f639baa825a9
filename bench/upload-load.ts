// Sends files on loopback, a few at once on connections that are kept: as a form to us, by PUT to nginx. Each file differs, so that none lies there already.
import { Agent, request } from 'node:http';

export interface Uploads {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly count: number;
  readonly bytes: number;
  /** POST of multipart/form-data, else PUT of the bytes to a path of its own. */
  readonly form: boolean;
}

const AT_ONCE = 4;
const BOUNDARY = 'bench-of-portcullis';
let sent = 0;

function bodyOf(bytes: number, form: boolean): Buffer {
  const file = Buffer.from(`File ${(sent += 1)} of process ${process.pid}, ${Date.now()}.\n${'The blinds are too short, all three of them. '.repeat(Math.ceil(bytes / 45))}`).subarray(0, bytes);
  if (!form) return file;
  return Buffer.concat([Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="bench-${sent}.txt"\r\ncontent-type: text/plain\r\n\r\n`), file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

/** Throws when any answer is not a success. */
export async function uploads({ port, path, headers, count, bytes, form }: Uploads): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let left = count;
  const one = (): Promise<void> => new Promise((resolve, reject) => {
    const body = bodyOf(bytes, form);
    const type = form ? { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` } : {};
    const asked = request({ host: '127.0.0.1', port, method: form ? 'POST' : 'PUT', path: form ? path : `${path}${sent}`, headers: { ...headers, ...type, 'content-length': String(body.length) }, agent }, (answer) => {
      answer.resume();
      answer.once('end', () => ((answer.statusCode ?? 500) < 300 ? resolve() : reject(new Error(`Not every file was taken: ${answer.statusCode}.`))));
    });
    asked.once('error', reject);
    asked.end(body);
  });
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  }));
  agent.destroy();
}

/** One file, raw, its name in a header. Throws when it is not taken. */
export function sendLarge({ port, path, headers, name, file }: Pick<Uploads, 'port' | 'path' | 'headers'> & { readonly name: string; readonly file: Buffer }): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method: 'POST', path, headers: { ...headers, 'content-type': 'application/octet-stream', 'x-file-name': name, 'content-length': String(file.length) }, agent: false }, (answer) => {
      let said = '';
      answer.setEncoding('utf8').on('data', (text: string) => { said += text; });
      answer.once('end', () => ((answer.statusCode ?? 500) < 300 ? resolve() : reject(new Error(`${name} was not taken: ${answer.statusCode} ${said.slice(0, 300)}`))));
    });
    asked.once('error', reject);
    asked.end(file);
  });
}
