// Tests of what the server may call: every spelling of its own and private networks, ports, schemes, and what an operator allows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, parseAddress } from '../address.ts';
import { compileCidrSet } from '../cidr-set.ts';
import { decideWebhookTarget } from './webhook-target.ts';

const at = (text: string): Address => parseAddress(text)!;
const PUBLIC = [at('93.184.216.34')];
const judged = (url: string, addresses: readonly Address[] | null = PUBLIC, allowed: string[] = []): string => {
  const decision = decideWebhookTarget({ url, addresses, allowed: allowed.length === 0 ? null : compileCidrSet(allowed) });
  return decision.allowed ? 'allowed' : decision.code;
};

const rows: readonly [string, string, string?][] = [
  ['https://hooks.example/in', 'allowed'], ['https://hooks.example:8443/in?a=b', 'allowed'], ['https://93.184.216.34/', 'allowed'], ['https://[2606:2800:220:1::1]/', 'allowed'],
  ['http://hooks.example/', 'webhook.url_insecure'], ['https://hooks.example:22/', 'webhook.url_port'], ['https://hooks.example:6379/', 'webhook.url_port'],
  ['https://user@hooks.example/', 'webhook.url_invalid'], ['https://user:pass@hooks.example/', 'webhook.url_invalid'], ['ftp://hooks.example/', 'webhook.url_invalid'], ['file:///etc/passwd', 'webhook.url_invalid'],
  ['gopher://hooks.example/', 'webhook.url_invalid'], ['hooks.example', 'webhook.url_invalid'], [`https://hooks.example/${'a'.repeat(2_000)}`, 'webhook.url_invalid'],
  ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '0xa9fea9fe', '2852039166', '100.64.0.1', '100.127.255.255', '224.0.0.1',
    '255.255.255.255', '240.0.0.1', '192.0.0.192', '198.18.0.1', '168.63.129.16', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::a00:1]', '[2002:7f00:1::]',
    '[2001::1]', '[2001:db8::1]', '[fe80::1]', '[fec0::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[100::1]', '[3fff::1]', '[5f00::1]', '１２７.０.０.１'].map((host) => [`https://${host}/`, 'webhook.address_forbidden'] as [string, string]),
  ['https://172.32.0.1/', 'allowed'], ['https://100.128.0.1/', 'allowed'], ['https://11.0.0.1/', 'allowed'],
];
for (const [url, expected] of rows) test(`${url.slice(0, 60)}: ${expected}`, () => assert.equal(judged(url), expected));

test('before it was resolved a name is judged by its form alone, an address whole', () => {
  assert.equal(judged('https://hooks.example/', null), 'allowed');
  assert.equal(judged('https://127.1/', null), 'webhook.address_forbidden');
  assert.equal(judged('https://hooks.example/', []), 'webhook.unresolved');
});

test('one forbidden address among many refuses, wherever it stands', () => {
  for (const addresses of [[at('10.0.0.1'), ...PUBLIC], [...PUBLIC, at('::1')], [...PUBLIC, at('169.254.169.254'), ...PUBLIC]]) assert.equal(judged('https://hooks.example/', addresses), 'webhook.address_forbidden');
});

test('what an operator allows may be called by http and at any port, and nothing beside it', () => {
  const allowed = ['10.1.0.0/16'];
  assert.equal(judged('http://inside.example:3000/', [at('10.1.2.3')], allowed), 'allowed');
  assert.equal(judged('http://inside.example:3000/', [at('10.1.2.3'), at('10.2.0.1')], allowed), 'webhook.address_forbidden');
  assert.equal(judged('http://inside.example:3000/', PUBLIC, allowed), 'webhook.url_insecure');
  assert.equal(judged('https://inside.example:3000/', PUBLIC, allowed), 'webhook.url_port');
  assert.equal(judged('https://10.1.0.1/', null, allowed), 'allowed');
  assert.equal(judged('https://10.2.0.1/', null, allowed), 'webhook.address_forbidden');
});

test('no private address gets through, in whatever spelling a browser or a library would take', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const inside = fc.oneof(fc.tuple(fc.constant(10), octet, octet, octet), fc.tuple(fc.constant(127), octet, octet, octet), fc.tuple(fc.constant(192), fc.constant(168), octet, octet), fc.tuple(fc.constant(169), fc.constant(254), octet, octet), fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet));
  const spell = [
    ([a, b, c, d]: number[]) => `${a}.${b}.${c}.${d}`, ([a, b, c, d]: number[]) => String(((a! * 256 + b!) * 256 + c!) * 256 + d!), ([a, b, c, d]: number[]) => `0x${(((a! * 256 + b!) * 256 + c!) * 256 + d!).toString(16)}`,
    ([a, b, c, d]: number[]) => `0${a!.toString(8)}.0x${b!.toString(16)}.${c! * 256 + d!}`, ([a, b, c, d]: number[]) => `[::ffff:${a}.${b}.${c}.${d}]`, ([a, b, c, d]: number[]) => `[64:ff9b::${a}.${b}.${c}.${d}]`,
    ([a, b, c, d]: number[]) => `[2002:${(a! * 256 + b!).toString(16)}:${(c! * 256 + d!).toString(16)}::1]`,
  ];
  fc.assert(fc.property(inside, fc.constantFrom(...spell), (octets, how) => judged(`https://${how(octets)}/`) === 'webhook.address_forbidden'));
});
