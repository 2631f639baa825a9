// Keeps the bytes of a file as a blob: the same bytes lie once in a brand, and whoever points at a blob guards that it is still there.
import { randomBytes } from 'node:crypto';
import type { Keyring } from '#identity/keyring.ts';
import { base32 } from '#identity/tokens.ts';
import type { Blobs } from '#outside/blobs/blobs.ts';
import * as blobRows from '#store/blobs.ts';
import { type BrandStore, Conflict, type Statement } from '#store/store.ts';

export interface KeepingParts {
  readonly blobs: Blobs;
  readonly keyring: Pick<Keyring, 'mac'>;
  readonly now: () => number;
}

/** What is to be kept: the file at `path`, which is given away. */
export interface Keeping {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Brings its bytes to the disk, by whoever has it open. */
  readonly flush?: (() => Promise<void>) | undefined;
}

const TRIES = 5;

/** One shelf of a brand is filled for a while before the next: folders are made, and brought to the disk, less often. */
const ON_A_SHELF = 250;
const shelf = { name: '', left: 0 };

/** Random, and never used again: what is removed under it is nobody else's. */
export function newBlobKey(brandId: string): string {
  const name = base32(randomBytes(18), 28);
  if (shelf.left === 0) Object.assign(shelf, { name: name.slice(0, 2), left: ON_A_SHELF });
  shelf.left -= 1;
  return `${brandId}/${shelf.name}/${name.slice(2)}`;
}

/** The brand's own digest: that two brands hold the same bytes can be seen nowhere. */
const digestOf = ({ keyring }: KeepingParts, brandId: string, sha256: string): string => keyring.mac(`blob ${brandId}`, sha256);

/**
 * `write` commits what points at the blob, with the statements it is given in the same unit. Tried again when somebody else wrote or swept the
 * same bytes at the same moment. What it wrote for nothing is removed.
 */
export async function keepBlob<T>(parts: KeepingParts, brand: BrandStore, { path, bytes, sha256, flush }: Keeping, write: (key: string, statements: readonly Statement[]) => Promise<T>): Promise<T> {
  const digest = digestOf(parts, brand.id, sha256);
  let fresh: string | null = null;
  for (let tried = 1; ; tried += 1) {
    const present = await blobRows.byDigest(brand, digest);
    // Written also where the same bytes lie already: how long an answer takes must not tell that somebody else sent them.
    if (fresh === null) {
      const key = newBlobKey(brand.id);
      await parts.blobs.put(key, path, flush);
      fresh = key;
    }
    const [key, statement] = present === undefined ? [fresh, blobRows.insert(brand, { key: fresh, digest, bytes, created_at: parts.now() })] : [present.key, blobRows.use(brand, present.key)];
    try {
      const written = await write(key, [statement]);
      // Not waited for, for the same reason; what stays behind the sweeper knows as nobody's.
      if (fresh !== key) void parts.blobs.remove(fresh).catch(() => undefined);
      return written;
    } catch (error) {
      const passing = error instanceof Conflict && (error.code === 'blob.present' || error.code === 'blob.gone');
      if (passing && tried < TRIES) continue;
      // A unit of which nobody knows whether it was kept may point at it: the sweeper knows later.
      if (error instanceof Conflict) await parts.blobs.remove(fresh);
      throw error;
    }
  }
}
