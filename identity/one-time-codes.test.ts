// One-time codes: the edges of every rule, and that a hash belongs to its row.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openKeyring } from '#identity/keyring.ts';
import { codeState, maySend, newOneTimeCode, ONE_TIME_CODE, oneTimeCodeMatches } from '#identity/one-time-codes.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-otc-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const keyring = openKeyring({ folder, create: true, now: 0 });
const NOW = Date.UTC(2026, 10, 1);
const MINUTE = 60_000;

test('a code is six digits, small numbers too', () => {
  for (let count = 0; count < 100; count += 1) assert.match(newOneTimeCode(keyring, 'otc_1').code, /^[0-9]{6}$/);
  assert.equal(newOneTimeCode(keyring, 'otc_1', () => 7).code, '000007');
});

test('the code matches its own row, typed in one or two groups, and nothing else does', () => {
  const { code, hash } = newOneTimeCode(keyring, 'otc_1', () => 123_456);
  assert.ok(!hash.includes(code));
  for (const typed of ['123456', ' 123 456 ']) assert.ok(oneTimeCodeMatches(keyring, 'otc_1', typed, hash), typed);
  for (const typed of ['123457', '', '12345', '1234567', '１２３４５７', 'abcdef']) assert.ok(!oneTimeCodeMatches(keyring, 'otc_1', typed, hash), typed);
  assert.ok(!oneTimeCodeMatches(keyring, 'otc_2', '123456', hash));
});

test('a code lives ten minutes to the millisecond, five attempts, one use', () => {
  const rows: [string, Parameters<typeof codeState>[0], number, string][] = [
    ['fresh', { expiresAt: NOW + 10 * MINUTE, attempts: 0, usedAt: null }, NOW, 'open'],
    ['its last millisecond', { expiresAt: NOW + 10 * MINUTE, attempts: 4, usedAt: null }, NOW + 10 * MINUTE - 1, 'open'],
    ['its end', { expiresAt: NOW + 10 * MINUTE, attempts: 0, usedAt: null }, NOW + 10 * MINUTE, 'expired'],
    ['five attempts gone', { expiresAt: NOW + 10 * MINUTE, attempts: 5, usedAt: null }, NOW, 'exhausted'],
    ['used', { expiresAt: NOW + 10 * MINUTE, attempts: 0, usedAt: NOW }, NOW, 'used'],
    ['used and old', { expiresAt: NOW, attempts: 5, usedAt: NOW }, NOW + MINUTE, 'used'],
    ['the clock set back three hours', { expiresAt: NOW + 10 * MINUTE, attempts: 0, usedAt: null }, NOW - 180 * MINUTE, 'expired'],
    ['the clock set forward two days', { expiresAt: NOW + 10 * MINUTE, attempts: 0, usedAt: null }, NOW + 2_880 * MINUTE, 'expired'],
  ];
  for (const [title, code, now, expected] of rows) assert.equal(codeState(code, now), expected, title);
});

test('five sends in any hour a person; the sixth may go when the first is an hour old', () => {
  const sent = [0, 5, 10, 15, 20].map((minute) => NOW + minute * MINUTE);
  assert.deepEqual(maySend({ person: sent.slice(1), brand: [] }, NOW + 30 * MINUTE), { allowed: true });
  assert.deepEqual(maySend({ person: sent.toReversed(), brand: [] }, NOW + 30 * MINUTE), { allowed: false, limit: 'person', retryAt: NOW + 60 * MINUTE });
  assert.equal(maySend({ person: sent, brand: [] }, NOW + 60 * MINUTE - 1).allowed, false);
  assert.equal(maySend({ person: sent, brand: [] }, NOW + 60 * MINUTE).allowed, true);
});

test('a clock set back gives no new sends', () => {
  const sent = Array.from({ length: 5 }, () => NOW);
  assert.deepEqual(maySend({ person: sent, brand: [] }, NOW - 180 * MINUTE), { allowed: false, limit: 'person', retryAt: NOW - 120 * MINUTE });
});

test('a brand has its cap a day, whoever the persons are', () => {
  const brand = Array.from({ length: ONE_TIME_CODE.brandSendsADay }, () => NOW);
  assert.deepEqual(maySend({ person: [], brand: brand.slice(1) }, NOW + 1), { allowed: true });
  assert.deepEqual(maySend({ person: [], brand }, NOW + 1), { allowed: false, limit: 'brand', retryAt: NOW + 86_400_000 });
});
