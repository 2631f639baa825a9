// Uploads in pieces: a cut in the middle costs nothing that came, anybody else's is not there, and the whole is judged like any other file.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { beginChat, bearer, makeChannel } from '#test/chat.ts';
import { sendFile, TEXT } from '#test/files.ts';

let house: TestHouse;
let admin: Admin;
let token: string;
let stranger: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  const channel = await makeChannel(house, admin, await house.signIn(admin));
  [token, stranger] = [await beginChat(house, channel), await beginChat(house, channel)];
});
after(() => house.close());

const AT = '/api/v1/chat/uploads';
const begin = (body: object) => house.call('POST', AT, { body, headers: bearer(token) });
const ask = (id: string, who = token) => house.call('GET', `${AT}/${id}`, { headers: bearer(who) });
const send = (id: string, offset: number, bytes: Uint8Array, who = token) => sendFile(house, `${AT}/${id}`, bytes, { name: '', method: 'PATCH', token: who, headers: { 'content-type': 'application/offset+octet-stream', 'x-file-name': undefined, 'upload-offset': String(offset) } });

/** Announces all of it, sends the beginning, and is gone once the server has it. */
async function cutOff(id: string, whole: Buffer, upTo: number): Promise<void> {
  const request = httpRequest({ host: '127.0.0.1', port: house.port, method: 'PATCH', path: `${AT}/${id}`, agent: false, headers: { host: `localhost:${house.port}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', 'content-length': String(whole.length), ...bearer(token) } });
  request.on('error', () => undefined);
  request.write(whole.subarray(0, upTo), () => setImmediate(() => request.destroy()));
  await new Promise((resolve) => request.once('close', resolve));
}

it('goes on where it was cut, and becomes a file once it is whole', async () => {
  const whole = Buffer.concat(Array.from({ length: 40_000 }, (_one, n) => Buffer.from(`line ${n} of a long text\n`)));
  const begun = await begin({ name: 'long.txt', length: whole.length });
  assert.equal(begun.status, 201, begun.text);
  const { id } = begun.body.upload;
  await cutOff(id, whole, 600_000);
  let offset = 0;
  // The server may still be writing down what came.
  for (let looks = 0; looks < 200 && offset === 0; looks += 1) {
    const asked = await ask(id);
    offset = asked.body.upload.offset;
    assert.equal(asked.headers['upload-offset'], String(offset));
    assert.equal(asked.headers['upload-length'], String(whole.length));
  }
  assert.ok(offset > 0 && offset <= 600_000, String(offset));
  assert.equal((await send(id, offset + 1, whole.subarray(offset))).body.code, 'upload.wrong_offset');
  const middle = await send(id, offset, whole.subarray(offset, 700_000));
  assert.deepEqual([middle.status, middle.headers['upload-offset']], [204, '700000']);
  const done = await send(id, 700_000, whole.subarray(700_000));
  assert.equal(done.status, 201, done.text);
  assert.deepEqual([done.body.file.bytes, done.body.file.state], [whole.length, 'accepted']);
  const again = await send(id, 700_000, whole.subarray(700_000));
  assert.deepEqual([again.status, again.body.file.id], [200, done.body.file.id], 'sent again after the answer was lost');
});

it('is refused as declared before a byte, and as counted at its end', async () => {
  assert.equal((await begin({ name: 'a.exe', length: 10 })).body.code, 'upload.type_not_allowed');
  assert.equal((await begin({ name: 'a.txt', length: 21 * 1_048_576 })).body.code, 'upload.too_large');
  const { id } = (await begin({ name: 'a.png', length: TEXT.length })).body.upload;
  const done = await send(id, 0, TEXT);
  assert.deepEqual([done.status, done.body.code, done.body.file.state], [415, 'upload.type_mismatch', 'refused']);
  const more = (await begin({ name: 'a.txt', length: 10 })).body.upload.id;
  assert.equal((await send(more, 0, TEXT)).body.code, 'upload.incomplete', 'more than was announced');
});

it('is nobody else’s, and gone once it is given up', async () => {
  const { id } = (await begin({ name: 'a.txt', length: 100 })).body.upload;
  for (const answer of [await ask(id, stranger), await send(id, 0, TEXT, stranger), await ask('upl_none')]) assert.deepEqual([answer.status, answer.body.code], [404, 'upload.missing']);
  assert.equal((await house.call('DELETE', `${AT}/${id}`, { headers: bearer(token) })).status, 204);
  assert.equal((await ask(id)).status, 404);
});
