// Files with holes in a tar: where their pieces belong (GNU's old header, and its pax records 0.0, 0.1 and 1.0), so that they are looked at as they come out.
import { damaged } from '#media/examine/finding.ts';

/** What lies in an archive, as it comes out: so much of it as is asked for. */
export interface Inside {
  readonly size: number;
  part(from: number, to: number): Buffer;
}

export interface Piece {
  readonly at: number;
  readonly length: number;
}

export const whole = (bytes: Buffer): Inside => ({ size: bytes.length, part: (from, to) => bytes.subarray(from, to) });

/** `data`: the pieces one after the other. */
export function withHoles(data: Buffer, pieces: readonly Piece[], size: number): Inside {
  let reached = 0;
  let from = 0;
  const placed = pieces.map(({ at, length }) => {
    if (!Number.isSafeInteger(at) || !Number.isSafeInteger(length) || at < reached || length < 0 || at + length > size) throw damaged('holes');
    reached = at + length;
    from += length;
    return { at, bytes: data.subarray(from - length, from) };
  });
  if (from > data.length) throw damaged('holes');
  return {
    size,
    part(first, last) {
      const end = Math.min(last, size);
      const out = Buffer.alloc(Math.max(0, end - first));
      for (const { at, bytes } of placed) {
        if (at + bytes.length <= first || at >= end) continue;
        bytes.subarray(Math.max(0, first - at), end - at).copy(out, Math.max(0, at - first));
      }
      return out;
    },
  };
}

const MOST_PIECES = 20_000;

/** Of pairs of numbers. */
export function piecesOf(numbers: readonly number[]): Piece[] {
  if (numbers.length % 2 !== 0 || numbers.length > 2 * MOST_PIECES || numbers.some((one) => !Number.isSafeInteger(one))) throw damaged('holes');
  return Array.from({ length: numbers.length / 2 }, (_one, n) => ({ at: numbers[2 * n] as number, length: numbers[2 * n + 1] as number }));
}

/** Version 1.0: in front of the data stand, a line each, how many there are, and the place and the length of each; filled to whole blocks. */
export function readMap(data: Buffer): { readonly pieces: Piece[]; readonly data: Buffer } {
  let at = 0;
  const line = (): number => {
    const end = data.indexOf(0x0a, at);
    if (end < 0 || end - at > 20) throw damaged('holes');
    const text = data.toString('latin1', at, end);
    at = end + 1;
    return /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  };
  const many = line();
  if (!(many <= MOST_PIECES)) throw damaged('holes');
  const pieces = piecesOf(Array.from({ length: 2 * many }, line));
  return { pieces, data: data.subarray(Math.ceil(at / 512) * 512) };
}
