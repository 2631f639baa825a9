// Tests of reading and writing addresses: strict in, canonical out.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatAddress, parseAddress } from './address.ts';

const canonical = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
};

const accepted: [input: string, expected: string][] = [
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['1::', '1::'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['0:0:0:0:0:FFFF:C000:0201', '192.0.2.1'],
  ['::192.0.2.1', '::c000:201'],
  ['::1:0:ffff:10.0.0.1', '::1:0:ffff:a00:1'],
  ['1::ffff:10.0.0.1', '1::ffff:a00:1'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
];
for (const [input, expected] of accepted) test(`${input} is written ${expected}`, () => assert.equal(canonical(input), expected));

const refused = [
  '', ' ', '1', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.04', '0x1.2.3.4', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.4\n', '1.2.3.4\0', '1..2.3', '.1.2.3.4', '1.2.3.4.',
  '１.2.3.4', '1.2.3.٤', '1。2。3。4', '+1.2.3.4', '-1.2.3.4', '1e1.2.3.4', ':', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::1:2:3:4:5:6:7:8', '1:2:3:4::5:6:7:8',
  '1::2::3', '12345::', '::g', ':1', '1:', '1::2:', '::1%eth0', '[::1]', '::1/128', '::1.2.3', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', '::01.2.3.4', '::ffff:1.2.3.256', '\ufeff::1',
  '::\uff11', '1:2:3:4:5:6:7:8'.padEnd(5_000, '0'), '__proto__',
];
for (const input of refused) test(`${JSON.stringify(input.slice(0, 60))} is no address`, () => assert.equal(parseAddress(input), undefined));

test('what is written reads back as the same address', () => {
  const words = fc.array(fc.oneof(fc.constant(0), fc.constant(0xffff), fc.nat(0xffff), fc.nat(0xffffffff)), { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(words, fc.boolean(), (parts, four) => {
    // A mapped address never stands as an IPv6 one.
    fc.pre(four || parts[0] !== 0 || parts[1] !== 0 || parts[2] !== 0xffff);
    const text = formatAddress(four ? { family: 4, words: [parts[0]!] } : { family: 6, words: parts });
    const again = parseAddress(text);
    assert.ok(again !== undefined);
    assert.equal(formatAddress(again), text);
    if (again.family === 6) assert.deepEqual(again.words, parts);
  }));
});

test('any text is read without a fault, and what is accepted is stable', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.%/x- \n١'), maxLength: 50 });
  fc.assert(fc.property(letters, (text) => {
    const once = canonical(text);
    if (once !== undefined) assert.equal(canonical(once), once);
  }), { numRuns: 2_000 });
});

const corpus = new URL('../../shared/corpora/ip/rfc_text_addresses.json', import.meta.url);
test('the addresses of RFC 4291 and RFC 5952 are written as those documents say', { skip: existsSync(corpus) ? false : 'the corpora are not beside the project' }, () => {
  const { rfc5952, rfc4291 } = JSON.parse(readFileSync(corpus, 'utf8')) as Record<string, { input: string; canonical_python: string }[]>;
  let seen = 0;
  for (const { input, canonical_python: expected } of [...rfc5952!, ...rfc4291!]) {
    if (input.includes('/') || expected.startsWith('::ffff:')) continue;
    assert.equal(canonical(input), expected);
    seen += 1;
  }
  assert.ok(seen > 70);
});
