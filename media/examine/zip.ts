// Zip (APPNOTE 6.3): read strictly by its directory. One way to read it only: no gaps, no overlaps, no bytes around it; unpacked to be counted, never kept.
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { BEGINNING, ENDING } from '#media/examine/archives.ts';
import { damaged, Finding, LIMITS } from '#media/examine/finding.ts';
import { passedOn } from '#media/young-garbage.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  /** As it says itself. */
  readonly size: number;
  readonly crc: number;
  /** The packed bytes. */
  readonly data: Buffer;
  /** From its local header to the end of its data. */
  readonly from: number;
  readonly to: number;
  readonly flags: number;
}

const END = 0x06054b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;

function endOf(file: Buffer): number {
  for (let at = file.length - 22; at >= Math.max(0, file.length - 22 - 0xffff); at -= 1) {
    if (file.readUInt32LE(at) === END && at + 22 + file.readUInt16LE(at + 20) === file.length) return at;
  }
  throw damaged('no_directory');
}

/** A name that would land elsewhere when it is unpacked. */
const escapes = (name: string): boolean => /^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(name);

/** Info-ZIP's second name of an entry, which programs take before the first (APPNOTE 4.6.9). */
function renames(extra: Buffer, name: string): boolean {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 0x7075 && extra.toString('utf8', at + 9, at + 4 + extra.readUInt16LE(at + 2)) !== name) return true;
  }
  return false;
}

export function readZip(file: Buffer): ZipEntry[] {
  if (file.length < 22) throw damaged('cut_off');
  const end = endOf(file);
  const [count, size, begin] = [file.readUInt16LE(end + 10), file.readUInt32LE(end + 12), file.readUInt32LE(end + 16)];
  // Our files are small: what speaks of discs or of more than 4 GB is not what it seems.
  if (count === 0xffff || begin === 0xffffffff || file.readUInt16LE(end + 4) !== 0 || file.readUInt16LE(end + 8) !== count || begin + size !== end) throw damaged('directory');
  if (count > LIMITS.entries) throw new Finding('upload.expands_too_far', { entries: count });
  const entries: ZipEntry[] = [];
  let at = begin;
  for (let n = 0; n < count; n += 1) {
    if (at + 46 > end || file.readUInt32LE(at) !== DIRECTORY) throw damaged('directory');
    const [flags, method, crc, packed, whole] = [file.readUInt16LE(at + 8), file.readUInt16LE(at + 10), file.readUInt32LE(at + 16), file.readUInt32LE(at + 20), file.readUInt32LE(at + 24)];
    const [nameLength, extra, comment, local] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32), file.readUInt32LE(at + 42)];
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    if ((flags & 0x41) !== 0) throw new Finding('upload.encrypted');
    if (escapes(name)) throw damaged('name_leads_out');
    if (local + 30 > begin || file.readUInt32LE(local) !== LOCAL || file.readUInt16LE(local + 8) !== method || (file.readUInt16LE(local + 6) & 1) !== 0) throw damaged('entry');
    // Two lengths of one entry: whoever unpacks as it comes would go on elsewhere. They may stand behind the data instead (APPNOTE 4.4.4, bit 3).
    const later = (file.readUInt16LE(local + 6) & 8) !== 0;
    for (const [said, is] of [[file.readUInt32LE(local + 18), packed], [file.readUInt32LE(local + 22), whole]] as const) if (said !== is && !(later && said === 0)) throw damaged('two_lengths');
    const localName = file.readUInt16LE(local + 26);
    // Two names for one entry: one is what we judge, the other what somebody opens.
    if (localName !== nameLength || !file.subarray(local + 30, local + 30 + localName).equals(file.subarray(at + 46, at + 46 + nameLength))) throw damaged('two_names');
    const from = local + 30 + localName + file.readUInt16LE(local + 28);
    if (from + packed > begin) throw damaged('entry');
    // A link may lead out of wherever somebody unpacks it.
    if (((file.readUInt32LE(at + 38) >>> 16) & 0xf000) === 0xa000) throw damaged('link');
    for (const fields of [file.subarray(at + 46 + nameLength, at + 46 + nameLength + extra), file.subarray(local + 30 + localName, from)]) if (renames(fields, name)) throw damaged('two_names');
    entries.push({ name, method, packed, size: whole, crc, data: file.subarray(from, from + packed), from: local, to: from + packed, flags });
    at += 46 + nameLength + extra + comment;
  }
  if (at !== end) throw damaged('directory');
  const inOrder = entries.toSorted((a, b) => a.from - b.from);
  let reached = 0;
  for (const { from, to, flags } of inOrder) {
    // Behind the data a descriptor of 12 or 16 bytes may stand; nothing else may, and nothing in front of the first.
    if (from < reached || from - reached > 16) throw damaged('bytes_between');
    reached = to;
    if ((flags & 8) === 0) continue;
  }
  if (begin - reached > 16 && entries.length > 0) throw damaged('bytes_between');
  return entries;
}

/** How much was unpacked of everything inside one file, archives in archives included. */
export interface Expanding {
  bytes: number;
  entries: number;
  readonly packed: number;
}

/** `packed`: bytes of the file that came in. */
export const expandingOf = (packed: number): Expanding => ({ bytes: 0, entries: 0, packed });

export function spendEntry(expanding: Expanding): void {
  expanding.entries += 1;
  if (expanding.entries > LIMITS.entriesInAll) throw new Finding('upload.expands_too_far', { entries: expanding.entries });
}

/** Counts what is unpacked, and stops at the first byte too many, whatever was declared. */
export function spend(expanding: Expanding, bytes: number): void {
  expanding.bytes += bytes;
  const over = expanding.bytes > LIMITS.expanded || (expanding.bytes > LIMITS.ratioFrom && expanding.bytes > expanding.packed * LIMITS.ratio);
  if (over) throw new Finding('upload.expands_too_far', { bytes: expanding.bytes, packed: expanding.packed });
}

/** Each such piece is a trip to another thread: as many as a default of 16 kB makes cost more than the unpacking. */
export const UNPACKED_AT_ONCE = 256 * 1024;
/** What says it is no larger is unpacked in one step in this thread: no trips at all. It can hold no more than it says, however much is packed in it. */
const UNPACKED_WHOLE = 4 * 1_048_576;

/** With `info` Node tells how much it has read, which its types do not know. */
interface Unpacked {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function unpackWhole({ data, size }: ZipEntry, expanding: Expanding, most: number): Buffer {
  let whole: Buffer;
  let read: number;
  try {
    // Room for one byte more, so that one too many is seen and not cut off.
    const { buffer, engine } = inflateRawSync(data, { chunkSize: Math.max(size + 1, 64), maxOutputLength: Math.max(size, 1), info: true }) as unknown as Unpacked;
    [whole, read] = [buffer, engine.bytesWritten];
  } catch (error) {
    throw damaged((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'size' : 'packed');
  }
  passedOn(whole.length);
  spend(expanding, whole.length);
  // What stands behind the end of what is packed is seen by whoever unpacks as it comes.
  if (whole.length !== size || read !== data.length) throw damaged('size');
  // What is looked at only for its beginning keeps no more of it in memory.
  return whole.length <= most ? whole : Buffer.from(whole.subarray(0, most));
}

/** Unpacks an entry piece by piece, in another thread. */
function unpackInPieces(entry: ZipEntry, expanding: Expanding, take: (piece: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const inflate = createInflateRaw({ chunkSize: UNPACKED_AT_ONCE });
    let bytes = 0;
    inflate.on('data', (piece: Buffer) => {
      bytes += piece.length;
      passedOn(piece.length);
      try {
        spend(expanding, piece.length);
        if (bytes > entry.size) throw damaged('size');
        take(piece);
      } catch (error) {
        inflate.destroy(error as Error);
      }
    });
    inflate.on('error', (error) => reject(error instanceof Finding ? error : damaged('packed')));
    inflate.on('end', () => (bytes === entry.size && inflate.bytesWritten === entry.data.length ? resolve() : reject(damaged('size'))));
    inflate.end(entry.data);
  });
}

/** Whole in one step where it is small; else null. */
function unpackAtOnce(entry: ZipEntry, expanding: Expanding, most: number): Buffer | null {
  if (entry.method === 0) {
    if (entry.packed !== entry.size) throw damaged('size');
    spend(expanding, entry.size);
    return entry.data.subarray(0, most);
  }
  if (entry.method !== 8) throw damaged('method');
  return entry.size <= UNPACKED_WHOLE ? unpackWhole(entry, expanding, most) : null;
}

/** The bytes of an entry, counted while they come. `most`: kept up to so many, the rest is only counted. */
export async function unpack(entry: ZipEntry, expanding: Expanding, most: number): Promise<Buffer> {
  const small = unpackAtOnce(entry, expanding, most);
  if (small !== null) return small;
  const kept: Buffer[] = [];
  let held = 0;
  await unpackInPieces(entry, expanding, (piece) => {
    if (held >= most) return;
    kept.push(piece.subarray(0, most - held));
    held += Math.min(piece.length, most - held);
  });
  return Buffer.concat(kept);
}

/** Of an entry, once: its beginning and its end, and all of it between where `keeps` says so of its beginning. */
export interface Glance {
  readonly begin: Buffer;
  readonly end: Buffer;
  readonly whole: Buffer | null;
}

export async function glanceAt(entry: ZipEntry, expanding: Expanding, keeps: (begin: Buffer) => boolean, most: number): Promise<Glance> {
  const small = unpackAtOnce(entry, expanding, Infinity);
  if (small !== null) return { begin: small.subarray(0, BEGINNING), end: small.subarray(Math.max(0, small.length - ENDING)), whole: small };
  const kept: Buffer[] = [];
  let held = 0;
  let begin: Buffer | null = null;
  let keeping = false;
  await unpackInPieces(entry, expanding, (piece) => {
    kept.push(piece);
    held += piece.length;
    if (begin === null && held >= BEGINNING) {
      begin = Buffer.concat(kept).subarray(0, BEGINNING);
      keeping = keeps(begin);
    }
    if (keeping && held > most) throw new Finding('upload.expands_too_far', { bytes: entry.size });
    while (!keeping && begin !== null && held - (kept[0] as Buffer).length >= ENDING) held -= (kept.shift() as Buffer).length;
  });
  const rest = Buffer.concat(kept);
  return { begin: begin ?? rest.subarray(0, BEGINNING), end: rest.subarray(Math.max(0, rest.length - ENDING)), whole: keeping ? rest : null };
}
