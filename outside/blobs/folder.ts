// Blobs in a folder: written beside, flushed, renamed into place, and the folder flushed, so that what is there after a crash is whole.
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobFault, type Blobs, isFull, isKey, type Listed, type Range } from '#outside/blobs/blobs.ts';
import { putInFolder } from '#outside/blobs/folder-putting.ts';

const PIECE = 256 * 1024;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

export function folderBlobs(root: string): Blobs {
  const pathOf = (key: string): string => {
    if (!isKey(key)) throw new BlobFault('blob.missing', 'Not a key of a blob.');
    return join(root, key);
  };
  return Object.freeze<Blobs>({
    description: `the folder ${root}`,
    pathOf,
    async put(key, from, flush) {
      const path = pathOf(key);
      try {
        await flush?.();
        await putInFolder({ from, to: path, root, flushed: flush !== undefined });
      } catch (error) {
        throw new BlobFault(isFull(error) ? 'blob.full' : 'blob.unreachable', 'A file could not be kept in the folder of files.', error);
      }
    },
    async *read(key: string, range?: Range) {
      const path = pathOf(key);
      const stream = createReadStream(path, { highWaterMark: PIECE, ...(range === undefined ? {} : { start: range.from, end: range.to - 1 }) });
      try {
        yield* stream as AsyncIterable<Uint8Array>;
      } catch (error) {
        const gone = codeOf(error) === 'ENOENT';
        throw new BlobFault(gone ? 'blob.missing' : 'blob.unreachable', gone ? 'The file is not in the folder of files.' : 'A file could not be read from the folder of files.', error);
      } finally {
        stream.destroy();
      }
    },
    async remove(key) {
      // A key, or what a crash left beside one.
      await rm(pathOf(key.replace(/\.part$/, '')).concat(key.endsWith('.part') ? '.part' : ''), { force: true });
    },
    async *list(): AsyncGenerator<Listed, void, void> {
      const names = async (folder: string): Promise<string[]> => readdir(folder).catch((error: unknown) => (['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? [] : Promise.reject(error as Error)));
      for (const brand of await names(root)) {
        for (const shelf of await names(join(root, brand))) {
          for (const name of await names(join(root, brand, shelf))) {
            // What somebody else laid here is not ours to list.
            if (!isKey(`${brand}/${shelf}/${name.replace(/\.part$/, '')}`)) continue;
            const found = await stat(join(root, brand, shelf, name)).catch(() => null);
            // What a crash left beside is listed under its own name: the sweeper removes it by it.
            if (found !== null) yield { key: `${brand}/${shelf}/${name}`, at: found.mtimeMs };
          }
        }
      }
    },
  });
}
