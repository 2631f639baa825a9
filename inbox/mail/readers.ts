// Threads that read mails, each for one at a time: one that takes too long or too much memory is ended, and its mail is told to be unreadable.
import { Worker } from 'node:worker_threads';
import type { Reading } from '#inbox/mail/read-mail.ts';

/** A mail of the largest size takes about two seconds; what takes longer was made to. */
export const LIMIT_MS = 10_000;
const MEMORY_MB = 512;
/** What Message-IDs of ours look like (identity/outgoing-mail.ts). */
const OURS = '<mail_[0-9a-hjkmnp-tv-z]{26}@[^<>\\s@]{1,255}>';

export interface Readers {
  read(raw: Uint8Array): Promise<Reading>;
  close(): Promise<void>;
}

interface Asked {
  readonly raw: Uint8Array;
  readonly resolve: (reading: Reading) => void;
}

interface Reader {
  readonly worker: Worker;
  asked: Asked | null;
  timer: NodeJS.Timeout | undefined;
}

/** @param many threads at most; they start when there is something to read */
export function openReaders({ many = 2, limitMs = LIMIT_MS, memoryMb = MEMORY_MB, thread = new URL('./reading-thread.ts', import.meta.url) }: { many?: number; limitMs?: number; memoryMb?: number; thread?: URL } = {}): Readers {
  const waiting: Asked[] = [];
  const readers = new Set<Reader>();
  let closed = false;

  function settle(reader: Reader, reading: Reading): void {
    clearTimeout(reader.timer);
    const { asked } = reader;
    reader.asked = null;
    asked?.resolve(reading);
  }

  function begin(): Reader {
    const worker = new Worker(thread, { workerData: { ours: OURS }, name: 'portcullis-mail', execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    const reader: Reader = { worker, asked: null, timer: undefined };
    readers.add(reader);
    const end = (reading: Reading): void => {
      readers.delete(reader);
      settle(reader, reading);
      next();
    };
    worker.on('message', (said: Reading | 'ready') => {
      if (said === 'ready') return;
      settle(reader, said);
      worker.unref();
      next();
    });
    worker.on('error', (error: NodeJS.ErrnoException) => end({ ok: false, why: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'broken' }));
    worker.on('exit', () => end({ ok: false, why: 'time' }));
    worker.unref();
    return reader;
  }

  function next(): void {
    if (closed) return;
    const free = [...readers].find(({ asked }) => asked === null);
    if (waiting.length === 0 || (free === undefined && readers.size >= many)) return;
    const reader = free ?? begin();
    const asked = waiting.shift() as Asked;
    reader.asked = asked;
    reader.timer = setTimeout(() => void reader.worker.terminate(), limitMs);
    reader.worker.ref();
    reader.worker.postMessage(asked.raw);
    next();
  }

  return {
    read: (raw) => new Promise((resolve) => {
      waiting.push({ raw, resolve });
      next();
    }),
    async close() {
      closed = true;
      for (const { resolve } of waiting.splice(0)) resolve({ ok: false, why: 'broken' });
      await Promise.all([...readers].map(({ worker }) => worker.terminate()));
    },
  };
}
