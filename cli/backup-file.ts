// The backup file: gzip of JSON lines (a head, every row of one snapshot, an end with the number of lines and their SHA-256).
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { DumpLine } from '#store/dump.ts';
import { Refusal } from '#cli/command.ts';

const VERSION = 1;

export interface BackupHead {
  readonly format: 'portcullis-backup';
  readonly version: typeof VERSION;
  readonly program: string;
  readonly engine: string;
  readonly at: string;
  /** The ids of the keys the database was made with: no secret. */
  readonly keyIds: string;
  /** The key files by name; without them second factors cannot be read nor heads verified. Null when left out. */
  readonly keys: Readonly<Record<string, string>> | null;
  /** The signed heads that are kept outside the database. */
  readonly heads: string;
}

interface BackupEnd {
  readonly lines: number;
  readonly sha256: string;
}

/** Writes to a file beside the wanted one and links it there, so that a half backup never looks like a whole one. Gives the number of rows. */
export async function writeBackup(file: string, head: Omit<BackupHead, 'format' | 'version'>, dump: AsyncIterable<DumpLine>): Promise<number> {
  if (existsSync(file)) throw new Refusal(`${file} is there already. Name another file; nothing was changed.`);
  const partial = `${file}.${randomBytes(6).toString('hex')}.part`;
  const digest = createHash('sha256');
  let lines = 0;
  let rows = 0;

  async function* text(): AsyncGenerator<string> {
    const one = (value: unknown): string => {
      const line = `${JSON.stringify(value)}\n`;
      digest.update(line);
      lines += 1;
      return line;
    };
    yield one({ format: 'portcullis-backup', version: VERSION, ...head } satisfies BackupHead);
    for await (const line of dump) {
      if ('table' in line) rows += 1;
      yield one(line);
    }
    const end: BackupEnd = { lines, sha256: digest.digest('hex') };
    yield `${JSON.stringify(end)}\n`;
  }

  try {
    await pipeline(Readable.from(text()), createGzip(), createWriteStream(partial, { mode: 0o600, flags: 'wx' }));
    await flush(partial);
    await link(partial, file);
    await flush(dirname(file));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Refusal(`${file} is there already. Name another file; nothing was changed.`);
    if (syscall !== undefined) throw new Refusal(`${file} cannot be written (${code}): name a file in a folder that this user may write and that has room. Nothing was changed.`);
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
  return rows;
}

async function flush(path: string): Promise<void> {
  if (process.platform === 'win32' && statSync(path).isDirectory()) return; // Windows cannot open a folder to sync it.
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The lines of a file. A reading fault of the file or of its compression is thrown where the next line is asked for. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  const source = createReadStream(file);
  source.on('error', (error) => unpacked.destroy(error));
  source.pipe(unpacked);
  let failed: Error | undefined;
  const reader = createInterface({ input: unpacked, crlfDelay: Infinity });
  unpacked.on('error', (error) => {
    failed = error;
    reader.close();
  });
  yield* reader;
  if (failed !== undefined) throw failed;
}

function headOf(file: string, line: string): BackupHead {
  const head = JSON.parse(line) as BackupHead & { version: number };
  if (head.format !== 'portcullis-backup') throw new Refusal(`${file} is not a backup of Portcullis. Nothing was changed.`);
  if (head.version > VERSION) throw new Refusal(`${file} was written by a newer Portcullis (${head.program}). Use that version to restore it. Nothing was changed.`);
  return head;
}

/** Reads the whole file once and checks its end before anything is restored from it. Gives its head. */
export async function checkBackup(file: string): Promise<BackupHead> {
  if (!existsSync(file)) throw new Refusal(`There is no file ${file}. Nothing was changed.`);
  const digest = createHash('sha256');
  let head: BackupHead | undefined;
  let last: string | undefined;
  let lines = 0;
  try {
    for await (const line of linesOf(file)) {
      head ??= headOf(file, line);
      if (last !== undefined) {
        digest.update(`${last}\n`);
        lines += 1;
      }
      last = line;
    }
    const end = JSON.parse(last ?? '{}') as Partial<BackupEnd>;
    if (head !== undefined && end.lines === lines && end.sha256 === digest.digest('hex')) return head;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${file} cannot be read as a backup, or is damaged (${(error as Error).message}). Use another backup. Nothing was changed.`);
  }
  throw new Refusal(`${file} is not a whole backup: its end does not match. Use another backup. Nothing was changed.`);
}

/** The dump lines of a checked file. */
export async function* readBackup(file: string): AsyncGenerator<DumpLine> {
  let first = true;
  let held: string | undefined;
  for await (const line of linesOf(file)) {
    if (first) {
      first = false;
      continue;
    }
    if (held !== undefined) yield JSON.parse(held) as DumpLine;
    held = line;
  }
}
