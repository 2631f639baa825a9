// Where the bytes of files lie: one interface, over a folder or a store that speaks S3.

/** A part of a blob: `from` counted from 0, `to` not included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Listed {
  readonly key: string;
  /** When it was written, ms since 1970 UTC. */
  readonly at: number;
}

export interface Blobs {
  /** What it is, for the page of the operator. */
  readonly description: string;
  /**
   * Keeps the file at `path` under a key that was never used before; when it resolves it is durable, and gone from `path`. `flush`: brings its bytes
   * to the disk, where whoever has it open does so. Throws `BlobFault`.
   */
  put(key: string, path: string, flush?: () => Promise<void>): Promise<void>;
  /** Its bytes in pieces. Throws `BlobFault('blob.missing')`. */
  read(key: string, range?: Range): AsyncIterable<Uint8Array>;
  /** Where it lies as a file of this machine; null where it does not. */
  pathOf(key: string): string | null;
  /** Again is no fault. */
  remove(key: string): Promise<void>;
  /** Every blob there is, in no order. */
  list(): AsyncIterable<Listed>;
}

/** Why bytes could not be kept or read. */
export class BlobFault extends Error {
  readonly code: 'blob.missing' | 'blob.full' | 'blob.unreachable';
  constructor(code: BlobFault['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BlobFault';
    this.code = code;
  }
}

/** `brand/ab/rest`: nothing else is a key, whoever asks. */
const KEY = /^b[0-9a-z]{12}\/[0-9a-z]{2}\/[0-9a-z]{24,40}$/;
export const isKey = (key: string): boolean => KEY.test(key);

/** What a write says when the disk is full, or this person's share of it. */
export const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');
