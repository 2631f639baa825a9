// The bytes of a file as they reach several receivers at once: read here while the system has them in memory, by other threads once a read took long.
import assert from 'node:assert/strict';
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { openTransfers } from '#server/file-transfer.ts';

const KEY = `b${'0'.repeat(12)}/ab/${'c'.repeat(26)}`;
/** Six pieces of them, as they are read. */
const BYTES = Buffer.from(Array.from({ length: 1_500_000 }, (_, at) => (at * 31 + (at >> 8)) & 0xff));

function received(port: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece)).once('end', () => resolve(Buffer.concat(pieces))).once('error', reject);
    }).once('error', reject);
  });
}

/** `elsewhere`: what other threads do for one receiver, the opening among it. The first piece is theirs; one more is read here before it is known that it takes long. */
for (const [title, step, elsewhere] of [['every read is quick, and done here', 0, 2], ['every read takes long, and other threads read the rest', 6, 6]] as const) {
  test(`each receiver gets its own bytes, whole and in order: ${title}`, async (context) => {
    const root = mkdtempSync(join(tmpdir(), 'portcullis-transfer-'));
    context.after(() => rmSync(root, { recursive: true, force: true }));
    mkdirSync(dirname(join(root, KEY)), { recursive: true });
    writeFileSync(join(root, KEY), BYTES);
    const faults: unknown[] = [];
    let clock = 0;
    let asked = 0;
    const sending = new AsyncLocalStorage<true>();
    const watch = createHook({ init: (_id, type) => void (asked += type === 'FSREQCALLBACK' && sending.getStore() === true ? 1 : 0) }).enable();
    context.after(() => watch.disable());
    const transfers = openTransfers({ uptime: () => (clock += step), onFault: (fault) => faults.push(fault) });
    const transfer = { viewer: 'somebody', again: () => Promise.resolve(null), refused: () => assert.fail('nobody is cut') };
    const server = createServer((_request, response) => {
      response.setHeader('content-length', BYTES.length - 10);
      void sending.run(true, () => transfers.send(response, folderBlobs(root), { key: KEY, bytes: BYTES.length }, { first: 5, last: BYTES.length - 6 }, transfer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const all = await Promise.all([received(port), received(port), received(port)]);
    for (const one of all) assert.ok(one.equals(BYTES.subarray(5, -5)), `${one.length} bytes, not those that were sent`);
    await new Promise((resolve) => server.close(resolve));
    assert.deepEqual([faults, transfers.size(), asked], [[], 0, all.length * elsewhere]);
  });
}
