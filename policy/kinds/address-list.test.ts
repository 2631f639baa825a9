// Tests of mail addresses as list entries, and of which address a pattern holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressList, readMailAddress } from './address-list.ts';

const rows: [input: string, expected: string][] = [
  ['user@host.example', 'user@host.example'],
  ['User+Tag@HOST.example', 'User+Tag@host.example'],
  ['@Host.example', '@host.example'],
  ['@*.Host.example', '@*.host.example'],
  ['x@bücher.example', 'x@xn--bcher-kva.example'],
  ['jörg@host.example', 'jörg@host.example'],
  ["o'neil@host.example", "o'neil@host.example"],
  ['', 'address.empty'],
  ['host.example', 'address.no_at'],
  ['*.host.example', 'address.no_at'],
  ['@', 'address.domain'],
  ['user@', 'address.domain'],
  ['user@*.host.example', 'address.domain'],
  ['@*', 'address.domain'],
  ['@*.*.example', 'address.domain'],
  ['user@[192.0.2.1]', 'address.domain'],
  ['user@192.0.2.1', 'address.domain'],
  ['user@host.example.', 'address.domain'],
  ['user@exam\u00adple.com', 'address.domain'],
  ['Name <user@host.example>', 'address.display_name'],
  ['user(note)@host.example', 'address.comment'],
  ['team:a@host.example;', 'address.group'],
  ['"a b"@host.example', 'address.blank'],
  ['"ab"@host.example', 'address.quoted'],
  ['a@b@host.example', 'address.local'],
  ['.a@host.example', 'address.local'],
  ['a..b@host.example', 'address.local'],
  ['a.@host.example', 'address.local'],
  ['a\u200bb@host.example', 'address.local'],
  ['a\r\nBcc: x@host.example', 'address.character'],
  ['a\0@host.example', 'address.character'],
  ['a\u00a0b@host.example', 'address.blank'],
  [' a@host.example', 'address.blank'],
  [`${'a'.repeat(65)}@host.example`, 'address.too_long'],
  [`${'é'.repeat(33)}@host.example`, 'address.too_long'],
  ['a'.repeat(100_000), 'address.too_long'],
];
for (const [input, expected] of rows) {
  test(`${JSON.stringify(input.slice(0, 40))}: ${expected.slice(0, 40)}`, () => {
    const read = readMailAddress(input);
    assert.equal(typeof read === 'string' ? read : read.code, expected);
    if (typeof read === 'string') assert.equal(readMailAddress(read), read);
  });
}

const kind = addressList({ states: ['any', 'only', 'none'], onlyMeans: 'Only' });
const list = (entries: string): never => {
  const read = kind.parse({ state: 'only', entries }, '', '');
  assert.ok(read.ok);
  return read.value as never;
};
const held: [pattern: string, address: string, expected: string][] = [
  ['a@host.example', 'a@host.example', 'equal'],
  ['@host.example', 'a@host.example', 'looser'],
  ['@*.example', 'a@host.example', 'looser'],
  ['@*.example', '@a.b.example', 'looser'],
  ['@*.example', '@*.b.example', 'looser'],
  ['@*.host.example', 'a@host.example', 'different'],
  ['@host.example', '@*.host.example', 'different'],
  ['a@host.example', 'A@host.example', 'different'],
  ['a@host.example', 'a+b@host.example', 'different'],
  ['@host.example', 'a@evilhost.example', 'different'],
  ['@*.host.example', 'a@evilhost.example', 'different'],
];
for (const [pattern, address, expected] of held) test(`${pattern} is ${expected} to ${address}`, () => assert.equal(kind.compare(list(pattern), list(address)), expected));
