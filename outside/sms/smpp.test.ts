// Text messages by SMPP: what a server receives, and a connection that is kept, dropped and bound anew.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { smppServerFrom } from '#outside/sms/smpp-config.ts';
import { smppSms } from '#outside/sms/smpp.ts';
import type { Sms } from '#outside/sms/sms.ts';
import { CERTIFICATE } from '#test/certificate.ts';
import { answerTo, BIND_TRANSMITTER, rawSocket, smppProvider, SUBMIT_SM } from '#test/smpp-provider.ts';

const TO = '+12015550123';
const SECRET = 'hunter2-hunter2';
const MESSAGE = { to: TO, text: 'Your code is 123456.' };

function smppAt(t: TestContext, port: number, options = 'from=Desk', more: Parameters<typeof smppSms>[1] & { scheme?: string } = {}): Sms {
  const read = smppServerFrom(`${more.scheme ?? 'smpp'}://desk:${SECRET}@127.0.0.1:${port}?${options}`);
  assert.ok(read.ok, read.ok ? '' : read.faults.join('\n'));
  const sms = smppSms(read.adapter, { limitMs: 1_000, ...more });
  t.after(() => sms.close?.());
  return sms;
}

test('the account is bound, and number, sender and text arrive exactly', async (t) => {
  const there = await smppProvider(t);
  const sms = smppAt(t, there.port, 'from=+12015550100&system-type=OTP');
  assert.deepEqual(await sms.send(MESSAGE), { sent: true, reference: 'm1' });
  const [bind] = there.binds;
  assert.deepEqual([bind?.command, bind?.['system_id'], bind?.['password'], bind?.['system_type'], bind?.['interface_version']], ['bind_transmitter', 'desk', SECRET, 'OTP', 0x34]);
  const [submit] = there.submits;
  assert.deepEqual([submit?.['source_addr_ton'], submit?.['source_addr_npi'], submit?.['source_addr']], [1, 1, '12015550100']);
  assert.deepEqual([submit?.['dest_addr_ton'], submit?.['dest_addr_npi'], submit?.['destination_addr']], [1, 1, TO.slice(1)]);
  assert.deepEqual([submit?.['data_coding'], submit?.['esm_class'], submit?.['short_message']], [0, 0, { message: MESSAGE.text }]);
});

test('a name and a short code are senders of their own kind, and the operator may say otherwise', async (t) => {
  const there = await smppProvider(t);
  const rows: [string, unknown[]][] = [['from=Desk', [5, 0, 'Desk']], ['from=12345', [3, 0, '12345']], ['from=12345&from-ton=6&from-npi=9', [6, 9, '12345']]];
  for (const [options, expected] of rows) {
    await smppAt(t, there.port, options).send(MESSAGE);
    const submit = there.submits.at(-1)!;
    assert.deepEqual([submit['source_addr_ton'], submit['source_addr_npi'], submit['source_addr']], expected);
  }
});

/** The text that a phone would show: the parts in their order, without their headers. */
function shown(submits: readonly { readonly [field: string]: unknown }[]): string {
  return submits.map((submit) => (submit['short_message'] as { message: string }).message).join('');
}

test('letters outside of GSM 7-bit are sent as UCS-2, and the rest as GSM 7-bit', async (t) => {
  const there = await smppProvider(t);
  const sms = smppAt(t, there.port);
  for (const [text, coding] of [['€ [ok] {é} ñ Δ', 0], ['קוד 123456', 8], ['code 🔑', 8], ['esc \u001b', 8]] as const) {
    await sms.send({ to: TO, text });
    const submit = there.submits.at(-1)!;
    assert.deepEqual([submit['data_coding'], shown([submit])], [coding, text]);
  }
});

test('a long text is sent in parts that cut no letter, or whole where the operator says so', async (t) => {
  const there = await smppProvider(t);
  const rows: [string, number, number][] = [['a'.repeat(160), 1, 0], ['a'.repeat(161), 2, 0], [`${'a'.repeat(152)}€${'b'.repeat(160)}`, 3, 0], ['é'.repeat(80) + 'ה'.repeat(60), 3, 8], [`${'ה'.repeat(66)}🔑${'ה'.repeat(20)}`, 2, 8]];
  for (const [text, count, coding] of rows) {
    there.submits.length = 0;
    assert.ok((await smppAt(t, there.port).send({ to: TO, text })).sent);
    assert.equal(there.submits.length, count, text);
    assert.equal(shown(there.submits), text);
    for (const [at, submit] of there.submits.entries()) {
      assert.equal(submit['data_coding'], coding);
      if (count === 1) continue;
      const { udh: [header], message } = submit['short_message'] as { udh: Buffer[]; message: string };
      assert.ok(message.isWellFormed());
      assert.deepEqual([submit['esm_class'], header![0], header![3], header![4]], [0x40, 0, count, at + 1]);
    }
  }
  there.submits.length = 0;
  await smppAt(t, there.port, 'from=Desk&long=payload').send({ to: TO, text: 'a'.repeat(300) });
  assert.deepEqual(there.submits.map((submit) => (submit['message_payload'] as { message: string }).message), ['a'.repeat(300)]);
  const endless = await smppAt(t, there.port).send({ to: TO, text: 'a'.repeat(153 * 255 + 1) });
  assert.ok(!endless.sent && endless.code === 'bad_message');
});

test('many messages share one connection, also when they come at once before it is bound', async (t) => {
  const there = await smppProvider(t);
  const sms = smppAt(t, there.port);
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => sms.send(MESSAGE)));
  assert.ok(outcomes.every((outcome) => outcome.sent));
  await sms.send(MESSAGE);
  assert.deepEqual([there.binds.length, there.submits.length], [1, 21]);
});

test('a connection that dropped at rest is bound anew, and nobody notices', async (t) => {
  const there = await smppProvider(t);
  const sms = smppAt(t, there.port, 'from=Desk', { restMs: 0 });
  await sms.send(MESSAGE);
  const [session] = there.sessions;
  const gone = once(session!.socket, 'close');
  session!.destroy();
  await gone;
  assert.ok((await sms.send(MESSAGE)).sent);
  assert.deepEqual([there.binds.length, there.submits.length], [2, 2]);
});

test('a connection that ended without a word is found out before a message is trusted to it', async (t) => {
  let binds = 0;
  let submits = 0;
  const port = await rawSocket(t, {
    heard: (socket, frame) => {
      if (frame.id === BIND_TRANSMITTER) binds += 1;
      if (frame.id === SUBMIT_SM) submits += 1;
      // The first connection is deaf once it has taken one message.
      if (submits === 0 || binds > 1 || frame.id === SUBMIT_SM) socket.write(answerTo(frame));
    },
  });
  const sms = smppAt(t, port, 'from=Desk', { restMs: 0, limitMs: 2_000 });
  assert.ok((await sms.send(MESSAGE)).sent);
  assert.ok((await Promise.all([sms.send(MESSAGE), sms.send(MESSAGE)])).every((outcome) => outcome.sent));
  assert.deepEqual([binds, submits], [2, 3]);
});

test('a message that was written when the connection dropped is not sent a second time', async (t) => {
  let submits = 0;
  const port = await rawSocket(t, {
    heard: (socket, frame) => {
      if (frame.id === SUBMIT_SM) submits += 1;
      if (frame.id === BIND_TRANSMITTER) socket.write(answerTo(frame));
      else socket.destroy();
    },
  });
  const outcome = await smppAt(t, port).send(MESSAGE);
  assert.ok(!outcome.sent && outcome.code === 'unreachable');
  assert.equal(submits, 1);
});

test('a connection at rest is asked whether it stands, and one that is silent is bound anew', async (t) => {
  let binds = 0;
  const asked = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const port = await rawSocket(t, {
    met: (socket) => void socket.once('close', () => closed.resolve()),
    heard: (socket, frame) => {
      if (frame.id === BIND_TRANSMITTER) binds += 1;
      if (frame.id === 0x15) asked.resolve();
      else socket.write(answerTo(frame));
    },
  });
  const sms = smppAt(t, port, 'from=Desk', { limitMs: 600, enquireMs: 20 });
  assert.ok((await sms.send(MESSAGE)).sent);
  await asked.promise;
  await closed.promise;
  assert.ok((await sms.send(MESSAGE)).sent);
  assert.equal(binds, 2);
});

test('what the server asks is answered: enquiries, receipts, and a wish to part', async (t) => {
  const there = await smppProvider(t);
  const sms = smppAt(t, there.port, 'from=Desk&bind=transceiver');
  await sms.send(MESSAGE);
  assert.equal(there.binds[0]?.command, 'bind_transceiver');
  const [session] = there.sessions as any[];
  for (const command of ['enquire_link', 'deliver_sm', 'unbind']) {
    const answer: any = await new Promise((resolve) => session[command]({ short_message: 'id:m1 stat:DELIVRD' }, resolve));
    assert.deepEqual([answer.command, answer.command_status], [`${command}_resp`, 0]);
  }
  assert.ok((await sms.send(MESSAGE)).sent);
  assert.equal(there.binds.length, 2);
});

test('one message without an answer leaves those beside it alone', async (t) => {
  let first: number | undefined;
  const port = await rawSocket(t, {
    heard: (socket, frame) => {
      if (frame.id === SUBMIT_SM && (first ??= frame.sequence) === frame.sequence) return;
      socket.write(answerTo(frame));
    },
  });
  const sms = smppAt(t, port, 'from=Desk', { limitMs: 700 });
  const [silent, ...others] = await Promise.all(Array.from({ length: 5 }, () => sms.send(MESSAGE)));
  assert.ok(silent !== undefined && !silent.sent && silent.code === 'provider_slow');
  assert.ok(others.every((outcome) => outcome.sent));
});

test('an answer to something else, one that lies about its length, and a refusal of the whole request', async (t) => {
  const rows: [Parameters<typeof answerTo>[1], string][] = [
    [{ as: 0x80000015 }, 'unreachable'], [{ length: 0xffffffff }, 'unreachable'], [{ length: 9 }, 'unreachable'], [{ length: 3 }, 'provider_slow'], [{ length: 0 }, 'provider_slow'],
    [{ as: 0x80000000, status: 0x03 }, 'provider_refused'], [{ as: 0x80000000, status: 0 }, 'unreachable'],
  ];
  for (const [lie, code] of rows) {
    const port = await rawSocket(t, { heard: (socket, frame) => void socket.write(answerTo(frame, frame.id === SUBMIT_SM ? lie : {})) });
    const outcome = await smppAt(t, port, 'from=Desk', { limitMs: code === 'provider_slow' ? 150 : 5_000 }).send(MESSAGE);
    assert.ok(!outcome.sent && outcome.code === code, JSON.stringify([lie, outcome]));
  }
});

test('every status has its meaning', async (t) => {
  const there = await smppProvider(t);
  const rows: [{ bind?: number; submit?: number }, string, boolean][] = [
    [{ bind: 0x0d }, 'misconfigured', false], [{ bind: 0x0e }, 'misconfigured', false], [{ bind: 0x0f }, 'misconfigured', false], [{ bind: 0x05 }, 'provider_refused', true], [{ bind: 0x58 }, 'provider_refused', true],
    [{ bind: 1025 }, 'out_of_credit', false], [{ bind: 0x4ff }, 'misconfigured', false],
    [{ submit: 0x58 }, 'provider_refused', true], [{ submit: 0x14 }, 'provider_refused', true], [{ submit: 0x0b }, 'provider_refused', false], [{ submit: 0x0a }, 'misconfigured', false],
    [{ submit: 0x45 }, 'provider_refused', false], [{ submit: 1025 }, 'out_of_credit', false], [{ submit: 0x40b }, 'out_of_credit', false], [{ submit: 0x40c }, 'provider_refused', false],
  ];
  for (const [does, code, retry] of rows) {
    there.does = does;
    const outcome = await smppAt(t, there.port, 'from=Desk&out-of-credit=1025,0x40B').send(MESSAGE);
    assert.ok(!outcome.sent && outcome.code === code && outcome.retry === retry, JSON.stringify([does, outcome]));
    assert.match(outcome.sentence, /: (an admin|the operator|try again|check|use) ?.*\.$/);
  }
});

test('over TLS: a certificate that is trusted is used, and another one gets no password', async (t) => {
  const there = await smppProvider(t, {}, CERTIFICATE);
  assert.ok((await smppAt(t, there.port, 'from=Desk', { scheme: 'ssmpp', ca: CERTIFICATE.cert }).send(MESSAGE)).sent);
  const outcome = await smppAt(t, there.port, 'from=Desk', { scheme: 'ssmpp' }).send(MESSAGE);
  assert.ok(!outcome.sent && outcome.code === 'misconfigured' && /certificate/.test(outcome.sentence), JSON.stringify(outcome));
  assert.equal(there.binds.length, 1);
});

test('closing says goodbye, waits for no server that does not, and sends nothing afterwards', async (t) => {
  const there = await smppProvider(t);
  const sms = smppAt(t, there.port);
  await sms.send(MESSAGE);
  await sms.close?.();
  assert.equal(there.unbinds.length, 1);
  const after = await sms.send(MESSAGE);
  assert.ok(!after.sent && after.code === 'unreachable');
  const silent = await rawSocket(t, { heard: (socket, frame) => void (frame.id === BIND_TRANSMITTER && socket.write(answerTo(frame))) });
  const other = smppAt(t, silent, 'from=Desk', { limitMs: 300 });
  await other.send(MESSAGE);
  const begun = performance.now();
  await other.close?.();
  assert.ok(performance.now() - begun < 3_000);
  await smppAt(t, 1).close?.();
});

test('a number that is not international is not sent', async (t) => {
  const there = await smppProvider(t);
  for (const to of ['12015550123', '+1201555\0', '']) {
    const outcome = await smppAt(t, there.port).send({ to, text: 'x' });
    assert.ok(!outcome.sent && outcome.code === 'bad_message');
  }
  assert.equal(there.submits.length, 0);
});
