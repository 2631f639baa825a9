// clamd, over TCP or a Unix socket: INSTREAM, with limits on every wait. A scanner that does not answer has found nothing, and passed nothing.
import { connect, type Socket } from 'node:net';
import type { Antivirus, Verdict } from '#outside/antivirus/antivirus.ts';

export interface ClamdConfig {
  readonly where: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly description: string;
  readonly limits?: ClamdLimits;
}

/** Milliseconds. */
export interface ClamdLimits {
  /** To connect, and for each piece to be taken. */
  readonly step: number;
  /** For the verdict, once everything was sent. */
  readonly verdict: number;
  /** For all of it: one that takes each piece at the last moment would keep a file for minutes. */
  readonly whole: number;
}

const LIMITS: ClamdLimits = Object.freeze({ step: 5_000, verdict: 30_000, whole: 60_000 });
const MOST_ANSWER = 4_096;

export type ReadClamd = { readonly ok: true; readonly config: ClamdConfig } | { readonly ok: false; readonly faults: readonly string[] };

/** Reads CLAMD: `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`. */
export function clamdFrom(text: string): ReadClamd {
  const url = URL.parse(text);
  const fault = (sentence: string): ReadClamd => ({ ok: false, faults: [sentence] });
  if (url === null || (url.protocol !== 'tcp:' && url.protocol !== 'unix:')) return fault(`CLAMD must be tcp://host:3310 or unix:///path/of/clamd.ctl, not "${text}".`);
  if (url.username !== '' || url.search !== '' || url.hash !== '') return fault('CLAMD must be only an address: clamd knows no password.');
  if (url.protocol === 'unix:') return url.host === '' && url.pathname.length > 1 ? { ok: true, config: { where: { path: decodeURIComponent(url.pathname) }, description: text } } : fault(`CLAMD must name the whole path of the socket, as unix:///run/clamav/clamd.ctl, not "${text}".`);
  if (url.hostname === '' || (url.pathname !== '' && url.pathname !== '/')) return fault(`CLAMD must be tcp://host:3310, not "${text}".`);
  return { ok: true, config: { where: { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 3310) }, description: text } };
}

/** What clamd said: `stream: OK`, `stream: NAME FOUND`, else an error. */
export function verdictOf(answer: string): Verdict {
  const said = answer.replace(/\0[\s\S]*$/, '').trim();
  if (said === 'stream: OK') return { outcome: 'clean' };
  const found = /^stream: (?<name>.+) FOUND$/.exec(said)?.groups?.['name'];
  if (found !== undefined) return { outcome: 'found', name: found.slice(0, 200) };
  return { outcome: 'unknown', why: said === '' ? 'clamd closed the connection without a verdict.' : `clamd said “${said.slice(0, 200)}”.` };
}

class TooLong extends Error {}

/** The work, or `TooLong` after so many ms. */
function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new TooLong(`clamd did not ${what} within ${Math.round(ms / 1000)} seconds.`)), ms);
  work.then(resolve, reject);
  return promise.finally(() => clearTimeout(timer));
}

const opened = (socket: Socket): Promise<void> => new Promise((resolve, reject) => void socket.once('connect', resolve).once('error', reject));
const taken = (socket: Socket): Promise<void> => new Promise((resolve) => {
  const done = (): void => {
    socket.off('drain', done).off('close', done);
    resolve();
  };
  socket.once('drain', done).once('close', done);
});

/** Whether all of it was sent before an answer came. */
async function send(socket: Socket, bytes: AsyncIterable<Uint8Array>, limits: ClamdLimits, over: () => boolean): Promise<boolean> {
  socket.write('zINSTREAM\0');
  for await (const piece of bytes) {
    // It has answered already: too large for it, or found at the beginning.
    if (over()) return false;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(piece.byteLength);
    socket.write(length);
    if (piece.byteLength > 0 && !socket.write(piece)) await within(limits.step, taken(socket), 'take the file');
  }
  if (over()) return false;
  socket.write(Buffer.alloc(4));
  return true;
}

export function clamd({ where, description, limits = LIMITS }: ClamdConfig): Antivirus {
  return Object.freeze<Antivirus>({
    description,
    async scan(bytes) {
      const socket = connect(where);
      let answer = '';
      let ended = false;
      const heard = new Promise<string>((resolve) => {
        const done = (): void => {
          ended = true;
          resolve(answer);
        };
        socket.on('data', (piece: Buffer) => {
          answer += piece.toString('latin1');
          if (answer.includes('\0') || answer.length > MOST_ANSWER) done();
        });
        socket.once('end', done).once('close', done);
      });
      // Every fault ends as a close; nobody else listens.
      socket.on('error', () => undefined);
      try {
        await within(limits.step, opened(socket), 'answer');
        const looking = send(socket, bytes, limits, () => ended).then(async (all) => [all, verdictOf(await within(limits.verdict, heard, 'give a verdict'))] as const);
        const [whole, verdict] = await within(limits.whole, looking, 'look through the file');
        // Of a part nobody can say that the whole is clean.
        return whole || verdict.outcome !== 'clean' ? verdict : { outcome: 'unknown', why: 'clamd answered before it had the whole file.' };
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        // What the file itself could not be read for is no matter of the scanner.
        return { outcome: 'unknown', why: error instanceof TooLong ? message : `clamd cannot be reached (${code ?? message}).` };
      } finally {
        socket.destroy();
      }
    },
  });
}
