// Tests of the security headers: no way to write an answer leaves them out.
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { guardedResponse, headerProfile, wearProfile } from '#server/security-headers.ts';

async function headersOf(listener: RequestListener, secure = false): Promise<Headers> {
  const server = createServer({ ServerResponse: guardedResponse(secure) }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await answer.arrayBuffer();
    return answer.headers;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const ways: [string, RequestListener, string][] = [
  ['writeHead with an object', (_, response) => response.writeHead(200, { 'x-own': 'yes' }).end('ok'), 'no-store'],
  ['writeHead with a reason', (_, response) => response.writeHead(200, 'Fine', { 'x-own': 'yes' }).end('ok'), 'no-store'],
  ['writeHead with an array', (_, response) => response.writeHead(200, ['x-own', 'yes']).end('ok'), 'no-store'],
  ['setHeader and then writeHead', (_, response) => response.setHeader('x-own', 'yes').writeHead(200, ['x-other', 'yes']).end('ok'), 'no-store'],
  ['setHeader alone', (_, response) => response.setHeader('x-own', 'yes').end('ok'), 'no-store'],
  ['a stream of chunks', (_, response) => { response.setHeader('x-own', 'yes').write('o'); response.end('k'); }, 'no-store'],
  ['cache-control in an object', (_, response) => response.writeHead(200, { 'x-own': 'yes', 'cache-control': 'max-age=5' }).end('ok'), 'max-age=5'],
  ['cache-control in an array', (_, response) => response.writeHead(200, ['x-own', 'yes', 'cache-control', 'max-age=5']).end('ok'), 'max-age=5'],
  ['cache-control by setHeader', (_, response) => response.setHeader('x-own', 'yes').setHeader('Cache-Control', 'max-age=5').end('ok'), 'max-age=5'],
];

for (const [title, listener, cacheControl] of ways) {
  test(`an answer written by ${title} carries every header once`, async () => {
    const headers = await headersOf(listener);
    assert.equal(headers.get('x-own'), 'yes');
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none';[^,]*$/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
    assert.equal(headers.get('cross-origin-embedder-policy'), 'require-corp');
    assert.match(headers.get('permissions-policy') ?? '', /camera=\(\)/);
    assert.equal(headers.get('cache-control'), cacheControl);
    assert.equal(headers.get('strict-transport-security'), null);
  });
}

test('an answer that nothing was set for carries them too, and HSTS where TLS is in front', async () => {
  const headers = await headersOf((_, response) => void response.end(), true);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('strict-transport-security') ?? '', /^max-age=\d{8}/);
});

test('an answer may wear other lines, and the next one does not', async () => {
  const profile = headerProfile(true, { 'x-frame-options': null, 'cross-origin-resource-policy': 'cross-origin' });
  const headers = await headersOf((_, response) => {
    wearProfile(response, profile);
    response.end();
  });
  assert.equal(headers.get('x-frame-options'), null);
  assert.equal(headers.get('cross-origin-resource-policy'), 'cross-origin');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.match(headers.get('strict-transport-security') ?? '', /^max-age/);
  assert.equal((await headersOf((_, response) => void response.end())).get('x-frame-options'), 'DENY');
});

test('a profile cannot break out of its line, nor change what is no common header', () => {
  assert.throws(() => headerProfile(false, { 'content-security-policy': "frame-ancestors https://a.example\r\nset-cookie: a=b" }));
  assert.throws(() => headerProfile(false, { 'set-cookie': 'a=b' }));
});
