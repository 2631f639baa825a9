// Recovery codes: how they are typed, that only the right one of the right person matches, and that the stored form gives nothing away.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Keyring, openKeyring } from '#identity/keyring.ts';
import { bareCode, matchRecoveryCode, newRecoveryCodes, type RecoveryCode } from '#identity/recovery-codes.ts';

const folders: string[] = [];
let keyring: Keyring;
let codes: readonly RecoveryCode[];
let hashes: string[];

function ring(): Keyring {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-codes-'));
  folders.push(folder);
  return openKeyring({ folder, create: true, now: 0 });
}

async function made(from: Keyring): Promise<readonly RecoveryCode[]> {
  const result = await newRecoveryCodes(from);
  assert.ok(!('busy' in result));
  return result;
}

before(async () => {
  keyring = ring();
  codes = await made(keyring);
  hashes = codes.map(({ hash }) => hash);
});

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('a set is ten different codes of ten letters in two groups', () => {
  assert.equal(codes.length, 10);
  assert.equal(new Set(codes.map(({ text }) => text)).size, 10);
  for (const { text } of codes) assert.match(text, /^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
});

test('each code is found where its hash stands, first and last alike', async () => {
  for (const index of [0, 4, 9]) assert.deepEqual(await matchRecoveryCode(keyring, codes[index]!.text, hashes), { index });
});

test('a code typed in capitals, with other dashes and spaces, with O for 0 and I or L for 1, is the same code', () => {
  for (const typed of ['01abc-defgh', '01ABC-DEFGH', ' 01abcdefgh ', 'OIabc defgh', 'olabc\u2013defgh', '0 1 a b c - d e f g h']) {
    assert.equal(bareCode(typed), '01abcdefgh', typed);
  }
});

test('what cannot be a code is none', async () => {
  for (const typed of ['', '01abc-defg', '01abc-defghj', '01abc-defgu', '01abc-defg\uff10', '01abc_defgh', `01abc${' '.repeat(100)}defgh`]) {
    assert.equal(bareCode(typed), null, typed);
    assert.equal(await matchRecoveryCode(keyring, typed, hashes), null);
  }
});

test('a wrong code, a used code and a code of somebody else do not match', async () => {
  const others = await made(keyring);
  assert.equal(await matchRecoveryCode(keyring, others[0]!.text, hashes), null);
  assert.equal(await matchRecoveryCode(keyring, codes[3]!.text, hashes.toSpliced(3, 1)), null);
  assert.equal(await matchRecoveryCode(keyring, codes[3]!.text, []), null);
});

test('codes of two sets side by side are both found', async () => {
  const others = await made(keyring);
  const both = [...hashes, ...others.map(({ hash }) => hash)];
  assert.deepEqual(await matchRecoveryCode(keyring, others[2]!.text, both), { index: 12 });
  assert.deepEqual(await matchRecoveryCode(keyring, codes[2]!.text, both), { index: 2 });
});

test('the stored form does not hold the code and is worth nothing without the keyring', async () => {
  for (const { text, hash } of codes) assert.ok(!hash.includes(text.replace('-', '')));
  assert.equal(await matchRecoveryCode(ring(), codes[0]!.text, hashes), null);
});

test('a stored form that is damaged never matches', async () => {
  const parts = hashes[0]!.split('$');
  const damaged = ['r1$', `r2$${parts[1]}$${parts[2]}`, `${parts[0]}$${parts[1]}`, `${parts[0]}$${parts[1]}$`];
  for (const hash of damaged.slice(1)) assert.equal(await matchRecoveryCode(keyring, codes[0]!.text, [hash]), null, hash);
});
