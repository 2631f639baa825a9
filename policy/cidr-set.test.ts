// Tests of the compiled list: it agrees with a slow and simple one on every list and every address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatAddress, parseAddress } from './address.ts';
import { readCidr } from './cidr.ts';
import { compileCidrSet } from './cidr-set.ts';

interface Range { family: 4 | 6; first: bigint; last: bigint }

const number = (words: readonly number[]): bigint => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
const words = (value: bigint, count: number): number[] => Array.from({ length: count }, (_, n) => Number((value >> BigInt(32 * (count - 1 - n))) & 0xffffffffn));

function naive(cidr: string): Range {
  const [text, length] = cidr.split('/') as [string, string | undefined];
  const address = parseAddress(text)!;
  const bits = address.family === 4 ? 32 : 128;
  const free = BigInt(bits - Number(length ?? bits));
  const first = number(address.words);
  return { family: address.family, first, last: first + (1n << free) - 1n };
}

/** Addresses that crowd together, so that networks overlap, touch and nest. */
const crowded = fc.record({
  four: fc.boolean(),
  base: fc.constantFrom(0n, 0x0a000000n, 0xfffffff0n, 0x20010db8n << 96n, (0x20010db8n << 96n) + (1n << 64n), (1n << 128n) - 16n, 0xfdn << 120n),
  spread: fc.oneof(fc.bigInt(0n, 40n), fc.bigInt(0n, (1n << 33n) - 1n), fc.bigInt(0n, (1n << 70n) - 1n), fc.bigInt(0n, (1n << 128n) - 1n)),
  length: fc.nat(128),
});
const addressOf = ({ four, base, spread }: { four: boolean; base: bigint; spread: bigint }): string => {
  const bits = four ? 32n : 128n;
  const value = (base + spread) & ((1n << bits) - 1n);
  return formatAddress({ family: four ? 4 : 6, words: words(value, four ? 1 : 4) });
};
const cidrs = crowded.map((given) => {
  const read = readCidr(`${addressOf(given)}/${1 + (given.length % (given.four ? 32 : 128))}`);
  return typeof read === 'string' ? read : (read.offer ?? '192.0.2.1');
});

function neighbours(range: Range): string[] {
  const top = (1n << (range.family === 4 ? 32n : 128n)) - 1n;
  const points = [range.first - 1n, range.first, (range.first + range.last) / 2n, range.last, range.last + 1n];
  return points.filter((point) => point >= 0n && point <= top).map((point) => formatAddress({ family: range.family, words: words(point, range.family === 4 ? 1 : 4) }));
}

test('it holds an address exactly when one of the networks does, on every edge', () => {
  const lists = fc.oneof(fc.array(cidrs, { maxLength: 12 }), fc.array(cidrs, { minLength: 60, maxLength: 300, size: 'max' }));
  fc.assert(fc.property(lists, fc.array(crowded, { maxLength: 20 }), (list, others) => {
    const set = compileCidrSet(list);
    const ranges = list.map(naive);
    for (const text of [...ranges.flatMap(neighbours), ...others.map(addressOf)]) {
      const address = parseAddress(text)!;
      const value = number(address.words);
      const expected = ranges.some((range) => range.family === address.family && range.first <= value && value <= range.last);
      assert.equal(set.containsText(text), expected, `${text} in ${list.join(' ')}`);
      assert.equal(set.contains(address), expected);
    }
  }), { numRuns: 150 });
});

/** The two halves of a network: together they cover it, though neither does. */
function halves(cidr: string): string[] {
  const { family, first, last } = naive(cidr);
  if (first === last) return [cidr];
  const length = Number(cidr.split('/')[1]) + 1;
  const both = [first, (first + last + 1n) / 2n].map((start) => readCidr(`${formatAddress({ family, words: words(start, family === 4 ? 1 : 4) })}/${length}`));
  // The mapped half of ::fffe:0:0/95 is all of IPv4, which is no entry.
  return both.every((half) => typeof half === 'string') ? both : [cidr];
}

test('it covers a network exactly when no address of it is missing', () => {
  fc.assert(fc.property(fc.array(cidrs, { maxLength: 12 }), cidrs, fc.boolean(), (list, asked, halved) => {
    if (halved) list.push(...halves(asked));
    const set = compileCidrSet(list);
    const range = naive(asked);
    const inside = list.map(naive).filter((other) => other.family === range.family).sort((a, b) => (a.first < b.first ? -1 : 1));
    let reached = range.first;
    for (const other of inside) if (other.first <= reached && other.last >= reached) reached = other.last + 1n;
    assert.equal(set.covers(asked), reached > range.last);
  }), { numRuns: 500 });
});

test('networks that touch are one, at every carry', () => {
  for (const [one, two] of [['10.0.0.0/9', '10.128.0.0/9'], ['0.255.255.255', '1.0.0.0'], ['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:1::'], ['0:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '1::']]) {
    assert.equal(compileCidrSet([two!, one!]).size, 1, `${one} ${two}`);
  }
  assert.equal(compileCidrSet(['10.0.0.0', '10.0.0.2']).size, 2);
  assert.equal(compileCidrSet(['255.255.255.255', '0.0.0.0']).size, 2);
  assert.equal(compileCidrSet(['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8:1::']).size, 2);
  assert.equal(compileCidrSet(['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db9:0:1::']).size, 2);
});

test('a list made to be awkward for an index is still right', () => {
  const list: string[] = [];
  for (let bit = 1; bit <= 127; bit += 1) list.push(formatAddress({ family: 6, words: words(1n << BigInt(bit), 4) }));
  for (let n = 0; n < 3_000; n += 1) list.push(formatAddress({ family: 6, words: words((0x20010db8n << 96n) + BigInt(n * 3), 4) }));
  const set = compileCidrSet(list);
  assert.ok(list.every((text) => set.containsText(text)));
  for (let n = 0; n < 3_000; n += 1) assert.equal(set.containsText(formatAddress({ family: 6, words: words((0x20010db8n << 96n) + BigInt(n * 3 + 1), 4) })), false);
});

test('a long list of one network is found through its index, neighbours are not', () => {
  for (const step of [2n, 3n, 1n << 28n, 1n << 40n]) {
    for (const [family, base] of [[4, 0x0a000000n], [6, 0x20010db8n << 96n]] as const) {
      const at = (n: bigint): string => formatAddress({ family, words: words((base + n * (family === 4 ? step % 1000n : step)) & ((1n << (family === 4 ? 32n : 128n)) - 1n), family === 4 ? 1 : 4) });
      const list = Array.from({ length: 2_000 }, (_, n) => at(BigInt(n)));
      const ranges = new Set(list);
      const set = compileCidrSet(list);
      for (const text of list.flatMap((one) => neighbours(naive(one)))) assert.equal(set.containsText(text), ranges.has(text), text);
    }
  }
});

test('a mapped address is judged as the IPv4 address it means', () => {
  const set = compileCidrSet(['10.0.0.0/8', '::/64']);
  assert.equal(set.containsText('::ffff:10.1.2.3'), true);
  assert.equal(set.containsText('::ffff:11.1.2.3'), false);
  assert.equal(set.containsText('11.1.2.3'), false);
  assert.equal(set.containsText('::1'), true);
});

test('a text that is no address is in no set', () => {
  const set = compileCidrSet(['0.0.0.0/1', '128.0.0.0/1']);
  for (const text of ['', 'x', '1.2.3', '01.2.3.4', '1.2.3.4 ', '10.0.0.0/8']) assert.equal(set.containsText(text), false);
});

test('an empty set holds nothing', () => {
  const set = compileCidrSet([]);
  assert.equal(set.containsText('1.2.3.4'), false);
  assert.equal(set.containsText('::1'), false);
  assert.equal(set.size, 0);
});

test('overlapping networks are merged', () => assert.equal(compileCidrSet(['10.0.0.0/8', '10.1.0.0/16', '10.0.0.0/8']).size, 1));

test('memory is proportional to the list', () => {
  const list = (count: number): string[] => Array.from({ length: count }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  assert.ok(compileCidrSet(list(10)).bytes < 1_000);
  assert.ok(compileCidrSet(list(100_000)).bytes < 100_000 * 40);
});

test('anything but a canonical network is a bug of the caller', () => assert.throws(() => compileCidrSet(['10.1']), /not a canonical network: 10\.1/));
