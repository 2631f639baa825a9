// Tests of one address or network: each ambiguous form is refused with a reason of its own.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readCidr } from './cidr.ts';
import { anyText } from '#test/any-text.ts';

const accepted: [input: string, expected: string][] = [
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['10.0.0.0/08', '10.0.0.0/8'],
  ['0.0.0.0/013', '0.0.0.0/13'],
  ['0.0.0.0/1', '0.0.0.0/1'],
  ['10.1.1.5/32', '10.1.1.5'],
  ['2001:DB8::1000/128', '2001:db8::1000'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['::ffff:a00:0/104', '10.0.0.0/8'],
  ['::ffff:10.0.0.1/128', '10.0.0.1'],
  ['::ffff:0.0.0.0/97', '0.0.0.0/1'],
  ['::1:0:ffff:a00:0/104', '::1:0:ffff:a00:0/104'],
  ['1::ffff:a00:0/104', '1::ffff:a00:0/104'],
  ['::/64', '::/64'],
  ['2001:0db8:0000::/48', '2001:db8::/48'],
];
for (const [input, expected] of accepted) test(`${input} is stored as ${expected}`, () => assert.equal(readCidr(input), expected));

const refused: [input: string, code: string, offer?: string][] = [
  ['', 'cidr.empty'],
  ['1.2.3.4/0', 'cidr.zero_prefix'],
  ['0.0.0.0/00', 'cidr.zero_prefix'],
  ['::/0', 'cidr.zero_prefix'],
  ['::/000', 'cidr.zero_prefix'],
  ['::ffff:0:0/96', 'cidr.zero_prefix'],
  ['::ffff:1.2.3.4/096', 'cidr.zero_prefix'],
  ['10.1.2.3/16', 'cidr.host_bits', '10.1.0.0/16'],
  ['::ffff:10.1.2.3/104', 'cidr.host_bits', '10.0.0.0/8'],
  ['::ffff:0:0/95', 'cidr.host_bits', '::fffe:0:0/95'],
  ['2001:db8::1/64', 'cidr.host_bits', '2001:db8::/64'],
  ['10.0.0.0/33', 'cidr.prefix'],
  ['::/129', 'cidr.prefix'],
  ['10.0.0.0/', 'cidr.prefix'],
  ['10.0.0.0/-0', 'cidr.prefix'],
  ['10.0.0.0/+8', 'cidr.prefix'],
  ['10.0.0.0/8/8', 'cidr.prefix'],
  ['10.0.0.0/4294967304', 'cidr.prefix'],
  ['10.0.0.0/255.0.0.0', 'cidr.netmask'],
  ['10.0.0.0/.', 'cidr.netmask'],
  ['/8', 'cidr.malformed'],
  ['10.0.0.0/0.255.255.255', 'cidr.netmask'],
  ['010.0.0.1', 'cidr.octal'],
  ['::ffff:1.2.03.4', 'cidr.octal'],
  ['017700000001', 'cidr.octal'],
  ['0x7f.1', 'cidr.hex'],
  ['0x7f000001', 'cidr.hex'],
  ['10.1', 'cidr.short'],
  ['2130706433', 'cidr.short'],
  ['10.1/16', 'cidr.short'],
  ['0/0', 'cidr.short'],
  ['1.2.3.256', 'cidr.octet'],
  ['fe80::1%eth0', 'cidr.zone'],
  ['fe80::%1/64', 'cidr.zone'],
  ['[::1]', 'cidr.brackets'],
  ['[::1]:443', 'cidr.brackets'],
  ['1.2.3.4:443', 'cidr.port'],
  ['10.0.0.1-10.0.0.9', 'cidr.range'],
  ['10.0.0.*', 'cidr.wildcard'],
  ['localhost', 'cidr.name'],
  ['crm.example', 'cidr.name'],
  ['__proto__', 'cidr.name'],
  ['1.2.3.4.5', 'cidr.malformed'],
  ['1::2::3', 'cidr.malformed'],
  ['any', 'cidr.name'],
  ['10.0.0.1 ', 'cidr.blank', '10.0.0.1'],
  ['10.0.0.0 / 8', 'cidr.blank', '10.0.0.0/8'],
  ['10.0.0.1 10.0.0.2', 'cidr.blank'],
  ['10.0.0.1\n', 'cidr.blank', '10.0.0.1'],
  ['\u00a010.0.0.1', 'cidr.character'],
  ['10.0.0.1\u200b', 'cidr.character'],
  ['\ufeff10.0.0.1', 'cidr.character'],
  ['10.0.0.1\0', 'cidr.character'],
  ['１０.0.0.1', 'cidr.character'],
  ['10.0.0.1/٨', 'cidr.character'],
  ['10.0.0.0⁄8', 'cidr.character'],
  ['10。0。0。1', 'cidr.character'],
  [`10.0.0.0/${'0'.repeat(200)}8`, 'cidr.too_long'],
];
for (const [input, code, offer] of refused) {
  test(`${JSON.stringify(input.slice(0, 40))} is refused: ${code}`, () => {
    const read = readCidr(input);
    assert.ok(typeof read !== 'string');
    assert.equal(read.code, code);
    assert.equal(read.offer, offer);
    if (offer !== undefined) assert.equal(readCidr(offer), offer);
  });
}

const corpus = new URL('../../shared/corpora/ip/', import.meta.url);
const skip = existsSync(corpus) ? false : 'the corpora are not beside the project';
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, corpus), 'utf8')) as T;

test('what parsers call invalid or dispute is refused, what they agree on is accepted and stable', { skip }, () => {
  const allowed = new Set(['cidr.zone', 'cidr.host_bits', 'cidr.zero_prefix']);
  const seen = { accepted: 0, refused: 0 };
  for (const { input, verdict } of read<{ input: string; verdict: string }[]>('consensus-sample.json')) {
    const result = readCidr(input);
    if (typeof result === 'string') {
      assert.equal(verdict, 'valid', `${input} was accepted as ${result}`);
      assert.equal(readCidr(result), result);
      seen.accepted += 1;
      continue;
    }
    if (verdict === 'valid') assert.ok(allowed.has(result.code), `${input} was refused: ${result.code}`);
    if (verdict === 'disputed') assert.notEqual(result.code, 'cidr.malformed', `${input} deserves a reason of its own`);
    seen.refused += 1;
  }
  assert.ok(seen.accepted > 200 && seen.refused > 150);
});

test('the networks of the RFCs are stored as those documents write them', { skip }, () => {
  const { rfc5952, rfc4291 } = read<Record<string, { input: string; canonical_python: string }[]>>('rfc_text_addresses.json');
  for (const { input, canonical_python: expected } of [...rfc5952!, ...rfc4291!]) {
    if (!input.includes('/')) continue;
    const result = readCidr(input);
    if (typeof result === 'string') assert.equal(result, expected.replace(/\/128$/, ''));
    else assert.equal(result.code, 'cidr.host_bits', input);
  }
  const illegal = readCidr('2001:0DB8:0:CD3/60');
  assert.ok(typeof illegal !== 'string' && illegal.code === 'cidr.malformed');
});

test('addresses from advisories are refused, or stored in the one form that is judged', { skip }, () => {
  const expected: Record<string, string> = { '000:0:0000::01': '::1', '::fFFf:127.0.0.1': '127.0.0.1' };
  for (const { input } of read<{ input: string }[]>('cve_ambiguous.json')) {
    const result = readCidr(input);
    assert.equal(typeof result === 'string' ? result : undefined, expected[input], input);
  }
});

test('any text gives a canonical form that is stable, or a reason', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'0123456789abfF:./% x-*[]\u200b١'), maxLength: 40 });
  fc.assert(fc.property(fc.oneof(letters, anyText()), (text) => {
    const once = readCidr(text);
    if (typeof once === 'string') assert.equal(readCidr(once), once);
    else if (once.offer !== undefined) assert.equal(readCidr(once.offer), once.offer);
  }), { numRuns: 2_000 });
});
