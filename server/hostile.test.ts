// Requests that no page of ours would send, over bare sockets: each gets a 4xx as problem+json, never a 500, never a stack.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
});
after(() => house.close());

/** Sends bytes and gives all that comes back until the server closes; `leaving` hangs up our half at once. */
function speak(bytes: string | Buffer, leaving = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(house.port, '127.0.0.1', () => void (leaving ? socket.end(bytes) : socket.write(bytes)));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

function assertProblem(status: number, type: unknown, text: string, title: string): void {
  assert.ok(status >= 400 && status < 500, `${title}: ${status} ${text.slice(0, 300)}`);
  assert.equal(type, 'application/problem+json', `${title}: ${text.slice(0, 300)}`);
  const problem = JSON.parse(text);
  assert.equal(problem.status, status, title);
  for (const part of ['type', 'title', 'code', 'detail', 'id']) assert.ok(typeof problem[part] === 'string' && problem[part] !== '', `${title} has no ${part}`);
  assert.match(problem.detail, /^[A-Z].*[.]$/, title);
  assert.doesNotMatch(text, /node_modules|\.ts:\d|\bat [A-Za-z]+ \(|FST_|HPE_|SyntaxError/, title);
}

function assertWire(answer: string, title: string): number {
  // Only the first answer counts: what follows on the same connection was smuggled.
  const [head = '', rest = ''] = answer.split('\r\n\r\n', 2);
  const body = rest.split('HTTP/1.1 ')[0]!;
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  const chunked = /transfer-encoding: chunked/i.test(head);
  assertProblem(status, /^content-type: (.*)$/im.exec(head)?.[1], chunked ? body.replace(/^[0-9a-f]+\r\n|\r\n0\r\n$/gi, '') : body, title);
  assert.match(head, /^x-content-type-options: nosniff$/im, title);
  assert.match(head, /^cache-control: no-store$/im, title);
  return status;
}

describe('bytes that are hardly a request', () => {
  const sure = () => `host: localhost:${house.port}\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n`;
  const post = '/api/v1/sign-in HTTP/1.1\r\n';
  // title, bytes, status
  const rows: [string, () => string, number][] = [
    ['a greeting', () => 'HELLO\r\n\r\n', 400],
    ['bytes of TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['another version of HTTP', () => `GET / HTTP/9.9\r\n${sure()}\r\n`, 400],
    ['a method nobody knows', () => `BREW / HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['no Host', () => 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['an empty Host', () => 'GET / HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n', 421],
    ['a header without a colon', () => `GET / HTTP/1.1\r\n${sure()}nonsense\r\n\r\n`, 400],
    ['a space before the colon', () => `GET / HTTP/1.1\r\n${sure()}x : y\r\n\r\n`, 400],
    ['a NUL in a header', () => `GET / HTTP/1.1\r\n${sure()}x: a\0b\r\n\r\n`, 400],
    ['a folded header', () => `GET / HTTP/1.1\r\n${sure()}x: a\r\n b\r\n\r\n`, 400],
    ['lines that end in a bare return', () => `GET / HTTP/1.1\r${sure()}\r\r`, 400],
    ['headers of 20 KB', () => `GET / HTTP/1.1\r\n${sure()}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['two lengths', () => `POST ${post}${sure()}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 400],
    ['a length and chunks', () => `POST ${post}${sure()}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a negative length', () => `POST ${post}${sure()}content-length: -1\r\n\r\n`, 400],
    ['a length of letters', () => `POST ${post}${sure()}content-length: 0x2\r\n\r\n{}`, 400],
    ['chunks that are none', () => `POST ${post}${sure()}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['an encoding nobody asked for', () => `POST ${post}${sure()}transfer-encoding: gzip\r\n\r\n`, 415],
    ['a body cut short', () => `POST ${post}${sure()}content-type: application/json\r\ncontent-length: 100\r\n\r\n{}`, 400],
    ['an expectation nobody knows', () => `POST ${post}${sure()}expect: a-miracle\r\ncontent-length: 2\r\n\r\n{}`, 417],
    ['a path that is not UTF-8', () => `GET /b/%ff HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['a path with half a letter', () => `GET /api/v1/audit/%E0%A4%A HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['a path too long to be a name', () => `GET /b/${'a'.repeat(2_000)} HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['a path that climbs', () => `GET /assets/../../package.json HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['a path that climbs in disguise', () => `GET /assets/..%2f..%2f..%2fpackage.json HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['a path with a NUL', () => `GET /assets/%00 HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['a hidden file', () => `GET /assets/.env HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['an asset that is gone', () => `GET /assets/gone-1234.js HTTP/1.1\r\n${sure()}\r\n`, 404],
    ['no path', () => `GET nowhere HTTP/1.1\r\n${sure()}\r\n`, 400],
    ['a whole address', () => `GET http://evil.example/api/v1/session HTTP/1.1\r\n${sure()}\r\n`, 401],
    ['the server itself', () => `OPTIONS * HTTP/1.1\r\n${sure()}\r\n`, 404],
    ['another protocol', () => `GET /api/v1/session HTTP/1.1\r\nhost: localhost:${house.port}\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n`, 404],
  ];
  for (const [title, bytes, status] of rows) {
    it(`${title}: ${status}`, async () => assert.equal(assertWire(await speak(Buffer.from(bytes(), 'latin1'), title.endsWith('cut short')), title), status));
  }

  it('and after all that the server answers as before', async () => {
    assert.equal((await house.call('GET', '/healthz')).status, 200);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200);
  });
});

describe('a request that reads well and is wrong', () => {
  const json = 'application/json';
  const posts = ['/api/v1/setup/open', '/api/v1/setup/complete', '/api/v1/sign-in', '/api/v1/sign-in/code', '/api/v1/unlock', '/api/v1/session/input', '/api/v1/session/code', '/api/v1/step-up', '/api/v1/policy/check', '/api/v1/account/factors/totp', '/api/v1/account/factors/totp/x/confirm', '/api/v1/account/phone', '/api/v1/account/phone/confirm'];
  const bodies: [string, string | undefined, string | undefined, number[]][] = [
    ['no body', undefined, undefined, [400, 401, 403, 415, 422]],
    ['an empty body', '', json, [400]],
    ['half a body', '{"a":', json, [400]],
    ['a list', '[]', json, [422]],
    ['nothing', 'null', json, [422]],
    ['a number', '7', json, [422]],
    ['fields that nobody asked for', '{"isAdmin":true}', json, [422]],
    ['a prototype', '{"__proto__":{"admin":true}}', json, [400]],
    ['fields of other kinds', '{"token":{},"brand":[],"email":1,"password":null,"code":true,"method":"sms","idleSeconds":"1","settings":7,"number":[1]}', json, [422]],
    ['bytes that are not UTF-8', '\ufffd\0', json, [400]],
    ['a form', 'email=a&password=b', 'application/x-www-form-urlencoded', [415]],
    ['plain text, as another site could send it', '{}', 'text/plain', [415]],
    ['a file', '--x--', 'multipart/form-data; boundary=x', [415]],
    ['XML', '<a/>', 'application/xml', [415]],
    ['a type that is none', '{}', ';;;', [415]],
    ['no type', '{}', undefined, [415]],
    ['a body too large', `{"a":"${'x'.repeat(65 * 1024)}"}`, json, [413, 422]],
  ];
  for (const [title, raw, type, statuses] of bodies) {
    it(title, async () => {
      for (const path of posts) {
        const answer = await house.call('POST', path, { cookie, ...(raw === undefined ? {} : { raw }), headers: { 'content-type': type } });
        if (path === '/api/v1/account/factors/totp' && answer.status === 403) continue;
        assertProblem(answer.status, answer.headers['content-type'], answer.text, `${title} to ${path}`);
        assert.ok(statuses.includes(answer.status), `${title} to ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    });
  }

  it('a method that an address does not have', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS', 'PROPFIND']) {
      for (const path of ['/', '/api/v1/sign-in', '/api/v1/session', '/b/acme/', '/healthz', '/nowhere']) {
        const answer = await house.call(method, path, { cookie });
        assertProblem(answer.status, answer.headers['content-type'], answer.text, `${method} ${path}`);
      }
    }
    assert.equal((await house.call('HEAD', '/healthz')).status, 200);
  });

  it('cookies of every bad make', async () => {
    const value = cookie.split('=')[1]!;
    const rows = ['', ';', '=', '__Host-session', '__Host-session=', `__host-session=${value}`, `x__Host-session=${value}`, `__Host-session="${value}"`, `__Host-session=${value};__Host-session=${value}`, `__Host-session=${encodeURIComponent(value)}%00`, `__Host-session=${'a'.repeat(8_000)}`, `__Host-session=b000000000000.${'A'.repeat(43)}`, `__Host-session=${'\x80\xff'.repeat(9)}`];
    for (const shown of rows) {
      const answer: Answer = await house.call('GET', '/api/v1/session', { cookie: shown });
      assertProblem(answer.status, answer.headers['content-type'], answer.text, shown.slice(0, 60));
      assert.equal(answer.body.code, 'session.missing', shown.slice(0, 60));
    }
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: `other=1; ${cookie}; more=2` })).status, 200);
  });

  it('two credentials at once: a session and a token', async () => {
    for (const path of ['/api/v1/session', '/api/v1/policy']) {
      const answer = await house.call('GET', path, { cookie, headers: { authorization: 'Bearer pck_x' } });
      assertProblem(answer.status, answer.headers['content-type'], answer.text, path);
      assert.equal(answer.body.code, 'request.two_credentials');
    }
  });
});
