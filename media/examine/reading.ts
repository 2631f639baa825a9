// Reads the file that is looked through: in this thread, into memory that the next file gets again. Fresh memory for each would have the engine look through its whole heap for what is garbage.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export type Reading = (path: string) => Buffer;

/** Kept from file to file; what is larger gets memory of its own. */
const MOST_KEPT = 32 * 1_048_576;
/** Grown in such steps, so that it is seldom too small. */
const STEP = 4 * 1_048_576;

function readInto(fd: number, whole: Buffer): Buffer {
  let at = 0;
  for (let count = 1; at < whole.length && count > 0; at += count) count = readSync(fd, whole, at, whole.length - at, at);
  return whole.subarray(0, at);
}

/** One file at a time: what it gave is good until it is asked for the next. */
export function openReading(): Reading {
  let kept = Buffer.alloc(0);
  const room = (bytes: number): Buffer => {
    if (bytes > MOST_KEPT) return Buffer.allocUnsafeSlow(bytes);
    if (bytes > kept.length) kept = Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP) * STEP);
    return kept.subarray(0, bytes);
  };
  return (path) => {
    const fd = openSync(path, 'r');
    try {
      return readInto(fd, room(fstatSync(fd).size));
    } finally {
      closeSync(fd);
    }
  };
}
