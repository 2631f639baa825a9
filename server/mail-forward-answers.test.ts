// Mail to the address of a forward, from the socket on: a note of its recipients, never a customer's conversation, whoever writes and whatever else the mail names.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '#identity/tokens.ts';
import { newReplyAddress } from '#inbox/mail/reply-address.ts';
import { advance } from '#store/feed.ts';
import * as forwardRows from '#store/forwards.ts';
import type { BrandStore } from '#store/store.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { addMailChannel, conversationsOf, deliver, mailText, settle, speak, SUPPORT } from '#test/mail-stage.ts';
import { entryOf, freshPlace, newBrand } from '#test/stores.ts';

const CLAIMS = 'Claims <claims@partner.example>';

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`answers to forwards (${engine})`, () => {
    let house: TestHouse;
    let brand: BrandStore;
    let conversationId: string;
    let address: string;
    const customers = '<first@customer.example>';
    before(async () => {
      const place = engine === 'postgres' ? await freshPlace('postgres', { after: () => undefined } as never) : null;
      house = await openHouse({ env: { SMTP_LISTEN: '127.0.0.1:0', ...(place !== null && 'url' in place ? { DATABASE_URL: place.url } : {}) } });
      brand = await newBrand(house.building.parts.store);
      await addMailChannel(house.building.parts.store, brand);
      await receive(mailText({ id: customers }), SUPPORT);
      conversationId = (await brand.one(brand.q.selectFrom('conversations').select('id')))!.id;
      const reply = newReplyAddress(SUPPORT);
      address = reply.address;
      await brand.commit({ entries: [entryOf()], bumps: ['inbox'], statements: [advance(brand), forwardRows.insert(brand, {
        id: newId('fwd'), conversation_id: conversationId, created_at: house.clock.now, created_by_kind: 'agent', created_by: 'agt_1', client_id: newId('cli'), recipients: JSON.stringify({ to: ['claims@partner.example'], cc: [], bcc: [] }),
        subject: 'A tent', note: '', body: 'A tent', files: '[]', details: 0, reply_hash: reply.hash, replies: 0, last_reply_at: null, unseen_reply_at: null, ended_at: null, ended_by: null, end_reason: null,
      })] });
    });
    after(() => house.close());
    const receive = async (raw: string, to: string): Promise<void> => {
      await deliver(house.building.mailPort as number, raw, { to: [to] });
      await settle(house, brand.id);
    };
    /** What was said since; nothing but that one conversation is ever there, and the customer said what they said. */
    let heard = 1;
    const news = async (): Promise<string[]> => {
      const [only, ...others] = await conversationsOf(brand);
      assert.deepEqual(others, []);
      assert.deepEqual(only!.said.filter((line) => line.startsWith('customer')), ['customer: I ordered it a week ago.']);
      const fresh = only!.said.slice(heard);
      heard = only!.said.length;
      return fresh;
    };
    const mark = async () => (await forwardRows.unseenOf(brand, [conversationId])).get(conversationId);

    it('is taken at RCPT, in any case; at another domain, before another name or without its plus it is not', async () => {
      const token = address.slice(address.indexOf('+'), address.indexOf('@'));
      const ask = [address, address.toUpperCase(), `other${token}@acme.example`, `support${token}@elsewhere.example`, `support${token.slice(1)}@acme.example`];
      const answers = await speak(house.building.mailPort as number, ['EHLO x\r\n', 'MAIL FROM:<a@b.example>\r\n', ...ask.map((one) => `RCPT TO:<${one}>\r\n`), 'QUIT\r\n']);
      assert.deepEqual(answers.slice(3, -1).map((line) => line.slice(0, 3)), ['250', '250', '550', '550', '550']);
    });

    it('of somebody else begins nothing and says nothing: an event tells who it was', async () => {
      await receive(mailText({ from: 'mallory@evil.example', to: address, text: 'Pay me.' }), address);
      // Neither a customer who writes there, nor a mail that names the thread of the customer, nor a report, nor one with two senders, nor one that cannot be read.
      await receive(mailText({ to: address, text: 'It is me, Ana.', more: [`In-Reply-To: ${customers}`] }), address);
      await receive(mailText({ from: 'MAILER-DAEMON@evil.example', to: address, text: 'Not delivered.', more: ['Auto-Submitted: auto-replied'] }), address);
      await receive(mailText({ from: CLAIMS, to: address, text: 'Two of us.', more: ['From: mallory@evil.example'] }), address);
      const broken = (from: string) => `From: ${from}\r\nSubject: Deep\r\n${Array.from({ length: 300 }, (_, at) => `Content-Type: multipart/mixed; boundary="b${at}"\r\n\r\n--b${at}\r\n`).join('')}`;
      await receive(broken('mallory@evil.example'), address);
      await receive(broken(`${CLAIMS}\r\nFrom: mallory@evil.example`), address);
      const said = await news();
      assert.equal(said.length, 6);
      assert.ok(said.every((line) => line.startsWith('event: ') && line.includes('forward_stranger')), said.join('\n'));
      assert.doesNotMatch(said.join('\n'), /Pay me|It is me|Not delivered|Two of us|boundary/);
      assert.equal(await mark(), undefined);
      assert.deepEqual(new Set((await brand.all(brand.q.selectFrom('received_mails').select(['state', 'raw']).where('state', '<>', 'filed'))).map(({ state, raw }) => `${state} ${raw === null}`)), new Set(['dropped true']));
    });

    it('of a recipient is a note with the mark, also where it names the thread of the customer, or cannot be read', async () => {
      await receive(mailText({ from: CLAIMS, to: address, text: 'We will replace it.', more: [`In-Reply-To: ${customers}`, 'Cc: ana@customer.example'] }), address);
      assert.deepEqual(await news(), ['note: claims@partner.example answered the forward:\n\nWe will replace it.']);
      assert.equal(await mark(), house.clock.now);
      // Sent to the plain address by a relay, the token only in its header.
      await receive(mailText({ from: CLAIMS, to: address, text: 'By a relay.' }), SUPPORT);
      assert.match((await news()).join(), /^note: .*By a relay\.$/s);
      await receive(`From: ${CLAIMS}\r\nSubject: Deep\r\n${Array.from({ length: 300 }, (_, at) => `Content-Type: multipart/mixed; boundary="b${at}"\r\n\r\n--b${at}\r\n`).join('')}`, address);
      assert.match((await news()).join(), /^note: claims@partner\.example answered .*could not be read as a mail.*boundary="b9"/s);
      assert.deepEqual([(await brand.one(brand.q.selectFrom('forwards').select('replies')))!.replies, (await conversationsOf(brand))[0]!.waiting], [3, true]);
    });
  });
}
