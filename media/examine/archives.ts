// How archives begin and end: those that are looked into here, and those that nobody here can open.
import { damaged, Finding } from '#media/examine/finding.ts';

export type Archive = 'zip' | 'gzip' | 'tar';

/** So much of a file tells which it is: a tar says so in its first header. */
export const BEGINNING = 512;
/** In so much of its end a zip has its directory's end: 22 bytes and a comment (APPNOTE 4.3.16). */
export const ENDING = 22 + 0xffff;

/** `begin`: the first bytes as Latin-1. */
export const isZipped = (begin: string): boolean => begin.startsWith('PK\u0003\u0004');
export const isGzipped = (begin: string): boolean => begin.startsWith('\u001f\u008b');
/** By the sum in its header too: before 1988 a tar had no other mark, and programs ask for no other. */
export const isTar = (begin: string): boolean => begin.startsWith('ustar', 257) || sumHolds(begin);

/** 7-Zip, RAR, bzip2, xz, Zstandard, lzip, compress, lzop, LZ4, ar, cabinet, xar, RPM, cpio, squashfs, ARJ, LHA. */
const CLOSED = /^(?:7z\u00bc\u00af\u0027\u001c|Rar!\u001a\u0007|BZh[1-9]1AY|\u00fd7zXZ\0|\u0028\u00b5\u002f\u00fd|LZIP\u0001|\u001f[\u009d\u00a0]|\u0089LZO\0|\u0004\u0022\u004d\u0018|!<arch>\n|MSCF\0\0\0\0|xar!\0|\u00ed\u00ab\u00ee\u00db|0707(?:01|02|07)[0-9A-Fa-f]{6}|hsqs|\u0060\u00ea[^][\0-\u000a]|[^]{2}-l[hz][0-9sd]-)/;
export const isClosed = (begin: string): boolean => CLOSED.test(begin);

/** The sum of a tar's header: of its bytes, in which it stands itself as eight spaces; some have summed them as signed. */
export function sumHolds(header: string): boolean {
  const said = /^[\0 ]*(?<octal>[0-7]+)[\0 ]*$/.exec(header.slice(148, 156))?.groups?.['octal'];
  if (said === undefined || header.length < BEGINNING) return false;
  let [sum, signed] = [0, 0];
  for (let at = 0; at < BEGINNING; at += 1) {
    const byte = at >= 148 && at < 156 ? 0x20 : header.charCodeAt(at);
    sum += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  return [sum, signed].includes(Number.parseInt(said, 8));
}

const END = Buffer.from('PK\u0005\u0006', 'latin1');
const DIRECTORY = 0x02014b50;

/** Where a zip's directory has its end in these last bytes of a file, for programs that read it from behind; null where there is none. What names no entry is none. */
function zipEnd(last: Buffer): number | null {
  for (let at = last.lastIndexOf(END); at >= 0; at = at === 0 ? -1 : last.lastIndexOf(END, at - 1)) {
    if (at + 22 > last.length || last.readUInt16LE(at + 10) === 0) continue;
    const size = last.readUInt32LE(at + 12);
    // One that begins farther in front than is kept here, or is told in 64 bits, is known by its count, which stands there twice.
    if (size > at ? last.readUInt16LE(at + 8) === last.readUInt16LE(at + 10) : last.readUInt32LE(at - size) === DIRECTORY) return at + 22 + last.readUInt16LE(at + 20);
  }
  return null;
}
export const endsAsZip = (bytes: Buffer): boolean => zipEnd(bytes.subarray(Math.max(0, bytes.length - ENDING))) !== null;

const isCompound = (begin: string): boolean => begin.startsWith('\u00d0\u00cf\u0011\u00e0');

/** Which archive lies in another, by its beginning and its end; null for none. Refused: what nobody can look through, and what is a zip only for whoever reads it from behind. */
export function archiveIn(first: Buffer, end: Buffer, depth: number): Archive | null {
  const begin = first.toString('latin1', 0, BEGINNING);
  if (isClosed(begin)) throw new Finding('upload.expands_too_far', { depth });
  if (isZipped(begin)) return 'zip';
  if (isGzipped(begin)) return 'gzip';
  if (isTar(begin)) return 'tar';
  const reached = zipEnd(end);
  // Old Office carries documents, which are zips, in its streams; these end before it does.
  if (reached !== null && (reached === end.length || !isCompound(begin))) throw damaged('bytes_in_front');
  return null;
}
