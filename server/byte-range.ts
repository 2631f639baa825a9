// The Range header of a request for one file (RFC 9110 §14.2): one part of it, or the whole.

/** Bytes of a file, the first and the last one included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export type Asked = Span | 'whole' | 'unsatisfiable';

/** One range and no other: `bytes=0-499`, `bytes=500-`, `bytes=-500`. */
const ONE = /^bytes=[ \t]*(?:([0-9]+)-([0-9]*)|-([0-9]+))[ \t]*$/i;

/**
 * What is asked of a file of `size` bytes. A header that is malformed, of another unit, or asks for several parts at once is ignored, as the
 * RFC allows (§14.2): many small parts that overlap are an attack known for as long as they exist (§17.15). `unsatisfiable`: 416.
 */
export function rangeOf(header: string | undefined, size: number): Asked {
  const found = header === undefined ? null : ONE.exec(header);
  if (found === null) return 'whole';
  const [, from, to, suffix] = found;
  if (suffix !== undefined) {
    const length = Number(suffix);
    if (length === 0 || size === 0) return 'unsatisfiable';
    return { first: Math.max(0, size - length), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? Infinity : Number(to);
  if (last < first) return 'whole';
  if (!(first < size)) return 'unsatisfiable';
  return { first, last: Math.min(last, size - 1) };
}
