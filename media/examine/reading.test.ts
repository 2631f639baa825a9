// The memory into which files are read, one after the other: what lay in it before is in no file after it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openReading } from '#media/examine/reading.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-reading-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const written = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

test('each file is read whole and alone, whatever was read before it', () => {
  const read = openReading();
  const sizes = [10, 5 * 1_048_576, 3, 0, 33 * 1_048_576, 4 * 1_048_576, 7];
  for (const [n, size] of sizes.entries()) {
    const bytes = Buffer.alloc(size, n + 1);
    assert.ok(read(written(String(n), bytes)).equals(bytes), `${size} bytes`);
  }
});

test('a file that is not there is a fault, and the next one is read', () => {
  const read = openReading();
  assert.throws(() => read(join(folder, 'none')), { code: 'ENOENT' });
  assert.equal(read(written('there', Buffer.from('there'))).toString(), 'there');
});
