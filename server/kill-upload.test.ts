// A server killed (kill -9) while files come in, whole and in pieces: no row without bytes, no half file, and nothing left over once it is swept.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '#store/open.ts';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { sweepMedia } from '#media/sweeping.ts';
import { beginChat, bearer, makeChannel } from '#test/chat.ts';
import { TEXT } from '#test/files.ts';
import { caller, openHouse } from '#test/house.ts';
import { freePort } from '#test/ports.ts';
import { startServer, until } from '#test/program.ts';
import { eachStore, type Stage } from '#test/stores.ts';

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name)) : []);

eachStore('kill -9 in the middle of uploads', async (store, { where, context }: Stage) => {
  await store.close();
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-kill-upload-'));
  context.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const keys = JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });
  const env = { DATA_DIR: dataDir, ...('url' in where ? { DATABASE_URL: where.url, PORTCULLIS_KEYS: keys } : {}) };
  const house = await openHouse({ env, dataDir });
  // The server that is killed goes by the clock of the machine.
  house.clock.now = Date.now();
  const admin = await house.setUp();
  const channel = await makeChannel(house, admin, await house.signIn(admin));
  const token = await beginChat(house, channel);
  await house.close();

  const port = await freePort();
  const call = caller(port, `localhost:${port}`);
  const start = async () => {
    const server = startServer(context, { ...env, PORT: String(port) });
    await until('the server answers', async () => (await call('GET', '/healthz').catch(() => null))?.status === 200);
    return server;
  };
  let server = await start();
  /** Announces more than it sends, and stays on the line. */
  const hang = (method: string, path: string, headers: Record<string, string>): void => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, agent: false, headers: { host: `localhost:${port}`, 'sec-fetch-site': 'same-origin', 'content-length': String(8 * 1_048_576), ...bearer(token), ...headers } });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(2 * 1_048_576, 'half a file\n'));
  };
  const whole = await call('POST', '/api/v1/chat/files', { headers: { ...bearer(token), 'content-type': 'application/octet-stream', 'content-length': String(TEXT.length), 'x-file-name': 'whole.txt' }, raw: TEXT.toString() });
  assert.equal(whole.status, 201, whole.text);
  const begin = async (): Promise<string> => (await call('POST', '/api/v1/chat/uploads', { headers: bearer(token), body: { name: 'pieces.txt', length: 8 * 1_048_576 } })).body.upload.id;
  const [first, second] = [await begin(), await begin()];
  const piece = (id: string, raw: string, offset: number) => call('PATCH', `/api/v1/chat/uploads/${id}`, { headers: { ...bearer(token), 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), 'content-length': String(raw.length) }, raw });
  assert.equal((await piece(first, 'x'.repeat(500_000), 0)).status, 204);
  hang('POST', '/api/v1/chat/files', { 'content-type': 'application/octet-stream', 'x-file-name': 'half.txt' });
  hang('PATCH', `/api/v1/chat/uploads/${second}`, { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' });
  const incoming = join(dataDir, 'incoming');
  await until('both lie there in half', () => filesIn(incoming).length >= 2);
  server.child.kill('SIGKILL');
  assert.equal(await server.ended, 'SIGKILL');

  server = await start();
  const ask = async (id: string): Promise<number> => (await call('GET', `/api/v1/chat/uploads/${id}`, { headers: bearer(token) })).body.upload.offset;
  assert.deepEqual([await ask(first), await ask(second)], [500_000, 0], 'what was acknowledged is there, what was not is not');
  assert.equal((await piece(first, 'x'.repeat(8 * 1_048_576 - 500_000), 500_000)).status, 201, 'the first goes on to its end');
  server.child.kill('SIGKILL');
  await server.ended;

  const again = await openStore('url' in where ? where : { file: join(dataDir, 'portcullis.db') });
  try {
    const brand = again.brand(channel.brandId);
    const blobs = folderBlobs(join(dataDir, 'files'));
    // Two hours later: sooner they may still be under way.
    const later = Date.now() + 2 * 3_600_000;
    await sweepMedia({ store: again, blobs, spoolFolder: incoming, now: () => later });
    const rows = await brand.all(brand.q.selectFrom('files').selectAll());
    assert.deepEqual(rows.map(({ name, bytes, state }) => [name, bytes, state]).toSorted(), [['pieces.txt', 8 * 1_048_576, 'accepted'], ['whole.txt', TEXT.length, 'accepted']], 'no row of what came in half');
    for (const row of rows) {
      let bytes = 0;
      for await (const one of blobs.read(row.blob_key as string)) bytes += one.byteLength;
      assert.equal(bytes, row.bytes, row.name);
    }
    assert.equal(filesIn(join(dataDir, 'files')).length, 2, 'no blob of nobody');
    assert.deepEqual(filesIn(incoming), []);
  } finally {
    await again.close();
  }
});
