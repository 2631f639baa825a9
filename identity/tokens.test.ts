// Tokens and ids: their shape, their strength, and that equal bytes give equal names.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { base32, newBrandId, newId, newToken, tokenHash } from './tokens.ts';

const counting = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, index) => index);

test('a token has 256 bits as 43 letters that need no escaping in a cookie or URL', () => {
  assert.match(newToken().text, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(Buffer.from(newToken().text, 'base64url').length, 32);
});

test('what is stored is the SHA-256 of the text, found again from the text alone', () => {
  const token = newToken();
  assert.deepEqual(Buffer.from(token.hash), createHash('sha256').update(token.text).digest());
  assert.deepEqual(tokenHash(token.text), token.hash);
  assert.notDeepEqual(tokenHash(`${token.text} `), token.hash);
});

test('a token too weak to be one is refused', () => {
  assert.throws(() => newToken(64), /at least 128 bits/);
  assert.throws(() => newToken(129), /whole bytes/);
});

test('an id is its prefix and 128 bits in 26 letters', () => {
  assert.match(newId('ses'), /^ses_[0-9a-hjkmnp-tv-z]{26}$/);
  assert.equal(newId('ses', counting), 'ses_000g40r40m30e209185gr38e1w');
  assert.throws(() => newId('Ses-1'), /small letters/);
});

test('a brand id is b and 12 letters', () => {
  assert.match(newBrandId(), /^b[0-9a-hjkmnp-tv-z]{12}$/);
});

test('every bit of the bytes reaches the text', () => {
  const seen = new Set<string>([base32(new Uint8Array(16), 26)]);
  for (let bit = 0; bit < 128; bit += 1) {
    const bytes = new Uint8Array(16);
    bytes[bit >> 3] = 0x80 >> (bit & 7);
    seen.add(base32(bytes, 26));
  }
  assert.equal(seen.size, 129);
});

test('ten thousand names are ten thousand different names', () => {
  const names = new Set(Array.from({ length: 10_000 }, () => newId('x')));
  assert.equal(names.size, 10_000);
});
