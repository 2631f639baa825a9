// Internet addresses from text and back: strict to read (nothing that two parsers dispute), canonical to write (RFC 5952).

/** An IPv4 address is one 32-bit word, an IPv6 address four. An IPv4-mapped IPv6 address is never seen here: it is the IPv4 one. */
export interface Address {
  readonly family: 4 | 6;
  readonly words: readonly number[];
}

const DOT = 46;
const COLON = 58;
const MAPPED = 0xffff;

/** The value of each ASCII hexadecimal digit, -1 for all else. */
const HEX = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** The dotted address in `text[from, to)` as a number, or -1. Four plain decimal parts: a leading zero is octal to some parsers. */
export function readIPv4(text: string, from: number, to: number): number {
  let value = 0;
  let part = -1;
  let dots = 0;
  for (let i = from; i < to; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      if (part === 0) return -1;
      part = part < 0 ? code - 48 : part * 10 + code - 48;
      if (part > 255) return -1;
    } else {
      if (code !== DOT || part < 0 || dots === 3) return -1;
      value = value * 256 + part;
      part = -1;
      dots += 1;
    }
  }
  return part < 0 || dots !== 3 ? -1 : value * 256 + part;
}

const groups = new Uint16Array(8);

/** Reads the IPv6 address (RFC 4291 §2.2, no zone id) in `text[from, to)` into four words; false when it is none. */
export function readIPv6(text: string, from: number, to: number, words: Uint32Array): boolean {
  let count = 0;
  let gap = -1;
  let i = from;
  if (text.charCodeAt(i) === COLON) {
    if (i + 1 >= to || text.charCodeAt(i + 1) !== COLON) return false;
    gap = 0;
    i += 2;
  }
  while (i < to) {
    const start = i;
    let value = 0;
    let code = 0;
    for (; i < to; i += 1) {
      code = text.charCodeAt(i);
      const digit = code < 128 ? HEX[code]! : -1;
      if (digit < 0) break;
      if (i - start === 4) return false;
      value = value * 16 + digit;
    }
    if (i < to && code === DOT) {
      const tail = count > 6 ? -1 : readIPv4(text, start, to);
      if (tail < 0) return false;
      groups[count] = tail >>> 16;
      groups[count + 1] = tail & 0xffff;
      count += 2;
      break;
    }
    if (i === start || count === 8) return false;
    groups[count] = value;
    count += 1;
    if (i === to) break;
    if (code !== COLON || i + 1 === to) return false;
    i += 1;
    if (text.charCodeAt(i) === COLON) {
      if (gap >= 0) return false;
      gap = count;
      i += 1;
    }
  }
  if (gap < 0 ? count !== 8 : count === 8) return false;
  if (gap >= 0) {
    groups.copyWithin(8 - count + gap, gap, count);
    groups.fill(0, gap, 8 - count + gap);
  }
  for (let word = 0; word < 4; word += 1) words[word] = groups[word * 2]! * 65_536 + groups[word * 2 + 1]!;
  return true;
}

/**
 * Reads a whole text into `words` without making anything: 4 (one word), 6 (four words) or 0 (no address).
 * `::ffff:a.b.c.d` reads as the IPv4 address a.b.c.d, because that is the host it means (RFC 4291 §2.5.5.2).
 */
export function readAddress(text: string, words: Uint32Array): 0 | 4 | 6 {
  const length = text.length;
  if (length > 45 || length < 2) return 0;
  const value = readIPv4(text, 0, length);
  if (value >= 0) {
    words[0] = value;
    return 4;
  }
  if (!readIPv6(text, 0, length, words)) return 0;
  if (words[0] !== 0 || words[1] !== 0 || words[2] !== MAPPED) return 6;
  words[0] = words[3]!;
  return 4;
}

const scratch = new Uint32Array(4);

/** The address a text names, or undefined for anything that is not exactly one. Zone ids, brackets, ports and blanks are refused. */
export function parseAddress(text: string): Address | undefined {
  const family = readAddress(text, scratch);
  if (family === 0) return undefined;
  return Object.freeze({ family, words: Object.freeze(family === 4 ? [scratch[0]!] : [...scratch]) });
}

export function formatIPv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** RFC 5952 §4: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
export function formatIPv6(words: ArrayLike<number>): string {
  const parts: string[] = [];
  let best = -1;
  let bestLength = 1;
  let run = 0;
  for (let i = 0; i < 8; i += 1) {
    const word = words[i >> 1]!;
    const group = i % 2 === 0 ? word >>> 16 : word & 0xffff;
    run = group === 0 ? run + 1 : 0;
    if (run > bestLength) {
      bestLength = run;
      best = i - run + 1;
    }
    parts.push(group.toString(16));
  }
  if (best < 0) return parts.join(':');
  return `${parts.slice(0, best).join(':')}::${parts.slice(best + bestLength).join(':')}`;
}

/** The one canonical text of an address. */
export function formatAddress(address: Address): string {
  return address.family === 4 ? formatIPv4(address.words[0]!) : formatIPv6(address.words);
}
