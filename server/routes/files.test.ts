// Files over HTTP at their edges: the last byte that may come and the first that may not, packed bodies, forms, keys with and without the scope.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'node:test';
import { beginChat, bearer, makeChannel, type TestChannel } from '#test/chat.ts';
import { PNG, sendFile, TEXT } from '#test/files.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { trail } from '#test/people.ts';
import { addApiKey, bearer as keyed } from '#test/tickets.ts';

const MOST = 20 * 1_048_576;
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

const send = (name: string, bytes: Uint8Array, more: object = {}) => sendFile(house, '/api/v1/chat/files', bytes, { name, token, ...more });
const BOUNDARY = 'line-of-a-form';
/** A form with one file, and what else stands in it. */
const form = (name: string, bytes: Uint8Array, before = ''): Buffer => Buffer.concat([Buffer.from(`${before}--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/plain\r\n\r\n`), bytes, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
const sendForm = (body: Uint8Array) => send('', body, { headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'x-file-name': undefined } });

describe('20 MiB', () => {
  const exact = Buffer.alloc(MOST, 'a line of text\n');
  const over = Buffer.alloc(MOST + 1, 'a line of text\n');
  it('exactly come in, announced and not, raw and in a form', async () => {
    const answers = [await send('a.txt', exact), await send('a.txt', exact, { chunked: true }), await sendForm(form('a.txt', exact))];
    assert.deepEqual(answers.map(({ status, body }) => [status, body?.file?.bytes]), [[201, MOST], [201, MOST], [201, MOST]], answers.map(({ text }) => text).join());
  });
  it('and one byte are refused, announced and not, raw and in a form', async () => {
    const answers = [await send('a.txt', over), await send('a.txt', over, { chunked: true }), await sendForm(form('a.txt', over))];
    assert.deepEqual(answers.map(({ status, body }) => [status, body?.code]), [[413, 'upload.too_large'], [413, 'upload.too_large'], [413, 'upload.too_large']], answers.map(({ text }) => text).join());
  });
});

describe('a form', () => {
  it('carries a file under its own name', async () => {
    const sent = await sendForm(form('notes.txt', TEXT, `--${BOUNDARY}\r\ncontent-disposition: form-data; name="word"\r\n\r\nhello\r\n`));
    assert.deepEqual([sent.status, sent.body?.file?.name, sent.body?.file?.bytes], [201, 'notes.txt', TEXT.length], sent.text);
  });
  it('without a file, broken off, or with words without end in front is refused', async () => {
    const words = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="word"\r\n\r\n${'x'.repeat(MOST + 200_000)}\r\n`;
    const answers = [await sendForm(Buffer.from(`--${BOUNDARY}--\r\n`)), await sendForm(form('a.txt', TEXT).subarray(0, 140)), await sendForm(form('a.txt', TEXT, words))];
    assert.deepEqual(answers.map(({ body }) => body?.code), ['upload.incomplete', 'upload.incomplete', 'upload.incomplete'], answers.map(({ text }) => text).join());
  });
});

it('what is packed on the way is refused, whole and in pieces', async () => {
  const packed = gzipSync(TEXT);
  const whole = await send('a.txt', packed, { headers: { 'content-encoding': 'gzip' } });
  assert.deepEqual([whole.status, whole.body?.code], [415, 'upload.encoded'], whole.text);
  const { id } = (await house.call('POST', '/api/v1/chat/uploads', { body: { name: 'a.txt', length: packed.length }, headers: bearer(token) })).body.upload;
  const piece = await sendFile(house, `/api/v1/chat/uploads/${id}`, packed, { name: '', method: 'PATCH', token, headers: { 'content-type': 'application/offset+octet-stream', 'x-file-name': undefined, 'upload-offset': '0', 'content-encoding': 'gzip' } });
  assert.deepEqual([piece.status, piece.body?.code], [415, 'upload.encoded'], piece.text);
});

it('a key with the scope sends a file, and a message of the key carries it; one without may not', async () => {
  const [reader, writer] = [await addApiKey(house, admin, cookie, ['conversations:read', 'conversations:write']), await addApiKey(house, admin, cookie, ['conversations:read', 'conversations:write', 'media:write'])];
  const by = (key: { text: string }, path = `/api/v1/conversations/${conversation}/files`) => sendFile(house, path, PNG, { name: 'plan.png', headers: { ...keyed(key.text) } });
  const refused = await by(reader);
  assert.deepEqual([refused.status, refused.body?.code], [403, 'api.scope_missing'], refused.text);
  const sent = await by(writer);
  assert.equal(sent.status, 201, sent.text);
  const said = await house.call('POST', `/api/v1/conversations/${conversation}/messages`, { headers: keyed(writer.text), body: { id: 'from-the-crm', kind: 'text', text: '', files: [sent.body.file.id] } });
  assert.deepEqual([said.status, said.body.message?.files?.[0]?.id], [201, sent.body.file.id], said.text);
  const [row] = (await trail(house, cookie)).filter((one) => one.event === 'file.accepted' && one.entity.id === sent.body.file.id);
  assert.deepEqual([row.actor.kind, row.actor.id], ['key', writer.id]);
  const other = await by(writer, '/api/v1/conversations/cnv_none/files');
  assert.equal(other.status, 404, other.text);
});
