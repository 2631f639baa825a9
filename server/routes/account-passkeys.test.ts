// Enrolling passkeys over HTTP with an authenticator in software: from where it is allowed, and refused when anything of it is wrong.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import * as deviceRows from '#store/devices.ts';
import { authenticator, type Faults } from '#test/authenticator.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { type KeyHolders, keyHolders } from '#test/key-holders.ts';
import { mailsOf } from '#test/mails.ts';
import { INSIDE, only } from '#test/people.ts';

const MINUTE = 60_000;
let house: TestHouse;
let admin: Admin;
let holders: KeyHolders;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  holders = keyHolders(house, admin);
});
after(() => house.close());
beforeEach(() => {
  house.clock.now += 48 * 60 * MINUTE;
});

describe('enrolling a passkey', () => {
  it('as a first factor asks for the password again, and gives recovery codes', async () => {
    const email = await holders.newcomer();
    const cookie = await holders.signIn(email);
    assert.equal((await holders.begin(cookie)).body.code, 'password.required');
    assert.equal((await holders.begin(cookie, { password: 'wrong' })).body.code, 'password.wrong');
    const begun = await holders.begin(cookie, { password: PASSWORD });
    assert.equal(begun.body.options.rp.id, 'localhost');
    assert.deepEqual(begun.body.options.authenticatorSelection, { residentKey: 'preferred', userVerification: 'preferred', requireResidentKey: false });
    const done = await holders.finish(cookie, authenticator(holders.site).create(begun.body.options), begun.body.ceremony);
    assert.equal(done.body.recoveryCodes.length, 10);
    const [row] = (await holders.shown(cookie)).passkeys;
    assert.deepEqual([row.label, row.lastUsedAt, row.transports], ['Blue key', null, ['internal', 'hybrid']]);
    const { agent } = (await house.call('GET', '/api/v1/session', { cookie })).body;
    assert.deepEqual([agent.methods, agent.hasFactor], [['passkey', 'recovery'], true]);
    assert.ok((await mailsOf(house)).some((one) => one.to.includes(email) && /“Blue key”/.test(one.text)));
  });

  it('from outside the list is not allowed, and inside a list that is on needs nothing more', async () => {
    const email = await holders.newcomer();
    const saved = await house.save(admin, await house.signIn(admin), { 'management.allowlist': only(INSIDE) });
    assert.equal(saved.status, 200, saved.text);
    assert.equal((await holders.begin(await holders.signIn(email))).status, 200);
    await house.save(admin, await house.signIn(admin), { 'management.allowlist': { state: 'any' } });
  });

  it('beside another factor asks for a fresh code, once, and names what is there already', async () => {
    const { cookie, key } = await holders.holder();
    assert.equal((await holders.begin(cookie, { password: PASSWORD })).body.code, 'step_up.required');
    assert.equal((await holders.stepUp(cookie, key)).status, 200);
    const second = await holders.begin(cookie);
    assert.deepEqual(second.body.options.excludeCredentials.map((one: { id: string }) => one.id), [key.id]);
    assert.equal((await holders.begin(cookie)).body.code, 'step_up.required', 'the code was used up');
    const made = authenticator(holders.site).create(second.body.options);
    assert.equal((await holders.finish(cookie, made, second.body.ceremony)).body.recoveryCodes, null);
    assert.equal((await holders.finish(cookie, made, second.body.ceremony)).body.code, 'code.used', 'answered twice');
    assert.equal((await holders.shown(cookie)).passkeys.length, 2);
  });

  it('refuses what is not made for this page, session and moment', async () => {
    const cookie = await holders.signIn(await holders.newcomer());
    const other = await holders.signIn(await holders.newcomer());
    const key = authenticator(holders.site);
    const fresh = async (whose = cookie) => (await holders.begin(whose, { password: PASSWORD })).body;
    const rows: [string, Faults, string][] = [
      ['another origin', { origin: 'https://evil.example' }, 'passkey.failed'],
      ['another RP id', { rpId: 'evil.example' }, 'passkey.failed'],
      ['another challenge', { challenge: 'AAAA' }, 'passkey.failed'],
      ['an assertion in place of a registration', { type: 'webauthn.get' }, 'passkey.failed'],
      ['nobody present', { userPresent: false }, 'passkey.failed'],
    ];
    for (const [title, faults, code] of rows) {
      const { options, ceremony } = await fresh();
      assert.equal((await holders.finish(cookie, key.create(options, faults), ceremony)).body.code, code, title);
    }
    const theirs = await fresh(other);
    assert.equal((await holders.finish(cookie, key.create(theirs.options), theirs.ceremony)).body.code, 'code.expired', 'a ceremony of somebody else');
    const late = await fresh();
    house.clock.now += 5 * MINUTE;
    assert.equal((await holders.finish(cookie, key.create(late.options), late.ceremony)).body.code, 'code.expired');
    const mine = await fresh();
    const made = key.create(mine.options);
    assert.equal((await holders.finish(cookie, made, mine.ceremony)).status, 201);
    assert.equal((await holders.finish(cookie, made, mine.ceremony)).body.code, 'code.expired', 'answered twice: begun as a first factor, and there is one now');
    const taken = await fresh(other);
    assert.equal((await holders.finish(other, key.create(taken.options), taken.ceremony)).body.code, 'passkey.failed', 'one key is one person’s');
    for (const credential of [{}, { id: 'a' }, { ...made, type: 'x' }, { ...made, response: {} }]) assert.equal((await holders.finish(cookie, credential, mine.ceremony)).status, 422);
    assert.equal((await holders.finish(cookie, { ...made, response: { clientDataJSON: 'e30' } }, (await fresh(other)).ceremony)).body.code, 'code.expired');
    assert.equal((await holders.finish(other, { ...made, response: { clientDataJSON: 'e30' } }, (await fresh(other)).ceremony)).body.code, 'passkey.failed');
  });

  it('ends the other sessions and trusts no device any more; the sessions stay where the person says so', async () => {
    const email = await holders.newcomer();
    const [cookie, other] = [await holders.signIn(email), await holders.signIn(email)];
    const { brands, store } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    const agentId = (await house.call('GET', '/api/v1/session', { cookie })).body.agent.id as string;
    const at = house.clock.now;
    await rows.note([deviceRows.insert(rows, { id: 'dev_1', agent_id: agentId, token_hash: new Uint8Array(32).fill(7), created_at: at, last_used_at: at, trusted_at: at, address: null, user_agent: '' })]);
    const enrol = async (more: Record<string, unknown>, body: unknown) => {
      const begun = await holders.begin(cookie, body);
      const key = authenticator(holders.site);
      assert.equal((await holders.finish(cookie, key.create(begun.body.options), begun.body.ceremony, more)).status, 201);
      return key;
    };
    const key = await enrol({ endOthers: false }, { password: PASSWORD });
    assert.deepEqual((await deviceRows.ofAgent(rows, agentId)).map((row) => row.trusted_at), (await deviceRows.ofAgent(rows, agentId)).map(() => null));
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: other })).status, 200);
    assert.equal((await holders.stepUp(cookie, key)).status, 200);
    await enrol({}, {});
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: other })).body.code, 'session.ended');
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200);
  });
});

describe('at a bare address', () => {
  it('there are no passkeys, and the page is told', async () => {
    const bare = await openHouse({ env: { PUBLIC_URL: 'http://127.0.0.1:8080' } });
    try {
      const someone = await bare.setUp();
      const cookie = await bare.signIn(someone);
      assert.equal((await bare.call('GET', '/api/v1/account/factors', { cookie })).body.passkeysPossible, false);
      assert.equal((await bare.call('POST', '/api/v1/account/factors/passkeys/options', { cookie, body: {} })).body.code, 'passkey.unavailable');
      assert.equal((await bare.call('POST', '/api/v1/step-up/options', { cookie, body: { method: 'passkey' } })).body.code, 'passkey.unavailable');
    } finally {
      await bare.close();
    }
  });
});
