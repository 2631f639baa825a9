// The browser and the relay that the journeys stand on: two client addresses, one origin, cookies kept.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser.ts';
import { relay, type Relay } from '#test/relay.ts';

const server = createServer((request, response) => {
  if (request.url === '/cookie') response.setHeader('Set-Cookie', '__Host-session=kept; Path=/; Secure; HttpOnly; SameSite=Lax');
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ address: request.socket.remoteAddress, host: request.headers.host, cookie: request.headers.cookie ?? null }));
});
let port = 0;
let near: Browser;
let far: Browser;
let way: Relay;

before(async () => {
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  port = (server.address() as AddressInfo).port;
  way = await relay({ from: '127.0.0.2', listenHost: '127.0.0.2', listenPort: port, targetPort: port });
  [near, far] = await Promise.all([openBrowser(), openBrowser({ from: '127.0.0.2' })]);
});

after(async () => {
  await Promise.all([near?.close(), far?.close()]);
  await way?.close();
  server.closeAllConnections();
  server.close();
});

/** What the server saw of one browser that took a cookie and came back. */
async function visit(browser: Browser) {
  const page = await browser.newPage();
  await page.goto(`http://localhost:${port}/cookie`);
  const answer = await page.goto(`http://localhost:${port}/again`);
  const seen = await answer?.json() as { address: string; host: string; cookie: string | null };
  return { ...seen, secure: await page.evaluate(() => (globalThis as unknown as { isSecureContext: boolean }).isSecureContext) };
}

test('a browser comes from 127.0.0.1 and keeps a __Host- cookie on http://localhost', async () => {
  assert.deepEqual(await visit(near), { address: '127.0.0.1', host: `localhost:${port}`, cookie: '__Host-session=kept', secure: true });
  assert.equal(way.count(), 0);
});

test('a browser sent through the relay comes from 127.0.0.2, at the same origin, and keeps the cookie as well', async () => {
  assert.deepEqual(await visit(far), { address: '127.0.0.2', host: `localhost:${port}`, cookie: '__Host-session=kept', secure: true });
  assert.ok(way.count() > 0);
});
