// Passkeys in use over HTTP: step-up, alone, refused when anything of the answer is wrong, renamed and removed.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { siteOf } from '#identity/ceremonies.ts';
import { passkeyAlone, passkeyOptions } from '#identity/passkeys.ts';
import { totpCode } from '#identity/totp.ts';
import { authenticator, type Faults } from '#test/authenticator.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { type KeyHolders, keyHolders } from '#test/key-holders.ts';
import { mailsOf } from '#test/mails.ts';
import { INSIDE, only, trail } from '#test/people.ts';

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

describe('a passkey as a factor', () => {
  it('opens step-up, also where it could not ask for its PIN, and shows when it was used', async () => {
    const { cookie, key } = await holders.holder();
    assert.equal((await holders.stepUp(cookie, key, { userVerified: false })).status, 200);
    assert.equal((await holders.shown(cookie)).passkeys[0].lastUsedAt, new Date(house.clock.now).toISOString());
  });

  it('refuses every answer that is not to this question', async () => {
    const { cookie, key } = await holders.holder(5);
    const other = await holders.holder();
    const rows: [string, Faults][] = [
      ['another origin', { origin: 'https://evil.example' }],
      ['the same host by another scheme', { origin: `https://localhost:${house.port}` }],
      ['another RP id', { rpId: 'evil.example' }],
      ['another challenge', { challenge: 'AAAA' }],
      ['a registration', { type: 'webauthn.create' }],
      ['nobody present', { userPresent: false }],
      ['another key', { key: other.key.key }],
      ['the handle of somebody else', { userHandle: 'eHh4' }],
    ];
    for (const [title, faults] of rows) {
      // So far apart that none waits for the one before.
      house.clock.now += 29 * MINUTE;
      await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } });
      assert.equal((await holders.stepUp(cookie, key, faults)).body.code, 'passkey.failed', title);
    }
  });

  it('answers a question once, in its own session, within five minutes', async () => {
    const { cookie, key } = await holders.holder();
    const other = await holders.holder();
    const { options, ceremony } = await holders.asked(cookie);
    const credential = key.get(options);
    assert.equal((await holders.post('step-up', other.cookie, { method: 'passkey', credential, ceremony })).body.code, 'code.expired', 'of somebody else');
    assert.equal((await holders.post('session/code', cookie, { method: 'passkey', credential, ceremony })).body.code, 'code.expired', 'for something else');
    const answers = await Promise.all([1, 2].map(() => holders.post('step-up', cookie, { method: 'passkey', credential, ceremony })));
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1, 'once, also at once');
    const theirs = await holders.asked(other.cookie);
    house.clock.now += MINUTE;
    assert.equal((await holders.post('step-up', other.cookie, { method: 'passkey', credential: key.get(theirs.options), ceremony: theirs.ceremony })).body.code, 'passkey.failed', 'the key of somebody else');
    house.clock.now += MINUTE;
    const late = await holders.asked(cookie);
    house.clock.now += 5 * MINUTE;
    assert.equal((await holders.post('step-up', cookie, { method: 'passkey', credential: key.get(late.options), ceremony: late.ceremony })).body.code, 'code.expired');
  });

  it('whose counter does not go on is refused, and the audit trail says so', async () => {
    const { cookie, key } = await holders.holder(5);
    assert.equal((await holders.stepUp(cookie, key)).status, 200);
    for (const counter of [6, 5, 0]) {
      house.clock.now += MINUTE;
      assert.equal((await holders.stepUp(cookie, key, { counter })).body.code, 'passkey.failed', String(counter));
    }
    house.clock.now += MINUTE;
    assert.equal((await holders.stepUp(cookie, key, { counter: 100 })).status, 200);
    const rows = await trail(house, await house.signIn(admin), '');
    assert.ok(rows.some((row) => row.facts?.why === 'counter went back' || row.facts?.facts?.why === 'counter went back'), 'a row with the counter');
  });

  it('is not asked of somebody who has none', async () => {
    const cookie = await holders.signIn(await holders.newcomer());
    assert.equal((await holders.asked(cookie)).code, 'method.unavailable');
  });

  it('wrong ones are not counted, since none can be guessed: they stop neither the right one nor the session', async () => {
    const { cookie, key } = await holders.holder();
    for (let n = 0; n < 12; n += 1) assert.equal((await holders.stepUp(cookie, key, { origin: 'https://evil.example' })).body.code, 'passkey.failed');
    assert.equal((await holders.stepUp(cookie, key)).status, 200);
  });
});

describe('a passkey alone', () => {
  it('names its person where it asked for its PIN, and nobody where it did not', async () => {
    const { key } = await holders.holder();
    const { brands, store, keyring, config } = house.building.parts;
    const brand = store.brand((await brands.bySlug('acme'))!.id);
    const parts = { brand, keyring, site: siteOf(config.publicUrl), now: house.clock.now };
    const begun = () => passkeyOptions({ ...parts, agentId: null, boundTo: 'browser', userVerification: 'required' });
    const give = async (faults: Faults, boundTo = 'browser') => {
      const { options, ceremony } = await begun();
      return passkeyAlone(parts, { credential: key.get(options, faults), ceremony, boundTo });
    };
    const { options } = await begun();
    assert.deepEqual([options.userVerification, options.allowCredentials], ['required', []]);
    const right = await give({});
    assert.ok(right.ok && right.agentId.startsWith('agt_'));
    const codeOf = (given: Awaited<ReturnType<typeof give>>) => (given.ok ? 'ok' : given.denial.code);
    assert.equal(codeOf(await give({ userVerified: false })), 'passkey.unverified');
    assert.equal(codeOf(await give({}, 'another browser')), 'code.expired');
    assert.equal(codeOf(await give({ origin: 'https://evil.example' })), 'passkey.failed');
  });
});

describe('the list of factors', () => {
  const remove = (cookie: string, path: string, body: unknown = {}) => house.call('DELETE', `/api/v1/account/${path}`, { cookie, body });
  const rename = (cookie: string, id: string, label: string) => house.call('PATCH', `/api/v1/account/factors/passkeys/${id}`, { cookie, body: { label } });

  it('renames one, with a name of some letters', async () => {
    const { cookie } = await holders.holder();
    const other = await holders.holder();
    const [{ id }] = (await holders.shown(cookie)).passkeys;
    assert.equal((await rename(cookie, id, '  Green\n key ')).status, 204);
    assert.equal((await holders.shown(cookie)).passkeys[0].label, 'Green key');
    assert.equal((await rename(cookie, id, ' \u200b ')).status, 422);
    assert.equal((await rename(other.cookie, id, 'mine')).body.code, 'factor.missing');
  });

  it('removes one with a fresh code, its recovery codes with the last, and mails it', async () => {
    const { cookie, key, email } = await holders.holder();
    const [{ id }] = (await holders.shown(cookie)).passkeys;
    assert.equal((await remove(cookie, `factors/passkeys/${id}`)).body.code, 'step_up.required');
    await holders.stepUp(cookie, key);
    assert.equal((await remove(cookie, 'factors/passkeys/pky_nobody')).body.code, 'factor.missing');
    assert.equal((await remove(cookie, `factors/passkeys/${id}`)).status, 204);
    const left = await holders.shown(cookie);
    assert.deepEqual([left.passkeys, left.recoveryCodesLeft], [[], 0]);
    assert.equal((await mailsOf(house)).filter((one) => one.to.includes(email) && /removed from your account/.test(one.text)).length, 1);
    assert.equal((await holders.asked(cookie)).code, 'method.unavailable');
  });

  it('keeps the last one of whom the table asks for one', async () => {
    const cookie = await house.signIn(admin);
    const saved = await house.save(admin, cookie, { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' });
    assert.equal(saved.status, 200, saved.text);
    const [{ id }] = (await holders.shown(cookie)).totp;
    await house.stepUp(admin, cookie);
    assert.equal((await remove(cookie, `factors/totp/${id}`)).body.code, 'factor.needed');
    const begun = await holders.begin(cookie);
    assert.equal((await holders.finish(cookie, authenticator(holders.site).create(begun.body.options), begun.body.ceremony)).status, 201);
    await house.stepUp(admin, cookie);
    assert.equal((await remove(cookie, `factors/totp/${id}`)).status, 204, 'another one stays');
    const give = await holders.post('step-up', cookie, { method: 'totp', code: totpCode(admin.secret, Math.floor(house.clock.now / 30_000)) });
    assert.equal(give.body.code, 'code.wrong');
  });
});
