// A change of a person over HTTP against what others do: a verified phone is a factor, and a role that was read is never written back.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { totpCode } from '#identity/totp.ts';
import type { Admin as Changer } from '#identity/user-unit.ts';
import { changeUser } from '#identity/users.ts';
import * as agentRows from '#store/agents.ts';
import * as totpRows from '#store/totp-factors.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { knock, only, trail } from '#test/people.ts';
import { atUsers, INSIDE, type Member, OUTSIDE } from '#test/users.ts';

const NUMBER = '+4915112345612';
const OTHER = '+4915112345699';
let house: TestHouse;
let admin: Admin;
let page: ReturnType<typeof atUsers>;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  page = atUsers(house, admin);
});
after(() => house.close());
beforeEach(() => page.anew());

const rowsOf = async () => house.building.parts.store.brand((await house.building.parts.brands.bySlug('acme'))!.id);
async function verify(id: string, number = NUMBER): Promise<void> {
  const rows = await rowsOf();
  await rows.note([agentRows.setPhone(rows, id, number, house.clock.now)]);
}
async function withApp({ session }: Member): Promise<void> {
  const { body } = await house.call('POST', '/api/v1/account/factors/totp', { cookie: session, body: { password: PASSWORD } });
  const confirmed = await house.call('POST', `/api/v1/account/factors/totp/${body.id}/confirm`, { cookie: session, body: { code: totpCode(body.secret, Math.floor(house.clock.now / 30_000)) } });
  assert.equal(confirmed.status, 200, confirmed.text);
}
/** The same call that the route makes, with a row that was read before something else happened. */
async function changeAsRead(agent: agentRows.KnownAgent, fields: Parameters<typeof changeUser>[3]) {
  const { store, keyring, sessions, brands, now, config } = house.building.parts;
  const brand = (await brands.bySlug('acme'))!;
  await house.stepUp(admin, page.cookie());
  const self = (await page.whoami(page.cookie())).body.agent.id;
  const session = [...sessions.each()].filter((one) => one.person.id === self && one.endedBy === null).sort((one, other) => other.createdAt - one.createdAt)[0]!;
  const by: Changer = { session, name: 'Dana Levi', brand, policy: brand.policy };
  return changeUser({ store, keyring, sessions, commit: brands.commit, now, origin: config.publicUrl.origin }, by, agent, fields);
}

describe('a verified phone', () => {
  for (const phone of [null, OTHER]) {
    it(`of another person, ${phone === null ? 'taken away' : 'changed'}: their sessions end, and recovery codes go with the last factor`, async () => {
      const member = await page.member();
      await withApp(member);
      await verify(member.id);
      const rows = await rowsOf();
      // The app goes as its person would remove it: the phone and ten recovery codes stay.
      await rows.note([totpRows.removeVerified(rows, member.id)]);
      assert.deepEqual([(await page.get(`/${member.id}`)).body.factors.sms, (await page.get(`/${member.id}`)).body.factors.recoveryCodesLeft], [true, 10]);
      const changed = await page.freshPatch(member.id, { phone });
      assert.deepEqual([changed.status, changed.body.hasFactor, changed.body.phone, changed.body.factors.recoveryCodesLeft], [200, false, phone, 0]);
      assert.equal((await page.whoami(member.session)).body.code, 'session.ended');
      const row = (await trail(house, page.cookie(), `entity=${member.id}`)).find(({ event }) => event === 'factor.removed');
      assert.match(row.sentence, /Dana Levi removed a second factor of member\d+ /);
    });
  }

  it('beside an authenticator app: sessions end, recovery codes stay, and the sign-in under way is void', async () => {
    const member = await page.member(['remote_access']);
    await withApp(member);
    await verify(member.id);
    assert.equal((await house.save(admin, page.cookie(), { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' })).status, 200);
    const pending = (await knock(house, 'acme', member.email, PASSWORD, OUTSIDE)).cookies[0] as string;
    const options = async () => (await house.call('GET', '/api/v1/sign-in/options', { cookie: pending, from: OUTSIDE })).body.methods;
    assert.deepEqual(await options(), ['totp', 'sms', 'recovery']);
    const changed = await page.freshPatch(member.id, { phone: null });
    assert.deepEqual([changed.body.hasFactor, changed.body.factors.recoveryCodesLeft], [true, 10]);
    assert.deepEqual(await options(), []);
    assert.equal((await page.whoami(member.session)).body.code, 'session.ended');
    assert.equal((await house.save(admin, page.cookie(), { 'management.allowlist': { state: 'any' } })).status, 200);
  });

  it('a number that counts for nothing is changed, and nobody is signed out', async () => {
    const member = await page.member();
    await page.freshPatch(member.id, { phone: NUMBER });
    await page.freshPatch(member.id, { phone: null });
    assert.equal((await page.whoami(member.session)).status, 200);
  });

  it('of oneself is not the last factor while one is needed; beside another it may go, and the session stays', async () => {
    const self = (await page.whoami(page.cookie())).body.agent.id as string;
    await verify(self);
    assert.equal((await house.save(admin, page.cookie(), { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' })).status, 200);
    const rows = await rowsOf();
    const [app] = await rows.all(rows.q.selectFrom('totp_factors').selectAll().where('agent_id', '=', self).where('verified_at', 'is not', null));
    await house.stepUp(admin, page.cookie());
    await rows.note([totpRows.removeVerified(rows, self)]);
    for (const phone of [null, OTHER]) assert.equal((await page.patch(self, { phone })).body.code, 'factor.needed');
    assert.equal((await page.get(`/${self}`)).body.phone, NUMBER);
    await rows.note([rows.write(rows.q.insertInto('totp_factors').values(app!))]);
    const gone = await page.patch(self, { phone: null });
    assert.deepEqual([gone.status, gone.body.phone, gone.body.hasFactor], [200, null, true]);
    assert.equal((await page.whoami(page.cookie())).status, 200);
    assert.equal((await house.save(admin, page.cookie(), { 'management.allowlist': { state: 'any' } })).status, 200);
  });

  it('verified after it was read: the change is refused, since it was judged as no factor', async () => {
    const { id } = await page.member();
    await page.freshPatch(id, { phone: NUMBER });
    const read = (await agentRows.byId(await rowsOf(), id))!;
    await verify(id);
    const saved = await changeAsRead(read, { phone: null });
    assert.ok(!saved.ok && 'denial' in saved && saved.denial.code === 'users.changed', JSON.stringify(saved));
    assert.equal((await page.get(`/${id}`)).body.phone, NUMBER);
  });
});

describe('rights alone', () => {
  for (const fields of [{ capabilities: ['forward'] }, { role: 'admin', capabilities: ['forward'] }] as const) {
    it(`changed by who read an administrator${'role' in fields ? ', with the role as it was' : ''}, never undo a demotion`, async () => {
      const { id } = await page.member();
      await page.freshPatch(id, { role: 'admin' });
      const read = (await agentRows.byId(await rowsOf(), id))!;
      assert.equal((await page.freshPatch(id, { role: 'agent' })).body.role, 'agent');
      const saved = await changeAsRead(read, fields);
      assert.ok(!saved.ok && 'denial' in saved && saved.denial.code === 'users.changed', JSON.stringify(saved));
      assert.equal((await page.get(`/${id}`)).body.role, 'agent');
    });
  }
});
