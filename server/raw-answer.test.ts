// Tests of answers written by hand on a bare socket: every header that other answers carry, HSTS where TLS is in front.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { openHouse, type TestHouse } from '#test/house.ts';

const HOST = 'desk.example';
let secure: TestHouse;
let plain: TestHouse;
before(async () => {
  secure = await openHouse({ env: { PUBLIC_URL: `https://${HOST}` } });
  plain = await openHouse();
});
after(() => Promise.all([secure.close(), plain.close()]));

function speak(house: TestHouse, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(house.port, '127.0.0.1', () => void socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
const handshake = (path: string, host: string, scheme: string, more: readonly string[] = []): string[] =>
  [`GET ${path} HTTP/1.1`, `host: ${host}`, `origin: ${scheme}://${host}`, 'connection: upgrade', 'upgrade: websocket', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version: 13', ...more];
const wrongVersion = (path: string, host: string, scheme: string): string[] => handshake(path, host, scheme).map((line) => (line.startsWith('sec-websocket-version') ? 'sec-websocket-version: 1' : line));

const rows: readonly [title: string, lines: (host: string, scheme: string) => string[], status: number][] = [
  ['bytes that are no request', () => ['HELLO'], 400],
  ['a handshake at another host', (_host, scheme) => handshake('/api/v1/live', 'evil.example', scheme), 421],
  ['a handshake without a session', (host, scheme) => handshake('/api/v1/live', host, scheme), 401],
  ['a handshake of another site', (host) => handshake('/api/v1/chat/live', host, 'ftp'), 403],
  ['a handshake of another version', (host, scheme) => wrongVersion('/api/v1/chat/live', host, scheme), 400],
  ['a handshake whose key is none', (host, scheme) => handshake('/api/v1/chat/live', host, scheme).filter((line) => !line.startsWith('sec-websocket-key')), 400],
];
for (const [title, lines, status] of rows) {
  test(`${title}: every header that other answers carry, and HSTS where TLS is in front`, async () => {
    for (const [house, host, scheme] of [[secure, HOST, 'https'], [plain, `localhost:${plain.port}`, 'http']] as const) {
      const [head = '', body = ''] = (await speak(house, lines(host, scheme))).split('\r\n\r\n');
      assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
      for (const line of [/^content-security-policy: default-src 'none';/m, /^x-content-type-options: nosniff/m, /^x-frame-options: DENY/m, /^referrer-policy: no-referrer/m, /^cross-origin-resource-policy: same-origin/m, /^cache-control: no-store/m, /^content-type: application\/problem\+json/m]) assert.match(head, line);
      assert.equal(/^strict-transport-security: max-age=\d{8}/m.test(head), house === secure, head);
      assert.equal(JSON.parse(body).status, status);
    }
  });
}
