// Codes of an authenticator app: the RFC's vectors, the window of one step either side, and what may be typed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { matchTotp, newTotpSecret, totpCode, totpUri } from '#identity/totp.ts';

/** The secret of RFC 4226 and RFC 6238: the ASCII text 12345678901234567890. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const STEP = 37_037_036;
const MIDDLE = STEP * 30_000 + 15_000;
const VECTORS = new URL('../../shared/corpora/crypto/otp-rfc-vectors.json', import.meta.url);

interface Vectors {
  rfc4226_appendix_D: { vectors: { count: number; hotp: string }[] };
  rfc6238_appendix_B: { vectors: { time: number; totp: string; alg: string; secret_base32: string }[] };
}

test('the vectors of RFC 4226 and RFC 6238', { skip: existsSync(VECTORS) ? false : 'shared/corpora/crypto/otp-rfc-vectors.json is not here' }, () => {
  const vectors = JSON.parse(readFileSync(VECTORS, 'utf8')) as Vectors;
  for (const { count, hotp } of vectors.rfc4226_appendix_D.vectors) assert.equal(totpCode(SECRET, count), hotp, `count ${count}`);
  const ours = vectors.rfc6238_appendix_B.vectors.filter(({ alg }) => alg === 'SHA1');
  assert.ok(ours.length >= 6);
  for (const { time, totp, secret_base32 } of ours) {
    assert.deepEqual(matchTotp(secret_base32, totp.slice(2), time * 1_000), { step: Math.floor(time / 30) }, `time ${time}`);
  }
});

test('a code is right in its own step, one before and one after, and in no other', () => {
  for (const [away, right] of [[-3, false], [-2, false], [-1, true], [0, true], [1, true], [2, false], [3, false]] as const) {
    const match = matchTotp(SECRET, totpCode(SECRET, STEP + away), MIDDLE);
    assert.deepEqual(match, right ? { step: STEP + away } : null, `${away} steps away`);
  }
});

test('the window moves at the exact millisecond', () => {
  const code = totpCode(SECRET, STEP);
  const first = (STEP - 1) * 30_000;
  const end = (STEP + 2) * 30_000;
  assert.equal(matchTotp(SECRET, code, first - 1), null);
  assert.deepEqual(matchTotp(SECRET, code, first), { step: STEP });
  assert.deepEqual(matchTotp(SECRET, code, end - 1), { step: STEP });
  assert.equal(matchTotp(SECRET, code, end), null);
});

test('a clock before 1970 or at its start is no fault', () => {
  assert.deepEqual(matchTotp(SECRET, totpCode(SECRET, 0), 0), { step: 0 });
  assert.equal(matchTotp(SECRET, '000000', -86_400_000), null);
});

test('spaces around and between the groups are as if not typed', () => {
  const code = totpCode(SECRET, STEP);
  for (const typed of [` ${code}`, `${code}  `, `${code.slice(0, 3)} ${code.slice(3)}`]) {
    assert.deepEqual(matchTotp(SECRET, typed, MIDDLE), { step: STEP }, JSON.stringify(typed));
  }
});

test('full-width digits are read', () => {
  const fullWidth = [...totpCode(SECRET, STEP)].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join('');
  assert.deepEqual(matchTotp(SECRET, fullWidth, MIDDLE), { step: STEP });
});

test('what is not six digits is wrong, whatever its digits would be', () => {
  const code = totpCode(SECRET, STEP);
  const arabic = [...code].map((digit) => String.fromCharCode(0x0660 + Number(digit))).join('');
  const typed = ['', code.slice(1), `${code}0`, `0${code}`, arabic, `${code.slice(0, 5)}O`, `+${code.slice(1)}`, `${code}\n`, `${code.slice(0, 3)}  ${code.slice(3)}`, `${code.slice(0, 2)} ${code.slice(2)}`, [...code].join(' ')];
  for (const wrong of typed) assert.equal(matchTotp(SECRET, wrong, MIDDLE), null, JSON.stringify(wrong));
});

test('another secret gives another code', () => {
  assert.equal(matchTotp(newTotpSecret(), totpCode(SECRET, STEP), MIDDLE), null);
});

test('a new secret is 160 bits in base32, and never the same twice', () => {
  assert.match(newTotpSecret(), /^[A-Z2-7]{32}$/);
  assert.notEqual(newTotpSecret(), newTotpSecret());
});

test('the QR address names the brand and the person, and a colon in a name cannot shift one into the other', () => {
  const uri = new URL(totpUri({ secret: SECRET, brand: 'Évian: Sub & Co', account: 'ada+x@example.com' }));
  assert.equal(`${uri.protocol}//${uri.host}`, 'otpauth://totp');
  assert.equal(decodeURIComponent(uri.pathname), '/Portcullis (Évian  Sub & Co):ada+x@example.com');
  assert.equal(uri.searchParams.get('issuer'), 'Portcullis (Évian  Sub & Co)');
  assert.equal(uri.searchParams.get('secret'), SECRET);
});
