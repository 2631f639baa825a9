// What comes in, as it comes in: counted, hashed and written to a file beside, never held whole; cut off at the first byte over.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstat, fsync, open, writev } from 'node:fs';
import { mkdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isFull } from '#outside/blobs/blobs.ts';
import { newId } from '#identity/tokens.ts';
import { passedOn } from '#media/young-garbage.ts';

export interface Spooled {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Brings its bytes to the disk, and closes it. Of a small file this is left to whoever keeps it. */
  readonly flush: (() => Promise<void>) | undefined;
  /** Closes it; again is no fault. */
  close(): void;
}

export type Spooling =
  | { readonly ok: true; readonly spooled: Spooled }
  /** `over`: more than `most`. `broken`: the body ended before its end. `full`: no room on the disk. */
  | { readonly ok: false; readonly why: 'over' | 'broken' | 'full'; readonly bytes: number };

/** Pieces are gathered to this size, so that a slow sender costs no write for every packet. */
const GATHERED = 256 * 1024;
/** A flush of more takes its time: not in the thread in which small ones would wait for it. */
const SMALL = 1_048_576;
/** How files are named that are looked through: `media/examiners.ts` lets its processes open such names, and not ask which there are. */
export const SPOOLED_AS = 'in';

class Over extends Error {}

// Descriptors, not handles: a handle is closed by another thread, and waking that one costs more than closing.
const opened = promisify(open) as (path: string, flags: string, mode: number) => Promise<number>;
const written = promisify(writev) as (fd: number, pieces: readonly Uint8Array[]) => Promise<{ readonly bytesWritten: number }>;
const [flushed, stated] = [promisify(fsync), promisify(fstat)];

function letGo(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // What had to be on the disk was flushed.
  }
}

/** Removes a file that may be gone already: in one step, where `rm` looks first. */
export async function discard(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

/** The folder is made when it is missing. */
function openFresh(path: string, folder: string): Promise<number> {
  return opened(path, 'wx', 0o600).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return opened(path, 'wx', 0o600);
  });
}

/** What is left of the pieces. A disk that is nearly full takes a part, and says so only at the next write. */
function behind(pieces: readonly Uint8Array[], written: number): Uint8Array[] {
  let left = written;
  const rest: Uint8Array[] = [];
  for (const piece of pieces) {
    if (left < piece.byteLength) rest.push(left > 0 ? piece.subarray(left) : piece);
    left = Math.max(0, left - piece.byteLength);
  }
  return rest;
}

/** Writes pieces in as few writes as their size allows; each is hashed as it comes. */
async function write(fd: number, body: AsyncIterable<Uint8Array>, hash: Hash, most: number, counted: (bytes: number) => void): Promise<void> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  let bytes = 0;
  const flush = async (): Promise<void> => {
    let pieces = gathered;
    const bytesNow = size;
    [gathered, size] = [[], 0];
    while (pieces.length > 0) pieces = behind(pieces, (await written(fd, pieces)).bytesWritten);
    passedOn(bytesNow);
  };
  for await (const piece of body) {
    bytes += piece.byteLength;
    counted(bytes);
    // Leaving the loop here ends the body: nothing after the first byte over is read.
    if (bytes > most) throw new Over();
    hash.update(piece);
    gathered.push(piece);
    size += piece.byteLength;
    if (size >= GATHERED) await flush();
  }
  await flush();
}

/** As the caller has it: open still, to be brought to the disk once it is known that it stays. */
function spooledOf(path: string, fd: number, bytes: number, sha256: string): Spooled {
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    letGo(fd);
  };
  return {
    path, bytes, sha256, close,
    flush: bytes <= SMALL ? undefined : () => flushed(fd).then(close),
  };
}

/** The file is the caller's to close, and to remove or give away. `keepBroken`: of a body that broke off, what came is no fault (its digest is then of none). */
export async function spool(folder: string, body: AsyncIterable<Uint8Array>, most: number, { keepBroken = false }: { readonly keepBroken?: boolean } = {}): Promise<Spooling> {
  const path = join(folder, newId(SPOOLED_AS));
  let bytes = 0;
  let writing = true;
  const hash = createHash('sha256');
  let fd: number | undefined;
  const watched = (async function* watch(): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of body) {
      writing = true;
      yield piece;
      writing = false;
    }
    writing = true;
  })();
  try {
    fd = await openFresh(path, folder);
    writing = false;
    await write(fd, watched, hash, most, (so) => (bytes = so));
    return { ok: true, spooled: spooledOf(path, fd, bytes, hash.digest('hex')) };
  } catch (error) {
    if (keepBroken && fd !== undefined && !writing && !(error instanceof Over) && !isFull(error)) return { ok: true, spooled: spooledOf(path, fd, (await stated(fd)).size, '') };
    if (fd !== undefined) letGo(fd);
    await discard(path);
    if (error instanceof Over) return { ok: false, why: 'over', bytes };
    if (isFull(error)) return { ok: false, why: 'full', bytes };
    // What our own disk says is a fault; what the body says is that it was cut off.
    if (writing) throw error;
    return { ok: false, why: 'broken', bytes };
  }
}
