// A compiled list of networks: is an address in it? The same cost for ten entries and for a hundred thousand.
import type { Address } from './address.ts';
import { readAddress } from './address.ts';
import { networkMask, scanNetwork } from './cidr.ts';
import { compileIntervals, type Intervals } from './intervals.ts';

/**
 * A frozen set of addresses. IPv4 and IPv6 are apart: `::/64` holds no IPv4 address, because `::ffff:a.b.c.d` is judged as a.b.c.d.
 */
export interface CidrSet {
  contains(address: Address): boolean;
  /** Like `contains(parseAddress(text))` without making anything; a text that is no address is in no set. */
  containsText(text: string): boolean;
  /** Is every address of this canonical network in the set? */
  covers(cidr: string): boolean;
  /** Intervals held after merging. */
  readonly size: number;
  /** Memory of the tables in bytes: proportional to the list. */
  readonly bytes: number;
}

const point = new Uint32Array(4);
const last = new Uint32Array(4);

/** Compiles canonical CIDRs and addresses. Throws on anything else: lists are parsed by their kind before they come here. */
export function compileCidrSet(cidrs: readonly string[]): CidrSet {
  const four = new Uint32Array(cidrs.length * 2);
  const six = new Uint32Array(cidrs.length * 8);
  let ends4 = 0;
  let ends6 = 0;
  for (const cidr of cidrs) {
    const read = scanNetwork(cidr, point);
    if (read === 0) throw new TypeError(`not a canonical network: ${cidr.slice(0, 100)}`);
    const length = read & 255;
    if (read >> 8 === 4) {
      four[ends4] = point[0]! & networkMask(length, 0);
      four[ends4 + 1] = point[0]! | ~networkMask(length, 0);
      ends4 += 2;
      continue;
    }
    for (let word = 0; word < 4; word += 1) {
      six[ends6 + word] = point[word]! & networkMask(length, word);
      six[ends6 + 4 + word] = point[word]! | ~networkMask(length, word);
    }
    ends6 += 8;
  }
  const ipv4 = compileIntervals(four.subarray(0, ends4), 1);
  const ipv6 = compileIntervals(six.subarray(0, ends6), 4);
  return cidrSet(ipv4, ipv6);
}

function cidrSet(ipv4: Intervals, ipv6: Intervals): CidrSet {
  return Object.freeze({
    contains(address: Address): boolean {
      for (let word = 0; word < address.words.length; word += 1) point[word] = address.words[word]!;
      return (address.family === 4 ? ipv4 : ipv6).find(point) >= 0;
    },
    containsText(text: string): boolean {
      const family = readAddress(text, point);
      if (family === 0) return false;
      return (family === 4 ? ipv4 : ipv6).find(point) >= 0;
    },
    covers(cidr: string): boolean {
      const read = scanNetwork(cidr, point);
      if (read === 0) return false;
      const table = read >> 8 === 4 ? ipv4 : ipv6;
      for (let word = 0; word < 4; word += 1) last[word] = point[word]! | ~networkMask(read & 255, word);
      const found = table.find(point);
      return found >= 0 && found === table.find(last);
    },
    size: ipv4.size + ipv6.size,
    bytes: ipv4.bytes + ipv6.bytes,
  });
}
