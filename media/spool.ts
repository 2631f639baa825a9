// What comes in, as it comes in: counted, hashed and written to a file beside, never held whole; cut off at the first byte over.
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isFull } from '#outside/blobs/blobs.ts';
import { newId } from '#identity/tokens.ts';

export interface Spooled {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export type Spooling =
  | { readonly ok: true; readonly spooled: Spooled }
  /** `over`: more than `most`. `broken`: the body ended before its end. `full`: no room on the disk. */
  | { readonly ok: false; readonly why: 'over' | 'broken' | 'full'; readonly bytes: number };

/** Pieces are gathered to this size, so that a slow sender costs no write for every packet. */
const GATHERED = 256 * 1024;

class Over extends Error {}

/** Writes pieces in as few writes as their size allows; each is hashed as it comes. */
async function write(handle: FileHandle, body: AsyncIterable<Uint8Array>, hash: Hash, most: number, counted: (bytes: number) => void): Promise<void> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const pieces = gathered;
    [gathered, size] = [[], 0];
    const all = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
    // A disk that is nearly full takes a part, and says so only at the next write.
    for (let written = 0; written < all.byteLength; ) written += (await handle.write(all, written)).bytesWritten;
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

/** The file is the caller's to remove, or to give away. `keepBroken`: of a body that broke off, what came is no fault (its digest is then of none). */
export async function spool(folder: string, body: AsyncIterable<Uint8Array>, most: number, { keepBroken = false }: { readonly keepBroken?: boolean } = {}): Promise<Spooling> {
  const path = join(folder, newId('in'));
  let bytes = 0;
  let writing = false;
  const hash = createHash('sha256');
  let handle: FileHandle | undefined;
  const watched = (async function* watch(): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of body) {
      writing = true;
      yield piece;
      writing = false;
    }
    writing = true;
  })();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    writing = true;
    handle = await open(path, 'wx', 0o600);
    writing = false;
    await write(handle, watched, hash, most, (so) => (bytes = so));
    await handle.close();
    return { ok: true, spooled: { path, bytes, sha256: hash.digest('hex') } };
  } catch (error) {
    await handle?.close().catch(() => undefined);
    if (keepBroken && !writing && !(error instanceof Over) && !isFull(error)) return { ok: true, spooled: { path, bytes: (await stat(path)).size, sha256: '' } };
    await rm(path, { force: true });
    if (error instanceof Over) return { ok: false, why: 'over', bytes };
    if (isFull(error)) return { ok: false, why: 'full', bytes };
    // What our own disk says is a fault; what the body says is that it was cut off.
    if (writing) throw error;
    return { ok: false, why: 'broken', bytes };
  }
}
