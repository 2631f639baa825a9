// The quarantine over HTTP: for administrators alone, each decision with a fresh code and its row, once; nothing of it is told to who sent it.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import * as fileRows from '#store/files.ts';
import { beginChat, makeChannel, type TestChannel } from '#test/chat.ts';
import { type ClamdStandIn, HARMFUL, openClamd } from '#test/clamd-stand-in.ts';
import { sendFile } from '#test/files.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, knock, trail } from '#test/people.ts';
import { addApiKey, bearer as keyed } from '#test/tickets.ts';

let scanner: ClamdStandIn;
let house: TestHouse;
let admin: Admin;
let cookie: string;
let agent: string;
let channel: TestChannel;
let token: string;
before(async () => {
  scanner = await openClamd();
  house = await openHouse({ env: { CLAMD: `tcp://127.0.0.1:${scanner.port}` } });
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  agent = (await knock(house, admin.slug, await addAgent(house, admin, 'ada'))).cookies.find((one) => one.startsWith('__Host-session='))!;
  channel = await makeChannel(house, admin, cookie);
  token = await beginChat(house, channel);
});
after(async () => {
  await house.close();
  scanner.close();
});

let sent = 0;
async function held(): Promise<string> {
  const answer = await sendFile(house, '/api/v1/chat/files', Buffer.from(`${(sent += 1)} ${HARMFUL}\n`), { name: `held-${sent}.txt`, token });
  assert.deepEqual([answer.status, answer.body.code, answer.body.file.state], [422, 'upload.virus_found', 'quarantined'], answer.text);
  assert.doesNotMatch(answer.text, /Portcullis\.Test|clamd|127\.0\.0\.1/, 'what found it is not told to who sent it');
  return answer.body.file.id;
}
const decide = (id: string, act: 'release' | 'remove', who = cookie) => house.call('POST', `/api/v1/quarantine/${id}/${act}`, { cookie: who });
const rowsOf = async (event: string, id: string) => (await trail(house, cookie)).filter((row) => row.event === event && row.entity.id === id);
const bytesOf = async (id: string): Promise<string | null> => {
  const row = await fileRows.byId(house.building.parts.store.brand(channel.brandId), id);
  if (row?.blob_key == null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of house.building.parts.media.blobs.read(row.blob_key)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};

it('is seen and decided by administrators alone, with a fresh code each time, and every decision stands in the trail once', async () => {
  const [first, second] = [await held(), await held()];
  const list = await house.call('GET', '/api/v1/quarantine', { cookie });
  assert.deepEqual([list.status, list.body.files.map((file: { id: string }) => file.id).toSorted(), list.body.files[0].found, list.body.files[0].side], [200, [first, second].toSorted(), 'Portcullis.Test', 'customer'], list.text);
  assert.doesNotMatch(String(await bytesOf(first)), /harmful/, 'it lies sealed');
  for (const who of [agent, undefined]) {
    for (const answer of [await house.call('GET', '/api/v1/quarantine', { cookie: who }), await house.call('POST', `/api/v1/quarantine/${first}/release`, { cookie: who }), await house.call('POST', `/api/v1/quarantine/${first}/remove`, { cookie: who }), await house.call('GET', `/api/v1/files/${first}/receipt`, { cookie: who })]) {
      assert.equal(answer.status, who === undefined ? 401 : 403, answer.text);
    }
  }
  // Making it takes the code that was fresh.
  const key = await addApiKey(house, admin, cookie, ['conversations:read', 'conversations:write']);
  assert.notEqual((await house.call('POST', `/api/v1/quarantine/${first}/release`, { headers: keyed(key.text) })).status, 200);

  assert.deepEqual([(await decide(first, 'release')).body.code, (await decide(second, 'remove')).body.code], ['step_up.required', 'step_up.required']);
  assert.deepEqual([await rowsOf('file.released', first), await rowsOf('file.destroyed', second)], [[], []]);
  await house.stepUp(admin, cookie);
  const released = await decide(first, 'release');
  assert.deepEqual([released.status, released.body.file.state, released.body.file.refusal], [200, 'accepted', null], released.text);
  assert.match(String(await bytesOf(first)), /harmful/);
  assert.equal((await decide(second, 'remove')).body.code, 'step_up.required', 'a code is for one decision');
  await house.stepUp(admin, cookie);
  const removed = await decide(second, 'remove');
  assert.deepEqual([removed.status, removed.body.file.state], [200, 'refused'], removed.text);
  assert.equal(await bytesOf(second), null);

  assert.deepEqual([(await rowsOf('file.released', first)).length, (await rowsOf('file.destroyed', second)).length], [1, 1]);
  await house.stepUp(admin, cookie);
  for (const id of [first, second]) assert.equal((await decide(id, 'release')).body.code, 'file.not_quarantined');
  assert.deepEqual([(await decide('fil_none', 'remove')).status, (await decide('fil_none', 'remove')).body.code], [404, 'file.missing']);
  assert.deepEqual((await house.call('GET', '/api/v1/quarantine', { cookie })).body.files, []);
  const receipt = await house.call('GET', `/api/v1/files/${first}/receipt`, { cookie });
  assert.deepEqual(receipt.body.receipt.judged.slice(-2).map((one: { step: string; result: string }) => `${one.step} ${one.result}`), ['antivirus held back', 'quarantine released']);
});

it('of two who decide at once one is heard', async () => {
  const id = await held();
  await house.stepUp(admin, cookie);
  const answers = await Promise.all([decide(id, 'release'), decide(id, 'release'), decide(id, 'remove')]);
  assert.deepEqual(answers.map(({ status }) => status).filter((status) => status === 200), [200], JSON.stringify(answers.map(({ body }) => body.code)));
  assert.equal((await rowsOf('file.released', id)).length + (await rowsOf('file.destroyed', id)).length, 1);
});

it('another brand finds nothing of it', async () => {
  const id = await held();
  const other = await house.setUp({ name: 'Other', slug: 'other' });
  const theirs = await house.signIn(other);
  await house.stepUp(other, theirs);
  assert.deepEqual((await house.call('GET', '/api/v1/quarantine', { cookie: theirs })).body.files, []);
  for (const act of ['release', 'remove'] as const) assert.deepEqual([(await decide(id, act, theirs)).status, (await decide(id, act, theirs)).body.code], [404, 'file.missing']);
  assert.equal((await house.call('GET', `/api/v1/files/${id}/receipt`, { cookie: theirs })).status, 404);
});
