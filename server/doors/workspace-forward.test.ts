// Forwarding at the workspace door, and read at the other end: 'transfer.addresses' and 'mail.customer_details' on real mail, answers that come back, exceptions.
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
const order = (messages: readonly string[], more: object = {}) => ({ to: ['claims@partner.example'], cc: [], bcc: [], subject: 'A broken parcel of Ms Quintero', note: 'Please look at what Wilhelmina writes.', messageIds: messages, mayReply: true, details: false, ...more });
const id = () => `forward-${(made += 1)}-0000`;
const save = async (settings: Record<string, unknown>) => assert.equal((await stage.house.save(stage.admin, stage.adminCookie, settings)).status, 200);
const OPEN = { 'transfer.addresses': { state: 'any', entries: [] }, 'mail.customer_details': false, 'mail.blocked_addresses': { state: 'none', entries: [] } };

async function forwarded(more: object = {}) {
  const begun = await stage.begin();
  const answer = await stage.ask('POST', `/conversations/${begun.id}/forwards`, { id: id(), ...order(begun.messages, more) });
  return { ...begun, answer };
}

describe('what leaves', () => {
  test('is what the preview showed: no detail of the customer in any part of it', async () => {
    await save(OPEN);
    const { id: conversation, messages } = await stage.begin();
    const asked = order(messages, { cc: ['second@partner.example'], bcc: ['hidden@lawyer.example'] });
    const { preview } = (await stage.ask('POST', `/conversations/${conversation}/forwards/preview`, asked)).body;
    assert.doesNotMatch(`${preview.subject}\n${preview.text}`, TRACES);
    assert.equal(preview.refused, null);
    assert.equal(preview.masks, 7);
    assert.deepEqual(preview.from, { name: 'Acme', address: 'desk@acme.example' });
    const sent = await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), fingerprint: preview.fingerprint, ...asked });
    assert.equal(sent.status, 201, sent.text);
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 1);
    const [{ raw, mail, to, headers }] = stage.sink.mails as [typeof stage.sink.mails[0]];
    assert.doesNotMatch(raw, TRACES);
    assert.equal(mail.text?.trim(), preview.text.trim());
    assert.equal(mail.subject, preview.subject);
    assert.deepEqual([...to].toSorted(), ['claims@partner.example', 'hidden@lawyer.example', 'second@partner.example']);
    assert.doesNotMatch(raw, /hidden@lawyer/);
    assert.deepEqual(headers.filter((name) => ['from', 'to', 'cc', 'bcc', 'subject', 'reply-to', 'message-id'].includes(name)).toSorted(), ['cc', 'from', 'message-id', 'reply-to', 'subject', 'to']);
    assert.match(mail.text ?? '', /The parcel is broken/);
    assert.doesNotMatch(mail.text ?? '', /lives at/, 'what agents wrote for each other stays inside');
    const [event] = (await stage.ask('GET', `/conversations/${conversation}`)).body.messages.slice(-1);
    assert.equal(event.text, 'noor forwarded this conversation to claims@partner.example, second@partner.example, hidden@lawyer.example.');
    const listed = (await stage.ask('GET', `/conversations/${conversation}/forwards`)).body.forwards[0];
    assert.deepEqual([listed.mail, listed.text, listed.ended], ['sent', preview.text, null]);
    assert.equal((await stage.ask('GET', '/session')).body.mailsKept, false);
  });

  test('with details, where the channel allows them', async () => {
    await save({ ...OPEN, 'mail.customer_details': true });
    const { answer } = await forwarded({ details: true });
    assert.equal(answer.status, 201);
    stage.sink.mails.length = 0;
    await stage.post();
    assert.match(stage.sink.mails[0]?.mail.text ?? '', /Name: Wilhelmina Quintero[^]*Email: mina@home\.example[^]*Wilhelmina Quintero on/);
    assert.doesNotMatch(stage.sink.mails[0]?.mail.text ?? '', new RegExp(MASK));
  });

  test('with a file: its bytes as they are, its name masked; one that was removed meanwhile takes the mail along', async () => {
    await save(OPEN);
    const { id: conversation } = await stage.begin();
    const taken = await sendFile(stage.house, `/api/v1/conversations/${conversation}/files`, PNG, { name: 'Passport of Wilhelmina_Quintero.png', cookie: stage.cookie });
    assert.equal(taken.status, 201, taken.text);
    const file = taken.body.file.id as string;
    const said = await stage.ask('POST', `/conversations/${conversation}/messages`, { id: 'with-a-file-1', kind: 'text', text: 'Here it is', files: [file] });
    const asked = { ...order([said.body.message.id]), files: [{ id: file, as: 'attachment' }] };
    const { preview } = (await stage.ask('POST', `/conversations/${conversation}/forwards/preview`, asked)).body;
    assert.deepEqual(preview.files, [`Passport of ${MASK}.png`]);
    assert.equal((await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), fingerprint: preview.fingerprint, ...asked })).status, 201);
    stage.sink.mails.length = 0;
    await stage.post();
    const [attached] = stage.sink.mails[0]!.mail.attachments;
    assert.equal(attached?.filename, `Passport of ${MASK}.png`);
    assert.equal(attached?.mimeType, 'image/png');
    assert.ok(attached !== undefined && (attached.content as ArrayBuffer).byteLength > 60);
    assert.doesNotMatch(stage.sink.mails[0]!.raw, TRACES);
    const other = await stage.begin();
    assert.equal((await stage.ask('POST', `/conversations/${other.id}/forwards`, { id: id(), ...order(other.messages), files: [{ id: file, as: 'attachment' }] })).status, 404, 'a file of another conversation');
    assert.equal((await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), ...asked })).status, 201);
    await stage.brand.note([fileRows.emptyOfMessages(stage.brand, [said.body.message.id], stage.house.clock.now)]);
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 0);
  });

  test('the same order again sends nothing twice; one of which something changed sends nothing', async () => {
    await save(OPEN);
    const { id: conversation, messages } = await stage.begin();
    const { preview } = (await stage.ask('POST', `/conversations/${conversation}/forwards/preview`, order(messages))).body;
    const clientId = id();
    const changed = await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: clientId, fingerprint: preview.fingerprint, ...order(messages, { note: 'Another note' }) });
    assert.equal(changed.body.code, 'transfer.changed');
    const path = `/conversations/${conversation}/forwards`;
    const both = [await stage.ask('POST', path, { id: clientId, ...order(messages) }), await stage.ask('POST', path, { id: clientId, ...order(messages) })];
    assert.deepEqual(both.map(({ status }) => status), [201, 200]);
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 1);
  });

  test('not to the customer, who is answered; nor a message of another conversation, nor a note', async () => {
    const other = await stage.begin();
    const { id: conversation, messages } = await stage.begin();
    const to = await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), ...order(messages, { to: ['Mina@home.example'] }) });
    assert.equal(to.body.faults[0].code, 'forward.to_customer');
    const notes = (await stage.ask('GET', `/conversations/${conversation}`)).body.messages.filter((one: { kind: string }) => one.kind === 'note').map((one: { id: string }) => one.id);
    for (const messageIds of [other.messages, notes]) assert.equal((await stage.ask('POST', `/conversations/${conversation}/forwards`, { id: id(), ...order([]), messageIds })).status, 404);
  });
});

describe("who may be forwarded to: 'transfer.addresses'", () => {
  test('one address off the list refuses the whole forward, names it, and stands in the trail', async () => {
    await save({ ...OPEN, 'transfer.addresses': { state: 'only', entries: ['claims@partner.example', '@secret-list.example'] } });
    const { answer, id: conversation } = await forwarded({ bcc: ['x@other.example'] });
    assert.equal(answer.status, 403);
    assert.equal(answer.body.code, 'transfer.not_allowed');
    assert.match(answer.body.detail, /x@other\.example/);
    assert.doesNotMatch(answer.text, /secret-list|claims@/);
    const row = (await trail(stage.house, stage.adminCookie)).find((one) => one.id === answer.body.id);
    assert.deepEqual([row.facts.setting, row.facts.conversation, row.facts.addresses, row.facts.origin.from], ['transfer.addresses', conversation, ['x@other.example'], 'brand']);
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 0);
    for (const to of ['Claims <claims@partner.example>', 'claims@pаrtner.example', 'claims@partner.example\r\nBcc: x@other.example', 'claims@partner.example,x@other.example']) {
      assert.ok([403, 422].includes((await forwarded({ to: [to] })).answer.status), to);
    }
    assert.equal((await forwarded()).answer.status, 201);
  });

  test('what was allowed when it was asked is judged again when it is sent', async () => {
    await save(OPEN);
    const { answer } = await forwarded();
    assert.equal(answer.status, 201);
    await save({ ...OPEN, 'transfer.addresses': { state: 'none', entries: [] } });
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 0);
    const [row] = (await trail(stage.house, stage.adminCookie)).filter((one) => one.event === 'mail.refused');
    assert.deepEqual([row.facts.code, row.facts.addresses, row.facts.forward], ['transfer.not_allowed', ['claims@partner.example'], answer.body.forward.id]);
  });

  test("blocked addresses are never written to: 'mail.blocked_addresses'", async () => {
    await save({ ...OPEN, 'mail.blocked_addresses': { state: 'only', entries: ['@partner.example'] } });
    assert.equal((await forwarded()).answer.body.code, 'mail.blocked');
  });

  test("details where the channel keeps them out: 'mail.customer_details'", async () => {
    await save(OPEN);
    assert.equal((await forwarded({ details: true })).answer.body.code, 'transfer.details_not_allowed');
    await save({ ...OPEN, 'mail.customer_details': true });
    assert.equal((await forwarded({ details: true })).answer.status, 201);
    await save(OPEN);
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 0, 'the ceiling came down before it was sent');
  });
});
