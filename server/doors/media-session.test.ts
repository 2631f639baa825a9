// What is asked of an agent's session holds for files as for pages: the list, the second factor and the time; and a download ends with its session.
// Holds 'management.allowlist', 'two_factor.mode', 'session.idle_timeout_minutes' and 'session.absolute_hours'.
import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { after, before, beforeEach, describe, it } from 'node:test';
import { bearer } from '#test/chat.ts';
import { type Admin, openHouse, presentCookie, type TestHouse } from '#test/house.ts';
import { agentFile, contentOf, type FileStage, linkOf, openFileStage, VISIT } from '#test/opening.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';
import { until } from '#test/program.ts';
import { addApiKey } from '#test/tickets.ts';

const MINUTE = 60_000;
let house: TestHouse;
let admin: Admin;
let cookie: string;
let stage: FileStage;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  stage = await openFileStage(house, admin, cookie);
});
after(() => house.close());
beforeEach(async () => {
  cookie = await house.signIn(admin);
});

const get = (shown: string, from = INSIDE, path = contentOf(stage.fromCustomer)) => house.call('GET', path, { cookie: shown, from });
async function set(settings: Record<string, unknown>): Promise<void> {
  const saved = await house.save(admin, await house.signIn(admin), settings);
  assert.equal(saved.status, 200, saved.text);
}

describe('management.allowlist and two_factor.mode at the media door', () => {
  it('an address that is taken off the list gets no file any more, nor its thumbnail; the customer is not concerned', async () => {
    const plain = (await knock(house, 'acme', await addAgent(house, admin, 'plain'), undefined, OUTSIDE)).cookies[0] as string;
    assert.equal((await get(plain, OUTSIDE)).status, 200);
    await set({ 'management.allowlist': only(INSIDE) });
    for (const path of [contentOf(stage.fromCustomer), `/api/v1/files/${stage.fromCustomer}/thumbnail`]) {
      const refused = await get(plain, OUTSIDE, path);
      assert.deepEqual([refused.status, refused.body.code], [403, 'network.not_allowed']);
    }
    assert.equal((await house.call('GET', contentOf(stage.fromCustomer), { from: OUTSIDE, headers: bearer(stage.token) })).status, 200);
    const link = await linkOf(house, cookie, stage.fromCustomer);
    assert.equal((await house.call('GET', link, { cookie: plain, from: OUTSIDE, headers: VISIT })).status, 303, 'its link leads to where the refusal is said');
  });

  it('a session proven by a password alone is asked for a code where the mode wants one', async () => {
    const remote = (await knock(house, 'acme', await addAgent(house, admin, 'remote', ['remote_access']))).cookies[0] as string;
    assert.equal((await get(remote)).status, 200);
    const outside = await get(remote, OUTSIDE);
    assert.deepEqual([outside.status, outside.body.code], [401, 'second_factor.required']);
    await set({ 'management.allowlist': { state: 'any', entries: [] } });
  });
});

describe('session.idle_timeout_minutes and session.absolute_hours at the media door', () => {
  it('a file is no input, and opens nothing from the very minute the session is over', async () => {
    const mine = await house.signIn(admin);
    const began = house.clock.now;
    house.clock.now = began + 30 * MINUTE - 1;
    assert.equal((await get(mine)).status, 200);
    house.clock.now = began + 30 * MINUTE;
    const over = await get(mine);
    assert.deepEqual([over.status, over.body.code], [401, 'session.idle']);
    const led = await house.call('GET', contentOf(stage.fromCustomer), { cookie: mine, headers: VISIT });
    assert.deepEqual([led.status, led.headers['location']], [303, `/b/acme/files/${stage.fromCustomer}`]);
  });

  it('session.absolute_hours ends it too', async () => {
    const mine = await house.signIn(admin);
    const began = house.clock.now;
    for (let minute = 20; minute < 12 * 60; minute += 20) {
      house.clock.now = began + minute * MINUTE;
      await house.call('POST', '/api/v1/session/input', { cookie: mine, body: { idleSeconds: 0 } });
    }
    house.clock.now = began + 12 * 60 * MINUTE;
    assert.equal((await get(mine)).body.code, 'session.absolute');
  });
});

describe('a download that is under way', () => {
  let large: string;
  before(async () => {
    cookie = await house.signIn(admin);
    large = await agentFile(house, cookie, stage.conversation, { name: 'large.txt', bytes: Buffer.alloc(12 * 1_048_576, 'All work and no play. ') });
  });

  /** Begins a download that takes nothing after its head. Resolves with the head. */
  function begin(path: string, headers: Record<string, string>): Promise<{ answer: IncomingMessage; rest: () => Promise<number> }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: house.port, path, headers: { host: `localhost:${house.port}`, 'sec-fetch-site': 'same-origin', ...headers }, agent: false });
      request.on('error', reject);
      request.on('response', (answer) => {
        let bytes = 0;
        let slow = true;
        request.off('error', reject).on('error', () => undefined);
        const cut = new Promise<number>((done) => {
          answer.on('close', () => done(bytes));
          answer.on('error', () => undefined);
        });
        answer.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (slow) answer.pause();
        });
        const rest = (): Promise<number> => {
          slow = false;
          answer.resume();
          return cut;
        };
        resolve({ answer, rest });
      });
      request.end();
    });
  }
  const round = (): Promise<void> => house.building.parts.transfers.round();

  it('is cut when its session ends, and goes on while it lives', async () => {
    const mine = await house.signIn(admin);
    const { answer, rest } = await begin(contentOf(large), { cookie: presentCookie(mine) });
    assert.equal(answer.statusCode, 200);
    await round();
    assert.equal(house.building.parts.transfers.size(), 1, 'it lives');
    await house.call('POST', '/api/v1/sign-out', { cookie: mine });
    await round();
    assert.ok((await rest()) < 12 * 1_048_576);
    assert.equal(answer.complete, false);
  });

  it('is cut when media.enforce_access is switched on under somebody who has but the link', async () => {
    await set({ 'media.enforce_access': false });
    const link = await linkOf(house, await house.signIn(admin), large);
    const { answer, rest } = await begin(link, {});
    assert.equal(answer.statusCode, 200);
    await round();
    assert.equal(house.building.parts.transfers.size(), 1);
    await set({ 'media.enforce_access': true });
    await round();
    await rest();
    assert.equal(answer.complete, false);
  });

  it('is cut when the chat session of its customer ends', async () => {
    const { answer, rest } = await begin(contentOf(large), { authorization: `Bearer ${stage.token}` });
    assert.equal(answer.statusCode, 200);
    await house.call('POST', '/api/v1/chat/sign-out', { headers: bearer(stage.token) });
    await round();
    await rest();
    assert.equal(answer.complete, false);
    assert.equal(house.building.parts.transfers.size(), 0);
  });

  const revoke = async (id: string): Promise<void> => {
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('DELETE', `/api/v1/api-keys/${id}`, { cookie })).status, 200);
  };
  const rotate = async (id: string): Promise<void> => {
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('POST', `/api/v1/api-keys/${id}/rotate`, { cookie, body: { graceDays: 0 } })).status, 200);
  };
  const change = async (id: string, body: object): Promise<void> => {
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('PATCH', `/api/v1/api-keys/${id}`, { cookie, body })).status, 200);
  };
  const ENDS: readonly (readonly [string, (id: string) => Promise<unknown>, string])[] = [
    ['is revoked', revoke, 'api.key_revoked'],
    ['is rotated without grace', rotate, 'api.key_expired'],
    ['gets addresses of its own, and this is none', (id) => change(id, { allowlist: { state: 'only', entries: [{ value: '192.0.2.1' }] } }), 'api.key_network'],
    ['loses the scope', (id) => change(id, { scopes: ['users:read'] }), 'api.scope_missing'],
    ['comes to its end', async (id) => {
      await change(id, { expiresAt: house.clock.now + MINUTE });
      await round();
      assert.equal(house.building.parts.transfers.size(), 1, 'not before');
      house.clock.now += MINUTE;
    }, 'api.key_expired'],
    ['must stand in the address', async () => {
      assert.equal((await house.save(admin, cookie, { 'api.authentication_mode': 'query' })).status, 200);
    }, 'api.token_misplaced'],
  ];
  for (const [what, end, code] of ENDS) {
    it(`is cut when the key that opened it ${what}`, async () => {
      cookie = await house.signIn(admin);
      const { id, text } = await addApiKey(house, admin, cookie, ['media:read']);
      const { answer, rest } = await begin(contentOf(large), { authorization: `Bearer ${text}` });
      assert.equal(answer.statusCode, 200);
      await round();
      assert.equal(house.building.parts.transfers.size(), 1, 'it lives');
      await end(id);
      await round();
      await rest();
      assert.equal(answer.complete, false);
      await until('its row', async () => (await trail(house, cookie, 'what=request.refused')).find((row) => row.facts.code === code && row.entity.id === 'media' && row.actor.id === id));
      if (code === 'api.token_misplaced') assert.equal((await house.save(admin, cookie, { 'api.authentication_mode': 'header' })).status, 200);
    });
  }

  it('who takes nothing for a minute is let go', async () => {
    const { answer, rest } = await begin(contentOf(large), { cookie: presentCookie(await house.signIn(admin)) });
    house.clock.uptime += 60_001;
    await house.building.parts.brands.confirm();
    await round();
    await rest();
    assert.equal(answer.complete, false);
  });
});
