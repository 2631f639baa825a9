// A blob's digest is the brand's own: nothing in a row tells that another brand holds the same bytes, nor which bytes they are.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openKeyring } from '#identity/keyring.ts';
import { keepBlob } from '#media/blob-keeping.ts';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const root = mkdtempSync(join(tmpdir(), 'portcullis-blobs-'));
after(() => rmSync(root, { recursive: true, force: true }));
const keyring = openKeyring({ folder: join(root, 'keys'), create: true, now: 0 });
const SHA256 = 'c0ffee'.repeat(10);

eachStore('the same bytes have another digest in each brand, and in no row the plain one', async (store) => {
  const parts = { blobs: folderBlobs(join(root, store.engine)), keyring, now: () => 1 };
  const digests = await Promise.all([await newBrand(store), await newBrand(store)].map(async (brand) => {
    const path = join(root, brand.id);
    writeFileSync(path, 'the same bytes');
    await keepBlob(parts, brand, { path, bytes: 14, sha256: SHA256 }, (_key, statements) => brand.note(statements));
    const [row] = await brand.all(brand.q.selectFrom('blobs').select('digest'));
    return row!.digest;
  }));
  assert.equal(new Set(digests).size, 2, digests.join());
  assert.ok(!digests.join().includes(SHA256));
});
