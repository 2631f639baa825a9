// Text messages by Twilio's API: the exact request, every error code's meaning, and every fault of its address.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { providerFrom } from '#outside/sms/provider.ts';
import { twilioFrom } from '#outside/sms/twilio-config.ts';
import { twilioSms } from '#outside/sms/twilio.ts';

const TO = '+12015550123';
const SECRET = 'hunter2-hunter2';
const SID = `AC${'0123456789abcdef'.repeat(2)}`;
const NASTY = 'Your "code" is 123456\\\n& <b>50%</b> é 🔑 +1';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function provider(t: TestContext, answer: (response: ServerResponse) => void): Promise<{ host: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function twilio(address: string, limitMs?: number) {
  const read = twilioFrom(address);
  assert.ok(read.ok, read.ok ? '' : read.faults.join('\n'));
  return twilioSms(read.adapter, limitMs);
}

test('the form, the account and the password arrive exactly, whatever stands in the text', async (t) => {
  const { host, received } = await provider(t, (response) => response.writeHead(201).end('{"sid":"SM1"}'));
  const sms = twilio(`twilio://${SID}:${SECRET}%2F%40@${host}?from=+12015550100`);
  assert.deepEqual(await sms.send({ to: TO, text: NASTY }), { sent: true });
  const [request] = received;
  assert.deepEqual([request?.method, request?.url, request?.headers['content-type']], ['POST', `/2010-04-01/Accounts/${SID}/Messages.json`, 'application/x-www-form-urlencoded']);
  assert.equal(request?.headers.authorization, `Basic ${Buffer.from(`${SID}:${SECRET}/@`).toString('base64')}`);
  assert.deepEqual([...new URLSearchParams(request!.body)], [['To', TO], ['Body', NASTY], ['From', '+12015550100']]);
});

test('a messaging service, an API key and a path before the API are taken', async (t) => {
  const { host, received } = await provider(t, (response) => response.writeHead(201).end());
  const sms = twilio(`twilio://SK12:${SECRET}@${host}/api/laml/?service=MG34&account=${SID}`);
  assert.deepEqual(await sms.send({ to: TO, text: 'x' }), { sent: true });
  assert.equal(received[0]!.url, `/api/laml/2010-04-01/Accounts/${SID}/Messages.json`);
  assert.equal(received[0]!.headers.authorization, `Basic ${Buffer.from(`SK12:${SECRET}`).toString('base64')}`);
  assert.equal(new URLSearchParams(received[0]!.body).get('MessagingServiceSid'), 'MG34');
});

test('every error code has its meaning, one without a meaning here has that of its status', async (t) => {
  const rows: [number, unknown, string, boolean][] = [
    [401, 20003, 'misconfigured', false], [404, 20404, 'misconfigured', false], [400, 21211, 'provider_refused', false], [400, 21614, 'provider_refused', false],
    [400, 21610, 'provider_refused', false], [400, 21606, 'misconfigured', false], [400, 21408, 'misconfigured', false], [403, 10001, 'out_of_credit', false], [400, 30002, 'out_of_credit', false],
    [429, 20429, 'provider_refused', true], [400, 30001, 'provider_refused', true], [400, 21617, 'bad_message', false],
    [402, 99999, 'out_of_credit', false], [401, 99999, 'misconfigured', false], [400, 99999, 'provider_refused', false], [500, undefined, 'provider_refused', true], [429, '20003', 'provider_refused', true], [504, null, 'provider_slow', true],
  ];
  let [status, code]: [number, unknown] = [200, 0];
  const { host } = await provider(t, (response) => response.writeHead(status).end(JSON.stringify({ code, message: SECRET, status })));
  const sms = twilio(`twilio://${SID}:${SECRET}@${host}?from=Desk`);
  for (const [answered, error, expected, retry] of rows) {
    [status, code] = [answered, error];
    const outcome = await sms.send({ to: TO, text: 'Your code is 123456' });
    assert.ok(!outcome.sent);
    assert.deepEqual([outcome.code, outcome.retry], [expected, retry], `${status} ${error}: ${outcome.sentence}`);
    assert.match(outcome.sentence, /: (an admin|the operator|try again|check|use) ?.*\.$/);
    for (const hidden of [SECRET, '123456', TO, SID]) assert.ok(!outcome.sentence.includes(hidden), outcome.sentence);
  }
});

test('an error whose text is no JSON, without end or never comes still has the meaning of its status', async (t) => {
  const bodies: ((response: ServerResponse) => void)[] = [
    (response) => response.end('<html>'),
    (response) => response.end('null'),
    (response) => response.end(`{"code":20003,"more":"${'x'.repeat(100_000)}"}`),
    (response) => response.write('{"code":2000'),
  ];
  for (const body of bodies) {
    const { host } = await provider(t, (response) => {
      response.writeHead(429);
      response.flushHeaders();
      body(response);
    });
    const outcome = await twilio(`twilio://${SID}:${SECRET}@${host}?from=Desk`, 700).send({ to: TO, text: 'x' });
    assert.ok(!outcome.sent && outcome.code === 'provider_refused' && outcome.retry, JSON.stringify(outcome));
  }
});

test('a redirect is not followed: the password goes nowhere else', async (t) => {
  const { host, received } = await provider(t, (response) => response.writeHead(307, { location: '/elsewhere' }).end());
  const outcome = await twilio(`twilio://${SID}:${SECRET}@${host}?from=Desk`).send({ to: TO, text: 'x' });
  assert.ok(!outcome.sent && outcome.code === 'misconfigured');
  assert.equal(received.length, 1);
});

test('off this machine it is https, whatever the case of the scheme', () => {
  const read = twilioFrom(`TWILIO://${SID}:${SECRET}@API.twilio.com?from=12345`);
  assert.ok(read.ok && read.adapter.origin === 'https://api.twilio.com' && read.adapter.url.startsWith('https://api.twilio.com/2010-04-01/'));
});

test('every fault of the address is said at once, and none quotes a credential', () => {
  const rows: [string, RegExp[], Record<string, string>?][] = [
    [`twilio://`, [/must be an address such as/]],
    [`twilio:${SECRET}`, [/must be an address such as/]],
    [`twilio://api.twilio.com?from=Desk`, [/user and a password/]],
    [`twilio://${SID}@api.twilio.com?from=Desk`, [/user and a password/]],
    [`twilio://${SID}:%zz${SECRET}@api.twilio.com?from=Desk`, [/%25/]],
    [`twilio://${SID}:${SECRET}@api.twilio.com`, [/one of from and service/]],
    [`twilio://${SID}:${SECRET}@api.twilio.com?from=Desk&service=MG1`, [/one of from and service/]],
    [`twilio://${SID}:${SECRET}@api.twilio.com?from=A+name+too+long`, [/from must be a number/]],
    [`twilio://${SID}:${SECRET}@api.twilio.com?service=${encodeURIComponent('../x')}`, [/service must be the id/]],
    [`twilio://a%2Fb:${SECRET}@api.twilio.com?from=Desk`, [/AC and 32/]],
    [`twilio://${SID}:${SECRET}@api.twilio.com?from=Desk&from=Desk&x=${SECRET}#x`, [/# part/, /from once/, /no options but/], ],
    [`twilio://${SID}:${SECRET}@api.twilio.com?from=Desk`, [/SMS_METHOD has no meaning/, /SMS_BODY has no meaning/], { SMS_METHOD: 'POST', SMS_BODY: '{}' }],
  ];
  for (const [SMS_URL, expected, more] of rows) {
    const read = providerFrom({ SMS_URL, ...more });
    assert.ok(!read.ok, SMS_URL);
    assert.equal(read.faults.length, expected.length, `${SMS_URL}\n${read.faults.join('\n')}`);
    expected.forEach((pattern, at) => assert.match(read.faults[at]!, pattern));
    assert.ok(!read.faults.join().includes(SECRET), read.faults.join());
  }
});
