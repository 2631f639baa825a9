// Email addresses as sign-in names: what is one, what is not and why, and which two are the same.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseEmailAddress } from '#identity/email-address.ts';

const ISEMAIL = new URL('../../shared/corpora/email/isemail-original.xml', import.meta.url);
const NAUGHTY = new URL('../../shared/corpora/injection/blns.json', import.meta.url);
const missing = (path: URL): string | false => (existsSync(path) ? false : `${path.pathname.split('/').slice(-2).join('/')} is not here`);

function codeOf(input: unknown): string {
  const parsed = parseEmailAddress(input);
  if (!parsed.ok) assert.match(parsed.sentence, /^The email address must .*\.$/);
  return parsed.ok ? 'ok' : parsed.code;
}

test('plain addresses are read as they are; the look-up key is in small letters', () => {
  const rows: [string, string, string][] = [
    ['ada@example.com', 'ada@example.com', 'ada@example.com'],
    ['Ada.Lovelace+desk@Example.COM', 'Ada.Lovelace+desk@example.com', 'ada.lovelace+desk@example.com'],
    ["o'neil_&co!#$%*/=?^`{|}~-@a-b.co.uk", "o'neil_&co!#$%*/=?^`{|}~-@a-b.co.uk", "o'neil_&co!#$%*/=?^`{|}~-@a-b.co.uk"],
    ['x@bücher.example', 'x@xn--bcher-kva.example', 'x@xn--bcher-kva.example'],
    ['x@BÜCHER.example', 'x@xn--bcher-kva.example', 'x@xn--bcher-kva.example'],
    ['x@xn--bcher-kva.example', 'x@xn--bcher-kva.example', 'x@xn--bcher-kva.example'],
    ['x@bu\u0308cher.example', 'x@xn--bcher-kva.example', 'x@xn--bcher-kva.example'],
    ['x@straße.de', 'x@xn--strae-oqa.de', 'x@xn--strae-oqa.de'],
    ['x@1and1.com', 'x@1and1.com', 'x@1and1.com'],
    ['x@例え.jp', 'x@xn--r8jz45g.jp', 'x@xn--r8jz45g.jp'],
  ];
  for (const [input, address, key] of rows) assert.deepEqual(parseEmailAddress(input), { ok: true, value: { address, key } }, input);
});

test('everything else is refused with its reason', () => {
  const rows: [unknown, string][] = [
    [undefined, 'not_text'], [7, 'not_text'], ['', 'empty'],
    ['Ada <ada@example.com>', 'display_name'], ['<ada@example.com>', 'display_name'], ['"ada"@example.com', 'display_name'],
    ['ada(home)@example.com', 'comment'], ['a@example.com,b@example.com', 'several'], ['friends:a@example.com;', 'several'],
    [' ada@example.com', 'space'], ['ada@example.com ', 'space'], ['ada love@example.com', 'space'], ['ada@exam\u00a0ple.com', 'space'], ['ada@exam\u3000ple.com', 'space'],
    ['ada@example.com\r\nBcc: x@y.z', 'control'], ['ada\0@example.com', 'control'], ['ada@exam\u200bple.com', 'control'], ['ada@exam\u00adple.com', 'control'], ['\u202eada@example.com', 'control'], ['ada\ud83d@example.com', 'control'],
    ['ada', 'at'], ['ada@b@example.com', 'at'], ['@example.com', 'local'], ['.ada@example.com', 'local'], ['ada.@example.com', 'local'], ['a..da@example.com', 'local'], ['adä@example.com', 'local'], ['a\\da@example.com', 'local'],
    ['ada@', 'domain'], ['ada@localhost', 'domain'], ['ada@example..com', 'domain'], ['ada@.example.com', 'domain'], ['ada@example.com.', 'domain'],
    ['ada@127.0.0.1', 'domain'], ['ada@0x7f.1', 'domain'], ['ada@1.2.3', 'domain'], ['ada@[127.0.0.1]', 'literal'], ['ada@[IPv6:::1]', 'literal'], ['ada@ex%61mple.com', 'domain'], ['ada@a_b.com', 'domain'], ['ada@-a.com', 'domain'], ['ada@a-.com', 'domain'],
    ['ada@example.c', 'domain'], ['ada@example.1x', 'domain'], ['ada@ｅxample.com', 'domain'], ['ada@example\uff0ecom', 'domain'], ['ada@xn--a.com', 'domain'], ['ada@xn--.com', 'domain'], ['ada@a.com/b', 'domain'], ['ada@☃.net', 'domain'],
  ];
  for (const [input, code] of rows) assert.equal(codeOf(input), `email.${code}`, JSON.stringify(input));
});

test('lengths are RFC 5321\'s, both sides of the edge', () => {
  /** A host name of that many letters, with labels of one letter. */
  const host = (length: number): string => `${'a.'.repeat(length).slice(0, length - 3 - (length % 2 === 0 ? 1 : 0))}${length % 2 === 0 ? 'a' : ''}com`;
  assert.equal(codeOf(`${'x'.repeat(64)}@example.com`), 'ok');
  assert.equal(codeOf(`${'x'.repeat(65)}@example.com`), 'email.local');
  assert.equal(codeOf(`x@${'a'.repeat(63)}.com`), 'ok');
  assert.equal(codeOf(`x@${'a'.repeat(64)}.com`), 'email.domain');
  assert.equal(host(189).length, 189);
  assert.equal(codeOf(`${'x'.repeat(64)}@${host(189)}`), 'ok');
  assert.equal(codeOf(`${'x'.repeat(64)}@${host(190)}`), 'email.too_long');
  assert.equal(codeOf(`${'x'.repeat(64)}@${'ü.'.repeat(22)}example.com`), 'ok');
  assert.equal(codeOf(`${'x'.repeat(64)}@${'ü.'.repeat(23)}example.com`), 'email.too_long');
  assert.equal(codeOf(`x@${'ü.'.repeat(60)}example.com`), 'email.domain');
});

test('what isemail calls an error is refused, and what it calls plainly valid is read unless we say why not', { skip: missing(ISEMAIL) }, () => {
  const cases = [...readFileSync(ISEMAIL, 'utf8').matchAll(/<test id="(\d+)">\s*<address>(.*?)<\/address>[\s\S]*?<category>(\w+)<\/category>/g)];
  assert.ok(cases.length > 200);
  for (const [, id, text, category] of cases) {
    const decoded = text!.replace(/&#x24([0-9a-f]{2});/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    const address = decoded.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const code = codeOf(address);
    if (category === 'ISEMAIL_ERR') assert.notEqual(code, 'ok', `#${id} ${address}`);
    if (category === 'ISEMAIL_VALID_CATEGORY') assert.equal(code, 'ok', `#${id} ${address}`);
  }
});

test('naughty strings are refused with a sentence or kept as they are', { skip: missing(NAUGHTY) }, () => {
  for (const text of JSON.parse(readFileSync(NAUGHTY, 'utf8')) as string[]) {
    const parsed = parseEmailAddress(text);
    if (parsed.ok) assert.equal(parsed.value.address, text);
    const host = parseEmailAddress(`ada@${text}`);
    if (host.ok) assert.equal(host.value.address, `ada@${text.toLowerCase()}`);
  }
});
