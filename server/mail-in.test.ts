// Mail that comes in by SMTP, from the socket to the conversation: who is let in, what is kept before 250, and where it lands.
import assert from 'node:assert/strict';
import { describe, it, before, after } from 'node:test';
import * as receivedMails from '#store/received-mails.ts';
import type { BrandStore } from '#store/store.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { addMailChannel, conversationsOf, deliver, mailText, settle, speak } from '#test/mail-stage.ts';
import { freshPlace, newBrand } from '#test/stores.ts';

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`mail in (${engine})`, () => {
    let house: TestHouse;
    let brand: BrandStore;
    let port: number;
    before(async () => {
      const place = engine === 'postgres' ? await freshPlace('postgres', { after: () => undefined } as never) : null;
      house = await openHouse({ env: { SMTP_LISTEN: '127.0.0.1:0', ...(place !== null && 'url' in place ? { DATABASE_URL: place.url } : {}) } });
      port = house.building.mailPort as number;
    });
    after(() => house.close());
    const fresh = async (address: string, more: { disabled?: boolean } = {}): Promise<void> => {
      brand = await newBrand(house.building.parts.store);
      await addMailChannel(house.building.parts.store, brand, { address, ...more });
    };
    const to = (address: string) => ({ to: [address] });

    it('one mail becomes one conversation of an unproven customer, durable before 250 and there once', async () => {
      await fresh('one@acme.example');
      const mail = mailText({ to: 'one@acme.example' });
      assert.match(await deliver(port, mail, to('one@acme.example')), /^250 /);
      assert.equal((await receivedMails.due(brand, house.clock.now, 10)).length, 1, 'kept before it is filed');
      await deliver(port, mail, to('one@acme.example'));
      await deliver(port, mail, to('One+Extra@ACME.example'));
      await settle(house, brand.id);
      const [only, ...more] = await conversationsOf(brand);
      assert.deepEqual(more, []);
      assert.deepEqual({ ...only, customer: { ...only!.customer, id: '' } }, { number: 1, subject: 'Where is my tent?', status: 'open', waiting: true, said: ['customer: I ordered it a week ago.'], customer: { id: '', name: 'Ana Perez', email: 'ana@customer.example', verified: null } });
      const [row] = await brand.all(brand.q.selectFrom('received_mails').selectAll());
      assert.deepEqual([row?.state, row?.raw, row?.recipient, row?.envelope_from], ['filed', null, '', '']);
    });

    it('nobody is relayed for, and who receives here is told at RCPT: no other address, no channel that is off, no flood of guesses', async () => {
      await fresh('two@acme.example');
      await fresh('off@acme.example', { disabled: true });
      const begin = ['EHLO x\r\n', 'MAIL FROM:<a@b.example>\r\n'];
      const answers = await speak(port, [...begin, 'RCPT TO:<somebody@elsewhere.example>\r\n', 'RCPT TO:<off@acme.example>\r\n', 'RCPT TO:<two@acme.example>\r\n', 'RCPT TO:<two+nothing@acme.example>\r\n', 'RCPT TO:<"two@acme.example"@elsewhere.example>\r\n', 'RCPT TO:<two%elsewhere.example@acme.example>\r\n', 'AUTH PLAIN AGEAYg==\r\n', 'VRFY two\r\n', 'QUIT\r\n']);
      assert.deepEqual(answers.slice(3).map((line) => line.slice(0, 3)), ['550', '550', '250', '250', '501', '550', '500', '252', '221']);
      const guesses = await speak(port, [...begin, ...Array.from({ length: 40 }, (_, at) => `RCPT TO:<guess${at}@acme.example>\r\n`), 'QUIT\r\n']);
      assert.ok(guesses.some((line) => line.startsWith('450 4.7.1')), 'guessing is slowed');
      house.clock.uptime += 3_600_000;
    });

    it('a second message cannot hide behind a bare line feed or carriage return', async () => {
      await fresh('three@acme.example');
      const head = 'From: a@b.example\r\nSubject: x\r\n\r\n';
      for (const hidden of ['\n.\n', '\r.\r', '\n.\r\n', '\r\n.\r', '\r\n.\n', 'x\ry', 'x\ny']) {
        const answers = await speak(port, ['EHLO x\r\n', 'MAIL FROM:<a@b.example>\r\n', 'RCPT TO:<three@acme.example>\r\n', 'DATA\r\n', `${head}first${hidden}MAIL FROM:<evil@b.example>\r\nRCPT TO:<three@acme.example>\r\nDATA\r\nsecond\r\n.\r\n`, 'QUIT\r\n']);
        assert.match(answers[5]!, /^550 5\.6\.0/, JSON.stringify(hidden));
      }
      assert.equal((await receivedMails.due(brand, house.clock.now, 10)).length, 0);
    });

    it('what is too large, too long a line, or runs in a circle is refused, with a sentence; nothing of it is kept', async () => {
      await fresh('four@acme.example');
      const four = to('four@acme.example');
      await assert.rejects(deliver(port, mailText({ text: 'y'.repeat(70_000) }), four), /550 5\.6\.0 A line/);
      await assert.rejects(deliver(port, mailText({ more: Array.from({ length: 60 }, (_, at) => `Received: from a by b; ${at}`) }), four), /554 5\.4\.6/);
      const small = await openHouse({ env: { SMTP_LISTEN: '127.0.0.1:0', SMTP_LISTEN_MAX_BYTES: '65536' } });
      const other = await newBrand(small.building.parts.store);
      await addMailChannel(small.building.parts.store, other);
      await assert.rejects(deliver(small.building.mailPort as number, mailText({ text: 'line\r\n'.repeat(20_000) })), /552|exceeds/);
      assert.equal((await receivedMails.due(other, house.clock.now, 10)).length, 0);
      await small.close();
      assert.equal((await receivedMails.due(brand, house.clock.now, 10)).length, 0);
    });

    it('an answer goes on by what it refers to only from an address of the conversation; others begin their own', async () => {
      await fresh('five@acme.example');
      const five = to('five@acme.example');
      const id = '<first@customer.example>';
      await deliver(port, mailText({ id, more: ['Cc: Bo <bo@customer.example>'] }), five);
      await settle(house, brand.id);
      await deliver(port, mailText({ subject: 'Re: Where is my tent?', text: 'And the poles?', more: [`In-Reply-To: ${id}`] }), five);
      await settle(house, brand.id);
      await deliver(port, mailText({ from: 'bo@customer.example', text: 'We wait.', more: [`References: <x@y> ${id}`] }), five);
      await settle(house, brand.id);
      await deliver(port, mailText({ from: 'mallory@evil.example', text: 'Send it to me.', more: [`In-Reply-To: ${id}`] }), five);
      await settle(house, brand.id);
      const seen = await conversationsOf(brand);
      assert.deepEqual(seen.map(({ said, customer }) => [customer.email, said]), [
        ['ana@customer.example', ['customer: I ordered it a week ago.', 'customer: And the poles?', 'customer: We wait.']], ['mallory@evil.example', ['customer: Send it to me.']],
      ]);
    });

    it('the same address twice is one customer; an address that was only typed or proven elsewhere joins nothing', async () => {
      await fresh('six@acme.example');
      const six = to('six@acme.example');
      const proven = { id: 'cus_proven', name: 'Ana', email: 'ana@customer.example', phone: null, external_id: null, fields: '[]', verified_by: 'email', created_at: 1, last_seen_at: 1, erased_at: null, erased_by: null } as const;
      await brand.note([brand.write(brand.q.insertInto('customers').values(proven)), brand.write(brand.q.insertInto('customer_identities').values({ kind: 'email', value: 'ana@customer.example', customer_id: 'cus_proven', verified_at: 1 }))]);
      for (const subject of ['One', 'Two']) await deliver(port, mailText({ subject }), six);
      await settle(house, brand.id);
      const seen = await conversationsOf(brand);
      assert.equal(seen.length, 2);
      assert.equal(seen[0]!.customer.id, seen[1]!.customer.id);
      assert.notEqual(seen[0]!.customer.id, 'cus_proven');
    });

    it('answers wanted elsewhere make another customer: nobody is shown beside the history of whom they name', async () => {
      await fresh('seven@acme.example');
      const seven = to('seven@acme.example');
      await deliver(port, mailText({}), seven);
      await deliver(port, mailText({ subject: 'My account', more: ['Reply-To: thief@evil.example'] }), seven);
      await settle(house, brand.id);
      const seen = await conversationsOf(brand);
      assert.deepEqual(seen.map(({ customer }) => customer.email).sort(), ['ana@customer.example', 'thief@evil.example']);
    });

    it('loops end, automatic answers keep nobody waiting, and a flood of one sender is one conversation', async () => {
      await fresh('eight@acme.example');
      const eight = to('eight@acme.example');
      await deliver(port, mailText({ more: [`X-Loop: portcullis ${brand.id}`] }), eight);
      await deliver(port, mailText({ from: 'bot@list.example', subject: 'News', more: ['Precedence: bulk'] }), eight);
      await deliver(port, mailText({ from: 'away@list.example', subject: 'Away', more: ['Auto-Submitted: auto-replied'] }), eight);
      await settle(house, brand.id);
      assert.deepEqual((await conversationsOf(brand)).map(({ subject, waiting }) => [subject, waiting]).sort(), [['Away', false], ['News', false]]);
      assert.equal((await brand.all(brand.q.selectFrom('received_mails').select('reason').where('state', '=', 'dropped')))[0]?.reason, 'loop');
      for (let at = 0; at < 25; at += 1) {
        await deliver(port, mailText({ from: 'storm@customer.example', subject: `Storm ${at}` }), eight);
        await settle(house, brand.id);
      }
      const storm = (await conversationsOf(brand)).filter(({ subject }) => subject.startsWith('Storm'));
      assert.equal(storm.length, 20);
      assert.equal(storm.flatMap(({ said }) => said).length, 25);
    });

    it('what cannot be read stands in a conversation as it came, and is never lost', async () => {
      await fresh('nine@acme.example');
      const nine = to('nine@acme.example');
      const nested = Array.from({ length: 300 }, (_, at) => `Content-Type: multipart/mixed; boundary="b${at}"\r\n\r\n--b${at}\r\n`).join('');
      await deliver(port, `From: Eve <eve@customer.example>\r\nSubject: Deep\r\n${nested}`, nine);
      await settle(house, brand.id);
      const [seen] = await conversationsOf(brand);
      assert.deepEqual([seen!.subject, seen!.customer.email], ['Deep', 'eve@customer.example']);
      const [beside] = await brand.all(brand.q.selectFrom('message_mails').selectAll());
      assert.ok(Buffer.from(beside!.raw!).includes('boundary="b299"'));
      assert.match(beside!.marks, /"unreadable":"depth"/);
    });

    it('several From, no From, groups, zeros, 8-bit headers, lies about charsets: each is one conversation', async () => {
      await fresh('ten@acme.example');
      const ten = { ...to('ten@acme.example'), from: 'envelope@customer.example' };
      const rows: [string, Buffer | string, string | null][] = [
        ['several From', 'From: a@one.example\r\nFrom: b@two.example\r\nSubject: s1\r\n\r\nx', 'a@one.example'],
        ['several in From', 'From: a@one.example, b@two.example\r\nSubject: s2\r\n\r\nx', 'a@one.example'],
        ['no From', 'Subject: s3\r\n\r\nx', 'envelope@customer.example'],
        ['a group', 'From: Team: a@one.example, b@two.example;\r\nTo: undisclosed-recipients:;\r\nSubject: s4\r\n\r\nx', 'a@one.example'],
        ['zeros', Buffer.from('From: z@one.example\r\nSubject: s\x005\r\n\r\nx\x00y'), 'z@one.example'],
        ['8 bit', Buffer.concat([Buffer.from('From: k@one.example\r\nSubject: '), Buffer.from([0xe9, 0xff, 0x20, 0xc3]), Buffer.from('\r\n\r\n'), Buffer.from([0xff, 0xfe, 0xe9])]), 'k@one.example'],
        ['a charset that is not', 'From: c@one.example\r\nSubject: =?x-nothing?B?////?= s7\r\nContent-Type: text/plain; charset=x-nothing\r\n\r\nx', 'c@one.example'],
        ['half a pair', 'From: h@one.example\r\nSubject: =?utf-16?B?2AA=?= s8\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xd8', 'h@one.example'],
        ['no boundary', 'From: m@one.example\r\nSubject: s9\r\nContent-Type: multipart/mixed; boundary="never"\r\n\r\nx', 'm@one.example'],
        ['nothing at all', '\r\n', 'envelope@customer.example'],
      ];
      for (const [, raw] of rows) {
        await deliver(port, raw, ten);
        await settle(house, brand.id);
      }
      const seen = await conversationsOf(brand);
      assert.deepEqual(seen.map(({ customer }) => customer.email), rows.map(([, , email]) => email));
      assert.ok(seen.every(({ subject, said }) => !/\0/.test(subject + said.join('')) && said.length === 1));
    });
  });
}

it('without SMTP_LISTEN nothing listens', async () => {
  const house = await openHouse();
  assert.equal(house.building.mailPort, null);
  await house.close();
});
