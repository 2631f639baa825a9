// The upload door: what a customer and an agent may send is what the channel's settings say, by declared and by counted facts.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { beginChat, bearer, chatSocket, makeChannel, type TestChannel } from '#test/chat.ts';
import * as fileRows from '#store/files.ts';
import { PNG, sendFile, tellingPng, TEXT } from '#test/files.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let channel: TestChannel;
let token: string;
let conversation: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  channel = await makeChannel(house, admin, cookie);
  token = await beginChat(house, channel);
  await house.call('POST', '/api/v1/chat/messages', { body: { id: 'client-0001', text: 'Hello' }, headers: bearer(token) });
  conversation = (await house.call('GET', '/api/v1/chat/conversation', { headers: bearer(token) })).body.conversation.id;
});
after(() => house.close());

const fromCustomer = (name: string, bytes: Uint8Array, more: object = {}) => sendFile(house, '/api/v1/chat/files', bytes, { name, token, ...more });
const fromAgent = (name: string, bytes: Uint8Array, more: object = {}) => sendFile(house, `/api/v1/conversations/${conversation}/files`, bytes, { name, cookie, ...more });
const set = async (values: Record<string, unknown>): Promise<void> => {
  const saved = await house.save(admin, cookie, values);
  assert.equal(saved.status, 200, saved.text);
};

describe('a file comes in and a message carries it', () => {
  it('from a customer, with words or without, and both sides are told of it live', async () => {
    const socket = await chatSocket(house, token);
    const sent = await fromCustomer('חשבונית 发票.png', PNG);
    assert.equal(sent.status, 201, sent.text);
    const { file } = sent.body;
    assert.deepEqual({ ...file, id: '' }, { id: '', name: 'חשבונית 发票.png', type: 'png', mediaType: 'image/png', bytes: file.bytes, state: 'accepted', refusal: null, thumbnail: true });
    const said = await house.call('POST', '/api/v1/chat/messages', { body: { id: 'client-0002', text: '', files: [file.id] }, headers: bearer(token) });
    assert.equal(said.status, 201, said.text);
    const told = await socket.told('messages', (one) => one['messages'].some((message: { files: unknown[] }) => message.files.length === 1));
    assert.deepEqual(told['messages'].at(-1).files, [file]);
    const open = await house.call('GET', `/api/v1/conversations/${conversation}`, { cookie });
    assert.deepEqual(open.body.messages.at(-1).files, [file]);
    assert.equal(open.body.conversation.preview, 'File: חשבונית 发票.png');
    const again = await house.call('POST', '/api/v1/chat/messages', { body: { id: 'client-0002', text: '', files: [file.id] }, headers: bearer(token) });
    assert.equal(again.status, 200, 'sent again after a cut, it is the same message');
    const twice = await house.call('POST', '/api/v1/chat/messages', { body: { id: 'client-0003', text: '', files: [file.id] }, headers: bearer(token) });
    assert.equal(twice.body.code, 'file.not_attachable');
    socket.socket.close();
  });

  it('from an agent; and nobody attaches what another sent', async () => {
    const sent = await fromAgent('notes.txt', TEXT);
    assert.equal(sent.status, 201, sent.text);
    const stolen = await house.call('POST', '/api/v1/chat/messages', { body: { id: 'client-0004', text: 'x', files: [sent.body.file.id] }, headers: bearer(token) });
    assert.equal(stolen.body.code, 'file.not_attachable');
    const said = await house.call('POST', `/api/v1/conversations/${conversation}/messages`, { cookie, body: { id: 'agent-0001', kind: 'text', text: '', files: [sent.body.file.id] } });
    assert.equal(said.status, 201, said.text);
    assert.deepEqual(said.body.message.files, [sent.body.file]);
  });

  it('a refused file leaves its mark in the message that carried it', async () => {
    const sent = await fromCustomer('scan.zip', Buffer.from('PK\u0003\u0004'));
    assert.deepEqual([sent.status, sent.body.code, sent.body.file.state], [415, 'upload.type_not_allowed', 'refused'], sent.text);
    assert.equal(sent.body.file.refusal.words, 'type not allowed');
    const said = await house.call('POST', '/api/v1/chat/messages', { body: { id: 'client-0005', text: 'See the scan', files: [sent.body.file.id] }, headers: bearer(token) });
    assert.equal(said.status, 201, said.text);
    const view = await house.call('GET', '/api/v1/chat/conversation', { headers: bearer(token) });
    assert.deepEqual(view.body.messages.at(-1).files, [sent.body.file]);
  });
});

describe('the settings', () => {
  it("'upload.customer.enabled' and 'upload.agent.enabled' stop one side and not the other", async () => {
    await set({ 'upload.customer.enabled': false });
    assert.deepEqual([(await fromCustomer('a.png', PNG)).body.code, (await fromAgent('a.png', PNG)).status], ['upload.not_enabled', 201]);
    await set({ 'upload.customer.enabled': true, 'upload.agent.enabled': false });
    assert.deepEqual([(await fromCustomer('a.png', PNG)).status, (await fromAgent('a.png', PNG)).body.code], [201, 'upload.not_enabled']);
    await set({ 'upload.agent.enabled': true });
  });

  it("'upload.customer.types' and 'upload.agent.types' are judged by name and by content", async () => {
    await set({ 'upload.customer.types': ['txt'], 'upload.agent.types': ['png'] });
    const codes = async (send: typeof fromCustomer) => [(await send('a.png', PNG)).body.code, (await send('a.txt', TEXT)).body.code, (await send('a.txt', PNG)).body.code, (await send('a.png', TEXT)).body.code];
    assert.deepEqual(await codes(fromCustomer), ['upload.type_not_allowed', undefined, 'upload.type_mismatch', 'upload.type_not_allowed']);
    assert.deepEqual(await codes(fromAgent), [undefined, 'upload.type_not_allowed', 'upload.type_not_allowed', 'upload.type_mismatch']);
    await set({ 'upload.customer.types': ['jpeg', 'png', 'txt'], 'upload.agent.types': ['jpeg', 'png', 'txt'] });
  });

  it("'upload.strip_metadata' takes out what a picture tells of people, and the receipt says by which setting", async () => {
    const kept = async (): Promise<[string, string]> => {
      const sent = await fromCustomer('a.png', tellingPng('Jane at 52.5N'));
      assert.equal(sent.status, 201, sent.text);
      const row = await fileRows.byId(house.building.parts.store.brand(channel.brandId), sent.body.file.id);
      const pieces: Uint8Array[] = [];
      for await (const piece of house.building.parts.media.blobs.read(row!.blob_key!)) pieces.push(piece);
      const receipt = await house.call('GET', `/api/v1/files/${sent.body.file.id}/receipt`, { cookie });
      const step = receipt.body.receipt.judged.find((one: { step: string }) => one.step === 'metadata');
      return [Buffer.concat(pieces).toString('latin1'), `${step.result} ${step.setting} ${step.value} ${step.origin.from}`];
    };
    const [bare, said] = await kept();
    assert.doesNotMatch(bare, /Jane/);
    assert.equal(said, 'changed upload.strip_metadata true default');
    await set({ 'upload.strip_metadata': false });
    const [whole, off] = await kept();
    assert.match(whole, /Jane at 52\.5N/);
    assert.equal(off, 'off upload.strip_metadata false brand');
    await set({ 'upload.strip_metadata': true });
  });

  it("'upload.max_bytes' is a wall for what is announced and for what comes", async () => {
    await set({ 'upload.max_bytes': 100_000, 'upload.customer.types': ['txt', 'svg'] });
    const exact = Buffer.alloc(100_000, 'a');
    assert.equal((await fromCustomer('a.txt', exact)).status, 201);
    const over = await fromCustomer('a.txt', Buffer.alloc(100_001, 'a'));
    assert.deepEqual([over.status, over.body?.code], [413, 'upload.too_large'], over.text);
    const chunked = await fromCustomer('a.txt', Buffer.alloc(100_001, 'a'), { chunked: true });
    assert.deepEqual([chunked.status, chunked.body?.code], [413, 'upload.too_large'], chunked.text);
    assert.match(chunked.body.detail, /97\.6 kB/);
    const drawing = await fromCustomer('a.svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><text><![CDATA[${'<'.repeat(40_000)}]]></text></svg>`));
    assert.deepEqual([drawing.status, drawing.body?.code], [413, 'upload.too_large'], 'cleaned, it is four times as long');
    await set({ 'upload.max_bytes': 20 * 1_048_576, 'upload.customer.types': ['jpeg', 'png', 'txt'] });
  });
});
