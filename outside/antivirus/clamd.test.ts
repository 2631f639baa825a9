// clamd: a real one where the machine has it, with a signature of our own; and one that is stopped, hangs, is slow, or lies.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { clamd, clamdFrom, verdictOf } from '#outside/antivirus/clamd.ts';

const PROGRAM = ['/usr/sbin/clamd', '/usr/bin/clamd'].find((path) => existsSync(path));
const VARIANTS = new URL('../../../shared/corpora/files/eicar-variants.json', import.meta.url);
// Put together here, so that no scanner of this machine takes this file for what it finds.
const EICAR = Buffer.from(['WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FS', 'LVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo='].join(''), 'base64');

async function* pieces(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A clamd that does what `act` does to each connection. */
async function standIn(act: (socket: Socket) => void, work: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    act(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work((server.address() as { port: number }).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
const at = (port: number) => clamd({ where: { host: '127.0.0.1', port }, description: 'x', limits: { step: 300, verdict: 300, whole: 5_000 } });

describe('a scanner that does not do its work passes nothing', () => {
  const rows: readonly [title: string, act: (socket: Socket) => void, why: RegExp][] = [
    ['hangs before it reads', (socket) => void socket.pause(), /did not (?:give a verdict|take the file)/],
    ['reads all and says nothing', (socket) => void socket.resume(), /did not give a verdict/],
    ['closes at once', (socket) => void socket.end(), /without a verdict|cannot be reached|did not/],
    ['says it is too large', (socket) => void socket.resume().end('INSTREAM size limit exceeded. ERROR\0'), /size limit exceeded/],
    ['says something else', (socket) => void socket.resume().end('stream: OK?\0'), /said/],
    ['says OK before it had the whole', (socket) => void socket.once('data', () => void socket.end('stream: OK\0')).resume(), /before it had the whole|cannot be reached|did not/],
    ['says OK of another thing', (socket) => void socket.resume().end('other: OK\0'), /said/],
  ];
  for (const [title, act, why] of rows) {
    it(title, () => standIn(act, async (port) => {
      const verdict = await at(port).scan(pieces(Buffer.alloc(4 * 1_048_576)));
      assert.equal(verdict.outcome, 'unknown');
      assert.match(verdict.outcome === 'unknown' ? verdict.why : '', why);
    }));
  }
  it('takes every piece in time and comes to no end: all of it has its time too', () => standIn((socket) => void socket.resume(), async (port) => {
    let asked = true;
    const endless = (async function* endless(): AsyncGenerator<Uint8Array, void, void> {
      const piece = Buffer.alloc(1_000);
      while (asked) yield await new Promise<Buffer>((resolve) => void setImmediate(resolve, piece));
    })();
    const scanner = clamd({ where: { host: '127.0.0.1', port }, description: 'x', limits: { step: 5_000, verdict: 5_000, whole: 300 } });
    const verdict = await scanner.scan(endless);
    asked = false;
    assert.ok(verdict.outcome === 'unknown' && /did not look through the file/.test(verdict.why), JSON.stringify(verdict));
  }));
  it('is stopped', async () => {
    let port = 0;
    await standIn(() => undefined, async (one) => void (port = one));
    const verdict = await at(port).scan(pieces(EICAR));
    assert.deepEqual(verdict, { outcome: 'unknown', why: 'clamd cannot be reached (ECONNREFUSED).' });
  });
});

test('only the one sentence means clean', () => {
  assert.deepEqual(verdictOf('stream: OK\0'), { outcome: 'clean' });
  assert.deepEqual(verdictOf('stream: Eicar-Test FOUND\0'), { outcome: 'found', name: 'Eicar-Test' });
  for (const said of ['', 'OK', 'stream: ok', 'stream: OK FOUND ERROR', 'stream: X FOUND and more']) assert.equal(verdictOf(said).outcome, 'unknown', said);
});

test('CLAMD is read, or refused with the reason', () => {
  const where = (text: string) => {
    const read = clamdFrom(text);
    return read.ok ? read.config.where : read.faults[0];
  };
  assert.deepEqual(where('tcp://127.0.0.1:3311'), { host: '127.0.0.1', port: 3311 });
  assert.deepEqual(where('tcp://[::1]'), { host: '::1', port: 3310 });
  assert.deepEqual(where('unix:///run/clamav/clamd.ctl'), { path: '/run/clamav/clamd.ctl' });
  for (const text of ['localhost:3310', 'http://x', 'tcp://', 'tcp://x/y', 'unix://host/x', 'tcp://u@x']) assert.match(String(where(text)), /CLAMD must/, text);
});

test('a real clamd finds EICAR, by socket and by stream of several pieces, and passes what is clean', { skip: PROGRAM === undefined ? 'clamd is not on this machine' : false }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-clamd-'));
  chmodSync(folder, 0o755);
  const socket = join(folder, 'clamd.ctl');
  // One signature of ours: the test string at the beginning of a file of 68 to 128 bytes, as its definition has it.
  writeFileSync(join(folder, 'local.ldb'), `Portcullis.Test.EICAR;Engine:51-255,FileSize:68-128,Target:0;0;0:${EICAR.toString('hex')}\n`);
  writeFileSync(join(folder, 'clamd.conf'), `LocalSocket ${socket}\nDatabaseDirectory ${folder}\nForeground yes\nStreamMaxLength 25M\n${process.getuid?.() === 0 ? 'User root\n' : ''}`);
  const daemon = spawn(PROGRAM as string, ['--config-file', join(folder, 'clamd.conf')], { stdio: 'ignore' });
  try {
    await new Promise<void>((resolve, reject) => {
      daemon.once('exit', (code) => reject(new Error(`clamd ended (${code})`)));
      const look = setInterval(() => {
        if (!existsSync(socket)) return;
        clearInterval(look);
        resolve();
      }, 50);
    });
    const scanner = clamd({ where: { path: socket }, description: socket });
    assert.deepEqual(await scanner.scan(pieces(Buffer.from('An honest text.\n'))), { outcome: 'clean' });
    assert.deepEqual(await scanner.scan(pieces(Buffer.alloc(20 * 1_048_576, 'a'))), { outcome: 'clean' });
    const found = await scanner.scan(pieces(EICAR, 10));
    assert.ok(found.outcome === 'found' && found.name.startsWith('Portcullis.Test.EICAR'), JSON.stringify(found));
    if (existsSync(VARIANTS)) {
      const counts = { found: 0, clean: 0, unknown: 0 };
      for (const { name, b64, should_be_found: should } of JSON.parse(readFileSync(VARIANTS, 'utf8')) as { name: string; b64: string; should_be_found: boolean }[]) {
        const { outcome } = await scanner.scan(pieces(Buffer.from(b64, 'base64')));
        counts[outcome] += 1;
        assert.equal(outcome, should ? 'found' : 'clean', name);
      }
      t.diagnostic(`EICAR and its variants: ${JSON.stringify(counts)}`);
    } else t.diagnostic('the variants of the corpora are not on this machine');
    assert.equal((await scanner.scan(pieces(Buffer.alloc(26 * 1_048_576)))).outcome, 'unknown', 'too large for it is not clean');
  } finally {
    daemon.removeAllListeners('exit');
    daemon.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
