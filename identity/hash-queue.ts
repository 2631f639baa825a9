// The queue before the password hash: so many at once, so many waiting, and the rest are told at once to come back.
import { availableParallelism } from 'node:os';

/** The answer when the queue is full. An object, so that it is never taken for a hash; nothing was computed. */
export interface Busy {
  readonly busy: true;
}

export const BUSY: Busy = Object.freeze({ busy: true });

export interface HashQueue {
  /** Runs the job in its turn (first come, first served), or answers BUSY at once when too many wait. */
  run<T>(job: () => Promise<T>): Promise<T | Busy>;
  /** How many are running and how many wait now. */
  depth(): { readonly running: number; readonly waiting: number };
}

/**
 * How many hashes may run at once: no more than there are cores, and one fewer than libuv has threads, so that reading a
 * file or a name never waits behind passwords.
 * @param threads libuv's pool, `UV_THREADPOOL_SIZE` (4 when unset)
 */
export function hashesAtOnce(cores: number = availableParallelism(), threads: string | undefined = process.env['UV_THREADPOOL_SIZE']): number {
  const pool = Number(threads ?? 4);
  return Math.max(1, Math.min(cores, (Number.isInteger(pool) ? pool : 4) - 1));
}

/** A queue that runs `concurrency` jobs at once and lets `capacity` more wait (ASVS 6.1.1, 6.3.1: a storm of sign-ins is bounded). */
export function hashQueue({ concurrency, capacity }: { concurrency: number; capacity: number }): HashQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  const turn = (): Promise<void> | undefined => {
    if (running < concurrency) {
      running += 1;
      return undefined;
    }
    return new Promise((go) => waiting.push(go));
  };

  // The place goes to the next in line without becoming free in between, so nobody overtakes.
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return Object.freeze<HashQueue>({
    async run(job) {
      if (running >= concurrency && waiting.length >= capacity) return BUSY;
      await turn();
      try {
        return await job();
      } finally {
        leave();
      }
    },
    depth: () => ({ running, waiting: waiting.length }),
  });
}
