// JPEG (ITU-T T.81): its sides, its whole length, and the file again without what it tells of places, devices and people. No picture data is touched.
import { damaged, judgePixels } from '#media/examine/finding.ts';

const SOF = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const EXIF = Buffer.from('Exif\0\0', 'latin1');

/** The one thing of EXIF that a picture needs to be seen upright; 1 where it says nothing. */
function orientationOf(tiff: Buffer): number {
  try {
    const little = tiff.toString('latin1', 0, 2) === 'II';
    const u16 = (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
    const u32 = (at: number): number => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
    const first = u32(4);
    for (let n = 0, count = u16(first); n < count; n += 1) {
      const at = first + 2 + n * 12;
      if (u16(at) === 0x0112) return u16(at + 8) >= 1 && u16(at + 8) <= 8 ? u16(at + 8) : 1;
    }
  } catch {
    // What cannot be read says nothing.
  }
  return 1;
}

/** An APP1 that holds the orientation and nothing else. */
function uprightSegment(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  const body = Buffer.concat([EXIF, tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** JFIF, colour profiles and Adobe's colour transform are part of how it looks; every other APP segment and comment goes. */
function isKept(marker: number, body: Buffer): boolean {
  if (marker === 0xfe) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  const name = body.toString('latin1', 0, 12);
  return (marker === 0xe0 && name.startsWith('JFIF\0')) || (marker === 0xe2 && name === 'ICC_PROFILE\0') || (marker === 0xee && name.startsWith('Adobe'));
}

/** JFIF may carry a small picture of its own, which may show what was cut away. */
const withoutThumbnail = (body: Buffer): Buffer => {
  const kept = Buffer.from(body.subarray(0, 14));
  if (kept.length === 14) kept.fill(0, 12);
  return kept;
};

export interface Filtered {
  readonly pieces: readonly Uint8Array[];
  readonly removed: readonly string[];
}

/** Throws a Finding for what is no whole JPEG. What stands behind its end is left out. */
export function filterJpeg(file: Buffer): Filtered {
  if (file.length < 4 || file[0] !== 0xff || file[1] !== 0xd8) throw damaged('no_start');
  const pieces: Uint8Array[] = [file.subarray(0, 2)];
  const removed = new Set<string>();
  let [at, seen, upright] = [2, false, 1];
  for (;;) {
    while (file[at] === 0xff && file[at + 1] === 0xff) at += 1;
    const marker = file[at + 1];
    if (file[at] !== 0xff || marker === undefined) throw damaged('no_marker');
    if (marker === 0xd9) break;
    if ((marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) {
      at += 2;
      continue;
    }
    if (at + 4 > file.length) throw damaged('cut_off');
    const length = file.readUInt16BE(at + 2);
    if (length < 2 || at + 2 + length > file.length) throw damaged('cut_off');
    const body = file.subarray(at + 4, at + 2 + length);
    if (SOF.has(marker)) {
      if (body.length < 6) throw damaged('no_sides');
      judgePixels(body.readUInt16BE(3), body.readUInt16BE(1));
      seen = true;
    }
    if (isKept(marker, body)) {
      if (marker === 0xe0 && body.length > 14) {
        const jfif = withoutThumbnail(body);
        pieces.push(Buffer.from([0xff, 0xe0, 0, jfif.length + 2]), jfif);
        removed.add('thumbnail');
      } else pieces.push(file.subarray(at, at + 2 + length));
    } else {
      if (marker === 0xe1 && body.subarray(0, 6).equals(EXIF)) upright = orientationOf(body.subarray(6));
      removed.add(marker === 0xfe ? 'comment' : marker === 0xe1 ? (body.subarray(0, 6).equals(EXIF) ? 'exif' : 'xmp') : marker === 0xed ? 'iptc' : 'application');
    }
    at += 2 + length;
    if (marker !== 0xda) continue;
    // Entropy-coded data: up to the next marker that is none of its own.
    const begin = at;
    for (;;) {
      at = file.indexOf(0xff, at);
      if (at < 0 || at + 1 >= file.length) throw damaged('cut_off');
      const next = file[at + 1] as number;
      if (next !== 0 && !(next >= 0xd0 && next <= 0xd7) && next !== 0xff) break;
      at += next === 0xff ? 1 : 2;
    }
    pieces.push(file.subarray(begin, at));
  }
  if (!seen) throw damaged('no_picture');
  pieces.push(file.subarray(at, at + 2));
  if (at + 2 < file.length) removed.add('appended');
  if (upright !== 1) pieces.splice(1, 0, uprightSegment(upright));
  return { pieces, removed: [...removed] };
}
