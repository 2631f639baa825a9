// GIF (89a): every block whole, frames counted, and the file again without comments and foreign application blocks.
import { damaged, Finding, judgePixels, LIMITS } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

export function filterGif(file: Buffer): Filtered {
  if (!/^GIF8[79]a$/.test(file.toString('latin1', 0, 6)) || file.length < 14) throw damaged('signature');
  const [width, height] = [file.readUInt16LE(6), file.readUInt16LE(8)];
  judgePixels(Math.max(1, width), Math.max(1, height));
  let at = 13 + tableBytes(file[10] as number);
  const pieces: Uint8Array[] = [file.subarray(0, at)];
  const removed = new Set<string>();
  let frames = 0;
  let pixels = 0;
  /** The place behind the sub-blocks that begin here. */
  const behind = (from: number): number => {
    let place = from;
    for (;;) {
      const size = file[place];
      if (size === undefined) throw damaged('cut_off');
      place += 1 + size;
      if (size === 0) return place;
    }
  };
  for (;;) {
    const kind = file[at];
    if (kind === 0x3b) break;
    if (kind === 0x2c) {
      if (at + 11 > file.length) throw damaged('cut_off');
      const [w, h] = [file.readUInt16LE(at + 5), file.readUInt16LE(at + 7)];
      judgePixels(w, h);
      frames += 1;
      pixels += Math.max(w * h, width * height);
      if (frames > LIMITS.frames || (frames > 1 && pixels > LIMITS.framePixels)) throw new Finding('upload.too_many_pixels', { frames, pixels });
      const end = behind(at + 10 + tableBytes(file[at + 9] as number) + 1);
      pieces.push(file.subarray(at, end));
      at = end;
    } else if (kind === 0x21) {
      const label = file[at + 1];
      const end = behind(at + 2);
      const name = file.toString('latin1', at + 3, at + 14);
      // Of applications only the loop count says how it looks.
      if (label === 0xf9 || (label === 0xff && (name === 'NETSCAPE2.0' || name === 'ANIMEXTS1.0'))) pieces.push(file.subarray(at, end));
      else removed.add(label === 0xfe ? 'comment' : name.startsWith('XMP Data') ? 'xmp' : label === 0x01 ? 'text' : 'application');
      at = end;
    } else throw damaged('unknown_block');
  }
  if (frames === 0) throw damaged('no_picture');
  pieces.push(file.subarray(at, at + 1));
  if (at + 1 < file.length) removed.add('appended');
  return { pieces, removed: [...removed] };
}
