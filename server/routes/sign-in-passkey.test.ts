// Signing in with a passkey: alone in the place of email and password, and as the factor after the password.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as agentRows from '#store/agents.ts';
import { type Authenticator, authenticator, type Faults } from '#test/authenticator.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, told, trail } from '#test/people.ts';

const MINUTE = 60_000;
let house: TestHouse;
let admin: Admin;
let site: { origin: string; rpId: string };
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  site = { origin: `http://localhost:${house.port}`, rpId: 'localhost' };
});
after(() => house.close());

const named = (answer: Answer, name: string): string => answer.cookies.find((cookie) => cookie.startsWith(`${name}=`) && cookie.length > name.length + 1)!;
async function holder(name: string, rights: string[] = []): Promise<{ email: string; key: Authenticator }> {
  const email = await addAgent(house, admin, name, rights);
  const cookie = named(await knock(house, 'acme', email), '__Host-session');
  const begun = await house.call('POST', '/api/v1/account/factors/passkeys/options', { cookie, body: { password: PASSWORD } });
  assert.equal(begun.status, 200, begun.text);
  const key = authenticator(site);
  const done = await house.call('POST', '/api/v1/account/factors/passkeys', { cookie, body: { credential: key.create(begun.body.options), ceremony: begun.body.ceremony } });
  assert.equal(done.status, 201, done.text);
  return { email, key };
}
const ask = async (brand = 'acme') => (await house.call('POST', '/api/v1/sign-in/passkey/options', { body: { brand } })).body;
const give = (credential: unknown, ceremony: string, { brand = 'acme', from = INSIDE }: { brand?: string; from?: string } = {}): Promise<Answer> =>
  house.call('POST', '/api/v1/sign-in/passkey', { from, body: { brand, credential, ceremony } });
async function alone(key: Authenticator, how: { brand?: string; from?: string; faults?: Faults } = {}): Promise<Answer> {
  const { options, ceremony } = await ask(how.brand);
  return give(key.get(options, how.faults), ceremony, how);
}

describe('a passkey alone', () => {
  it('signs in, proven with a code, and makes the browser a known device', async () => {
    const { key, email } = await holder('alone');
    const answer = await alone(key);
    assert.deepEqual(answer.body, { next: 'workspace' });
    const { body } = await house.call('GET', '/api/v1/session', { cookie: named(answer, '__Host-session') });
    assert.deepEqual([body.agent.email, body.proven], [email, 'password+code']);
    assert.match(named(answer, '__Host-device'), /^__Host-device=[\w-]{43}$/);
    const rows = await trail(house, await house.signIn(admin), 'what=sign_in.succeeded');
    assert.ok(rows.some((row) => row.facts.method === 'passkey'));
  });

  it('must have asked for its PIN, finger or face', async () => {
    const { key } = await holder('unverified');
    assert.equal((await ask()).options.userVerification, 'required');
    assert.equal((await alone(key, { faults: { userVerified: false } })).body.code, 'passkey.unverified');
  });

  it('is asked for in the same way at a brand that does not exist, and names nobody', async () => {
    const [here, nowhere] = [await ask(), await ask('nowhere')];
    assert.deepEqual(Object.keys(here), Object.keys(nowhere));
    for (const { options } of [here, nowhere]) assert.deepEqual(options.allowCredentials ?? [], []);
    assert.deepEqual({ ...here.options, challenge: '' }, { ...nowhere.options, challenge: '' });
  });

  it('gets one answer when it is unknown, of another brand, forged, of somebody gone, or not from here', async () => {
    const { key } = await holder('plain');
    const { key: gone, email } = await holder('leaver');
    const { brands, store } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    await rows.note([agentRows.retire(rows, (await agentRows.byEmailKey(rows, email))!.id, house.clock.now)]);
    const cookie = await house.signIn(admin);
    assert.equal((await house.save(admin, cookie, { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' })).status, 200);
    const answers = [
      await alone(authenticator(site)),
      await alone(key, { brand: 'nowhere' }),
      await alone(key, { faults: { key: authenticator(site).key } }),
      await alone(key, { faults: { origin: 'https://elsewhere.example' } }),
      await alone(gone),
      await alone(key, { from: OUTSIDE }),
    ].map(told);
    assert.deepEqual([answers[0]!.status, answers[0]!.body.code], [401, 'passkey.failed']);
    for (const other of answers.slice(1)) assert.deepEqual(other, answers[0]);
    const refused = await trail(house, await house.signIn(admin), 'what=request.refused');
    assert.ok(refused.some((row) => row.facts.code === 'network.not_allowed'), 'the trail tells them apart');
    await house.save(admin, cookie, { 'management.allowlist': { state: 'any' } });
  });

  it('answers one challenge once, and only in its five minutes', async () => {
    const { key } = await holder('once');
    const { options, ceremony } = await ask();
    const credential = key.get(options);
    const both = await Promise.all([give(credential, ceremony), give(credential, ceremony)]);
    assert.deepEqual(both.map((answer) => answer.status).sort(), [200, 401]);
    assert.equal((await give(credential, ceremony)).status, 401);
    const late = await ask();
    house.clock.now += 5 * MINUTE;
    assert.equal((await give(key.get(late.options), late.ceremony)).body.code, 'code.expired');
  });

  it('does not answer what was asked after a password, nor the other way round', async () => {
    const { key, email } = await holder('remote', ['remote_access']);
    const cookie = await house.signIn(admin);
    await house.save(admin, cookie, { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' });
    const first = await knock(house, 'acme', email, PASSWORD, OUTSIDE);
    assert.deepEqual(first.body.methods, ['passkey', 'recovery']);
    const pending = named(first, '__Host-signin');
    const asked = await house.call('POST', '/api/v1/sign-in/options', { from: OUTSIDE, cookie: pending, body: { method: 'passkey' } });
    const free = await ask();
    assert.notEqual((await give(key.get(asked.body.options), asked.body.ceremony, { from: OUTSIDE })).status, 200);
    const code = (options: Parameters<Authenticator['get']>[0], ceremony: string) =>
      house.call('POST', '/api/v1/sign-in/code', { from: OUTSIDE, cookie: pending, body: { method: 'passkey', credential: key.get(options), ceremony } });
    assert.notEqual((await code(free.options, free.ceremony)).status, 200);
    assert.equal((await code(asked.body.options, asked.body.ceremony)).status, 200);
    await house.save(admin, cookie, { 'management.allowlist': { state: 'any' } });
  });
});

describe('somebody without a factor', () => {
  it('with the right password where a code is asked: enrols inside a list that is on, and learns nothing elsewhere', async () => {
    const key = await holder('keyed');
    const email = await addAgent(house, admin, 'bare', ['remote_access']);
    // Everybody else has gone, so that the mode may ask everyone.
    const { brands, store } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    const cookie = await house.signIn(admin);
    assert.equal((await house.save(admin, cookie, { 'management.allowlist': only(INSIDE) })).status, 200);
    const leavers = (await agentRows.withoutFactor(rows)).filter((row) => row.email !== email);
    await rows.note(leavers.map((row) => agentRows.retire(rows, row.id, house.clock.now)));
    const bare = (await agentRows.byEmailKey(rows, email))!;
    await rows.note([agentRows.retire(rows, bare.id, house.clock.now)]);
    assert.equal((await house.save(admin, cookie, { 'two_factor.mode': 'on' })).status, 200);
    await rows.note([agentRows.reactivate(rows, bare.id)]);

    const inside = await knock(house, 'acme', email);
    assert.deepEqual(inside.body, { next: 'workspace' });
    const session = named(inside, '__Host-session');
    assert.equal((await house.call('GET', '/api/v1/audit', { cookie: session })).body.code, 'factor.enrol_required');
    assert.equal((await knock(house, 'acme', email, PASSWORD, OUTSIDE)).body.code, 'sign_in.failed');
    assert.equal((await knock(house, 'acme', key.email)).body.next, 'code');
  });
});
