// Accepting an invitation over HTTP: name, password, authenticator where it is asked; once, within a day, from where the person may be.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { totpCode } from '#identity/totp.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addInvited, sendLink } from '#test/links.ts';
import { INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';

const NEW = 'nine amber kettles hum';

describe('an invitation', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
  });
  after(() => house.close());

  const open = (token: string, from = INSIDE) => house.call('POST', '/api/v1/invitation/open', { from, body: { token } });
  const complete = (token: string, given: Record<string, unknown> = {}, from = INSIDE) => house.call('POST', '/api/v1/invitation/complete', { from, body: { token, name: 'Mia Oren', password: NEW, ...given } });
  const codeNow = (secret: string) => totpCode(secret, Math.floor(house.clock.now / 30_000));
  const pathsOf = (answer: { body: { faults: { path: string }[] } }) => answer.body.faults.map(({ path }) => path);

  it('is accepted with a name and a password, once, and signs nobody in', async () => {
    const email = await addInvited(house, admin, 'mia');
    assert.equal((await knock(house, 'acme', email)).body.code, 'sign_in.failed', 'nobody signs in without a password');
    const token = await sendLink(house, admin, 'invite', email);
    const opened = await open(token);
    assert.deepEqual([opened.body.email, opened.body.name, opened.body.needsFactor, opened.body.brand.name], [email, 'mia', false, 'Acme']);
    assert.deepEqual(pathsOf(await complete(token, { name: ' ', password: 'short', code: '000000' })), ['name', 'password', 'code'], 'all faults at once');
    const done = await complete(token);
    assert.deepEqual([done.status, done.body.recoveryCodes, done.cookies], [201, null, []]);
    assert.equal((await complete(token)).body.code, 'link.invalid');
    assert.equal((await knock(house, 'acme', email, NEW)).status, 200);
    const row = (await trail(house, cookie)).find(({ event }) => event === 'user.joined');
    assert.match(row.sentence, /^Mia Oren accepted an invitation/);
  });

  it('enrols an authenticator with it, and shows recovery codes', async () => {
    const email = await addInvited(house, admin, 'noa');
    const token = await sendLink(house, admin, 'invite', email);
    const { secret } = (await open(token)).body.totp;
    const done = await complete(token, { code: codeNow(secret) });
    assert.equal(done.body.recoveryCodes.length, 10);
    // A code of the step used up while joining does not work again.
    house.clock.now += 30_000;
    assert.equal((await knock(house, 'acme', email, NEW)).status, 200);
  });

  it('asks for the authenticator where the table does: outside of the list', async () => {
    await house.save(admin, cookie, { 'management.allowlist': only(INSIDE) });
    const email = await addInvited(house, admin, 'far', ['remote_access']);
    const token = await sendLink(house, admin, 'invite', email);
    assert.equal((await open(token)).body.needsFactor, false);
    const opened = await open(token, OUTSIDE);
    assert.equal(opened.body.needsFactor, true);
    assert.deepEqual(pathsOf(await complete(token, {}, OUTSIDE)), ['code']);
    assert.equal((await complete(token, { code: codeNow(opened.body.totp.secret) }, OUTSIDE)).status, 201);
    const inner = await addInvited(house, admin, 'near');
    const theirs = await sendLink(house, admin, 'invite', inner);
    assert.equal((await open(theirs, OUTSIDE)).body.code, 'network.not_allowed');
    assert.equal((await complete(theirs, {}, OUTSIDE)).body.code, 'network.not_allowed');
    assert.equal((await complete(theirs)).status, 201);
    await house.save(admin, cookie, { 'management.allowlist': { state: 'any' } });
  });

  it('works for exactly a day; a newer one ends it; who has joined needs none', async () => {
    const email = await addInvited(house, admin, 'tom');
    const first = await sendLink(house, admin, 'invite', email);
    const second = await sendLink(house, admin, 'invite', email);
    assert.equal((await open(first)).body.code, 'link.invalid');
    const sent = house.clock.now;
    house.clock.now = sent + 24 * 3_600_000 - 1;
    assert.equal((await open(second)).status, 200);
    house.clock.now += 1;
    assert.equal((await open(second)).body.code, 'link.invalid');
    const third = await sendLink(house, admin, 'invite', email);
    assert.equal((await complete(third)).status, 201);
    const fourth = await sendLink(house, admin, 'invite', email);
    assert.equal((await open(fourth)).body.code, 'link.invalid');
  });

  it('of two at once with the same link one wins', async () => {
    const email = await addInvited(house, admin, 'two');
    const token = await sendLink(house, admin, 'invite', email);
    const answers = await Promise.all([complete(token), complete(token, { password: 'ten pale ferries wait' })]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 410]);
  });
});
