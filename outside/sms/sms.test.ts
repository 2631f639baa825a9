// Text messages: what a real local provider receives, and what a person is told however badly it behaves.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { gatewayFrom } from '#outside/sms/gateway-config.ts';
import { gatewaySms } from '#outside/sms/gateway.ts';
import { openSms, type Sms } from '#outside/sms/sms.ts';
import { terminalSms } from '#outside/sms/terminal.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A provider on this machine that notes what it got and answers as told. */
async function provider(t: TestContext, answer: RequestListener): Promise<{ origin: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function gateway(settings: Record<string, string>, limitMs?: number): Sms {
  const read = gatewayFrom(settings);
  assert.ok(read.ok, read.ok ? '' : read.faults.join('\n'));
  return gatewaySms(read.adapter, limitMs);
}

const TO = '+12015550123';
const NASTY = 'Your "code" is 123456\\\n{to} & <b>50%</b> é 🔑';
const SECRET = 'hunter2-hunter2';

test('JSON: number and text arrive exactly, whatever stands in the text', async (t) => {
  const { origin, received } = await provider(t, (_, response) => response.end('{}'));
  const sms = gateway({ SMS_URL: `${origin}/send`, SMS_HEADERS: `{"Authorization":"Bearer ${SECRET}"}`, SMS_BODY: '{"messages":[{"destinations":["{to}"],"text":"{text}","n":1}]}' });
  assert.deepEqual(await sms.send({ to: TO, text: NASTY }), { sent: true });
  const [request] = received;
  assert.deepEqual([request?.method, request?.url, request?.headers['content-type'], request?.headers.authorization], ['POST', '/send', 'application/json', `Bearer ${SECRET}`]);
  assert.deepEqual(JSON.parse(request!.body), { messages: [{ destinations: [TO], text: NASTY, n: 1 }] });
});

test('form: number and text arrive exactly', async (t) => {
  const { origin, received } = await provider(t, (_, response) => response.end());
  const sms = gateway({ SMS_URL: origin, SMS_CONTENT_TYPE: 'application/x-www-form-urlencoded', SMS_BODY: 'To={to}&Body={text}&From=Desk' });
  assert.deepEqual(await sms.send({ to: TO, text: NASTY }), { sent: true });
  assert.deepEqual([...new URLSearchParams(received[0]!.body)], [['To', TO], ['Body', NASTY], ['From', 'Desk']]);
});

test('in the address: number and text arrive exactly, and a password there becomes a header', async (t) => {
  const { origin, received } = await provider(t, (_, response) => response.end());
  const sms = gateway({ SMS_URL: `${origin.replace('//', `//desk:${SECRET}@`)}/v1/{to}/send?t={text}&x=1`, SMS_METHOD: 'get' });
  assert.deepEqual(await sms.send({ to: TO, text: NASTY }), { sent: true });
  const url = new URL(received[0]!.url!, origin);
  assert.equal(url.pathname, `/v1/${encodeURIComponent(TO)}/send`);
  assert.deepEqual([...url.searchParams], [['t', NASTY], ['x', '1']]);
  assert.equal(received[0]!.headers.authorization, `Basic ${Buffer.from(`desk:${SECRET}`).toString('base64')}`);
  assert.equal(received[0]!.body, '');
});

test('every answer has its code, and a sentence that says what to do and holds no credential', async (t) => {
  const rows: [number, string, boolean][] = [
    [301, 'misconfigured', false], [307, 'misconfigured', false], [400, 'provider_refused', false], [401, 'misconfigured', false], [402, 'out_of_credit', false], [403, 'misconfigured', false],
    [404, 'misconfigured', false], [408, 'provider_slow', true], [422, 'provider_refused', false], [429, 'provider_refused', true], [500, 'provider_refused', true], [503, 'provider_refused', true], [504, 'provider_slow', true],
  ];
  let status = 200;
  const { origin, received } = await provider(t, (_, response) => response.writeHead(status, { location: '/elsewhere' }).end(`no, ${SECRET}`));
  const sms = gateway({ SMS_URL: `${origin}/send?key=${SECRET}`, SMS_HEADERS: `{"x-key":"${SECRET}"}` });
  for (const [answer, code, retry] of rows) {
    status = answer;
    const outcome = await sms.send({ to: TO, text: 'Your code is 123456' });
    assert.ok(!outcome.sent, String(answer));
    assert.deepEqual([outcome.code, outcome.retry], [code, retry], String(answer));
    assert.match(outcome.sentence, /: (an admin|the operator|try again|check|use) ?.*\.$/);
    for (const hidden of [SECRET, '123456', TO]) assert.ok(!outcome.sentence.includes(hidden), outcome.sentence);
  }
  assert.equal(received.length, rows.length, 'a redirect is not followed');
});

test('a provider that takes the request and says nothing is given up on at the limit', async (t) => {
  const { origin } = await provider(t, () => undefined);
  const outcome = await gateway({ SMS_URL: `${origin}/?key=${SECRET}` }, 60).send({ to: TO, text: 'x' });
  assert.ok(!outcome.sent && outcome.code === 'provider_slow' && outcome.retry && !outcome.sentence.includes(SECRET));
});

test('a provider that sends its head a letter at a time is given up on at the limit', async (t) => {
  const { origin } = await provider(t, (request) => void request.socket.write('HTTP/1.1 200 O'));
  const outcome = await gateway({ SMS_URL: origin }, 60).send({ to: TO, text: 'x' });
  assert.ok(!outcome.sent && outcome.code === 'provider_slow');
});

test('an answer without end is not read: the status is enough', async (t) => {
  let written = 0;
  const { origin } = await provider(t, (_, response) => {
    response.writeHead(202);
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536;
    };
    response.on('drain', more).on('error', () => undefined);
    more();
  });
  assert.deepEqual(await gateway({ SMS_URL: origin }).send({ to: TO, text: 'x' }), { sent: true });
  assert.ok(written < 64 * 1_048_576, `${written} bytes were taken`);
});

test('a provider that closes early, breaks the protocol or is not there is unreachable', async (t) => {
  const closing = await provider(t, (request) => request.socket.destroy());
  const babbling = await provider(t, (request) => request.socket.end('hello\r\n\r\n'));
  for (const { origin } of [closing, babbling, { origin: 'http://127.0.0.1:1' }]) {
    const outcome = await gateway({ SMS_URL: `${origin}/?key=${SECRET}` }).send({ to: TO, text: 'x' });
    assert.ok(!outcome.sent && outcome.code === 'unreachable' && outcome.retry, origin);
    assert.ok(!outcome.sentence.includes(SECRET));
  }
});

test('who gives up early is not answered on the provider\'s behalf', async (t) => {
  const { origin } = await provider(t, () => undefined);
  const giving = new AbortController();
  const waiting = gateway({ SMS_URL: origin }).send({ to: TO, text: 'x', signal: giving.signal });
  giving.abort(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  await assert.rejects(gateway({ SMS_URL: origin }).send({ to: TO, text: 'x', signal: AbortSignal.abort(new Error('gone')) }), /gone/);
});

test('a wrong configuration is refused at start with every fault, and no fault quotes a credential', () => {
  const rows: [Record<string, string>, RegExp[]][] = [
    [{ SMS_URL: `http://sms.example.com/?k=${SECRET}` }, [/https:\/\/, not http/]],
    [{ SMS_URL: `not an address ${SECRET}` }, [/must be an https:\/\/ address/]],
    [{ SMS_URL: `https://desk:%zz${SECRET}@sms.example.com` }, [/%25/]],
    [{ SMS_URL: 'ftp://sms.example.com' }, [/must be an https:\/\/ address/]],
    [{ SMS_URL: 'https://{to}.example.com/' }, [/path or query only/]],
    [{ SMS_URL: 'https://sms.example.com/#x' }, [/# part/]],
    [{ SMS_URL: `https://a:${SECRET}@sms.example.com`, SMS_HEADERS: `{"authorization":"${SECRET}"}` }, [/not both/]],
    [{ SMS_URL: 'https://sms.example.com', SMS_METHOD: 'BREW' }, [/GET, POST or PUT, not "BREW"/]],
    [{ SMS_URL: 'https://sms.example.com', SMS_METHOD: 'GET' }, [/\{to\}/, /\{text\}/]],
    [{ SMS_URL: 'https://sms.example.com/{to}/{text}', SMS_METHOD: 'GET', SMS_BODY: '{}' }, [/left out/]],
    [{ SMS_URL: 'https://sms.example.com', SMS_BODY: '{"to":"{to}"}' }, [/\{text\}/]],
    [{ SMS_URL: 'https://sms.example.com', SMS_BODY: `{"to":"{to}",${SECRET}` }, [/JSON object/, /\{to\}/, /\{text\}/]],
    [{ SMS_URL: 'https://sms.example.com', SMS_CONTENT_TYPE: 'text/plain' }, [/application\/json or/, /\{to\}/, /\{text\}/]],
    [{ SMS_URL: 'https://sms.example.com', SMS_HEADERS: `[${SECRET}]` }, [/JSON object of texts/]],
    [{ SMS_URL: 'https://sms.example.com', SMS_HEADERS: JSON.stringify({ 'x y': '1', host: 'a', ok: `${SECRET}\r\nx: y`, n: 1 }) }, [/names of letters/, /not set host/, /ok must be text on one line/, /n must be text/]],
  ];
  for (const [settings, expected] of rows) {
    const opened = openSms(settings, { publicUrl: new URL('http://localhost:8080'), terminal: () => undefined });
    assert.ok(!opened.ok, JSON.stringify(settings));
    assert.equal(opened.faults.length, expected.length, opened.faults.join('\n'));
    expected.forEach((pattern, at) => assert.match(opened.faults[at]!, pattern));
    assert.ok(!opened.faults.join().includes(SECRET), opened.faults.join());
  }
});

test('without a provider, codes go to the terminal while PUBLIC_URL is this machine, and nowhere otherwise', async () => {
  const lines: string[] = [];
  const terminal = (line: string): void => void lines.push(line);
  for (const local of ['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:8080', 'https://desk.localhost']) {
    const opened = openSms({ SMS_URL: undefined }, { publicUrl: new URL(local), terminal });
    assert.ok(opened.ok && opened.adapter?.kind === 'terminal', local);
    assert.deepEqual(await opened.adapter.send({ to: TO, text: 'Your code is 123456\u001b[2J' }), { sent: true });
  }
  assert.deepEqual(new Set(lines), new Set([`SMS to ${TO}: Your code is 123456\\u{1b}[2J`]));
  for (const public_ of ['https://desk.example.com', 'https://localhost.example.com', 'https://notlocalhost', 'https://x127.0.0.1.example.com', 'https://127.0.0.1.example.com', 'http://192.168.1.4', 'http://128.0.0.1']) {
    const publicUrl = new URL(public_);
    const opened = openSms({}, { publicUrl, terminal });
    assert.ok(opened.ok && opened.adapter === null, public_);
    assert.throws(() => terminalSms({ publicUrl, terminal }), /SMS_URL/);
  }
});

test('half a configuration is a fault, not silence', () => {
  const opened = openSms({ SMS_HEADERS: '{}' }, { publicUrl: new URL('http://localhost'), terminal: () => undefined });
  assert.ok(!opened.ok && opened.faults.length === 1 && opened.faults[0]!.includes('without SMS_URL'));
});
