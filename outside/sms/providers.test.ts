// All adapters of text messages against the same misbehaviour of a real local server: always in time, always with what to do.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { FailureCode } from '#outside/outcome.ts';
import { gatewaySms } from '#outside/sms/gateway.ts';
import { type Provider, providerFrom } from '#outside/sms/provider.ts';
import { smppSms } from '#outside/sms/smpp.ts';
import type { Sms } from '#outside/sms/sms.ts';
import { twilioSms } from '#outside/sms/twilio.ts';
import { answerTo, BIND_TRANSMITTER, rawSocket, smppProvider } from '#test/smpp-provider.ts';

const TO = '+12015550123';
const CODE = '123456';
const SECRET = 'hunter2-hunter2';
/** Short where nothing comes, so that silence costs a test little; long where an answer must come first, however busy the machine is. */
const LIMIT_MS = { silent: 200, answered: 5_000 };

type Expected = 'sent' | readonly [code: FailureCode, retry: boolean];
/** Gives the port of a server that behaves so. */
type Behaviour = (t: TestContext) => Promise<number> | number;

const EXPECTED = {
  'takes the message': 'sent',
  'is silent after the connection': ['provider_slow', true],
  'is silent after it greeted us': ['provider_slow', true],
  'sends its answer a letter at a time': ['provider_slow', true],
  'refuses our credentials': ['misconfigured', false],
  'refuses the number': ['provider_refused', false],
  'is out of credit': ['out_of_credit', false],
  'is throttled': ['provider_refused', true],
  'has a fault of its own': ['provider_refused', true],
  'closes at the connection': ['unreachable', true],
  'closes in the middle of its answer': ['unreachable', true],
  'sends garbage': ['unreachable', true],
  'is not there': ['unreachable', true],
} as const satisfies Record<string, Expected>;

type Name = keyof typeof EXPECTED;

const GARBAGE = Buffer.from('\xff\xfe\x80hello\r\n\r\n\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1');
const NOWHERE = 1;

/** An HTTP server in bare bytes. */
const http = (write: (socket: Socket) => void): Behaviour => (t) => rawSocket(t, { met: (socket) => void socket.once('data', () => write(socket)) });
const says = (status: number, body: object): Behaviour => {
  const text = JSON.stringify(body);
  return http((socket) => socket.end(`HTTP/1.1 ${status} Said\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`));
};

const SPOKEN: Omit<Record<Name, Behaviour>, 'takes the message' | 'refuses our credentials' | 'refuses the number' | 'is out of credit' | 'is throttled' | 'has a fault of its own'> = {
  'is silent after the connection': (t) => rawSocket(t, {}),
  'is silent after it greeted us': http((socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')),
  'sends its answer a letter at a time': http((socket) => socket.write('HTTP/1.1 2')),
  'closes at the connection': (t) => rawSocket(t, { met: (socket) => socket.destroy() }),
  'closes in the middle of its answer': http((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')),
  'sends garbage': http((socket) => socket.end(GARBAGE)),
  'is not there': () => NOWHERE,
};

const GATEWAY: Record<Name, Behaviour> = {
  ...SPOKEN,
  'takes the message': says(200, {}),
  'refuses our credentials': says(401, {}),
  'refuses the number': says(422, { to: TO }),
  'is out of credit': says(402, {}),
  'is throttled': says(429, {}),
  'has a fault of its own': says(500, {}),
};

const error = (code: number) => ({ code, message: `no: ${SECRET} ${TO}`, more_info: 'https://docs.example.com', status: 400 });
const TWILIO: Record<Name, Behaviour> = {
  ...SPOKEN,
  'takes the message': says(201, { sid: 'SM1', status: 'queued' }),
  'refuses our credentials': says(401, error(20003)),
  'refuses the number': says(400, error(21211)),
  'is out of credit': says(400, error(30002)),
  'is throttled': says(429, error(20429)),
  'has a fault of its own': says(503, error(20503)),
};

const bound = (then: (socket: Socket, answer: (more?: Parameters<typeof answerTo>[1]) => Buffer) => void): Behaviour => (t) =>
  rawSocket(t, { heard: (socket, frame) => (frame.id === BIND_TRANSMITTER ? socket.write(answerTo(frame)) : then(socket, (more) => answerTo(frame, more))) });
const submits = (submit: number): Behaviour => async (t) => (await smppProvider(t, { submit })).port;
const SMPP: Record<Name, Behaviour> = {
  'takes the message': submits(0),
  'is silent after the connection': SPOKEN['is silent after the connection'],
  'is silent after it greeted us': bound(() => undefined),
  'sends its answer a letter at a time': bound((socket, answer) => socket.write(answer().subarray(0, 7))),
  'refuses our credentials': async (t) => (await smppProvider(t, { bind: 0x0e })).port,
  'refuses the number': submits(0x0b),
  'is out of credit': submits(0x40b),
  'is throttled': submits(0x58),
  'has a fault of its own': submits(0x08),
  'closes at the connection': SPOKEN['closes at the connection'],
  'closes in the middle of its answer': bound((socket, answer) => socket.end(answer().subarray(0, 9))),
  'sends garbage': bound((socket) => socket.end(GARBAGE)),
  'is not there': SPOKEN['is not there'],
};

const ADAPTERS = {
  gateway: { url: (port: number) => `http://desk:${SECRET}@127.0.0.1:${port}/send`, behaves: GATEWAY },
  twilio: { url: (port: number) => `twilio://AC0123:${SECRET}@127.0.0.1:${port}?from=+12015550100`, behaves: TWILIO },
  smpp: { url: (port: number) => `smpp://desk:${SECRET}@127.0.0.1:${port}?from=Desk&out-of-credit=0x40b`, behaves: SMPP },
};

function adapterOf(provider: Provider, limitMs: number): Sms {
  switch (provider.kind) {
    case 'gateway': return gatewaySms(provider.gateway, limitMs);
    case 'twilio': return twilioSms(provider.account, limitMs);
    case 'smpp': return smppSms(provider.server, { limitMs });
  }
}

function open(t: TestContext, url: string, limitMs: number): Sms {
  const read = providerFrom({ SMS_URL: url });
  assert.ok(read.ok && read.adapter !== null, read.ok ? '' : read.faults.join('\n'));
  const sms = adapterOf(read.adapter, limitMs);
  t.after(() => sms.close?.());
  return sms;
}

for (const [kind, { url, behaves }] of Object.entries(ADAPTERS)) {
  for (const [name, expected] of Object.entries(EXPECTED) as [Name, Expected][]) {
    test(`${kind}: the provider ${name}`, async (t) => {
      const limitMs = expected[0] === 'provider_slow' ? LIMIT_MS.silent : LIMIT_MS.answered;
      const sms = open(t, url(await behaves[name](t)), limitMs);
      assert.equal(sms.kind, kind);
      // Twice: what went wrong once must leave nothing behind that the next message waits on.
      for (const time of ['first', 'second']) {
        const begun = performance.now();
        const outcome = await sms.send({ to: TO, text: `Your code is ${CODE}` });
        assert.ok(performance.now() - begun < limitMs + 1_000, `${time}: after ${performance.now() - begun} ms`);
        if (expected === 'sent') {
          assert.ok(outcome.sent, JSON.stringify(outcome));
          continue;
        }
        assert.ok(!outcome.sent, time);
        assert.deepEqual([outcome.code, outcome.retry], expected, `${time}: ${outcome.sentence}`);
        assert.match(outcome.sentence, /: (an admin|the operator|try again|check|use) ?.*\.$/);
        for (const hidden of [SECRET, CODE, TO, TO.slice(1)]) assert.ok(!outcome.sentence.includes(hidden), outcome.sentence);
      }
      assert.ok(!sms.description.includes(SECRET));
    });
  }

  test(`${kind}: who gives up early is not answered on the provider's behalf`, async (t) => {
    const sms = open(t, url(await behaves['is silent after the connection'](t)), LIMIT_MS.silent);
    const giving = new AbortController();
    const waiting = sms.send({ to: TO, text: 'x', signal: giving.signal });
    giving.abort(new Error('gone'));
    await assert.rejects(waiting, /gone/);
    await assert.rejects(sms.send({ to: TO, text: 'x', signal: AbortSignal.abort(new Error('gone')) }), /gone/);
  });
}
