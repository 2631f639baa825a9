// Gzip (RFC 1952), member by member: unpacked to be counted, and what comes out is given to be looked into. Several members come out as one file.
import { crc32, createInflateRaw } from 'node:zlib';
import { archiveIn, BEGINNING, ENDING, isTar } from '#media/examine/archives.ts';
import { damaged, Finding, LIMITS } from '#media/examine/finding.ts';
import { type Expanding, spend, UNPACKED_AT_ONCE } from '#media/examine/zip.ts';

/** Where the packed bytes of the member at `at` begin. */
function packedAt(file: Buffer, at: number): number {
  const flags = file[at + 3] ?? 0xff;
  if (file.readUInt16BE(at) !== 0x1f8b || file[at + 2] !== 8 || (flags & 0xe0) !== 0) throw damaged('packed');
  let begin = at + 10;
  if ((flags & 4) !== 0) begin += 2 + file.readUInt16LE(begin);
  for (const text of [8, 16]) {
    if ((flags & text) === 0) continue;
    const end = file.indexOf(0, begin);
    if (end < 0) throw damaged('packed');
    begin = end + 1;
  }
  return begin + ((flags & 2) === 0 ? 0 : 2);
}

/** One member; `take` gets its pieces. Resolves with where it ends. */
function member(file: Buffer, at: number, expanding: Expanding, take: (piece: Buffer) => void): Promise<number> {
  const begin = packedAt(file, at);
  return new Promise((resolve, reject) => {
    const inflate = createInflateRaw({ chunkSize: at === 0 ? UNPACKED_AT_ONCE : UNPACKED_AT_ONCE / 4 });
    let [sum, bytes] = [0, 0];
    inflate.on('data', (piece: Buffer) => {
      bytes += piece.length;
      sum = crc32(piece, sum);
      try {
        spend(expanding, piece.length);
        take(piece);
      } catch (error) {
        inflate.destroy(error as Error);
      }
    });
    inflate.on('error', (error) => reject(error instanceof Finding ? error : damaged('packed')));
    inflate.on('end', () => {
      const end = begin + inflate.bytesWritten;
      if (end + 8 > file.length || file.readUInt32LE(end) !== sum || file.readUInt32LE(end + 4) !== bytes % 2 ** 32) return reject(damaged('packed'));
      resolve(end + 8);
    });
    inflate.end(file.subarray(begin));
  });
}

/** A packed tar that is larger is refused. */
const MOST_KEPT = 64 * 1_048_576;

/** `judgeTar`: of what comes out, where it is one. Other archives in it are refused here. */
export async function judgeGzip(file: Buffer, expanding: Expanding, judgeTar: (tar: Buffer) => Promise<void>): Promise<void> {
  const kept: Buffer[] = [];
  /** How each member begins: somebody may unpack it by itself. */
  const begins: Buffer[] = [];
  let end: Buffer = Buffer.alloc(0);
  let [bytes, held, at] = [0, 0, 0];
  while (at < file.length) {
    // Behind the last one only zeros may stand, with which tapes were filled.
    if (at > 0 && file[at] === 0) {
      if (file.subarray(at).some((byte) => byte !== 0)) throw damaged('bytes_behind');
      break;
    }
    if (begins.length >= LIMITS.entries) throw new Finding('upload.expands_too_far', { entries: begins.length });
    let begin: Buffer = Buffer.alloc(0);
    at = await member(file, at, expanding, (piece) => {
      bytes += piece.length;
      if (begin.length < BEGINNING) begin = Buffer.concat([begin, piece.subarray(0, BEGINNING - begin.length)]);
      if (piece.length >= ENDING) end = piece.subarray(piece.length - ENDING);
      else end = Buffer.concat([end.subarray(Math.max(0, end.length + piece.length - ENDING)), piece]);
      if (bytes > MOST_KEPT) return;
      kept.push(piece);
      held += piece.length;
    });
    begins.push(begin);
  }
  const inside = Buffer.concat(kept);
  if (isTar(inside.toString('latin1', 0, BEGINNING))) {
    // What lies behind would be judged by nobody.
    if (bytes > held) throw new Finding('upload.expands_too_far', { bytes });
    return judgeTar(inside);
  }
  for (const begin of [inside.subarray(0, BEGINNING), ...begins]) {
    if (archiveIn(begin, end, 2) !== null) throw new Finding('upload.expands_too_far', { depth: 2 });
    if (/^(?:MZ|\u007fELF|\u00ca\u00fe\u00ba\u00be|#!)/.test(begin.toString('latin1'))) throw new Finding('upload.active_content', { form: 'gz' });
  }
}
