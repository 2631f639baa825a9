// RIFF: WebP pictures, WAV sound and AVI film. Every chunk whole, the sides of a picture, and the file again without what was said beside.
import { damaged, judgePixels } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';

interface Chunk { readonly id: string; readonly body: Buffer; readonly whole: Buffer }

function chunksOf(file: Buffer, form: string): { chunks: Chunk[]; end: number } {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== form) throw damaged('signature');
  const end = 8 + file.readUInt32LE(4);
  if (end > file.length + 1) throw damaged('cut_off');
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= Math.min(end, file.length); ) {
    const size = file.readUInt32LE(at + 4);
    const next = at + 8 + size + (size % 2);
    if (at + 8 + size > file.length) throw damaged('cut_off');
    chunks.push({ id: file.toString('latin1', at, at + 4), body: file.subarray(at + 8, at + 8 + size), whole: file.subarray(at, Math.min(next, file.length)) });
    at = next;
  }
  return { chunks, end: Math.min(end, file.length) };
}

function joined(form: string, kept: readonly Uint8Array[]): Uint8Array[] {
  const head = Buffer.alloc(12);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(4 + kept.reduce((sum, { length }) => sum + length, 0), 4);
  head.write(form, 8, 'latin1');
  return [head, ...kept];
}

/** Sides of the picture data itself, whatever the head says (RFC 9649). */
function sidesOf({ id, body }: Chunk): readonly [number, number] | null {
  if (id === 'VP8 ' && body.length >= 10) return [body.readUInt16LE(6) & 0x3fff, body.readUInt16LE(8) & 0x3fff];
  if (id === 'VP8L' && body.length >= 5 && body[0] === 0x2f) {
    const bits = body.readUInt32LE(1);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  if (id === 'VP8X' && body.length >= 10) return [body.readUIntLE(4, 3) + 1, body.readUIntLE(7, 3) + 1];
  if (id === 'ANMF' && body.length >= 16) return [body.readUIntLE(6, 3) + 1, body.readUIntLE(9, 3) + 1];
  return null;
}

const WEBP_KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const METADATA_FLAGS = 0x0c;

export function filterWebp(file: Buffer): Filtered {
  const { chunks, end } = chunksOf(file, 'WEBP');
  const removed = new Set<string>(end < file.length ? ['appended'] : []);
  let pictures = 0;
  const kept = chunks.flatMap((chunk) => {
    const sides = sidesOf(chunk);
    if (sides !== null) judgePixels(...sides);
    else if (chunk.id === 'VP8 ' || chunk.id === 'VP8L' || chunk.id === 'VP8X' || chunk.id === 'ANMF') throw damaged('picture');
    if (sides !== null && chunk.id !== 'VP8X') pictures += 1;
    if (!WEBP_KEPT.has(chunk.id)) {
      removed.add(chunk.id === 'EXIF' ? 'exif' : chunk.id === 'XMP ' ? 'xmp' : 'application');
      return [];
    }
    if (chunk.id !== 'VP8X') return [chunk.whole];
    const head = Buffer.from(chunk.whole);
    head[8] = (head[8] as number) & ~METADATA_FLAGS;
    return [head];
  });
  if (pictures === 0) throw damaged('no_picture');
  return { pieces: joined('WEBP', kept), removed: [...removed] };
}

const WAV_KEPT = new Set(['fmt ', 'data', 'fact', 'cue ', 'smpl', 'PEAK', 'wavl', 'slnt']);

export function filterWav(file: Buffer): Filtered {
  const { chunks, end } = chunksOf(file, 'WAVE');
  if (!chunks.some(({ id }) => id === 'fmt ') || !chunks.some(({ id }) => id === 'data')) throw damaged('no_sound');
  const gone = chunks.filter(({ id }) => !WAV_KEPT.has(id));
  return { pieces: joined('WAVE', chunks.filter(({ id }) => WAV_KEPT.has(id)).map(({ whole }) => whole)), removed: [...(gone.length > 0 ? ['tags'] : []), ...(end < file.length ? ['appended'] : [])] };
}
