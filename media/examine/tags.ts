// Tags of sound and film: what is said beside in MP3, FLAC and MPEG-4, taken out without touching a sample.
import { damaged, type Finding } from '#media/examine/finding.ts';
import { toldBy } from '#media/examine/film-tracks.ts';
import type { Filtered } from '#media/examine/jpeg.ts';

const ascii = (file: Buffer, at: number, length: number): string => file.toString('latin1', at, at + length);

/** ID3v2 in front, APEv2 and ID3v1 behind; also several. */
export function filterMp3(file: Buffer): Filtered {
  let from = 0;
  let to = file.length;
  while (ascii(file, from, 3) === 'ID3' && from + 10 <= to) {
    const [a, b, c, d] = [file[from + 6] as number, file[from + 7] as number, file[from + 8] as number, file[from + 9] as number];
    if ((a | b | c | d) & 0x80) throw damaged('tag');
    from += 10 + ((a << 21) | (b << 14) | (c << 7) | d) + (((file[from + 5] as number) & 0x10) === 0 ? 0 : 10);
    if (from > to) throw damaged('cut_off');
  }
  for (;;) {
    if (to - from >= 128 && ascii(file, to - 128, 3) === 'TAG') to -= 128;
    else if (to - from >= 32 && ascii(file, to - 32, 8) === 'APETAGEX') {
      const size = file.readUInt32LE(to - 20) + ((file.readUInt32LE(to - 12) & 0x80000000) === 0 ? 0 : 32);
      if (size > to - from) throw damaged('tag');
      to -= size;
    } else break;
  }
  if (to - from < 4) throw damaged('no_sound');
  return { pieces: [file.subarray(from, to)], removed: from > 0 || to < file.length ? ['tags'] : [] };
}

/** FLAC (RFC 9639): the stream's own head, its table of places and cue sheet stay. */
export function filterFlac(file: Buffer): Filtered {
  if (ascii(file, 0, 4) !== 'fLaC') throw damaged('signature');
  const kept: Buffer[] = [];
  let removed = 0;
  let at = 4;
  for (let last = false; !last; ) {
    if (at + 4 > file.length) throw damaged('cut_off');
    last = ((file[at] as number) & 0x80) !== 0;
    const type = (file[at] as number) & 0x7f;
    const end = at + 4 + file.readUIntBE(at + 1, 3);
    if (end > file.length) throw damaged('cut_off');
    if (type === 0 || type === 3 || type === 5) kept.push(Buffer.from(file.subarray(at, end)));
    else removed += 1;
    at = end;
  }
  if (kept.length === 0) throw damaged('no_sound');
  for (const [n, block] of kept.entries()) block[0] = ((block[0] as number) & 0x7f) | (n === kept.length - 1 ? 0x80 : 0);
  return { pieces: [file.subarray(0, 4), ...kept, file.subarray(at)], removed: removed > 0 ? ['tags'] : [] };
}

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'moof', 'traf', 'mvex']);
/** What is said beside the film; Exif and XMP of a picture stand elsewhere. */
const SAID = new Set(['udta', 'uuid', 'meta']);

/** Heads of a film, a track and its media say when they were made and changed. */
const TIMED = new Set(['mvhd', 'tkhd', 'mdhd']);

/** MPEG-4 and QuickTime (ISO 14496-12): boxes that tell, and tracks that do, are made free space of the same length, so that no offset moves; times become zeros. */
export function filterMp4(file: Buffer): Filtered {
  const copy = Buffer.from(file);
  let removed = 0;
  /** Only what lies among the pictures and the sound is a sample of anybody's. */
  const samples: (readonly [from: number, to: number])[] = [];
  const data: (readonly [from: number, to: number])[] = [];
  function walk(from: number, to: number, depth: number): void {
    for (let at = from; at < to; ) {
      if (at + 8 > to) {
        // QuickTime ends some lists by four zeros.
        if (depth > 0) return;
        throw damaged('cut_off');
      }
      let size = copy.readUInt32BE(at);
      let head = 8;
      const type = ascii(copy, at + 4, 4);
      if (size === 0 && depth > 0) return;
      if (size === 0) size = to - at;
      if (size === 1) {
        if (at + 16 > to) throw damaged('cut_off');
        size = Number(copy.readBigUInt64BE(at + 8));
        head = 16;
      }
      if (size < head || at + size > to) throw damaged('cut_off');
      const told = type === 'trak' ? toldBy(copy, { from: at + head, to: at + size }) : null;
      if (told !== null) samples.push(...told);
      if (type === 'mdat' && depth === 0) data.push([at + head, at + size]);
      const times = copy.subarray(at + head + 4, at + head + (copy[at + head] === 1 ? 20 : 12));
      if (TIMED.has(type) && at + head + 20 <= at + size && times.some((one) => one !== 0)) {
        times.fill(0);
        removed += 1;
      }
      if (SAID.has(type) || told !== null) {
        copy.write('free', at + 4, 'latin1');
        copy.fill(0, at + head, at + size);
        removed += 1;
      } else if (CONTAINERS.has(type) && depth < 8) walk(at + head, at + size, depth + 1);
      at += size;
    }
  }
  walk(0, copy.length, 0);
  for (const [from, to] of samples) {
    if (!data.some(([begin, end]) => begin <= from && to <= end)) throw damaged('track');
    copy.fill(0, from, to);
  }
  return { pieces: [copy], removed: removed > 0 ? ['tags'] : [] };
}

/** AVIF and HEIC (ISO 23008-12): the extents of items that hold Exif or XMP become zeros; nothing moves. Throws where it cannot be found. */
export function filterHeif(file: Buffer, notStripped: () => Finding): Filtered {
  const copy = Buffer.from(file);
  const boxes = (from: number, to: number): { type: string; from: number; to: number }[] => {
    const found = [];
    for (let at = from; at + 8 <= to; ) {
      let [size, head] = [copy.readUInt32BE(at), 8];
      if (size === 1 && at + 16 <= to) [size, head] = [Number(copy.readBigUInt64BE(at + 8)), 16];
      if (size === 0) size = to - at;
      if (size < head || at + size > to) throw damaged('cut_off');
      found.push({ type: ascii(copy, at + 4, 4), from: at + head, to: at + size });
      at += size;
    }
    return found;
  };
  const meta = boxes(0, copy.length).find(({ type }) => type === 'meta');
  if (meta === undefined) throw damaged('no_picture');
  const inside = boxes(meta.from + 4, meta.to);
  const iinf = inside.find(({ type }) => type === 'iinf');
  const iloc = inside.find(({ type }) => type === 'iloc');
  if (iinf === undefined || iloc === undefined) throw damaged('no_picture');
  const said = new Set<number>();
  const wide = copy[iinf.from] !== 0;
  for (const { type, from } of boxes(iinf.from + (wide ? 8 : 6), iinf.to)) {
    if (type !== 'infe') continue;
    const version = copy[from] as number;
    if (version < 2) throw notStripped();
    const id = version === 2 ? copy.readUInt16BE(from + 4) : copy.readUInt32BE(from + 4);
    const kind = ascii(copy, from + (version === 2 ? 8 : 10), 4);
    if (kind === 'Exif' || kind === 'mime' || kind === 'uri ') said.add(id);
  }
  if (said.size === 0) return { pieces: [copy], removed: [] };
  const version = copy[iloc.from] as number;
  const [sizes, bases] = [copy[iloc.from + 4] as number, copy[iloc.from + 5] as number];
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 4, sizes & 15, bases >> 4, version === 0 ? 0 : bases & 15];
  let at = iloc.from + 6;
  const number = (size: number): number => {
    const value = size === 0 ? 0 : size === 8 ? Number(copy.readBigUInt64BE(at)) : copy.readUIntBE(at, size);
    at += size;
    return value;
  };
  let wiped = 0;
  for (let n = 0, count = number(version < 2 ? 2 : 4); n < count; n += 1) {
    const id = number(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : number(2) & 15;
    number(2);
    const base = number(baseSize);
    for (let e = 0, extents = number(2); e < extents; e += 1) {
      number(indexSize);
      const [offset, length] = [base + number(offsetSize), number(lengthSize)];
      if (!said.has(id)) continue;
      if (method !== 0 || length === 0 || offset + length > copy.length) throw notStripped();
      copy.fill(0, offset, offset + length);
      wiped += 1;
    }
  }
  if (wiped < said.size) throw notStripped();
  return { pieces: [copy], removed: ['exif'] };
}
