// The listener against senders that cheat: commands slipped in before TLS, and more mail at once than memory holds while the store is slow.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { connect as secure } from 'node:tls';
import { type ListenerOptions, openListener, type Received } from '#outside/mail-in/listener.ts';
import { CERTIFICATE } from '#test/certificate.ts';
import { until } from '#test/program.ts';

const network = { connect: () => true, send: () => true, miss: () => true, closed: () => undefined };

async function listening(context: TestContext, more: Partial<ListenerOptions>): Promise<number> {
  const listener = await openListener({
    host: '127.0.0.1', port: 0, name: 'desk.example', tls: CERTIFICATE, maxBytes: 1_000_000, network, recipient: async () => 'taken', keep: async () => undefined, now: () => 0, onFault: () => undefined, ...more,
  });
  context.after(() => listener.close());
  return listener.port;
}

test('commands that came before TLS are no part of what comes under it', async (context) => {
  const kept: Received[] = [];
  const port = await listening(context, { keep: async (received) => void kept.push(received) });
  const plain = connect(port, '127.0.0.1');
  const told = (socket: NodeJS.ReadableStream, line: RegExp): Promise<string> => new Promise((resolve, reject) => {
    let all = '';
    socket.on('data', (piece: Buffer) => line.test((all += piece.toString('latin1'))) && resolve(all)).once('error', reject);
  });
  await told(plain, /^220 /);
  plain.write('EHLO a.example\r\n');
  await told(plain, /^250 /m);
  // In one piece, as whoever stands between would.
  plain.write('STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<eve@evil.example>\r\nRCPT TO:<support@acme.example>\r\n');
  await told(plain, /^220 /);
  plain.removeAllListeners('data');
  const socket = secure({ socket: plain, rejectUnauthorized: false });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  // Neither its EHLO nor its sender is remembered.
  socket.write('DATA\r\n');
  assert.match(await told(socket, /\r\n$/), /^5\d\d /);
  socket.destroy();
  assert.deepEqual(kept, []);
});

test('what waits for a slow store counts as under way: the next one is told to come later, and taken when there is room', async (context) => {
  let release = (): void => undefined;
  const slow = new Promise<void>((resolve) => (release = resolve));
  let begun = (): void => undefined;
  const first = new Promise<void>((resolve) => (begun = resolve));
  const port = await listening(context, { tls: null, mostBytesUnderWay: 15_000, keep: () => (begun(), slow) });
  const deliver = (): Promise<string> => new Promise((resolve, reject) => {
    const lines = ['EHLO a.example', 'MAIL FROM:<a@a.example>', 'RCPT TO:<support@acme.example>', 'DATA', `Subject: x\r\n\r\n${'y'.repeat(9_000)}\r\n.`];
    const socket = connect(port, '127.0.0.1').setEncoding('latin1').once('error', reject);
    let rest = '';
    socket.on('data', (piece: string) => {
      rest += piece;
      const end = /^\d{3} [^\n]*\n$/m.exec(rest);
      if (end === null) return;
      rest = '';
      const next = lines.shift();
      if (next !== undefined) return void socket.write(`${next}\r\n`);
      socket.destroy();
      resolve(end[0]);
    });
  });
  const one = deliver();
  await first;
  assert.match(await deliver(), /^452 /);
  release();
  assert.match(await one, /^250 /);
  assert.match(await deliver(), /^250 /);
});

test('who hangs up before the greeting stops nothing, and is not taken for one of those that are counted', async (context) => {
  const open: string[] = [];
  const closed: string[] = [];
  const port = await listening(context, { network: { ...network, connect: (address) => open.push(address) > 0, closed: (address) => void closed.push(address) } });
  const greeted = (): Promise<ReturnType<typeof connect>> => new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => resolve(socket)).once('error', reject);
  });
  const stays = await greeted();
  for (let n = 0; n < 5; n += 1) await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.destroy());
    socket.once('close', () => resolve());
  });
  // What the server hears of those is heard before a later one is greeted, a tenth of a second after it comes.
  const later = await greeted();
  assert.deepEqual([open, closed], [['127.0.0.1', '127.0.0.1'], []]);
  later.destroy();
  stays.destroy();
  await until('both are counted off', () => closed.length === 2);
});
