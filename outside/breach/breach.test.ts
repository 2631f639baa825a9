// The look-up of breached passwords against a real local server: what it is told, and every way in which it may fail.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { breachUrlFrom, rangeBreach } from '#outside/breach/breach.ts';

const PASSWORD = 'four grey herons walk';
const DIGEST = hash('sha1', PASSWORD, 'hex').toUpperCase();
const OTHER = `${'0'.repeat(34)}A:7`;

async function service(t: TestContext, answer: RequestListener): Promise<{ url: URL; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`), asked };
}

test('it is told five characters of the hash, asks for padding, and nothing else leaves', async (t) => {
  const { url, asked } = await service(t, (_, response) => response.end(OTHER));
  assert.equal(await rangeBreach(url).look(PASSWORD), 'clean');
  assert.deepEqual([asked.length, asked[0]!.method, asked[0]!.url, asked[0]!.headers['add-padding']], [1, 'GET', `/range/${DIGEST.slice(0, 5)}`, 'true']);
  assert.ok(!JSON.stringify(asked[0]!.rawHeaders).includes(DIGEST.slice(5)));
});

test('the same password in another Unicode form is the same', async (t) => {
  const { url, asked } = await service(t, (_, response) => response.end(OTHER));
  await rangeBreach(url).look('h\u00e9rons qui marchent');
  await rangeBreach(url).look('he\u0301rons qui marchent');
  assert.equal(asked[0]!.url, asked[1]!.url);
});

const rows: [title: string, answer: RequestListener, expected: string][] = [
  ['its line is there', (_, response) => response.end(`${OTHER}\r\n${DIGEST.slice(5)}:3\r\n`), 'breached'],
  ['in small letters', (_, response) => response.end(`${DIGEST.slice(5).toLowerCase()}:1`), 'breached'],
  ['its line is padding', (_, response) => response.end(`${OTHER}\r\n${DIGEST.slice(5)}:0`), 'clean'],
  ['other lines only', (_, response) => response.end(OTHER), 'clean'],
  ['500', (_, response) => response.writeHead(500).end(OTHER), 'failed'],
  ['429', (_, response) => response.writeHead(429, { 'retry-after': '2' }).end(), 'failed'],
  ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(), 'failed'],
  ['a page in place of lines', (_, response) => response.end('<html><h1>Welcome to this network</h1></html>'), 'failed'],
  ['one line that is none', (_, response) => response.end(`${OTHER}\r\n${DIGEST.slice(5)}`), 'failed'],
  ['nothing', (_, response) => response.end(), 'failed'],
  ['an answer without end', (_, response) => response.end(`${OTHER}\r\n`.repeat(40_000)), 'failed'],
  ['a connection cut half-way', (_, response) => { response.writeHead(200, { 'content-length': '500' }).write(OTHER); setImmediate(() => response.destroy()); }, 'failed'],
];
for (const [title, answer, expected] of rows) {
  test(`${title}: ${expected}`, async (t) => assert.equal(await rangeBreach((await service(t, answer)).url).look(PASSWORD), expected));
}

test('silent, or slow after its first line: failed within the limit', async (t) => {
  for (const answer of [() => undefined, (_: IncomingMessage, response: Parameters<RequestListener>[1]) => void response.write(`${OTHER}\r\n`)]) {
    const { url } = await service(t, answer);
    const began = performance.now();
    assert.equal(await rangeBreach(url, 150).look(PASSWORD), 'failed');
    assert.ok(performance.now() - began < 1_500);
  }
});

test('nobody there: failed', async () => assert.equal(await rangeBreach(new URL('http://127.0.0.1:1/range/')).look(PASSWORD), 'failed'));

test('an address in plain text, of no scheme or with a query is refused at the start', () => {
  for (const text of ['http://breach.example/range/', 'breach', 'https://a.example/?q=', 'https://me:secret@a.example/']) assert.equal(breachUrlFrom(text).ok, false, text);
  const read = breachUrlFrom('https://a.example/range');
  assert.ok(read.ok && new URL('ABCDE', read.adapter).href === 'https://a.example/range/ABCDE');
});
