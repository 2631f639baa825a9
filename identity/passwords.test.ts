// Passwords at rest: what matches, what does not, what is hashed anew, and that a storm is refused rather than queued for ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { ARGON2, hashLoad, hashPassword, LONGEST_PASSWORD, needsRehash, passwordLength, slowDigest, verifyDecoy, verifyPassword } from '#identity/passwords.ts';

async function hashed(text: string): Promise<string> {
  const result = await hashPassword(text);
  assert.ok(typeof result === 'string');
  return result;
}

test('a password matches its own hash and no other does', async () => {
  const stored = await hashed('correct horse battery staple');
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword(stored, 'correct horse battery staple'), 'match');
  for (const other of ['Correct horse battery staple', 'correct horse battery staple ', ' correct horse battery staple', '', 'correct horse battery stapl']) {
    assert.equal(await verifyPassword(stored, other), 'mismatch', other);
  }
});

test('two hashes of one password differ', async () => {
  assert.notEqual(await hashed('same'), await hashed('same'));
});

test('the same characters typed on another keyboard match (NFC), other characters that look alike do not', async () => {
  const stored = await hashed('Gar\u00e7on \u00c5ngstr\u00f6m');
  assert.equal(await verifyPassword(stored, 'Garc\u0327on A\u030angstro\u0308m'), 'match');
  assert.equal(await verifyPassword(await hashed('file'), '\ufb01le'), 'mismatch');
});

test('every character of a long password counts, up to 1,024', async () => {
  const long = '\u{1f511}'.repeat(LONGEST_PASSWORD);
  const stored = await hashed(long);
  assert.equal(await verifyPassword(stored, long), 'match');
  assert.equal(await verifyPassword(stored, `${long.slice(0, -2)}x`), 'mismatch');
  assert.equal(await verifyPassword(stored, `${long}x`), 'mismatch');
  await assert.rejects(hashPassword(`${long}x`), RangeError);
});

test('a character after a zero byte counts', async () => {
  assert.equal(await verifyPassword(await hashed('a\0b'), 'a\0c'), 'mismatch');
});

test('half a character counts as itself, and never matches another half', async () => {
  const stored = await hashed('abc\ud83d');
  assert.equal(await verifyPassword(stored, 'abc\ud83d'), 'match');
  assert.equal(await verifyPassword(stored, 'abc\ud83e'), 'mismatch');
  assert.equal(await verifyPassword(stored, 'abc\ufffd'), 'mismatch');
});

test('length is counted in characters after NFC, and an endless text is not normalised to be refused', () => {
  const lengths: [string, number][] = [['', 0], ['abc', 3], ['e\u0301', 1], ['\u03c9\u0314\u0342\u0345', 1], ['\u{1f511}', 1], ['\ud83d', 1]];
  for (const [text, length] of lengths) assert.equal(passwordLength(text), length, JSON.stringify(text));
  assert.equal(passwordLength('\u03c9\u0314\u0342\u0345'.repeat(LONGEST_PASSWORD)), LONGEST_PASSWORD);
  assert.equal(passwordLength('x'.repeat(10_000_000)), 10_000_000);
});

test('nothing matches the decoy, which costs what a real hash costs', async () => {
  for (const text of ['', 'password', 'x'.repeat(2_000)]) assert.equal(await verifyDecoy(text), 'mismatch');
});

test('a hash with weaker, stronger or other parameters is hashed anew; one with today\'s is not', async () => {
  assert.equal(needsRehash(await hashed('x')), false);
  for (const other of [{ memoryCost: 8_192 }, { memoryCost: 32_768 }, { timeCost: 1 }, { parallelism: 2 }, { algorithm: 1 }, { outputLen: 16 }]) {
    assert.equal(needsRehash(await hash('x', { ...ARGON2, ...other })), true, JSON.stringify(other));
  }
  assert.equal(needsRehash('$2b$10$abcdefghijklmnopqrstuv'), true);
});

test('a stored hash that is none is a fault, not a wrong password', async () => {
  await assert.rejects(verifyPassword('$2b$10$nonsense', 'x'));
});

test('the slow digest is the same for the same salt alone', async () => {
  const [salt, other] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
  const digest = await slowDigest('abcdefghjk', salt);
  assert.deepEqual(await slowDigest('abcdefghjk', salt), digest);
  assert.notDeepEqual(await slowDigest('abcdefghjk', other), digest);
  assert.ok('length' in digest && digest.length === 32);
});

test('a storm is cut off: the first are served, the rest are told to come back, and afterwards all is as before', async () => {
  const stored = await hash('x', { memoryCost: 8, timeCost: 1 });
  const verdicts = await Promise.all(Array.from({ length: 400 }, () => verifyPassword(stored, 'x')));
  const count = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  assert.equal(count('match') + count('busy'), 400);
  assert.ok(count('match') >= 257 && count('busy') >= 100, `${count('match')} matched`);
  assert.deepEqual(hashLoad(), { running: 0, waiting: 0 });
  assert.equal(await verifyPassword(stored, 'x'), 'match');
});
