// Two nodes on one PostgreSQL: a key revoked on one opens nothing on the other within a second, nor what it bought; and what runs while it is revoked is done before or not at all.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { trail } from '#test/people.ts';
import { until } from '#test/program.ts';
import { readyDatabase } from '#test/ready-places.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

const WITHIN_MS = 1_000;

describe('two nodes on one PostgreSQL', () => {
  let a: TestHouse;
  let b: TestHouse;
  let admin: Admin;
  let cookie: string;

  before(async () => {
    const DATABASE_URL = await readyDatabase();
    const PORTCULLIS_KEYS = JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });
    [a, b] = await Promise.all([1, 2].map(() => openHouse({ env: { DATABASE_URL, PORTCULLIS_KEYS }, rounds: true }))) as [TestHouse, TestHouse];
    admin = await a.setUp();
    cookie = await a.signIn(admin);
  });
  after(() => Promise.all([a?.close(), b?.close()]));

  /** A code moves the clock: both nodes have the same. */
  async function withCode<T>(work: () => Promise<T>): Promise<T> {
    await a.stepUp(admin, cookie);
    b.clock.now = a.clock.now;
    return work();
  }
  const key = async (...scopes: string[]) => addApiKey(a, admin, cookie, scopes).finally(() => (b.clock.now = a.clock.now));
  const revoke = async (id: string): Promise<void> => {
    const answer = await a.call('DELETE', `/api/v1/api-keys/${id}`, { cookie });
    assert.equal(answer.status, 200, answer.text);
  };
  const seenBy = (house: TestHouse, text: string): Promise<Answer> => house.call('GET', '/api/v1/inbox', { headers: bearer(text) });

  it('a key revoked on one is refused there at once, and on the other within a second', async () => {
    const { id, text } = await key('conversations:read');
    assert.deepEqual([(await seenBy(a, text)).status, (await seenBy(b, text)).status], [200, 200]);
    await withCode(() => revoke(id));
    assert.equal((await seenBy(a, text)).body.code, 'api.key_revoked');
    await until('the other node refuses the key', async () => (await seenBy(b, text)).body.code === 'api.key_revoked', WITHIN_MS);
  });

  it('an access token ends with the key that bought it, on the node that never saw either revoked', async () => {
    assert.equal((await a.save(admin, cookie, { 'api.authentication_mode': 'exchange' })).status, 200);
    b.clock.now = a.clock.now;
    const { id, text } = await key('conversations:read');
    const bought = await a.call('POST', '/api/v1/oauth/token', { raw: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: text }).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': undefined } });
    assert.equal(bought.status, 200, bought.text);
    const token = bought.body.access_token as string;
    await until('the other node takes access tokens', async () => (await seenBy(b, token)).status === 200, WITHIN_MS);
    await withCode(() => revoke(id));
    assert.equal((await seenBy(a, token)).status, 401);
    await until('the other node refuses the access token', async () => (await seenBy(b, token)).status === 401, WITHIN_MS);
    assert.equal((await a.save(admin, cookie, { 'api.authentication_mode': 'header' })).status, 200);
    b.clock.now = a.clock.now;
  });

  it('of many requests on both nodes while it is revoked each is wholly done before or refused; none is done after', async () => {
    const channel = await withCode(() => a.call('POST', '/api/v1/channels', { cookie, body: { kind: 'api', name: 'Orders' } }));
    assert.equal(channel.status, 201, channel.text);
    const { id, text } = await key('conversations:write');
    const begin = (house: TestHouse): Promise<Answer> => house.call('POST', '/api/v1/conversations', { headers: bearer(text), body: { channel: channel.body.id, customer: { name: 'Ada' }, text: 'Hello' } });
    await until('the other node takes the key', async () => (await seenBy(b, text)).body.code === 'api.scope_missing', WITHIN_MS);
    const answers: Answer[] = [await begin(a)];
    await withCode(async () => {
      let over = false;
      // Each of eight goes on asking until it is refused, or would go on after it must be.
      const asking = [a, b, a, b, a, b, a, b].map(async (house) => {
        for (let after = 0; after < 3; after += over ? 1 : 0) {
          const answer = await begin(house);
          answers.push(answer);
          if (answer.status !== 201) return;
        }
      });
      await until('some were done', () => answers.length > 10);
      await revoke(id);
      over = true;
      await Promise.all(asking);
    });
    const done = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status !== 201);
    assert.deepEqual(new Set(refused.map(({ body }) => body.code)), new Set(['api.key_revoked']));
    assert.equal(refused.length, 8, 'everybody was told');
    const [revoked] = (await trail(a, cookie, 'what=api_key.revoked')).filter((row) => row.entity.id === id);
    const begun = (await trail(a, cookie, 'what=conversation.begun')).filter((row) => row.actor.id === id);
    assert.deepEqual(new Set(begun.map((row) => row.entity.id)), new Set(done.map(({ body }) => body.conversation.id)), 'what was answered is what was done');
    assert.ok(begun.every((row) => row.seq < revoked.seq), 'nothing was done after the row that says it was revoked');
  });
});
