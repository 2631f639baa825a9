// Break-glass links and codes given in a session, through the whole server: once, for a while, for one person, and never beyond.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { issueEnrolment } from '#identity/person-links.ts';
import { issueUnlock, redeemUnlock, UNLOCK_LINK_MS } from '#identity/unlock.ts';
import { totpCode } from '#identity/totp.ts';
import * as agentRows from '#store/agents.ts';
import * as sessionRows from '#store/sessions.ts';
import * as signInRows from '#store/sign-ins.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { linkIn, mailsOf } from '#test/mails.ts';
import { INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';

const MINUTE = 60_000;
let house: TestHouse;
let admin: Admin;
let agentId: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  const cookie = await house.signIn(admin);
  agentId = (await house.call('GET', '/api/v1/session', { cookie })).body.agent.id;
  assert.equal((await house.save(admin, cookie, { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'off' })).status, 200);
});
after(() => house.close());
beforeEach(() => {
  house.clock.now += 60 * MINUTE;
});

/** The brand as the store sees it. */
const acme = async () => house.building.parts.store.brand((await house.building.parts.brands.bySlug('acme'))!.id);
async function issue(more: { exemptMs?: number; liftLock?: boolean; resetFactors?: boolean } = {}): Promise<string> {
  const { store, keyring, brands } = house.building.parts;
  const brandId = (await brands.bySlug('acme'))!.id;
  const wanted = { brandId, agentId, exemptMs: 30 * MINUTE, liftLock: false, resetFactors: false, ...more };
  // Beside the server, as the host does it.
  const { token } = await issueUnlock({ store, keyring, commit: store.commit, now: () => house.clock.now }, wanted);
  await brands.confirm();
  return token;
}
const redeem = (token: string, from = OUTSIDE) => house.call('POST', '/api/v1/unlock', { from, body: { token } });
const seen = (cookie: string | undefined, from = OUTSIDE) => house.call('GET', '/api/v1/session', { from, cookie });

describe('a break-glass link', () => {
  it('signs its admin in from outside, once, and the banner and the trail say so', async () => {
    const token = await issue();
    const answer = await redeem(token);
    assert.deepEqual(answer.body, { next: 'workspace', brand: 'acme' });
    const cookie = answer.cookies[0]!;
    assert.equal((await seen(cookie)).body.proven, 'host');
    assert.equal((await redeem(token)).body.code, 'link.invalid');
    const { notices } = (await house.call('GET', '/api/v1/notices', { from: OUTSIDE, cookie })).body;
    assert.ok(notices.some((notice: { tone: string; text: string }) => notice.tone === 'danger' && notice.text.includes('Dana Levi')));
    const events = (await trail(house, await house.signIn(admin))).map((row) => [row.event, row.actor.kind]);
    assert.ok(events.some(([event, kind]) => event === 'unlock.issued' && kind === 'host'));
    assert.ok(events.some(([event]) => event === 'unlock.used'));
  });

  it('is mailed to every administrator, without the link itself', async () => {
    const before = (await mailsOf(house)).length;
    const token = await issue();
    const mails = (await mailsOf(house)).slice(before);
    assert.deepEqual(mails.map((mail) => [mail.to, mail.subject]), [['dana@acme.example', 'Break-glass access at Acme']]);
    assert.ok(!mails[0]!.text.includes(token));
  });

  it('of two openings at once lets one in', async () => {
    const token = await issue();
    const answers = await Promise.all([redeem(token), redeem(token), redeem(token)]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 410, 410]);
  });

  it('works for ten minutes to the millisecond', async () => {
    const [early, late] = [await issue(), await issue()];
    const issued = house.clock.now;
    house.clock.now = issued + UNLOCK_LINK_MS - 1;
    assert.equal((await redeem(early)).status, 200);
    house.clock.now = issued + UNLOCK_LINK_MS;
    assert.equal((await redeem(late)).body.code, 'link.invalid');
  });

  it('exempts its session alone, and for as long as it said', async () => {
    const cookie = (await redeem(await issue({ exemptMs: 20 * MINUTE }))).cookies[0]!;
    const began = house.clock.now;
    assert.equal((await knock(house, 'acme', admin.email, PASSWORD, OUTSIDE)).status, 401, 'nobody else, nor the same person by another way');
    house.clock.now = began + 20 * MINUTE - 1;
    assert.equal((await seen(cookie)).status, 200);
    house.clock.now = began + 20 * MINUTE;
    assert.equal((await seen(cookie)).body.code, 'network.not_allowed');
  });

  it('lifts a lock when it was asked to', async () => {
    for (let n = 0; n < 5; n += 1) await knock(house, 'acme', admin.email, 'wrong');
    assert.equal((await knock(house, 'acme', admin.email)).status, 429);
    await issue();
    assert.equal((await knock(house, 'acme', admin.email)).status, 429);
    await issue({ liftLock: true });
    assert.equal((await knock(house, 'acme', admin.email)).status, 200);
  });

  it('lets its person enrol a new factor when the old ones were removed; without it a save stays shut', async () => {
    const cookie = (await redeem(await issue({ resetFactors: true }))).cookies[0]!;
    const stepUp = (code: string) => house.call('POST', '/api/v1/step-up', { from: OUTSIDE, cookie, body: { code, method: 'totp' } });
    assert.equal((await stepUp(house.code(admin))).body.code, 'factor.none');
    assert.equal((await house.call('PATCH', '/api/v1/policy', { from: OUTSIDE, cookie, body: { settings: {} }, headers: { 'if-match': '"v1"' } })).body.code, 'step_up.required');
    const begun = (await house.call('POST', '/api/v1/account/factors/totp', { from: OUTSIDE, cookie, body: {} })).body;
    const code = totpCode(begun.secret, Math.floor(house.clock.now / 30_000));
    const done = await house.call('POST', `/api/v1/account/factors/totp/${begun.id}/confirm`, { from: OUTSIDE, cookie, body: { code } });
    assert.equal(done.body.recoveryCodes.length, 10);
    admin = { ...admin, secret: begun.secret };
    house.clock.now += MINUTE;
    assert.equal((await stepUp(house.code(admin))).status, 200);
  });

  it('that takes the factors away takes all from whoever came in by them: session, window, sign-in under way, older links', async () => {
    const { store, keyring, brands } = house.building.parts;
    const [brand, rows] = [(await brands.bySlug('acme'))!, await acme()];
    const agent = (await agentRows.byId(rows, agentId))!;
    const thief = await house.signIn(admin);
    await house.stepUp(admin, thief);
    const old = issueEnrolment({ store, keyring, origin: 'http://localhost', now: house.clock.now, policy: brand.policy }, { brand, agent, by: { id: agentId, name: 'Dana Levi' } });
    const pending = { id: 'sgn_thief', agent_id: agentId, token_hash: Buffer.alloc(32, 7), created_at: house.clock.now, expires_at: house.clock.now + MINUTE, attempts: 0, done_at: null };
    await brands.commit([old.systemPart, rows.part({ statements: [...old.statements, signInRows.insert(rows, pending)], entries: old.entries, bumps: [] })]);
    const { token } = linkIn((await mailsOf(house)).findLast((mail) => mail.subject.startsWith('Enrol'))!);
    const earlier = await issue();

    const fresh = await issue({ resetFactors: true });
    const policy = await house.call('GET', '/api/v1/policy', { cookie: thief });
    assert.deepEqual([policy.status, policy.body.code], [401, 'session.ended']);
    assert.equal((await house.call('POST', '/api/v1/enrolment/open', { body: { token } })).body.code, 'link.invalid', 'that the person has no factor brings no old link back');
    assert.notEqual((await signInRows.byTokenHash(rows, pending.token_hash))?.done_at, null);
    assert.equal((await redeem(earlier)).body.code, 'link.invalid');

    const cookie = (await redeem(fresh)).cookies[0]!;
    const begun = (await house.call('POST', '/api/v1/account/factors/totp', { from: OUTSIDE, cookie, body: {} })).body;
    const code = totpCode(begun.secret, Math.floor(house.clock.now / 30_000));
    assert.equal((await house.call('POST', `/api/v1/account/factors/totp/${begun.id}/confirm`, { from: OUTSIDE, cookie, body: { code } })).status, 200);
    admin = { ...admin, secret: begun.secret };
    house.clock.now += MINUTE;
  });

  for (const [what, undo] of [['deactivated', { deactivated_at: 1 }], ['made an agent', { role: 'agent' }]] as const) {
    it(`begins nothing for an admin who is ${what} at the same moment`, async () => {
      const { store, keyring, brands, sessions } = house.building.parts;
      const rows = await acme();
      const token = await issue();
      const write = (set: Partial<agentRows.AgentRow>) => rows.note([rows.write(rows.q.updateTable('agents').set(set).where('id', '=', agentId))]);
      const before = (await sessionRows.liveOf(rows, agentId)).length;
      // Between the look at the person and the unit of the session.
      const commit: typeof brands.commit = async (parts) => {
        await write(undo);
        return brands.commit(parts);
      };
      try {
        assert.equal(await redeemUnlock({ store, keyring, sessions, commit, now: () => house.clock.now }, token, { addressText: OUTSIDE, userAgent: '' }), null);
        assert.equal((await sessionRows.liveOf(rows, agentId)).length, before);
      } finally {
        await write({ deactivated_at: null, role: 'admin' });
      }
      assert.equal((await redeem(token)).status, 200, 'the unit fell as a whole');
    });
  }

  it('of a setup link, and the other way round, opens nothing', async () => {
    assert.equal((await house.call('POST', '/api/v1/setup/open', { body: { token: await issue() } })).body.code, 'link.invalid');
  });
});

describe('ten wrong codes in a row in a session', () => {
  it('end it, also when they come from several sessions of the person', async () => {
    const [one, two] = [await house.signIn(admin), await house.signIn(admin)];
    // Of long ago: right once, and wrong now.
    const stale = totpCode(admin.secret, 1);
    const give = (cookie: string) => house.call('POST', '/api/v1/step-up', { cookie, body: { code: stale, method: 'totp' } });
    for (let n = 0; n < 9; n += 1) {
      house.clock.now += 20_000;
      assert.equal((await give(n % 2 === 0 ? one : two)).body.code, 'code.wrong', `code ${n + 1}`);
    }
    house.clock.now += 20_000;
    assert.equal((await give(one)).body.code, 'session.ended');
    assert.equal((await seen(one, INSIDE)).body.code, 'session.ended');
    const [row] = await trail(house, await house.signIn(admin), 'what=session.ended');
    assert.equal(row.facts.reason, 'ten_wrong_codes');
  });
});
