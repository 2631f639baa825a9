// Files that are forwarded as links, at the workspace door and at a real mail server: one copy a recipient, masked names, who opened, and every end of a link.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MASK } from '#inbox/known-values.ts';
import * as fileRows from '#store/files.ts';
import { type ForwardStage, openForwardStage, TRACES } from '#test/forward-stage.ts';
import { PNG, sendFile } from '#test/files.ts';
import { trail } from '#test/people.ts';

let stage: ForwardStage;
before(async () => {
  stage = await openForwardStage();
});
after(() => stage.close());

let made = 0;
const order = (messages: readonly string[], more: object = {}) => ({ to: ['claims@partner.example'], cc: [], bcc: [], subject: 'A passport of Ms Quintero', note: 'Please look at what Wilhelmina sent.', messageIds: messages, mayReply: true, details: false, ...more });
const id = () => `links-${(made += 1)}-0000`;
const save = async (settings: Record<string, unknown>) => assert.equal((await stage.house.save(stage.admin, stage.adminCookie, settings)).status, 200);
const OPEN = { 'transfer.addresses': { state: 'any', entries: [] }, 'mail.customer_details': false };

/** The secret part of a link, in a mail. */
const SECRET = /#rfl_[a-z0-9]+\.[A-Za-z0-9_-]{43}/g;

/** A conversation with a file whose name tells of the customer. */
async function withFile() {
  const { id: conversation } = await stage.begin();
  const taken = await sendFile(stage.house, `/api/v1/conversations/${conversation}/files`, PNG, { name: 'Passport of Wilhelmina_Quintero.png', cookie: stage.cookie });
  const file = taken.body.file.id as string;
  const said = await stage.ask('POST', `/conversations/${conversation}/messages`, { id: `with-${file}`, kind: 'text', text: 'Here it is', files: [file] });
  return { id: conversation, file, said: said.body.message.id as string };
}

/** The same, forwarded by a link; gives the secret that was mailed. */
async function linked(more: object = {}) {
  const made = await withFile();
  const sent = await stage.ask('POST', `/conversations/${made.id}/forwards`, { id: id(), ...order([made.said]), files: [{ id: made.file }], ...more });
  assert.equal(sent.status, 201, sent.text);
  stage.sink.mails.length = 0;
  await stage.post();
  return { ...made, forward: sent.body.forward.id as string, token: stage.sink.mails[0]!.mail.text!.match(SECRET)![0].slice(1) };
}
async function proveBy(token: string) {
  assert.equal((await stage.house.call('POST', '/api/v1/recipient-links/code', { body: { token } })).status, 202);
  stage.sink.mails.length = 0;
  await stage.post();
  assert.deepEqual(stage.sink.mails.map(({ to }) => to), [['claims@partner.example']]);
  return stage.house.call('POST', '/api/v1/recipient-links/prove', { body: { token, code: /^[0-9]{6}$/m.exec(stage.sink.mails[0]!.mail.text ?? '')![0] } });
}
async function over(token: string) {
  const { status, body } = await stage.house.call('POST', '/api/v1/recipient-links/open', { body: { token } });
  return [status, body.code];
}

describe('files as links', () => {
  test('with links: each recipient has a mail of their own with links that nobody else has, by masked names, with the header that everybody reads', async () => {
    await save(OPEN);
    const { id: conversation, file, said } = await withFile();
    const asked = { ...order([said]), cc: ['second@partner.example'], bcc: ['hidden@lawyer.example'], files: [{ id: file }], linkDays: 2 };
    const { preview } = (await stage.ask('POST', `/conversations/${conversation}/forwards/preview`, asked)).body;
    assert.deepEqual(preview.files, []);
    assert.match(preview.text, new RegExp(`Passport of ${MASK}\\.png\nhttps?://[^\\s]+/file#•+\n`));
    const sent = await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), fingerprint: preview.fingerprint, ...asked });
    assert.equal(sent.status, 201, sent.text);
    stage.sink.mails.length = 0;
    await stage.post();
    assert.deepEqual(stage.sink.mails.map(({ to }) => to.join()).toSorted(), ['claims@partner.example', 'hidden@lawyer.example', 'second@partner.example']);
    const tokens = stage.sink.mails.map(({ mail, raw, headers }) => {
      assert.deepEqual([mail.to?.map(({ address }) => address), mail.cc?.map(({ address }) => address)], [['claims@partner.example'], ['second@partner.example']]);
      assert.equal(headers.includes('bcc'), false);
      assert.doesNotMatch(raw, /hidden@lawyer/);
      assert.doesNotMatch(raw, TRACES);
      assert.equal(mail.attachments.length, 0);
      assert.equal(mail.text?.replaceAll(SECRET, '#••••••••').trim(), preview.text.trim());
      assert.equal(mail.text?.match(SECRET)?.length, 1);
      return mail.text!.match(SECRET)![0].slice(1);
    });
    assert.equal(new Set(tokens).size, 3);
    for (const [at, token] of tokens.entries()) {
      const seen = await stage.house.call('POST', '/api/v1/recipient-links/open', { body: { token } });
      const [first, host] = stage.sink.mails[at]!.to[0]!.split('@') as [string, string];
      assert.deepEqual([seen.status, seen.body.recipient], [200, `${first[0]}•••@${host}`], 'it is for whom it was mailed to');
      assert.equal(seen.body.expiresAt % 86_400_000, 0);
    }
    assert.doesNotMatch(JSON.stringify((await stage.ask('GET', `/conversations/${conversation}/forwards`)).body), SECRET, 'what is kept has no secret in it');
    const issued = (await trail(stage.house, stage.adminCookie)).filter((row) => row.event === 'recipient_link.issued' && row.facts.forward === sent.body.forward.id);
    assert.deepEqual(issued.map(({ facts }) => facts.file), [file, file, file]);
  });

  test('a link opens by the code that is mailed, under its masked name; the list says who opened; it ends with the forward, the archive, the erasure and the file', async () => {
    await save(OPEN);
    const one = await linked();
    const proven = await proveBy(one.token);
    assert.deepEqual([proven.status, proven.body.file.name], [200, `Passport of ${MASK}.png`], proven.text);
    const cookie = proven.cookies.find((shown) => shown.startsWith('__Host-file='))!;
    const file = await stage.house.call('GET', '/api/v1/recipient-links/file', { cookie });
    assert.equal(file.status, 200, file.text);
    assert.doesNotMatch(decodeURIComponent(String(file.headers['content-disposition'])), TRACES);
    const links = async (conversation: string) => (await stage.ask('GET', `/conversations/${conversation}/forwards`)).body.forwards[0].links;
    assert.deepEqual((await links(one.id)).map(({ file: name, recipient, state, openedAt }: Record<string, unknown>) => [name, recipient, state, openedAt]), [[`Passport of ${MASK}.png`, 'claims@partner.example', 'open', stage.house.clock.now]]);
    assert.equal((await stage.ask('POST', `/conversations/${one.id}/forwards/${one.forward}/withdraw`)).status, 200);
    assert.deepEqual(await over(one.token), [410, 'recipient_link.revoked']);
    assert.notEqual((await stage.house.call('GET', '/api/v1/recipient-links/file', { cookie })).status, 200, 'also in the browser in which it was open');
    assert.equal((await links(one.id))[0].state, 'revoked');

    const archived = await linked();
    for (const status of ['solved', 'archived', 'open']) {
      assert.equal((await stage.ask('PATCH', `/conversations/${archived.id}`, { status }, stage.adminCookie)).status, 200);
      if (status !== 'solved') assert.deepEqual(await over(archived.token), [410, 'recipient_link.revoked'], 'for good');
    }

    const redacted = await linked();
    await stage.brand.note([fileRows.emptyOfMessages(stage.brand, [redacted.said], stage.house.clock.now)]);
    assert.deepEqual(await over(redacted.token), [410, 'recipient_link.revoked']);

    const ended = await linked({ linkDays: 1 });
    assert.equal((await stage.house.call('POST', '/api/v1/recipient-links/open', { body: { token: ended.token } })).status, 200);
    const { now } = stage.house.clock;
    stage.house.clock.now += 2 * 86_400_000;
    assert.deepEqual(await over(ended.token), [410, 'recipient_link.expired']);
    stage.house.clock.now = now;
  });

  test('links: judged again when they are sent, and no more of them than anybody could look after', async () => {
    await save(OPEN);
    const { id: conversation, file, said } = await withFile();
    const asked = { ...order([said]), to: ['a@partner.example', 'b@other.example'], files: [{ id: file, as: 'link' }] };
    for (const linkDays of [0, 91, 1.5]) assert.ok((await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), ...asked, linkDays })).status >= 400);
    const many = await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), ...asked, to: Array.from({ length: 60 }, (_, n) => `a${n}@partner.example`), cc: Array.from({ length: 60 }, (_, n) => `b${n}@partner.example`) });
    assert.deepEqual([many.status, many.body.faults?.[0]?.code], [422, 'forward.too_many_links'], many.text);
    assert.equal((await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), ...asked })).status, 201);
    await save({ ...OPEN, 'transfer.addresses': { state: 'only', entries: ['@partner.example'] } });
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 0, 'an address that came off the list holds every copy back');
  });
});
