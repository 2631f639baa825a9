// Two nodes on one PostgreSQL: what is said, ended or forbidden on one reaches the customers' sockets of the other within a second.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { bearer, beginChat, chatSocket, kept, makeChannel, OTHER_SITE, SITE, type TestChannel, toldOften } from '#test/chat.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { only } from '#test/people.ts';
import { readyDatabase } from '#test/ready-places.ts';

const WITHIN_MS = 1_000;

describe('two nodes on one PostgreSQL', () => {
  let a: TestHouse;
  let b: TestHouse;
  let admin: Admin;
  let cookie: string;
  let channel: TestChannel;

  before(async () => {
    const DATABASE_URL = await readyDatabase();
    const PORTCULLIS_KEYS = JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });
    [a, b] = await Promise.all([1, 2].map(() => openHouse({ env: { DATABASE_URL, PORTCULLIS_KEYS }, rounds: true }))) as [TestHouse, TestHouse];
    admin = await a.setUp();
    cookie = await a.signIn(admin);
    channel = await makeChannel(a, admin, cookie, [SITE, OTHER_SITE]);
    b.clock.now = a.clock.now;
  });
  after(() => Promise.all([a?.close(), b?.close()]));

  it('what a customer says on one is told to their window on the other, and an agent’s answer to both, once', async () => {
    const token = await beginChat(a, channel);
    const [here, there] = [await chatSocket(a, token), await chatSocket(b, token)];
    here.say({ type: 'send', id: 'message-0001', text: 'Hello?' });
    await here.told('ack');
    const begun = performance.now();
    const { conversation } = (await there.told('messages')) as unknown as { conversation: string };
    assert.ok(performance.now() - begun < WITHIN_MS);
    const answered = await b.call('POST', `/api/v1/conversations/${conversation}/messages`, { cookie, body: { id: 'answer-0001', kind: 'text', text: 'Good morning' } });
    assert.equal(answered.status, 201, answered.text);
    await Promise.all([here, there].map((socket) => socket.told('messages', ({ messages }) => messages[0].from === 'agent')));
    for (const socket of [here, there]) {
      assert.deepEqual(kept(socket), ['Hello?', 'Good morning']);
      assert.deepEqual(toldOften(socket), [1, 1]);
    }
    here.socket.terminate();
    there.socket.terminate();
  });

  it('an opening given by one is taken by the other; the same message sent to both at once is one', async () => {
    const opened = await a.call('GET', `/api/v1/chat/open/${channel.address}`, { headers: { origin: SITE, 'sec-fetch-site': 'cross-site' } });
    const begun = await b.call('POST', '/api/v1/chat/sessions', { body: { opening: opened.body.opening } });
    assert.equal(begun.status, 201, begun.text);
    const headers = bearer(begun.body.token);
    const sent = await Promise.all([a, b].map((house) => house.call('POST', '/api/v1/chat/messages', { body: { id: 'message-0001', text: 'once' }, headers })));
    assert.deepEqual(sent.map(({ status }) => status).toSorted(), [200, 201]);
    assert.deepEqual(sent[0]!.body, sent[1]!.body);
  });

  it('a session ended on one is refused on the other, and its socket there closes within a second', async () => {
    const token = await beginChat(a, channel);
    const socket = await chatSocket(b, token);
    const begun = performance.now();
    assert.equal((await a.call('POST', '/api/v1/chat/sign-out', { headers: bearer(token) })).status, 204);
    assert.equal((await b.call('GET', '/api/v1/chat/conversation', { headers: bearer(token) })).body.code, 'chat.session_ended');
    assert.deepEqual(await socket.closed, [4401, 'chat.session_ended']);
    assert.ok(performance.now() - begun < WITHIN_MS);
  });

  it('a site taken off the list on one closes the sockets of the other within a second', async () => {
    const socket = await chatSocket(b, await beginChat(a, channel));
    const begun = performance.now();
    const saved = await a.save(admin, cookie, { 'channel.site_origins': only(OTHER_SITE) });
    assert.equal(saved.status, 200, saved.text);
    assert.deepEqual(await socket.closed, [4403, 'chat.site_not_allowed']);
    assert.ok(performance.now() - begun < WITHIN_MS);
  });
});
