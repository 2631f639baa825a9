// A scanner that is away: the file is refused, and nothing of it stays open or on the disk, however many come.
import assert from 'node:assert/strict';
import type { ReadStream } from 'node:fs';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Antivirus } from '#outside/antivirus/antivirus.ts';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { type IntakeParts, takeIn } from '#media/intake.ts';
import { ensureAgent, everything, openCase, START } from '#test/customer-case.ts';
import { eachStore, newBrand } from '#test/stores.ts';
import { until } from '#test/program.ts';

const root = mkdtempSync(join(tmpdir(), 'portcullis-scanning-'));
after(() => rmSync(root, { recursive: true, force: true }));
const keyring: IntakeParts['keyring'] = { mac: (purpose, data) => `${purpose} ${String(data)}`, seal: (secret) => Buffer.from(secret as Uint8Array), open: (sealed) => Buffer.from(sealed) };
/** What is asked here is what becomes of what was looked through. */
const examiners = { examine: async () => ({ ok: true, form: 'txt', type: 'txt', removed: [], cleaned: null, written: false } as const), close: () => undefined };

async function* once(): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from('An honest text.\n');
}

eachStore('what a scanner that is away never read is closed, and gone', async (store) => {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const { channelId, customerId } = await openCase(store, brand.id, 'agt_1', { named: false });
  const given: ReadStream[] = [];
  const away: Antivirus = { description: 'x', scan: async (bytes) => (given.push(bytes as ReadStream), { outcome: 'unknown', why: 'clamd cannot be reached (ECONNREFUSED).' }) };
  const spoolFolder = join(root, brand.id);
  const parts: IntakeParts = { store, commit: (units) => store.commit(units), keyring, blobs: folderBlobs(join(root, 'kept')), antivirus: away, examiners, spoolFolder, now: () => START };
  for (let n = 0; n < 3; n += 1) {
    const taken = await takeIn(parts, brand.id, { channelId, conversationId: null, side: 'customer', author: { kind: 'customer', id: customerId }, door: 'chat', name: 'a.txt', declaredType: null, declaredBytes: null, body: once(), policy: everything });
    assert.ok(!taken.ok && taken.denial.code === 'upload.not_scanned');
  }
  assert.deepEqual(readdirSync(spoolFolder), []);
  await until('every file is closed', () => given.length === 3 && given.every((one) => one.closed));
});
