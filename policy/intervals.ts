// Sorted, merged intervals of whole numbers of 32 or 128 bits, found through an index over the bits in which they differ.

export interface Intervals {
  /** The number of the interval that holds the point (words of 32 bits, most significant first), or -1. */
  find(point: Uint32Array): number;
  readonly size: number;
  readonly bytes: number;
}

/** A range of at most this many intervals is halved rather than indexed further. */
const SHORT = 8;
/** Real lists need one or two levels; the limit bounds the memory of a list made to be awkward. */
const LEVELS = 3;
/** Words of a node before its table: its first interval, the leading bits all its starts share, the shift of its window. */
const HEAD = 3;

/** `ends` holds, for each interval, the words of its first point and then those of its last; `width` is the words of a point. */
export function compileIntervals(ends: Uint32Array, width: 1 | 4): Intervals {
  const { starts, stops, size } = merge(ends, width);
  const index = size > SHORT ? buildIndex(starts, size, width) : new Uint32Array(0);

  const find = (point: Uint32Array): number => {
    let low = 0;
    let high = size;
    let node = index.length > 0 ? 0 : -1;
    while (node >= 0) {
      const skip = index[node + 1]!;
      // A point that does not share the node's bits lies before or after all of it: halving finds out which.
      if (!sharesBits(point, starts, index[node]! * width, skip)) break;
      const entry = node + HEAD + (window(point, 0, skip, width) >>> index[node + 2]!) * 2;
      low = index[entry]!;
      high = index[entry + 2]!;
      node = index[entry + 1]! - 1;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareWords(starts, middle * width, point, 0, width) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && compareWords(point, 0, stops, (low - 1) * width, width) <= 0 ? low - 1 : -1;
  };
  return Object.freeze({ find, size, bytes: starts.byteLength + stops.byteLength + index.byteLength });
}

interface Merged {
  readonly starts: Uint32Array;
  readonly stops: Uint32Array;
  readonly size: number;
}

/** Sorts by first point, then joins what overlaps or touches. */
function merge(ends: Uint32Array, width: number): Merged {
  const stride = width * 2;
  const count = ends.length / stride;
  const order = new Uint32Array(count);
  for (let n = 0; n < count; n += 1) order[n] = n * stride;
  order.sort((a, b) => compareWords(ends, a, ends, b, width));
  const starts = new Uint32Array(count * width);
  const stops = new Uint32Array(count * width);
  let size = 0;
  for (const at of order) {
    const previous = (size - 1) * width;
    if (size > 0 && (compareWords(ends, at, stops, previous, width) <= 0 || follows(ends, at, stops, previous, width))) {
      if (compareWords(ends, at + width, stops, previous, width) > 0) stops.set(ends.subarray(at + width, at + stride), previous);
      continue;
    }
    starts.set(ends.subarray(at, at + width), size * width);
    stops.set(ends.subarray(at + width, at + stride), size * width);
    size += 1;
  }
  return { starts: starts.slice(0, size * width), stops: stops.slice(0, size * width), size };
}

/**
 * A node covers a range of intervals: its head, then for each bucket of its window [first interval, child node + 1], then one
 * last boundary. It has about as many buckets as intervals, at most 65,536, so the index is proportional to the list.
 */
function buildIndex(starts: Uint32Array, size: number, width: number): Uint32Array {
  const index: number[] = [];

  function build(from: number, to: number, level: number): number {
    const node = index.length;
    const skip = sharedBits(starts, from * width, (to - 1) * width, width);
    const bits = Math.min(16, Math.ceil(Math.log2(to - from + 1)));
    index.push(from, skip, 32 - bits);
    let next = from;
    for (let bucket = 0; bucket < 2 ** bits; bucket += 1) {
      index.push(next, 0);
      while (next < to && window(starts, next * width, skip, width) >>> (32 - bits) === bucket) next += 1;
    }
    index.push(to);
    if (level === LEVELS) return node;
    for (let entry = node + HEAD; entry < node + HEAD + 2 ** (bits + 1); entry += 2) {
      if (index[entry + 2]! - index[entry]! > SHORT) index[entry + 1] = build(index[entry]!, index[entry + 2]!, level + 1) + 1;
    }
    return node;
  }

  build(0, size, 1);
  return Uint32Array.from(index);
}

/** Is `a` the number right after `b`? From the last word up: the same, but for one more with the zeros that it carries over. */
function follows(a: Uint32Array, at: number, b: Uint32Array, bt: number, width: number): boolean {
  let word = width - 1;
  while (word > 0 && a[at + word] === 0 && b[bt + word] === 0xffffffff) word -= 1;
  if (a[at + word] !== b[bt + word]! + 1) return false;
  for (word -= 1; word >= 0; word -= 1) if (a[at + word] !== b[bt + word]) return false;
  return true;
}

function compareWords(a: Uint32Array, at: number, b: Uint32Array, bt: number, width: number): number {
  for (let word = 0; word < width; word += 1) {
    const left = a[at + word]!;
    const right = b[bt + word]!;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** How many leading bits two starts share, and so all that lie between them. They differ, because intervals are merged. */
function sharedBits(starts: Uint32Array, first: number, last: number, width: number): number {
  let word = 0;
  while (word < width - 1 && starts[first + word] === starts[last + word]) word += 1;
  return word * 32 + Math.clz32(starts[first + word]! ^ starts[last + word]!);
}

function sharesBits(point: Uint32Array, starts: Uint32Array, at: number, bits: number): boolean {
  const whole = bits >>> 5;
  for (let word = 0; word < whole; word += 1) if (point[word] !== starts[at + word]) return false;
  const rest = bits & 31;
  return rest === 0 || (point[whole]! ^ starts[at + whole]!) >>> (32 - rest) === 0;
}

/** The 32 bits that begin after `skip` bits, zeros after the end. */
function window(words: Uint32Array, at: number, skip: number, width: number): number {
  const word = skip >>> 5;
  const rest = skip & 31;
  if (rest === 0) return words[at + word]!;
  const next = word + 1 < width ? words[at + word + 1]! : 0;
  return ((words[at + word]! << rest) | (next >>> (32 - rest))) >>> 0;
}
