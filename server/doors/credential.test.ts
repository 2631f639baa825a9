// Tests of which door a request takes: the session cookie the workspace's, a token the API's, both none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { PNG, sendFile } from '#test/files.ts';
import { trail } from '#test/people.ts';
import { openDesk } from '#test/live-inbox.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let reader: { id: string; text: string };
let writer: { id: string; text: string };
let conversation: string;

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  const desk = await openDesk(house);
  conversation = (await (await desk.customer('Ada'))('Where is my parcel?')).conversationId;
  reader = await addApiKey(house, admin, cookie, ['conversations:read']);
  writer = await addApiKey(house, admin, cookie, ['conversations:read', 'conversations:write']);
});
after(() => house.close());

const as = (text: string, method: string, path: string, body?: object) => house.call(method, `/api/v1${path}`, { headers: bearer(text), ...(body === undefined ? {} : { body }) });

test('a route of the workspace that names a scope answers a key that has it', async () => {
  const list = await as(reader.text, 'GET', '/inbox');
  assert.equal(list.status, 200, list.text);
  assert.deepEqual(list.body.conversations.map((one: { id: string }) => one.id), [conversation]);
  assert.equal((await as(reader.text, 'GET', `/conversations/${conversation}`)).status, 200);
  const refused = await as(reader.text, 'POST', `/conversations/${conversation}/messages`, { id: 'from-the-crm', kind: 'text', text: 'On its way' });
  assert.equal(refused.status, 403);
  assert.equal(refused.body.code, 'api.scope_missing');
  assert.match(String(refused.headers['www-authenticate']), /error="insufficient_scope", scope="conversations:write"/);
});

test('what a key does is the key\'s in the trail', async () => {
  assert.equal((await as(writer.text, 'POST', `/conversations/${conversation}/messages`, { id: 'from-the-crm', kind: 'note', text: 'Sent on Monday' })).status, 201);
  assert.equal((await as(writer.text, 'PATCH', `/conversations/${conversation}`, { status: 'pending' })).status, 200);
  assert.equal((await as(writer.text, 'POST', `/conversations/${conversation}/tags`, { tag: 'parcel' })).status, 200);
  const rows = (await trail(house, cookie)).filter((row) => row.actor.kind === 'key');
  assert.deepEqual([...new Set(rows.map((row) => row.event))].toSorted(), ['conversation.changed', 'message.sent', 'request.refused']);
  assert.ok(rows.filter((row) => row.event !== 'request.refused').every((row) => row.actor.id === writer.id));
});

test('a file comes in by the scope of files, not by that of words', async () => {
  const uploader = await addApiKey(house, admin, cookie, ['media:write']);
  const send = (text: string) => sendFile(house, `/api/v1/conversations/${conversation}/files`, PNG, { name: 'blinds.png', token: text, headers: { 'sec-fetch-site': undefined } });
  const refused = await send(writer.text);
  assert.deepEqual([refused.status, refused.body.code], [403, 'api.scope_missing']);
  assert.match(String(refused.headers['www-authenticate']), /scope="media:write"/);
  assert.equal((await send(uploader.text)).status, 201);
});

test('the same route with a session; with both it is nobody\'s', async () => {
  assert.equal((await house.call('GET', '/api/v1/inbox', { cookie })).status, 200);
  for (const headers of [bearer(reader.text), { authorization: 'Basic YTpi' }]) {
    const both = await house.call('GET', '/api/v1/inbox', { cookie, headers });
    assert.equal(both.status, 400);
    assert.equal(both.body.code, 'request.two_credentials');
  }
});

test('nothing shown: a browser is told to sign in, a program where a token belongs', async () => {
  assert.equal((await house.call('GET', '/api/v1/inbox')).body.code, 'session.missing');
  const program = await house.call('GET', '/api/v1/inbox', { headers: { 'sec-fetch-site': undefined } });
  assert.equal(program.status, 401);
  assert.equal(program.body.code, 'api.key_missing');
  assert.equal(program.headers['www-authenticate'], 'Bearer realm="portcullis"');
});

test('what names no scope is not open to keys, whatever they may do', async () => {
  for (const [method, path] of [['GET', '/account/factors'], ['PUT', `/conversations/${conversation}/read`], ['POST', '/api-keys'], ['POST', '/step-up']] as const) {
    const answer = await as(writer.text, method, path, method === 'GET' ? undefined : {});
    assert.equal(answer.status, 403, path);
    assert.equal(answer.body.code, 'api.not_for_keys', path);
  }
});
