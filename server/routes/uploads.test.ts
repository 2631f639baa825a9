// Uploads in pieces: a cut in the middle costs nothing that came, anybody else's is not there, and the whole is judged like any other file.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, it } from 'node:test';
import { newBlobKey } from '#media/blob-keeping.ts';
import { growUpload } from '#media/uploads.ts';
import * as brandRows from '#store/brands.ts';
import * as uploadRows from '#store/uploads.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { beginChat, bearer, makeChannel, type TestChannel } from '#test/chat.ts';
import { sendFile, TEXT } from '#test/files.ts';

let house: TestHouse;
let admin: Admin;
let token: string;
let stranger: string;
let channel: TestChannel;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  channel = await makeChannel(house, admin, await house.signIn(admin));
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

it('becomes one file, however many say at once that it is whole', async () => {
  const begun = (await begin({ name: 'a.txt', length: TEXT.length })).body.upload.id;
  await send(begun, 0, TEXT.subarray(0, 10));
  const answers = await Promise.all([send(begun, 10, TEXT.subarray(10)), send(begun, 10, TEXT.subarray(10)), ...Array.from({ length: 5 }, () => send(begun, TEXT.length, Buffer.alloc(0)))]);
  assert.deepEqual(answers.map(({ status }) => status).filter((status) => status === 201), [201], answers.map(({ text }) => text).join());
  for (const { status, body } of answers) assert.ok([200, 201].includes(status) || ['upload.wrong_offset', 'upload.busy', 'upload.missing'].includes(body.code), `${status} ${body?.code}`);
  assert.equal(new Set(answers.flatMap(({ body }) => body?.file?.id ?? [])).size, 1);
});

it('of four hundred pieces that met no turn at its end becomes a file by an empty piece all the same; one with bytes missing gets no more', async () => {
  const { media, store } = house.building.parts;
  const brand = store.brand((await brandRows.all(store.system))[0]!.id);
  const [whole, half] = [(await begin({ name: 'a.txt', length: TEXT.length })).body.upload.id, (await begin({ name: 'a.txt', length: TEXT.length + 1 })).body.upload.id];
  const nothing = newBlobKey(brand.id);
  const path = join(house.dataDir, 'nothing');
  writeFileSync(path, '');
  await media.blobs.put(nothing, path);
  for (const id of [whole, half]) {
    const row = (await uploadRows.byId(brand, id))!;
    assert.ok((await growUpload(media, brand.id, row, 0, Readable.from([TEXT]))).ok);
    const [key] = JSON.parse((await uploadRows.byId(brand, id))!.pieces) as string[];
    await brand.note([brand.write(brand.q.updateTable('uploads').set({ pieces: JSON.stringify([key, ...Array.from({ length: 399 }, () => nothing)]) }).where('id', '=', id))]);
  }
  assert.equal((await send(half, TEXT.length, Buffer.from('.'))).body.code, 'upload.wrong_offset');
  const done = await send(whole, TEXT.length, Buffer.alloc(0));
  assert.deepEqual([done.status, done.body.file?.bytes], [201, TEXT.length], done.text);
});

it('of one customer ten may be under way, and another can still begin', async () => {
  const own = await beginChat(house, channel);
  const more = (who: string) => house.call('POST', AT, { body: { name: 'a.txt', length: 100 }, headers: bearer(who) });
  for (let n = 0; n < 10; n += 1) assert.equal((await more(own)).status, 201);
  const over = await more(own);
  assert.deepEqual([over.status, over.body.code], [429, 'upload.too_fast']);
  assert.equal((await more(await beginChat(house, channel))).status, 201);
});

it('is nobody else’s, and gone once it is given up', async () => {
  const { id } = (await begin({ name: 'a.txt', length: 100 })).body.upload;
  for (const answer of [await ask(id, stranger), await send(id, 0, TEXT, stranger), await ask('upl_none')]) assert.deepEqual([answer.status, answer.body.code], [404, 'upload.missing']);
  assert.equal((await house.call('DELETE', `${AT}/${id}`, { headers: bearer(token) })).status, 204);
  assert.equal((await ask(id)).status, 404);
});
