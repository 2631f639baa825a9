// Everything that others collected of broken and strange mails, through the listener: one conversation each, an event, or a clear refusal; nothing is lost and nothing falls.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpus, filesOf, without } from '#test/corpora.ts';
import { openHouse } from '#test/house.ts';
import { addMailChannel, deliver, settle, SUPPORT } from '#test/mail-stage.ts';
import { newBrand } from '#test/stores.ts';

const EMAIL = corpus('email');

test('each mail of the corpora is a conversation, an event, or clearly refused', { skip: without(EMAIL, 'email') }, async (t) => {
  const house = await openHouse({ env: { SMTP_LISTEN: '127.0.0.1:0' } });
  t.after(() => house.close());
  const brand = await newBrand(house.building.parts.store);
  await addMailChannel(house.building.parts.store, brand);
  const files = filesOf(EMAIL as string).filter(({ name }) => !/\.xml$|\.gitattributes$/.test(name));
  const refused: string[] = [];
  for (const { name, bytes } of files) {
    // As a server would hand it on: with CR LF.
    await deliver(house.building.mailPort as number, Buffer.from(bytes.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n'), 'latin1'), { from: 'corpus@customer.example', to: [SUPPORT] }).catch((error: Error) => {
      assert.match(error.message, /\b5\d\d \d\.\d\.\d /, `${name}: ${error.message}`);
      refused.push(name);
    });
  }
  let slowest = 0;
  const read = house.building.parts.mailIn.filing.readers;
  const timed = { ...read, read: async (raw: Uint8Array) => {
    const begun = performance.now();
    const reading = await read.read(raw);
    slowest = Math.max(slowest, performance.now() - begun);
    return reading;
  } };
  Object.assign(house.building.parts.mailIn.filing, { readers: timed });
  await settle(house, brand.id);
  const rows = await brand.all(brand.q.selectFrom('received_mails').select(['state', 'reason', 'conversation_id', 'tries']));
  const states = Object.fromEntries([...Map.groupBy(rows, (row) => row.state)].map(([state, of]) => [state, of.length]));
  t.diagnostic(`${files.length} mails: ${JSON.stringify(states)}, refused ${refused.length}, the same again ${files.length - refused.length - rows.length}; slowest with its wait ${slowest.toFixed(0)} ms; resident ${(process.memoryUsage().rss / 1_048_576).toFixed(0)} MiB`);
  assert.equal(states['waiting'], undefined, 'none waits for ever');
  assert.ok(rows.every((row) => row.tries === 1), 'none needed a second try');
  assert.ok(rows.every((row) => (row.state === 'dropped') === (row.conversation_id === null)));
  assert.ok(rows.length + refused.length > files.length * 0.8);
});

test('what was made to hurt is read within its bounds or told to be unreadable; the process goes on', async (t) => {
  const house = await openHouse({ env: { SMTP_LISTEN: '127.0.0.1:0' } });
  t.after(() => house.close());
  const brand = await newBrand(house.building.parts.store);
  await addMailChannel(house.building.parts.store, brand);
  const head = 'From: e@evil.example\r\n';
  const rows: [string, string, string | null][] = [
    ['10,000 parts', `${head}Subject: parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'.repeat(10_000)}--b--\r\n`, 'parts'],
    ['a header of 2 MB', `${head}Subject: header\r\n${`X-Big: ${'a'.repeat(900)}\r\n`.repeat(2_300)}\r\nhi`, 'header'],
    ['50,000 addresses', `${head}Subject: addresses\r\nTo: ${'"a" <a@b.example>,\r\n '.repeat(9_000)}z@b.example\r\n\r\nhi`, null],
    ['encoded words without end', `${head}Subject: ${'=?utf-8?q?=41?=\r\n '.repeat(9_000)}\r\n\r\nhi`, null],
    ['100,000 tags', `${head}Subject: tags\r\nContent-Type: text/html\r\n\r\n${'<div>\r\n'.repeat(100_000)}x`, null],
    ['brackets without end', `${head}Subject: brackets\r\nTo: ${'('.repeat(900)}\r\nReply-To: ${'<'.repeat(900)}\r\n\r\nhi`, null],
    ['a base64 that lies', `${head}Subject: base64\r\nContent-Type: text/plain; charset=utf-7\r\nContent-Transfer-Encoding: base64\r\n\r\n${'????====\r\n'.repeat(20_000)}`, null],
    ['TNEF and S/MIME', `${head}Subject: files\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n--b\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Disposition: attachment; filename=smime.p7m\r\n\r\nx\r\n--b--\r\n`, null],
  ];
  for (const [title, raw, why] of rows) {
    await deliver(house.building.mailPort as number, raw, { to: [SUPPORT] });
    await settle(house, brand.id);
    const row = await brand.one(brand.q.selectFrom('received_mails').selectAll().orderBy('id', 'desc').where('state', '<>', 'waiting').where('reason', why === null ? 'is' : '=', why as never));
    assert.ok(row !== undefined, title);
  }
  const all = await brand.all(brand.q.selectFrom('received_mails').select(['state', 'reason']));
  assert.deepEqual(all.map(({ reason }) => reason).sort(), rows.map(([, , why]) => why).sort());
  const files = await brand.all(brand.q.selectFrom('files').select(['name', 'state', 'message_id']));
  assert.deepEqual(files.map(({ name, state, message_id: message }) => [name, state, message !== null]).sort(), [['smime.p7m', 'refused', true], ['winmail.dat', 'refused', true]]);
});
