// Blobs in a folder and in a store that speaks S3, alike: kept, read whole and in part, listed, removed; a full disk is told as one.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
// @ts-expect-error It has no types of its own.
import S3rver from 's3rver';
import { BlobFault, type Blobs } from '#outside/blobs/blobs.ts';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { s3Blobs, s3From } from '#outside/blobs/s3.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-blobs-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
function fileOf(bytes: Uint8Array | string): string {
  const path = join(folder, `in-${(made += 1)}`);
  writeFileSync(path, bytes);
  return path;
}
const key = (n: number): string => `b0123456789ab/0${n}/abcdefghjkmnpqrstvwxyz0123`;
async function read(blobs: Blobs, at: string, range?: { from: number; to: number }): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of blobs.read(at, range)) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}
async function listed(blobs: Blobs): Promise<string[]> {
  const keys: string[] = [];
  for await (const one of blobs.list()) {
    assert.ok(Math.abs(one.at - Date.now()) < 600_000, String(one.at));
    keys.push(one.key);
  }
  return keys.toSorted();
}
const missing = (error: unknown): boolean => error instanceof BlobFault && error.code === 'blob.missing';

const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: join(folder, 's3'), configureBuckets: [{ name: 'files', configs: [] }] });
let s3: Blobs;
before(async () => {
  const { port } = await server.run();
  const from = s3From({ S3_ENDPOINT: `http://127.0.0.1:${port}`, S3_BUCKET: 'files', S3_ACCESS_KEY_ID: 'S3RVER', S3_SECRET_ACCESS_KEY: 'S3RVER', S3_PREFIX: 'desk/' });
  assert.ok(from.ok && from.config !== null);
  s3 = s3Blobs(from.config);
});
after(() => server.close());

for (const [title, open] of [['a folder', () => folderBlobs(join(folder, 'kept'))], ['S3', () => s3]] as const) {
  describe(title, () => {
    it('keeps, reads, lists and removes', async () => {
      const blobs = open();
      assert.deepEqual(await listed(blobs), []);
      const large = Buffer.alloc(3 * 1_048_576, 'portcullis ');
      await blobs.put(key(1), fileOf('Hello there'));
      await blobs.put(key(2), fileOf(large));
      assert.equal(await read(blobs, key(1)), 'Hello there');
      assert.equal(await read(blobs, key(1), { from: 6, to: 11 }), 'there');
      assert.equal(await read(blobs, key(2)), large.toString('latin1'));
      assert.deepEqual(await listed(blobs), [key(1), key(2)]);
      await blobs.remove(key(1));
      await blobs.remove(key(1));
      await assert.rejects(read(blobs, key(1)), missing);
      assert.deepEqual(await listed(blobs), [key(2)]);
      await blobs.remove(key(2));
    });

    it('takes nothing for a key but a key', async () => {
      for (const wrong of ['../../etc/passwd', 'b0123456789ab/../../x', '', 'x/y/z', `${key(1)}/..`]) await assert.rejects(read(open(), wrong), missing, wrong);
    });
  });
}

test('S3 that cannot be reached is a fault that tells no secret', async () => {
  const nowhere = s3Blobs({ endpoint: new URL('http://127.0.0.1:1'), bucket: 'files', region: 'us-east-1', accessKeyId: 'a', secretAccessKey: 'not-to-be-told', prefix: '' });
  await assert.rejects(nowhere.put(key(3), fileOf('x')), (error: unknown) => error instanceof BlobFault && error.code === 'blob.unreachable' && !JSON.stringify([error.message, error.cause]).includes('not-to-be-told'));
});

/** As AWS writes it down (Signature Version 4, "Create a signed request"), with Node's own crypto. */
function signatureOf(request: IncomingMessage, secret: string): string {
  const { authorization = '' } = request.headers;
  const [, scope = '', names = ''] = /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\S+), SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$/.exec(authorization) ?? [];
  const url = new URL(request.url ?? '', 'http://x');
  const encoded = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).toSorted().join('&');
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}\n`).join('');
  const canonical = [request.method, url.pathname, query, headers, names, request.headers['x-amz-content-sha256']].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const key = scope.split('/').reduce<Buffer>((sum, part) => createHmac('sha256', sum).update(part).digest(), Buffer.from(`AWS4${secret}`));
  return createHmac('sha256', key).update(['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, digest].join('\n')).digest('hex');
}

test('every request to S3 is signed over its address, its headers and its body, as AWS computes it', async () => {
  // The example of AWS's own documentation (GET of an object with a range) proves what checks ours.
  const example = { method: 'GET', url: '/test.txt', headers: {
    host: 'examplebucket.s3.amazonaws.com', range: 'bytes=0-9', 'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'x-amz-date': '20130524T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=${'0'.repeat(64)}`,
  } } as unknown as IncomingMessage;
  assert.equal(signatureOf(example, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'), 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  const seen: string[] = [];
  const store = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => void pieces.push(piece)).on('end', () => {
      const right = request.headers.authorization?.endsWith(`Signature=${signatureOf(request, 'a secret/of+ours')}`) === true;
      const whole = createHash('sha256').update(Buffer.concat(pieces)).digest('hex') === request.headers['x-amz-content-sha256'];
      const covered = /SignedHeaders=(?<names>[^,]+)/.exec(request.headers.authorization ?? '')?.groups?.['names']?.split(';') ?? [];
      seen.push(`${request.method} ${right} ${whole} ${['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => covered.includes(name))}`);
      response.writeHead(request.method === 'DELETE' ? 204 : request.headers.range === undefined ? 200 : 206).end(request.method === 'GET' ? 'there' : '');
    });
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  try {
    const blobs = s3Blobs({ endpoint: new URL(`http://127.0.0.1:${(store.address() as AddressInfo).port}`), bucket: 'files', region: 'eu-central-1', accessKeyId: 'OURS', secretAccessKey: 'a secret/of+ours', prefix: 'desk/' });
    await blobs.put(key(4), fileOf('Hello there'));
    assert.equal(await read(blobs, key(4), { from: 6, to: 11 }), 'there');
    assert.equal(await read(blobs, key(4)), 'there');
    assert.deepEqual(await listed(blobs), []);
    await blobs.remove(key(4));
    assert.deepEqual(seen, ['PUT', 'GET', 'GET', 'GET', 'DELETE'].map((method) => `${method} true true true`));
  } finally {
    store.closeAllConnections();
    store.close();
  }
});

test('what somebody else laid in the folder is not listed, and stops nothing', async () => {
  const root = join(folder, 'shared');
  const blobs = folderBlobs(root);
  await blobs.put(key(5), fileOf('ours'));
  writeFileSync(join(root, 'notes.txt'), 'not ours');
  writeFileSync(join(root, 'b0123456789ab', 'thumbs.db'), 'not ours');
  writeFileSync(join(root, 'b0123456789ab', '05', 'x.tmp'), 'not ours');
  assert.deepEqual(await listed(blobs), [key(5)]);
});

test('S3_ names are read together or refused together', () => {
  assert.deepEqual(s3From({}), { ok: true, config: null });
  const part = s3From({ S3_BUCKET: 'files' });
  assert.ok(!part.ok && part.faults.length === 3);
  const plain = s3From({ S3_ENDPOINT: 'http://s3.example.com', S3_BUCKET: 'files', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' });
  assert.ok(!plain.ok && /https/.test(plain.faults[0] as string));
});

test('a full disk is told as full', { skip: existsSync('/dev/full') ? false : 'this system has no /dev/full' }, async () => {
  // A folder on another file system is copied to; where every write meets "no space left", so does the copy.
  const root = join(folder, 'full');
  mkdirSync(join(root, 'b0123456789ab', '09'), { recursive: true });
  symlinkSync('/dev/full', `${join(root, key(9))}.part`);
  await assert.rejects(folderBlobs(root).put(key(9), '/dev/shm/x-not-there'), (error: unknown) => error instanceof BlobFault);
  assert.deepEqual(readdirSync(join(root, 'b0123456789ab', '09')).filter((name) => !name.endsWith('.part')), []);
});
