// Hands the bytes of files to those who ask, piece by piece from buffers that are used again; and cuts who may not have the rest.
import { closeSync, open as openFile, read as readFile, readSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BlobFault, type Blobs } from '#outside/blobs/blobs.ts';
import type { Denial } from '#policy/decision.ts';
import type { Span } from '#server/byte-range.ts';
import { LARGEST, openRecentBytes } from '#server/recent-bytes.ts';

/** One read, and at most so much waits for one receiver. Smaller reads cost more processor time a byte, larger ones only memory. */
const PIECE = 256 * 1024;
const MOST_KEPT = 64;
/** A read that took longer came from a slow disk and not from memory: the rest of that file is read by other threads, while everybody else goes on. */
const FROM_DISK_MS = 5;
/** Who takes nothing for so long is let go, ms. */
const STALLED_MS = 60_000;
/** One viewer may have so many under way: a page with many pictures asks for several at once. */
const MOST_A_VIEWER = 32;
const MOST = 1_000;

const opened = promisify(openFile) as (path: string, flags: string) => Promise<number>;
const readInto = (fd: number, buffer: Buffer, length: number, at: number): Promise<number> => new Promise((resolve, reject) => readFile(fd, buffer, 0, length, at, (error, bytes) => (error === null ? resolve(bytes) : reject(error))));

const openToRead = (path: string): Promise<number> => opened(path, 'r').catch((error: unknown) => {
  throw new BlobFault((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'blob.missing' : 'blob.unreachable', 'The bytes of a file could not be read.', error);
});
const tooShort = (): BlobFault => new BlobFault('blob.missing', 'A file is shorter than its row says.');

/** What is under way, and what decides over it. */
export interface Transfer {
  readonly viewer: string;
  /** Judges it anew: why the rest may not be had, or null. */
  again(): Promise<Denial | null>;
  /** It was cut because of this. */
  refused(denial: Denial): void;
}

export interface Transfers {
  /** Is there room for one more of this viewer's? */
  admits(viewer: string): boolean;
  /** Sends `span` of a blob as the body of an answer whose head is set but not sent; resolves when it is over, in whichever way. */
  send(response: ServerResponse, blobs: Blobs, blob: Handing, span: Span, transfer: Transfer): Promise<void>;
  /** Made twice a second: judges each, and lets go of who stalls. */
  round(): Promise<void>;
  size(): number;
  close(): void;
}

/** The key of a blob, and how long it is. */
export interface Handing {
  readonly key: string;
  readonly bytes: number;
}

interface Open {
  readonly response: ServerResponse;
  readonly transfer: Transfer;
  movedAt: number;
  judging: boolean;
}

/** Reads of one file, of a path or of a store elsewhere. */
type Reader = AsyncGenerator<{ readonly bytes: Uint8Array; readonly done: () => void }, void, void>;

export function openTransfers({ uptime, onFault }: { readonly uptime: () => number; readonly onFault: (error: unknown) => void }): Transfers {
  const free: Buffer[] = [];
  const under = new Set<Open>();
  const viewers = new Map<string, number>();
  const recent = openRecentBytes(uptime);

  const give = (buffer: Buffer): void => {
    if (free.length < MOST_KEPT) free.push(buffer);
  };

  /**
   * A file of this machine: into a buffer of ours, which comes back once the system has taken the bytes. What lies in the system's memory is copied here and now, for half
   * the processor time of waking another thread and fetching the bytes from where it ran (measured); each piece in a turn of its own, so that nobody waits for more than one.
   */
  async function* fromPath(path: string, { first, last }: Span): Reader {
    const fd = await openToRead(path);
    // The first comes from another thread: from there on the system reads ahead.
    let here = false;
    let slow = false;
    try {
      for (let at = first; at <= last; ) {
        const buffer = free.pop() ?? Buffer.allocUnsafeSlow(PIECE);
        const length = Math.min(PIECE, last - at + 1);
        if (here) await turn();
        const began = uptime();
        const count = here ? readSync(fd, buffer, 0, length, at) : await readInto(fd, buffer, length, at);
        slow ||= here && uptime() - began > FROM_DISK_MS;
        here = !slow;
        if (count === 0) throw tooShort();
        at += count;
        yield { bytes: buffer.subarray(0, count), done: () => give(buffer) };
      }
    } finally {
      closeSync(fd);
    }
  }

  async function* fromElsewhere(blobs: Blobs, key: string, { first, last }: Span): Reader {
    for await (const bytes of blobs.read(key, { from: first, to: last + 1 })) yield { bytes, done: () => undefined };
  }

  /** A small file whole: no pieces, no stream. It is remembered for who asks for it next. */
  async function small(blobs: Blobs, { key, bytes }: Handing): Promise<Uint8Array> {
    const path = blobs.pathOf(key);
    const whole = Buffer.allocUnsafeSlow(bytes);
    let at = 0;
    if (path === null) {
      for await (const piece of blobs.read(key)) {
        const taken = piece.subarray(0, bytes - at);
        whole.set(taken, at);
        at += taken.length;
      }
    } else {
      const fd = await openToRead(path);
      try {
        for (let count = 1; at < bytes && count > 0; at += count) count = await readInto(fd, whole.subarray(at), bytes - at, at);
      } finally {
        closeSync(fd);
      }
    }
    if (at < bytes) throw tooShort();
    recent.keep(key, whole);
    return whole;
  }

  const ready = (response: ServerResponse): Promise<void> =>
    new Promise((resolve) => {
      const on = (): void => {
        response.off('drain', on).off('close', on);
        resolve();
      };
      response.once('drain', on).once('close', on);
    });

  async function pump(one: Open, reader: Reader, length: number): Promise<void> {
    const { response } = one;
    let left = length;
    for await (const { bytes, done } of reader) {
      if (response.destroyed) return;
      left -= bytes.length;
      one.movedAt = uptime();
      // The last piece goes out with the end, and the first with the head: a small file is one write.
      if (left <= 0) return void response.end(bytes, done);
      if (!response.write(bytes, done)) await ready(response);
    }
    // Fewer bytes came than were promised: a connection that closes says so, an end would not.
    response.destroy();
  }

  function enter(one: Open): void {
    under.add(one);
    viewers.set(one.transfer.viewer, (viewers.get(one.transfer.viewer) ?? 0) + 1);
  }
  function leave(one: Open): void {
    if (!under.delete(one)) return;
    const others = (viewers.get(one.transfer.viewer) ?? 1) - 1;
    if (others > 0) viewers.set(one.transfer.viewer, others);
    else viewers.delete(one.transfer.viewer);
  }

  async function judge(one: Open): Promise<void> {
    if (one.judging) return;
    one.judging = true;
    // What cannot be judged cannot go on.
    const denial = await one.transfer.again().catch((error: unknown) => {
      onFault(error);
      one.response.destroy();
      return null;
    });
    one.judging = false;
    if (denial === null || !under.has(one)) return;
    one.response.destroy();
    one.transfer.refused(denial);
  }

  return {
    size: () => under.size,
    admits: (viewer) => under.size < MOST && (viewers.get(viewer) ?? 0) < MOST_A_VIEWER,
    async send(response, blobs, blob, span, transfer) {
      const one: Open = { response, transfer, movedAt: uptime(), judging: false };
      const { key, bytes } = blob;
      enter(one);
      response.once('close', () => leave(one));
      try {
        if (bytes <= LARGEST) {
          const whole = recent.of(key) ?? (await small(blobs, blob));
          if (!response.destroyed) response.end(whole.subarray(span.first, span.last + 1));
          return;
        }
        const path = blobs.pathOf(key);
        await pump(one, path === null ? fromElsewhere(blobs, key, span) : fromPath(path, span), span.last - span.first + 1);
      } catch (error) {
        leave(one);
        // Nothing has left yet: it can still be said in words.
        if (!response.headersSent) throw error;
        onFault(error);
        response.destroy();
      }
    },
    async round() {
      const at = uptime();
      recent.sweep();
      for (const one of under) if (at - one.movedAt > STALLED_MS) one.response.destroy();
      await Promise.all([...under].map(judge));
    },
    close() {
      for (const { response } of under) response.destroy();
    },
  };
}
