// What a browser is told with each kind of answer: content policy, Trusted Types, framing, sniffing, referrer, HSTS, and who may read it from elsewhere.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { openHouse, type TestHouse } from '#test/house.ts';

const KINDS: readonly [title: string, method: string, path: string, headers?: Readonly<Record<string, string>>][] = [
  ['the workspace', 'GET', '/b/acme/inbox'], ['its sign-in', 'GET', '/b/acme'], ['settings', 'GET', '/b/acme/settings/privacy'], ['a document for frames', 'GET', '/b/acme/embed'], ['the sign-in window of a frame', 'GET', '/b/acme/embed/sign-in'],
  ['the frame of the chat', 'GET', '/chat/frame/nothing'], ['the loader of the chat', 'GET', '/chat.js'], ['an answer of the API', 'GET', '/api/v1/session'], ['a problem', 'POST', '/api/v1/policy/check'], ['nothing at all', 'GET', '/nowhere/at/all'],
  ['health', 'GET', '/healthz'], ['the wrong host, to a person', 'GET', '/', { host: 'evil.example', accept: 'text/html' }], ['the wrong host, to a program', 'GET', '/api/v1/session', { host: 'evil.example' }], ['an asset that is not there', 'GET', '/assets/none.js'],
];

describe('each kind of answer', () => {
  let house: TestHouse;
  before(async () => { house = await openHouse({ env: { PUBLIC_URL: 'https://desk.example' } }); });
  after(() => house.close());

  for (const [title, method, path, headers = {}] of KINDS) {
    it(`${title}: no inline script, no foreign source, Trusted Types, no sniffing, no referrer, TLS for two years`, async () => {
      const answer = await house.call(method, path, { headers, ...(method === 'POST' ? { body: {} } : {}) });
      const csp = String(answer.headers['content-security-policy']);
      assert.match(csp, /^default-src 'none';/);
      assert.doesNotMatch(csp, /unsafe-inline|unsafe-eval|\*/);
      assert.doesNotMatch(csp.replace(/wss:\/\/desk\.example/, ''), /https?:|wss?:/);
      for (const rule of ["require-trusted-types-for 'script'", "base-uri 'none'", "frame-ancestors 'none'"]) assert.ok(csp.includes(rule), `${rule} in ${csp}`);
      assert.equal(answer.headers['x-frame-options'], 'DENY');
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      assert.equal(answer.headers['referrer-policy'], 'no-referrer');
      assert.match(String(answer.headers['strict-transport-security']), /^max-age=63072000/);
      assert.match(String(answer.headers['permissions-policy']), /camera=\(\)/);
      assert.ok(answer.headers['cross-origin-opener-policy'] !== undefined && answer.headers['cross-origin-resource-policy'] !== undefined);
    });
  }

  it('another origin may read nothing of the workspace, asked plainly or before', async () => {
    for (const method of ['GET', 'OPTIONS', 'POST']) {
      const answer = await house.call(method, '/api/v1/session', { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'access-control-request-method': 'GET' } });
      assert.equal(answer.headers['access-control-allow-origin'], undefined, method);
      assert.equal(answer.headers['access-control-allow-credentials'], undefined, method);
    }
  });

  it('bytes that are no request are answered with the same lines', async () => {
    const said = await new Promise<string>((done) => {
      const socket = connect(house.port, '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      let text = '';
      socket.on('data', (piece) => { text += piece.toString('utf8'); });
      socket.on('close', () => done(text));
    });
    assert.match(said, /^HTTP\/1\.1 400 /);
    assert.match(said, /content-security-policy: default-src 'none'/);
    assert.match(said, /x-frame-options: DENY/);
  });
});
