// The thread that puts files into the folder of blobs: each flushed and renamed into place, and their folders flushed once for all who wait, so that the server wakes up once.
import { closeSync, constants, copyFileSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, receiveMessageOnPort } from 'node:worker_threads';

export interface Put {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  /** Above it no folder is made. */
  readonly root: string;
  /** Its bytes are on the disk already. */
  readonly flushed: boolean;
}

/** `code`: of the system, where it could not be done. */
export interface Done {
  readonly id: number;
  readonly code: string | null;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'EIO';

function flush(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The folder and every one above it up to `root`, made where it is missing, each flushed into the one above. */
function makeFolder(folder: string, root: string): void {
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) === undefined) return;
  for (let at = dirname(folder); at.length >= root.length; at = dirname(at)) flush(at);
}

/** Renamed where both lie on one file system; else copied beside, flushed, and renamed. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    const beside = `${to}.part`;
    try {
      copyFileSync(from, beside, constants.COPYFILE_FICLONE);
      flush(beside);
      renameSync(beside, to);
      rmSync(from);
    } finally {
      rmSync(beside, { force: true });
    }
  }
}

function place({ from, to, root, flushed }: Put): void {
  if (!flushed) flush(from);
  try {
    move(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolder(dirname(to), root);
    move(from, to);
  }
}

function putAll(puts: readonly Put[]): Done[] {
  const done: Done[] = [];
  const placed: Put[] = [];
  for (const put of puts) {
    try {
      place(put);
      placed.push(put);
    } catch (error) {
      done.push({ id: put.id, code: codeOf(error) });
    }
  }
  for (const [folder, inside] of Map.groupBy(placed, ({ to }) => dirname(to))) {
    let code: string | null = null;
    try {
      flush(folder);
    } catch (error) {
      code = codeOf(error);
    }
    done.push(...inside.map(({ id }) => ({ id, code })));
  }
  return done;
}

parentPort?.on('message', (first: Put) => {
  const puts = [first];
  for (let more = receiveMessageOnPort(parentPort!); more !== undefined; more = receiveMessageOnPort(parentPort!)) puts.push(more.message as Put);
  parentPort?.postMessage(putAll(puts));
});
