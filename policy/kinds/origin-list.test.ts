// Tests of exact web origins as list entries.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOrigin } from './origin-list.ts';

const rows: [input: string, expected: string, offer?: string][] = [
  ['https://crm.example', 'https://crm.example'],
  ['HTTPS://CRM.Example:443', 'https://crm.example'],
  ['https://crm.example:8443', 'https://crm.example:8443'],
  ['https://crm.example:65535', 'https://crm.example:65535'],
  ['http://localhost:5173', 'http://localhost:5173'],
  ['http://localhost:80', 'http://localhost'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['https://192.0.2.1', 'https://192.0.2.1'],
  ['https://[2001:DB8::1]:8443', 'https://[2001:db8::1]:8443'],
  ['', 'origin.empty'],
  ['crm.example', 'origin.malformed'],
  ['//crm.example', 'origin.malformed'],
  ['null', 'origin.malformed'],
  ['https://crm.example/', 'origin.path', 'https://crm.example'],
  ['https://crm.example?x', 'origin.path', 'https://crm.example'],
  ['http://crm.example', 'origin.insecure', 'https://crm.example'],
  ['http://localhost.evil.example', 'origin.insecure', 'https://localhost.evil.example'],
  ['http://127.0.0.1', 'origin.insecure', 'https://127.0.0.1'],
  ['ftp://crm.example', 'origin.scheme'],
  ['https://*.crm.example', 'origin.wildcard'],
  ['*', 'origin.wildcard'],
  ['https://user@crm.example', 'origin.malformed'],
  ['https://crm.example:0', 'origin.port'],
  ['https://crm.example:65536', 'origin.port'],
  ['https://crm.example:', 'origin.malformed'],
  ['https://127.1', 'origin.host'],
  ['https://0x7f000001', 'origin.host'],
  ['https://[::ffff:1.2.3.4]', 'origin.host'],
  ['https://[::1', 'origin.malformed'],
  ['https://crm.example.', 'origin.host'],
  ["https://crm.example;script-src'", 'origin.host'],
  ['https://a b.example', 'origin.character'],
  ['https://crm.example\n', 'origin.character'],
  ['https://crm\u200b.example', 'origin.character'],
  ['https://crm.example\\@evil.example', 'origin.malformed'],
  [`https://${'a'.repeat(400)}`, 'origin.too_long'],
];
for (const [input, expected, offer] of rows) {
  test(`${JSON.stringify(input.slice(0, 50))}: ${expected}`, () => {
    const read = readOrigin(input);
    assert.equal(typeof read === 'string' ? read : read.code, expected);
    if (typeof read === 'string') assert.equal(readOrigin(read), read);
    else assert.equal(read.offer, offer);
  });
}
