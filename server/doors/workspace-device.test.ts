// A trusted device at the workspace door: it skips the code at sign-in for as long as the setting says, and nothing else.
// Holds two_factor.trust_days.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { siteOf } from '#identity/factor-check.ts';
import { signIn } from '#identity/sign-in.ts';
import { parseAddress } from '#policy/address.ts';
import * as deviceRows from '#store/devices.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { INSIDE, only, OUTSIDE, trail } from '#test/people.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KEY = 'two_factor.trust_days';

let house: TestHouse;
let admin: Admin;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  await save({ 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only', [KEY]: 7 });
});
after(() => house.close());

async function save(settings: Record<string, unknown>): Promise<void> {
  const saved = await house.save(admin, await house.signIn(admin), settings);
  assert.equal(saved.status, 200, saved.text);
}
const named = (answer: Answer, name: string): string => answer.cookies.find((cookie) => cookie.startsWith(`${name}=`) && cookie.length > name.length + 1)!;
const knockWith = (device?: string): Promise<Answer> => house.call('POST', '/api/v1/sign-in', { from: OUTSIDE, cookie: device, body: { brand: 'acme', email: admin.email, password: PASSWORD } });

/** Signs in from outside with a code, and trusts the browser; gives its device cookie and its session. */
async function trusting(device?: string, trust = true): Promise<{ device: string; session: string }> {
  const first = await knockWith(device);
  assert.equal(first.body.next, 'code', first.text);
  const cookie = [named(first, '__Host-signin'), device].filter((one) => one !== undefined).join('; ');
  const done = await house.call('POST', '/api/v1/sign-in/code', { from: OUTSIDE, cookie, body: { method: 'totp', code: house.code(admin), trust } });
  assert.equal(done.status, 200, done.text);
  return { device: named(done, '__Host-device'), session: named(done, '__Host-session') };
}

describe('two_factor.trust_days', () => {
  it('tells the page of the code step how many days a browser may be trusted', async () => {
    const first = await knockWith();
    assert.equal(first.body.trustDays, 7);
    const asked = await house.call('GET', '/api/v1/sign-in/options', { from: OUTSIDE, cookie: named(first, '__Host-signin') });
    assert.deepEqual(asked.body, { methods: ['totp', 'recovery'], trustDays: 7, passkeys: true });
    const stranger = await house.call('GET', '/api/v1/sign-in/options', { from: OUTSIDE });
    assert.deepEqual(stranger.body, { methods: [], trustDays: 0, passkeys: true }, 'and nobody who has not given a password');
  });

  for (const [title, after, next] of [['at once', 0, 'workspace'], ['a millisecond before its end', 7 * DAY - 1, 'workspace'], ['at its end', 7 * DAY, 'code'], ['with the clock set back by three hours', -3 * HOUR, 'code'], ['with the clock two days ahead', 2 * DAY, 'workspace']] as const) {
    it(`${title}, a trusted browser is led to: ${next}`, async () => {
      const { device } = await trusting();
      const trustedAt = house.clock.now;
      house.clock.now = trustedAt + after;
      assert.equal((await knockWith(device)).body.next, next);
      house.clock.now = Math.max(house.clock.now, trustedAt) + HOUR;
    });
  }

  it('a browser that was not trusted is asked each time', async () => {
    const { device } = await trusting(undefined, false);
    assert.equal((await knockWith(device)).body.next, 'code');
    assert.equal((await knockWith()).body.next, 'code', 'and so is one without a cookie');
  });

  it('a trusted device needs the right password, and is of one person', async () => {
    const { device } = await trusting();
    const wrong = await house.call('POST', '/api/v1/sign-in', { from: OUTSIDE, cookie: device, body: { brand: 'acme', email: admin.email, password: 'wrong' } });
    assert.equal(wrong.body.code, 'sign_in.failed');
  });

  it('is a session proven with a code to the doors, but never a step-up', async () => {
    const { device } = await trusting();
    const session = named(await knockWith(device), '__Host-session');
    const shown = await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie: session });
    assert.equal(shown.body.proven, 'password+code');
    assert.equal(shown.body.stepUpUntil, null);
    const policy = await house.call('GET', '/api/v1/policy', { from: OUTSIDE, cookie: session });
    const saved = await house.call('PATCH', '/api/v1/policy', { from: OUTSIDE, cookie: session, body: { settings: { [KEY]: 8 } }, headers: { 'if-match': policy.headers.etag } });
    assert.equal(saved.body.code, 'step_up.required');
  });

  it('a lowered setting holds for browsers trusted before, and 0 for all', async () => {
    const { device } = await trusting();
    house.clock.now += 3 * DAY;
    assert.equal((await knockWith(device)).body.next, 'workspace');
    await save({ [KEY]: 3 });
    assert.equal((await knockWith(device)).body.next, 'code');
    await save({ [KEY]: 0 });
    const { device: asked } = await trusting();
    assert.equal((await knockWith(asked)).body.next, 'code', 'the wish to trust is not heard while the setting is 0');
    await save({ [KEY]: 7 });
    assert.equal((await knockWith(asked)).body.next, 'code', 'nor later');
  });

  it('ends when somebody distrusts all devices, as a change of password or factor does', async () => {
    const { device } = await trusting();
    const { brands, store } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    const { body } = await house.call('GET', '/api/v1/session', { cookie: await house.signIn(admin) });
    await rows.note([deviceRows.distrustAll(rows, body.agent.id)]);
    assert.equal((await knockWith(device)).body.next, 'code');
  });

  it('ends for a sign-in under way too: the trust must still be there when its session begins', async () => {
    const { device } = await trusting();
    const { brands, store, keyring, sessions, sms, config } = house.building.parts;
    const brand = (await brands.bySlug('acme'))!;
    const rows = store.brand(brand.id);
    const { body } = await house.call('GET', '/api/v1/session', { cookie: await house.signIn(admin) });
    const caller = { address: parseAddress(OUTSIDE)!, addressText: OUTSIDE, network: OUTSIDE, userAgent: '', device: device.split('=')[1]! };
    const knocked = { brand: rows, policyFor: brand.policyFor, slug: brand.slug, name: brand.name };
    const entering = (meanwhile: () => Promise<void>) => {
      const commit: typeof brands.commit = async (parts) => {
        await meanwhile();
        return brands.commit(parts);
      };
      return signIn({ store, keyring, sessions, sms, site: siteOf(config.publicUrl), commit, now: () => house.clock.now }, 'acme', knocked, { email: admin.email, password: PASSWORD }, caller);
    };
    assert.equal((await entering(async () => undefined)).kind, 'signed_in');
    const late = await entering(() => rows.note([deviceRows.distrustAll(rows, body.agent.id)]));
    assert.equal(late.kind === 'denied' && late.told.code, 'sign_in.failed');
    assert.equal((await knockWith(device)).body.next, 'code');
  });

  it('a copy of the cookie from before the trust is worth nothing', async () => {
    const before = await trusting(undefined, false);
    const { device } = await trusting(before.device);
    assert.notEqual(device, before.device);
    assert.equal((await knockWith(before.device)).body.next, 'code');
    assert.equal((await knockWith(device)).body.next, 'workspace');
  });

  it('is in the audit trail: who trusted, and that a sign-in was let in by it', async () => {
    const { device } = await trusting();
    await knockWith(device);
    const rows = await trail(house, await house.signIn(admin));
    assert.ok(rows.some((row) => row.event === 'device.trusted' && row.facts.address === OUTSIDE));
    assert.ok(rows.some((row) => row.event === 'sign_in.succeeded' && row.facts.method === 'trusted_device'));
  });
});
