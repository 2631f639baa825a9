// A factor begun and not confirmed: it waits for one session alone, not for long, and for nobody once another factor came first.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { totpCode } from '#identity/totp.ts';
import * as passkeyRows from '#store/passkeys.ts';
import { authenticator } from '#test/authenticator.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { type KeyHolders, keyHolders } from '#test/key-holders.ts';

const MINUTE = 60_000;
const NEW_PASSWORD = 'seven slow barges pass';
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

const beginTotp = (cookie: string, body: unknown = { password: PASSWORD }): Promise<Answer> => holders.post('account/factors/totp', cookie, body);
const confirm = (cookie: string, begun: Answer): Promise<Answer> => holders.post(`account/factors/totp/${begun.body.id}/confirm`, cookie, { code: totpCode(begun.body.secret, Math.floor(house.clock.now / 30_000)), endOthers: false });
const session = (cookie: string, stale = false): Promise<Answer> => house.call('GET', '/api/v1/session', { cookie, stale });

/** Somebody without a factor, signed in twice: by themselves, and by whoever else knows the password. */
async function twice(): Promise<{ email: string; mine: string; theirs: string }> {
  const email = await holders.newcomer();
  return { email, mine: await holders.signIn(email), theirs: await holders.signIn(email) };
}

async function enrolKey(cookie: string): Promise<Answer> {
  const begun = await holders.begin(cookie, { password: PASSWORD });
  return holders.finish(cookie, authenticator(holders.site).create(begun.body.options), begun.body.ceremony, { endOthers: false });
}

/** As another node does in the moment between: nothing that waits is told. */
async function keyFromElsewhere(cookie: string): Promise<void> {
  const { brands, store } = house.building.parts;
  const rows = store.brand((await brands.bySlug('acme'))!.id);
  const agentId = (await session(cookie)).body.agent.id as string;
  await rows.note([passkeyRows.insert(rows, { id: `pky_${agentId}`, agent_id: agentId, credential_id: agentId, public_key: new Uint8Array(4), sign_count: 0, transports: '[]', label: 'Elsewhere', backed_up: 0, created_at: house.clock.now, last_used_at: null })]);
}

describe('an authenticator begun with the password', () => {
  it('is confirmed in the session that began it, and in no other one of the same person', async () => {
    const { mine, theirs } = await twice();
    const begun = await beginTotp(theirs);
    assert.equal((await confirm(mine, begun)).body.code, 'link.invalid');
    assert.equal((await confirm(theirs, begun)).status, 200);
  });

  it('waits ten minutes, to the millisecond, and no longer when the clock is set back', async () => {
    const { mine } = await twice();
    const begun = await beginTotp(mine);
    const at = house.clock.now;
    for (const now of [at + 10 * MINUTE, at - 1]) {
      house.clock.now = now;
      assert.equal((await confirm(mine, begun)).body.code, 'code.expired', String(now - at));
    }
    house.clock.now = at + 10 * MINUTE - 1;
    assert.equal((await confirm(mine, begun)).status, 200);
  });

  it('is gone once the person enrolled another factor, also where the other sessions stay', async () => {
    const { mine, theirs } = await twice();
    const begun = await beginTotp(theirs);
    assert.equal((await enrolKey(mine)).status, 201);
    assert.equal((await session(theirs)).status, 200);
    assert.equal((await confirm(theirs, begun)).body.code, 'link.invalid');
    assert.deepEqual((await holders.shown(mine)).totp, []);
  });

  it('is not confirmed beside a factor that came first in the same moment', async () => {
    const { mine } = await twice();
    const begun = await beginTotp(mine);
    await keyFromElsewhere(mine);
    assert.equal((await confirm(mine, begun)).body.code, 'code.expired');
  });
});

describe('an authenticator begun with a fresh code', () => {
  it('is confirmed beside the factor that gave it', async () => {
    const { cookie, key } = await holders.holder();
    assert.equal((await holders.stepUp(cookie, key)).status, 200);
    assert.equal((await confirm(cookie, await beginTotp(cookie, {}))).status, 200);
    assert.equal((await holders.shown(cookie)).totp.length, 1);
  });

  it('is gone with a change of the password', async () => {
    const { cookie, key } = await holders.holder();
    await holders.stepUp(cookie, key);
    const begun = await beginTotp(cookie, {});
    await holders.stepUp(cookie, key);
    const changed = await holders.post('account/password', cookie, { current: PASSWORD, password: NEW_PASSWORD });
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await confirm(cookie, begun)).body.code, 'link.invalid');
  });

  it('is gone once a factor was removed', async () => {
    const { cookie, key } = await holders.holder();
    await holders.stepUp(cookie, key);
    const begun = await beginTotp(cookie, {});
    await holders.stepUp(cookie, key);
    const [{ id }] = (await holders.shown(cookie)).passkeys;
    const removed = await house.call('DELETE', `/api/v1/account/factors/passkeys/${id}`, { cookie, body: {} });
    assert.equal(removed.status, 204, removed.text);
    assert.equal((await confirm(cookie, begun)).body.code, 'link.invalid');
  });
});

describe('a passkey begun with the password', () => {
  it('is not enrolled beside a factor that came first', async () => {
    const { mine, theirs } = await twice();
    const begun = await holders.begin(theirs, { password: PASSWORD });
    assert.equal((await confirm(mine, await beginTotp(mine))).status, 200);
    const answer = await holders.finish(theirs, authenticator(holders.site).create(begun.body.options), begun.body.ceremony);
    assert.equal(answer.body.code, 'code.expired', answer.text);
    assert.deepEqual((await holders.shown(mine)).passkeys, []);
  });
});

describe('the token of the session', () => {
  const rows: [string, (cookie: string) => Promise<Answer>][] = [
    ['an authenticator', async (cookie) => confirm(cookie, await beginTotp(cookie))],
    ['a passkey', enrolKey],
  ];
  for (const [title, enrol] of rows) {
    it(`is another one once ${title} was enrolled (ASVS 7.2.4)`, async () => {
      const { mine } = await twice();
      const done = await enrol(mine);
      assert.ok(done.cookies.some((cookie) => cookie.startsWith('__Host-session=') && cookie !== mine), done.text);
      assert.equal((await session(mine, true)).body.code, 'session.missing');
      const after = await session(mine);
      assert.deepEqual([after.status, after.body.agent.hasFactor], [200, true]);
    });
  }
});
