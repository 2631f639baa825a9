// Ogg (RFC 3533): the comments of Vorbis, Opus, Speex, Theora and FLAC, emptied where they stand; the sums of their pages are made anew, and no sound is touched.
import { damaged, Finding } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';

const TABLE = Uint32Array.from({ length: 256 }, (_one, n) => {
  let sum = n << 24;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum >>> 0;
});

function sumOf(page: Buffer): number {
  let sum = 0;
  for (const one of page) sum = ((sum << 8) ^ (TABLE[((sum >>> 24) ^ one) & 0xff] as number)) >>> 0;
  return sum;
}

interface Stream {
  /** Packets that ended before. */
  packets: number;
  /** Where each byte of the packets stands that tell something: the second; of FLAC all up to the one that says it is the last. */
  readonly said: number[][];
  last: boolean;
  readonly codec: 'vorbis' | 'opus' | 'speex' | 'theora' | 'flac' | 'other';
}

const LEADS: Readonly<Record<Stream['codec'], number>> = { vorbis: 7, opus: 8, speex: 0, theora: 7, flac: 4, other: 0 };

function codecOf(first: Buffer): Stream['codec'] {
  const begin = first.toString('latin1', 0, 8);
  if (begin.startsWith('\u0001vorbis')) return 'vorbis';
  if (begin === 'OpusHead') return 'opus';
  if (begin === 'Speex   ') return 'speex';
  if (begin.startsWith('\u0080theora')) return 'theora';
  return begin.startsWith('\u007fFLAC') ? 'flac' : 'other';
}

export function filterOgg(file: Buffer): Filtered {
  const copy = Buffer.from(file);
  const streams = new Map<number, Stream>();
  const all: Stream[] = [];
  const pages: { readonly from: number; readonly to: number; readonly touched: boolean }[] = [];
  for (let at = 0; at < copy.length; ) {
    if (at + 27 > copy.length || copy.toString('latin1', at, at + 4) !== 'OggS' || copy[at + 4] !== 0) throw damaged('page');
    const count = copy[at + 26] as number;
    const body = at + 27 + count;
    const lacing = copy.subarray(at + 27, body);
    const end = body + lacing.reduce((sum, one) => sum + one, 0);
    if (lacing.length < count || end > copy.length) throw damaged('cut_off');
    const serial = copy.readUInt32LE(at + 14);
    let stream = streams.get(serial);
    // A page that begins a stream begins a new one, also where another had its number before.
    if (stream === undefined || ((copy[at + 5] as number) & 2) !== 0) {
      stream = { packets: 0, said: [], last: false, codec: codecOf(copy.subarray(body, end)) };
      // What nobody knows may say anything anywhere.
      if (stream.codec === 'other') throw new Finding('upload.not_stripped', { why: 'unknown_codec' });
      streams.set(serial, stream);
      all.push(stream);
    }
    let [place, touched] = [body, false];
    for (const length of lacing) {
      if (stream.packets >= 1 && !stream.last) {
        touched = true;
        const packet = (stream.said[stream.packets - 1] ??= []);
        for (let n = 0; n < length; n += 1) packet.push(place + n);
        if (packet.length > 16 * 1_048_576 || stream.packets > 1_000) throw damaged('comments');
        if (length < 255) stream.last = stream.codec !== 'flac' || ((copy[packet[0] as number] as number) & 0x80) !== 0;
      }
      place += length;
      if (length < 255) stream.packets += 1;
    }
    pages.push({ from: at, to: end, touched });
    at = end;
  }
  let removed = 0;
  for (const { said, codec, last } of all) {
    if (!last) throw damaged('comments');
    for (const [n, packet] of said.entries()) {
      const type = codec === 'flac' ? (copy[packet[0] as number] as number) & 0x7f : 4;
      // FLAC's places of sound and its cue sheet stay (RFC 9639, 8); pictures and what programs keep there become padding.
      if (type === 3 || type === 5) continue;
      const bytes = packet.slice(LEADS[codec]);
      if (n === 0 && bytes.length < 8) throw damaged('comments');
      if (type !== 4) copy[packet[0] as number] = ((copy[packet[0] as number] as number) & 0x80) | 1;
      if (bytes.every((one, place) => copy[one] === 0 || (place === 8 && codec === 'vorbis'))) continue;
      // No maker, no comments, the mark that ends them, and nothing behind it.
      for (const [place, one] of bytes.entries()) copy[one] = place === 8 && codec === 'vorbis' ? 1 : 0;
      removed += 1;
    }
  }
  for (const { from, to, touched } of pages) {
    if (!touched) continue;
    copy.writeUInt32LE(0, from + 22);
    copy.writeUInt32LE(sumOf(copy.subarray(from, to)), from + 22);
  }
  return { pieces: [removed > 0 ? copy : file], removed: removed > 0 ? ['tags'] : [] };
}
