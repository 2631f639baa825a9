// PNG (W3C, third edition): every chunk whole, the picture as large as it says and no larger, and the file again without its texts, times and EXIF.
import { crc32, createInflate } from 'node:zlib';
import { damaged, judgePixels } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';
import { UNPACKED_AT_ONCE } from '#media/examine/zip.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** What a picture needs to look as it does. */
const KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'bKGD', 'pHYs', 'hIST', 'sPLT', 'acTL', 'fcTL', 'fdAT', 'cICP', 'mDCV', 'cLLI']);
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };

interface Head { readonly width: number; readonly height: number; readonly bits: number; readonly interlaced: boolean }

function headOf(body: Buffer): Head {
  if (body.length !== 13) throw damaged('head');
  const [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
  const [depth, colour, compression, filter, interlace] = [body[8] as number, body[9] as number, body[10], body[11], body[12]];
  if (DEPTHS[colour]?.includes(depth) !== true || compression !== 0 || filter !== 0 || (interlace !== 0 && interlace !== 1)) throw damaged('head');
  judgePixels(width, height);
  return { width, height, bits: depth * (CHANNELS[colour] as number), interlaced: interlace === 1 };
}

/** Bytes of the picture once unpacked: each line with its filter, each pass of Adam7 by itself. */
function bytesOf({ width, height, bits, interlaced }: Head): number {
  const pass = (w: number, h: number): number => (w === 0 || h === 0 ? 0 : h * (1 + Math.ceil((w * bits) / 8)));
  if (!interlaced) return pass(width, height);
  const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;
  return passes.reduce((sum, [x, y, dx, dy]) => sum + pass(Math.ceil(Math.max(0, width - x) / dx), Math.ceil(Math.max(0, height - y) / dy)), 0);
}

/** Unpacks without keeping, and stops at the first byte too many. */
function unpacked(pieces: readonly Uint8Array[], most: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const inflate = createInflate({ chunkSize: UNPACKED_AT_ONCE });
    let bytes = 0;
    inflate.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > most) inflate.destroy(damaged('more_than_it_says'));
    });
    inflate.on('end', () => resolve(bytes));
    inflate.on('error', (error) => reject(error.name === 'Finding' ? error : damaged('picture')));
    for (const piece of pieces) inflate.write(piece);
    inflate.end();
  });
}

export async function filterPng(file: Buffer): Promise<Filtered> {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw damaged('signature');
  const pieces: Uint8Array[] = [file.subarray(0, 8)];
  const data: Uint8Array[] = [];
  const removed = new Set<string>();
  let head: Head | null = null;
  let at = 8;
  for (;;) {
    if (at + 12 > file.length) throw damaged('cut_off');
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    if (length > 0x7fffffff || at + 12 + length > file.length || !/^[A-Za-z]{4}$/.test(type)) throw damaged('cut_off');
    const body = file.subarray(at + 8, at + 8 + length);
    if (crc32(file.subarray(at + 4, at + 8 + length)) !== file.readUInt32BE(at + 8 + length)) throw damaged('checksum');
    if ((type === 'IHDR') !== (head === null)) throw damaged('order');
    if (type === 'IHDR') head = headOf(body);
    if (type === 'IDAT') data.push(body);
    if (KEPT.has(type)) pieces.push(file.subarray(at, at + 12 + length));
    // A chunk that must be understood and is not known is no PNG of ours (the case of its first letter says so).
    else if (type[0] === type[0]?.toUpperCase()) throw damaged('unknown_chunk');
    else removed.add(type === 'eXIf' ? 'exif' : /^(?:tEXt|zTXt|iTXt)$/.test(type) ? 'text' : type === 'tIME' ? 'time' : 'application');
    at += 12 + length;
    if (type === 'IEND') break;
  }
  if (head === null || data.length === 0) throw damaged('no_picture');
  const expected = bytesOf(head);
  if ((await unpacked(data, expected)) !== expected) throw damaged('less_than_it_says');
  if (at < file.length) removed.add('appended');
  return { pieces, removed: [...removed] };
}
