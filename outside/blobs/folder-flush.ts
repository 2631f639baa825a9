// Brings folders to the disk, so that a name that was given in one is there after a crash: who asks while a flush is under way shares the next one.
import { close as closeFile, fsync, open as openFile } from 'node:fs';
import { promisify } from 'node:util';

/** A folder that was just written to is kept open so long, ms. */
const KEPT_MS = 1_000;

const opened = promisify(openFile) as (path: string, flags: string) => Promise<number>;
const synced = promisify(fsync);
const closed = promisify(closeFile);

interface Kept {
  readonly fd: Promise<number>;
  running: Promise<void> | null;
  next: Promise<void> | null;
  askers: number;
  idle: NodeJS.Timeout | undefined;
}

export function folderFlush(): (folder: string) => Promise<void> {
  const kept = new Map<string, Kept>();

  function letGo(folder: string, one: Kept): void {
    if (kept.get(folder) === one) kept.delete(folder);
    one.fd.then(closed).catch(() => undefined);
  }

  function start(one: Kept, fd: number): Promise<void> {
    one.next = null;
    const running = synced(fd).finally(() => {
      if (one.running === running) one.running = null;
    });
    one.running = running;
    return running;
  }

  return async (folder) => {
    const one = kept.get(folder) ?? { fd: opened(folder, 'r'), running: null, next: null, askers: 0, idle: undefined };
    kept.set(folder, one);
    clearTimeout(one.idle);
    one.askers += 1;
    try {
      const fd = await one.fd;
      // The one under way may have begun before this name was given.
      if (one.running === null) await start(one, fd);
      else await (one.next ??= one.running.catch(() => undefined).then(() => start(one, fd)));
    } catch (error) {
      if (kept.get(folder) === one) kept.delete(folder);
      throw error;
    } finally {
      one.askers -= 1;
      if (one.askers === 0) one.idle = setTimeout(letGo, kept.get(folder) === one ? KEPT_MS : 0, folder, one).unref();
    }
  };
}

/** The bytes of a file, by its path. */
export async function flushFile(path: string): Promise<void> {
  const fd = await opened(path, 'r');
  try {
    await synced(fd);
  } finally {
    await closed(fd);
  }
}
