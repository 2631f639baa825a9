// The copy of signed heads outside the database: durable lines, and a line torn by a crash spoils no other.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { appendHeads, readHeads } from '#audit/head-file.ts';
import { holdsHead, signHead } from '#audit/signing.ts';

const key = { id: 'aaaaaaaaaaaaaaaa', ...generateKeyPairSync('ed25519') };
const head = (seq: number) => signHead(key, { scope: 'system', seq, hash: 'ab'.repeat(32), at: 1_800_000_000_000 + seq });

test('heads are read back as they were written, in a file of the owner alone', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-heads-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'audit', 'heads.jsonl');
  assert.deepEqual(readHeads(file), []);
  appendHeads(file, []);
  appendHeads(file, [head(1)]);
  appendHeads(file, [head(2), head(3)]);
  assert.deepEqual(readHeads(file), [head(1), head(2), head(3)]);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a line torn by a crash is passed over, and the next one begins anew', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-heads-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'heads.jsonl');
  appendHeads(file, [head(1)]);
  appendFileSync(file, JSON.stringify(head(2)).slice(0, 40));
  appendHeads(file, [head(3)]);
  appendFileSync(file, '{"scope":7}\n[]\nnull\n');
  assert.deepEqual(readHeads(file).map(({ seq }) => seq), [1, 3]);
  assert.ok(readFileSync(file, 'utf8').endsWith('\n'));
});

test('a signature holds for its own head and key alone', () => {
  const signed = head(5);
  assert.ok(holdsHead(key, signed));
  for (const change of [{ seq: 6 }, { scope: 'b000000000000' }, { hash: 'cd'.repeat(32) }, { at: 0 }, { signature: '' }, { signature: head(6).signature }, { keyId: 'x' }]) {
    assert.equal(holdsHead(key, { ...signed, ...change }), false, JSON.stringify(change));
  }
  assert.equal(holdsHead({ id: key.id, ...generateKeyPairSync('ed25519') }, signed), false);
});
