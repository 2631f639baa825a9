// A flood of sign-ins over HTTP, and beside it somebody who is signed in and asks at a steady pace.
import { Agent, request } from 'node:http';

export interface Flooded {
  /** Sign-ins a second. */
  readonly rate: number;
  /** What each steady request waited, ms from when it was due. */
  readonly others: readonly number[];
}

export interface Answered {
  readonly status: number;
  /** As a browser would send them back. */
  readonly cookies: string;
}

/** How many people sign in at once. */
export const LANES = 32;
/** Often enough for a p99 over all rounds, and seldom enough to cost the flood nothing. */
const OTHERS_EVERY_MS = 25;

/** Sends over connections that stay open. Rejects when the answer is not a success. */
export function caller(port: number): { send(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>, body?: object): Promise<Answered>; close(): void } {
  const agent = new Agent({ keepAlive: true });
  return {
    send(method, path, headers, body) {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const typed = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) };
      return new Promise((resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port, method, path, agent, headers: { ...headers, ...typed } }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (piece: string) => { text += piece; });
          answer.on('error', reject).on('end', () => {
            const status = answer.statusCode ?? 0;
            const cookies = (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
            if (status >= 200 && status < 300) resolve({ status, cookies });
            else reject(new Error(`${path} answered ${status} ${text.slice(0, 300)}`));
          });
        });
        asked.on('error', reject).end(payload);
      });
    },
    close: () => agent.destroy(),
  };
}

/** Runs `job` in as many lanes as sign in at once, for some seconds. Gives how many ended in that time, a second. */
export async function rateOf(job: () => Promise<unknown>, seconds: number, lanes: number = LANES): Promise<number> {
  const begin = performance.now();
  const until = begin + seconds * 1_000;
  let done = 0;
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (performance.now() < until) {
      await job();
      if (performance.now() <= until) done += 1;
    }
  }));
  return done / seconds;
}

/** The flood with the steady requests. They are sent when due, whether the one before was answered or not, so a stall is counted for everyone it holds up. */
export async function flood(signIn: () => Promise<unknown>, other: () => Promise<unknown>, seconds: number): Promise<Flooded> {
  const others: number[] = [];
  const under: Promise<void>[] = [];
  const begin = performance.now();
  let due = begin;
  const timer = setInterval(() => {
    for (; due <= performance.now(); due += OTHERS_EVERY_MS) {
      const was = due;
      under.push(other().then(() => void others.push(performance.now() - was)));
    }
  }, OTHERS_EVERY_MS);
  try {
    const rate = await rateOf(signIn, seconds);
    clearInterval(timer);
    await Promise.all(under);
    return { rate, others };
  } finally {
    clearInterval(timer);
  }
}

/** The value that `share` of them do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('A quantile of nothing was asked for.');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
}
