// Answers by mail, there and back: what leaves, how the customer's answer finds its conversation, what comes back undelivered, and what privacy takes along.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { postRound } from '#server/workers/post.ts';
import { bundle } from '#inbox/bundle.ts';
import { continueErasure, beginErasure, planErasure } from '#inbox/erasure.ts';
import { redactMessage } from '#inbox/redaction.ts';
import * as conversationRows from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore } from '#store/store.ts';
import { everyCell } from '#test/every-table.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addMailChannel, conversationsOf, deliver, mailText, settle, SUPPORT } from '#test/mail-stage.ts';
import { entryOf, freshPlace } from '#test/stores.ts';

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`answers by mail (${engine})`, () => {
    let house: TestHouse;
    let brand: BrandStore;
    let admin: Admin;
    let cookie: string;
    let where: Awaited<ReturnType<typeof freshPlace>>;
    let number = 0;
    before(async () => {
      where = engine === 'postgres' ? await freshPlace('postgres', { after: () => undefined } as never) : { file: '' };
      house = await openHouse({ env: { SMTP_LISTEN: '127.0.0.1:0', ...('url' in where ? { DATABASE_URL: where.url } : {}) } });
      if ('file' in where) where = { file: join(house.dataDir, 'portcullis.db') };
      admin = await house.setUp();
      cookie = await house.signIn(admin);
      const { store, brands } = house.building.parts;
      brand = store.brand((await brands.bySlug('acme'))!.id);
      await addMailChannel(store, brand);
    });
    after(() => house.close());

    const receive = async (raw: string, to = SUPPORT, from?: string): Promise<void> => {
      await deliver(house.building.mailPort as number, raw, { to: [to], ...(from === undefined ? {} : { from }) });
      await settle(house, brand.id);
    };
    /** Begins a conversation and gives its row. */
    const begun = async (more: Parameters<typeof mailText>[0] = {}): Promise<conversationRows.ConversationRow> => {
      await receive(mailText({ from: `Ana ${(number += 1)} <ana${number}@customer.example>`, ...more }));
      return (await brand.one(brand.q.selectFrom('conversations').selectAll().orderBy('number', 'desc').limit(1)))!;
    };
    const say = (id: string, text: string, more: Record<string, unknown> = {}) => house.call('POST', `/api/v1/conversations/${id}/messages`, { cookie, body: { id: `say-${id}-${text.length}-${text.slice(0, 5).replace(/\W/g, '')}`, kind: 'text', text, ...more } });
    let outbox: string[] = [];
    /** The mails that left since it was last asked. */
    const sent = async (): Promise<string[]> => {
      house.clock.uptime += 60_000;
      await postRound(house.building.parts)();
      await house.building.parts.brands.confirm();
      const folder = join(house.dataDir, 'outbox');
      const all = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.eml')).sort();
      const fresh = all.filter((name) => !outbox.includes(name));
      outbox = all;
      return fresh.map((name) => readFileSync(join(folder, name), 'utf8').replace(/\r\n[ \t]+/g, ' ')).filter((mail) => /^To: .*customer\.example/im.test(mail));
    };
    const header = (mail: string, name: string): string => new RegExp(`^${name}: (.*?)\\r?$`, 'im').exec(mail)?.[1] ?? '';
    const opened = async (id: string) => (await house.call('GET', `/api/v1/conversations/${id}`, { cookie })).body;

    it('leaves in the thread, from the channel, with an address of its own to answer to; a note never leaves', async () => {
      const row = await begun({ id: '<q1@customer.example>', more: ['Cc: Bo <bo@customer.example>'] });
      assert.equal((await say(row.id, 'Only for us', { kind: 'note' })).status, 201);
      assert.deepEqual(await sent(), []);
      const answer = await say(row.id, 'It left <b>today</b>.');
      assert.equal(answer.status, 201, answer.text);
      assert.equal(answer.body.message.mail.delivery.state, 'waiting');
      const forward = { id: 'a-forward-beside-it', to: ['claims@partner.example'], subject: 'A tent', note: '', messageIds: [answer.body.message.id], files: [], mayReply: false, details: false };
      assert.equal((await house.call('POST', `/api/v1/conversations/${row.id}/forwards`, { cookie, body: forward })).status, 201);
      const [mail, ...more] = await sent();
      assert.equal(more.length, 0);
      assert.equal(header(mail!, 'From'), 'Acme Support <support@acme.example>');
      assert.match(header(mail!, 'Reply-To'), /^Acme Support <support\+[0-9a-hjkmnp-tv-z]{26}@acme\.example>$/);
      assert.equal(header(mail!, 'To'), `Ana ${number} <ana${number}@customer.example>`);
      assert.equal(header(mail!, 'Cc'), 'Bo <bo@customer.example>');
      assert.equal(header(mail!, 'Subject'), 'Re: Where is my tent?');
      assert.equal(header(mail!, 'In-Reply-To'), '<q1@customer.example>');
      assert.equal(header(mail!, 'X-Loop'), `portcullis ${brand.id}`);
      assert.equal(header(mail!, 'Auto-Submitted'), '');
      assert.ok(mail!.includes('&lt;b&gt;today&lt;/b&gt;') && !/Only for us/.test(mail!));
      const open = await opened(row.id);
      const { delivery } = open.messages.find(({ id }: { id: string }) => id === answer.body.message.id).mail;
      assert.deepEqual([delivery.state, delivery.sentence], ['kept', 'No mail server is set, so it was written to a file on the server and reaches nobody.']);
      assert.equal((await house.call('GET', `/api/v1/conversations/${row.id}/forwards`, { cookie })).body.forwards[0].mail, 'kept');
      assert.equal(open.conversation.subject, 'Where is my tent?');
      assert.deepEqual(open.conversation.mail.to, { name: `Ana ${number}`, address: `ana${number}@customer.example` });
      assert.equal((await conversationRows.byId(brand, row.id))?.waiting_since, null);
    });

    it('an answer to that address goes on, whoever writes it; a token that was never given does nothing', async () => {
      const row = await begun({ subject: 'Poles' });
      await say(row.id, 'Which ones?');
      const [mail] = await sent();
      const address = /<([^>]+)>/.exec(header(mail!, 'Reply-To'))![1]!;
      await receive(mailText({ from: `Ana <ana${number}@customer.example>`, subject: 'Re: Poles', text: 'The long ones.\n\nOn 2026-11-23, Acme wrote:\n> Which ones?' }), address);
      await receive(mailText({ from: 'colleague@other.example', subject: 'AW: Poles', text: 'And pegs.' }), address.toUpperCase());
      await receive(mailText({ from: 'guess@evil.example', subject: 'Re: Poles', text: 'Mine!' }), address.replace(/\+./, (two) => `+${two[1] === 'a' ? 'b' : 'a'}`));
      const open = await opened(row.id);
      assert.deepEqual(open.messages.map((one: any) => one.text), ['I ordered it a week ago.', 'Which ones?', 'The long ones.', 'And pegs.']);
      assert.deepEqual(open.messages.map((one: any) => one.mail.more), [false, false, true, false]);
      assert.match(open.messages[3].mail.marks[0], /not known by/);
      assert.equal((await conversationsOf(brand)).at(-1)?.customer.email, 'guess@evil.example');
      // The next answer goes to the customer, not to whoever wrote last.
      await say(row.id, 'Both are on their way.');
      assert.equal(header((await sent())[0]!, 'To'), `Ana ${number} <ana${number}@customer.example>`);
      const whole = await house.call('GET', `/api/v1/conversations/${row.id}/messages/${open.messages[2].id}/mail`, { cookie });
      assert.match(whole.body.text, /> Which ones\?/);
    });

    it('who had a copy, or only knew the address, becomes nobody else: not quoted to the customer, not answered in their name', async () => {
      const conversation = await begun({ more: ['Cc: bea@customer.example'] });
      const ana = `ana${number}@customer.example`;
      assert.equal((await say(conversation.id, 'First answer')).status, 201);
      const back = /<([^>]+)>/.exec(header((await sent())[0]!, 'Reply-To'))![1]!;
      await receive(mailText({ from: 'Eve <eve@elsewhere.example>', text: 'Dear Ana, pay here instead', more: [`To: ${back}`] }), back);
      await receive(mailText({ from: `Ana <${ana}>`, text: 'Answers to Eve, please', more: ['Reply-To: eve@elsewhere.example'] }), back);
      assert.equal((await say(conversation.id, 'Second answer')).status, 201);
      const [second = ''] = await sent();
      assert.equal(/pay here|Answers to Eve/.test(Buffer.from(second).toString('utf8')), false, second);
      await receive(mailText({ from: 'Bea <bea@customer.example>', text: 'I had a copy' }), back);
      const senders = await brand.all(brand.q.selectFrom('mail_senders').select('address_key').where('customer_id', '=', conversation.customer_id));
      assert.deepEqual(senders.map((row) => row.address_key), [ana]);

      await brand.note([brand.write(brand.q.updateTable('conversations').set({ status: 'archived' }).where('id', '=', conversation.id))]);
      const begins = async (from: string, more: string[] = []) => {
        await receive(mailText({ from, text: 'And now?', more }), back);
        return (await brand.one(brand.q.selectFrom('conversations').innerJoin('mail_threads', 'mail_threads.conversation_id', 'conversations.id').select(['customer_id', 'to_address']).orderBy('number', 'desc').limit(1)))!;
      };
      for (const [from, more, to] of [['eve@elsewhere.example', [], 'eve@elsewhere.example'], [ana, ['Reply-To: eve@elsewhere.example'], 'eve@elsewhere.example'], ['bea@customer.example', [], 'bea@customer.example']] as const) {
        const fresh = await begins(from, [...more]);
        assert.deepEqual([fresh.to_address, fresh.customer_id === conversation.customer_id], [to, false], from);
      }
      const own = await begins(ana);
      assert.deepEqual([own.to_address, own.customer_id], [ana, conversation.customer_id]);
    });

    it('a refused file is told to the sender of the envelope alone: nobody whom a stranger names is written to', async () => {
      const withFile = (from: string): string => mailText({ from }).replace('Content-Type: text/plain; charset=utf-8', 'Content-Type: multipart/mixed; boundary=b').replace(/\r\n\r\n[\s\S]*$/, `\r\n\r\n--b\r\n\r\nSee the file\r\n--b\r\nContent-Type: application/x-msdownload\r\nContent-Disposition: attachment; filename=setup.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(`MZ${'x'.repeat(200)}`).toString('base64')}\r\n--b--\r\n`);
      for (const [from, envelope, notes] of [['victim@customer.example', 'eve@elsewhere.example', 0], ['noone@customer.example', '', 0], ['honest@customer.example', 'honest@customer.example', 1]] as const) {
        await sent();
        await deliver(house.building.mailPort as number, withFile(from), { from: envelope, to: [SUPPORT] });
        await settle(house, brand.id);
        const mails = await sent();
        assert.equal(mails.length, notes, `${from} ${mails.join()}`);
        assert.ok(mails.every((mail) => /^Auto-Submitted: auto-replied/im.test(mail)));
      }
    });

    it('a copy to somebody whom the customer did not write to is a transfer: the list and the details decide', async () => {
      const row = await begun({});
      const outsider = await say(row.id, 'See this', { cc: ['lawyer@firm.example'] });
      assert.deepEqual([outsider.status, outsider.body.code.split('.')[0]], [403, 'transfer']);
      assert.deepEqual(await sent(), []);
      // Past the page: what may be saved there is not what is asked here.
      const set = (key: string, value: unknown) => settingRows.put(brand, { key, value: JSON.stringify(value), set_by: null, set_at: house.clock.now });
      await brand.commit({ statements: [set('mail.customer_details', true), set('transfer.addresses', { state: 'only', entries: [{ value: '@partner.example', note: '' }] })], entries: [entryOf()], bumps: ['policy'] });
      await house.building.parts.brands.confirm();
      assert.equal((await say(row.id, 'See this too', { cc: ['lawyer@firm.example'] })).body.code, 'transfer.not_allowed');
      assert.equal((await say(row.id, 'See this now', { cc: ['ok@partner.example'] })).status, 201);
      const bad = await say(row.id, 'And this', { cc: ['a@partner.example\r\nBcc: x@y.example'] });
      assert.equal(bad.status, 422, bad.text);
      assert.deepEqual((await sent()).map((mail) => header(mail, 'Cc')), ['ok@partner.example']);
    });

    it('what comes back undelivered is an event at its conversation, and never a conversation', async () => {
      const row = await begun({ subject: 'Bounce' });
      await say(row.id, 'To nowhere');
      const [mail] = await sent();
      const before = (await conversationsOf(brand)).length;
      const report = (status: string, action: string) => ['From: MAILER-DAEMON@mx.example', `To: ${SUPPORT}`, 'Subject: Undelivered', 'Auto-Submitted: auto-replied', 'MIME-Version: 1.0', 'Content-Type: multipart/report; report-type=delivery-status; boundary=b', '',
        '--b', 'Content-Type: text/plain', '', 'Sorry.', '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example', '', `Final-Recipient: rfc822; ana${number}@customer.example`, `Action: ${action}`, `Status: ${status}`, 'Diagnostic-Code: smtp; 550 5.1.1 no such user', '',
        '--b', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${header(mail!, 'Message-ID')}`, '', '--b--', ''].join('\r\n');
      await receive(report('5.1.1', 'failed'));
      await receive(report('5.1.1', 'failed').replace(/mail_[0-9a-z]{26}@/, 'mail_00000000000000000000000000@'));
      const open = await opened(row.id);
      assert.equal(open.messages.at(-1).text, `An answer could not be delivered to ana${number}@customer.example (5.1.1: 550 5.1.1 no such user).`);
      assert.equal(open.messages.at(-2).mail.delivery.state, 'back');
      assert.equal((await conversationsOf(brand)).length, before);
    });

    it('a file that is refused stands with its message, and its sender is told why by mail: once a day, and never a program', async () => {
      const withFile = (subject: string, more: readonly string[] = []) => ({ subject, more: ['Content-Type: multipart/mixed; boundary=b', ...more], text: '--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/x-msdownload\r\nContent-Disposition: attachment; filename="setup.exe"\r\n\r\nMZ\r\n--b--' });
      const raw = (from: string, asked: ReturnType<typeof withFile>) => mailText({ ...asked, from }).replace('Content-Type: text/plain; charset=utf-8\r\n', '');
      const from = 'Files <files@customer.example>';
      await receive(raw(from, withFile('A file')), SUPPORT, 'files@customer.example');
      const [told, ...more] = await sent();
      assert.deepEqual(more, []);
      assert.deepEqual(['To', 'Subject', 'Auto-Submitted', 'X-Loop'].map((name) => header(told!, name)), [from, 'Re: A file', 'auto-replied', `portcullis ${brand.id}`]);
      assert.match(header(told!, 'In-Reply-To'), /@customer\.example>$/);
      assert.match(told!.replace(/=\r\n/g, ''), /could not accept this file[^]*- setup\.exe: \S/);
      const row = (await brand.one(brand.q.selectFrom('conversations').selectAll().orderBy('number', 'desc').limit(1)))!;
      const [said] = (await opened(row.id)).messages;
      assert.deepEqual([said.text, said.files.map((file: { name: string; state: string }) => `${file.name} ${file.state}`)], ['See the file.', ['setup.exe refused']]);
      await receive(raw(from, withFile('The same day')), SUPPORT, 'files@customer.example');
      await receive(raw('Robot <robot@customer.example>', withFile('Nightly', ['Auto-Submitted: auto-generated'])), SUPPORT, 'robot@customer.example');
      assert.deepEqual(await sent(), []);
      house.clock.now += 86_400_000;
      await receive(raw(from, withFile('The next day')), SUPPORT, 'files@customer.example');
      assert.deepEqual((await sent()).map((mail) => header(mail, 'Subject')), ['Re: The next day']);
      cookie = await house.signIn(admin);
    });

    it('an export has its mails: both ways, with addresses, headers and formatted text, and one that could not be read as it came', async () => {
      const row = await begun({ subject: 'Everything', text: '<b>Bold</b> words', more: ['Cc: Bo <bo@customer.example>', 'X-Thing: kept'] });
      await say(row.id, 'Here it is.');
      await sent();
      const mailsOf = async (of: conversationRows.ConversationRow) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of bundle({ brand, brandName: 'Acme', customer: (await customerRows.byId(brand, of.customer_id))!, conversations: [of], leftOut: 0, now: house.clock.now, scope: 'customer', bytesOf: () => assert.fail('no bytes are asked for') })) chunks.push(chunk);
        return JSON.parse(strFromU8(unzipSync(Buffer.concat(chunks))[`conversations/${of.number}-mails.json`]!)) as Record<string, unknown>[];
      };
      const [came, left] = await mailsOf((await conversationRows.byId(brand, row.id))!);
      assert.deepEqual([came!.direction, came!.subject, came!.from, came!.cc, came!.rawBase64], ['in', 'Everything', { name: `Ana ${number}`, address: `ana${number}@customer.example` }, [{ name: 'Bo', address: 'bo@customer.example' }], null]);
      assert.match(String(came!.headers), /X-Thing: kept/);
      assert.deepEqual([left!.direction, left!.to], ['out', [{ name: `Ana ${number}`, address: `ana${number}@customer.example` }]]);
      const nested = Array.from({ length: 300 }, (_, at) => `Content-Type: multipart/mixed; boundary="b${at}"\r\n\r\n--b${at}\r\n`).join('');
      await receive(`From: Deep <deep@customer.example>\r\nSubject: Deep\r\n${nested}`);
      const [unread] = await mailsOf((await brand.one(brand.q.selectFrom('conversations').selectAll().orderBy('number', 'desc').limit(1)))!);
      assert.match(Buffer.from(String(unread!.rawBase64), 'base64').toString(), /boundary="b299"/);
    });

    it('what was removed, and who was erased, is in no table any more: addresses, subjects, headers, formatted text', async () => {
      const secret = (name: string) => `zq${name}x${number}`;
      const row = await begun({ subject: secret('subject'), text: secret('body'), from: `${secret('name')} <${secret('address')}@customer.example>`, more: [`X-Thing: ${secret('header')}`] });
      await say(row.id, 'Thank you.');
      await sent();
      const { store, keyring, brands } = house.building.parts;
      const privacy = { store, keyring, commit: brands.commit, now: () => house.clock.now };
      const [first] = (await opened(row.id)).messages;
      assert.equal((await redactMessage(privacy, brand.id, row, first.id, 'agt')).ok, true);
      const left = async (words: readonly string[]): Promise<string[]> => {
        const cells = (await everyCell(where)).filter((cell) => !/^(?:mails|customers|erasures)\./.test(cell));
        return words.filter((word) => cells.some((cell) => cell.includes(word)));
      };
      assert.deepEqual(await left([secret('body'), secret('header'), secret('subject')]), []);
      const plan = (await planErasure(brand, row.customer_id))!;
      assert.equal((await beginErasure(privacy, brand.id, row.customer_id, { agentId: 'agt', agreed: plan.fingerprint, maySee: () => true, using: [] })).ok, true);
      assert.equal(await continueErasure(privacy, brand.id, row.customer_id), true);
      assert.deepEqual(await left(['body', 'header', 'subject', 'name', 'address'].map(secret)), []);
      await receive(mailText({ from: `${secret('address')}@customer.example`, subject: 'Again' }));
      assert.notEqual((await conversationsOf(brand)).at(-1)?.customer.id, row.customer_id, 'who writes again is somebody new');
    });
  });
}
