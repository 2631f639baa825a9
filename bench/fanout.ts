// Five hundred who listen and one who speaks, at a server of any of the three kinds: what a delivery costs the server, in µs of its processor time.
import { WebSocket } from 'ws';
import { processorTime } from './process-stat.ts';

export const LISTENERS = 500;
const AT_ONCE = 25;
const PATIENCE_MS = 10_000;
/** Messages of one burst. */
const MESSAGES = 150;
/** Spoken one by one, as people do: the next when everybody has the one before. */
const TEXT = 'Where is my order, please? It should have come last week.';

export interface Hall {
  readonly pid: number;
  /** Opens the socket of listener `n`; resolves once it listens. `heard` is called for each message that comes. */
  listen(n: number, heard: () => void): Promise<WebSocket>;
  /** Says it once, to all. */
  say(text: string): void;
}

export interface Gathered {
  /** µs of the server's processor time for each delivery of one burst. */
  burst(): Promise<number>;
  close(): void;
}

/** A socket that is open, and passes what it hears on as text. */
export function opened(url: string, headers: Record<string, string>, origin: string | undefined, hear: (text: string, socket: WebSocket) => void): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false, ...(origin === undefined ? {} : { origin }) });
    socket.once('error', reject);
    socket.once('open', () => resolve(socket));
    socket.on('message', (data) => hear(String(data), socket));
  });
}

export async function gathered(hall: Hall): Promise<Gathered> {
  let heard = 0;
  let everybody = (): void => {};
  const sockets: WebSocket[] = [];
  for (let first = 0; first < LISTENERS; first += AT_ONCE) {
    sockets.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => hall.listen(first + at, () => {
      heard += 1;
      if (heard % LISTENERS === 0) everybody();
    })))));
  }
  return {
    async burst() {
      let listening = true;
      // Never asleep: waking a listener up over loopback is charged to the server that writes, several times over in a virtual machine.
      const stayAwake = (): void => void (listening && setImmediate(stayAwake));
      stayAwake();
      const before = processorTime(hall.pid);
      for (let n = 0; n < MESSAGES; n += 1) {
        // A hall that loses somebody would wait for ever.
        await new Promise<void>((resolve, reject) => {
          const late = setTimeout(() => reject(new Error(`Of ${LISTENERS} listeners only ${heard % LISTENERS} heard message ${n} within ${PATIENCE_MS / 1_000} s.`)), PATIENCE_MS);
          everybody = () => {
            clearTimeout(late);
            resolve();
          };
          hall.say(`${TEXT} ${n}`);
        });
      }
      listening = false;
      return (processorTime(hall.pid) - before) / (MESSAGES * LISTENERS);
    },
    close: () => sockets.forEach((socket) => socket.terminate()),
  };
}
