// Second factors that are still missing, at a real server: the last day of enrolment, the enrolment link, and what goes on afterwards.
// Holds two_factor.enrol_by.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { totpCode } from '#identity/totp.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { sendLink } from '#test/links.ts';
import { mailsOf } from '#test/mails.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';

const DAY = 86_400_000;
/** The end of 24 November 2026: the day after the morning a test begins. */
const ENDS = Date.UTC(2026, 10, 25);

describe('two_factor.enrol_by', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
  });
  after(() => house.close());

  const open = (token: string, from = INSIDE) => house.call('POST', '/api/v1/enrolment/open', { from, body: { token } });
  const complete = (token: string, code: string, password = PASSWORD, from = INSIDE) => house.call('POST', '/api/v1/enrolment/complete', { from, body: { token, password, code } });
  const codeNow = (secret: string) => totpCode(secret, Math.floor(house.clock.now / 30_000));

  it('two_factor.enrol_by: the last millisecond of the date is allowed, the first after it is held back until a factor is enrolled', async () => {
    const email = await addAgent(house, admin, 'uri');
    const saved = await house.save(admin, cookie, { 'two_factor.enrol_by': '2026-11-24' });
    assert.equal(saved.status, 200, saved.text);
    house.clock.now = ENDS - 600_000;
    const theirs = (await knock(house, 'acme', email)).cookies.find((text) => text.startsWith('__Host-session='))!;
    const notices = await house.call('GET', '/api/v1/notices', { cookie: theirs });
    assert.match(JSON.stringify(notices.body.notices), /Enrol a second factor by 24 November 2026/);
    house.clock.now = ENDS - 1;
    assert.equal((await house.call('GET', '/api/v1/accounts', { cookie: theirs })).status, 200, 'the last millisecond');
    house.clock.now = ENDS;
    const held = await house.call('GET', '/api/v1/accounts', { cookie: theirs });
    assert.deepEqual([held.status, held.body.code], [403, 'factor.enrol_required']);
    const session = await house.call('GET', '/api/v1/session', { cookie: theirs });
    assert.deepEqual([session.status, session.body.heldBack], [200, 'factor.enrol_required'], 'the page is told what to draw');
    const begun = await house.call('POST', '/api/v1/account/factors/totp', { cookie: theirs, body: { password: PASSWORD } });
    assert.equal(begun.status, 201, begun.text);
    const confirmed = await house.call('POST', `/api/v1/account/factors/totp/${begun.body.id}/confirm`, { cookie: theirs, body: { code: codeNow(begun.body.secret) } });
    assert.equal(confirmed.status, 200, confirmed.text);
    assert.equal((await house.call('GET', '/api/v1/accounts', { cookie: theirs })).status, 200, 'the session goes on');
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: theirs })).body.heldBack, null);
    cookie = await house.signIn(admin);
    assert.doesNotMatch(JSON.stringify((await house.call('GET', '/api/v1/notices', { cookie })).body.notices), /Enrol a second factor/, 'who has one is told nothing');
  });

  it('the link enrols the first factor with the password, once, and shows recovery codes', async () => {
    const email = await addAgent(house, admin, 'gal');
    const token = await sendLink(house, admin, 'enrol', email);
    const opened = await open(token);
    assert.deepEqual([opened.status, opened.body.email, opened.body.brand], [200, email, { slug: 'acme', name: 'Acme' }]);
    assert.equal((await open(token)).body.totp.secret, opened.body.totp.secret, 'looking again shows the same');
    const { secret } = opened.body.totp;
    assert.equal((await complete(token, '000000')).body.code, 'code.wrong');
    assert.equal((await complete(token, codeNow(secret), 'not the password at all')).body.code, 'password.wrong');
    const done = await complete(token, codeNow(secret));
    assert.equal(done.status, 201, done.text);
    assert.equal(done.body.recoveryCodes.length, 10);
    assert.deepEqual(done.cookies, [], 'it signs nobody in');
    assert.equal((await open(token)).body.code, 'link.invalid');
    assert.equal((await complete(token, codeNow(secret))).body.code, 'link.invalid');
    const another = await sendLink(house, admin, 'enrol', email);
    assert.equal((await open(another)).body.code, 'link.invalid', 'who has a factor enrols no further one by a link');
    assert.equal((await mailsOf(house)).some((mail) => mail.to.includes(email) && /was added/.test(mail.subject)), true);
    assert.equal((await trail(house, cookie)).some(({ event, facts }) => event === 'factor.enrolled' && facts.via === 'enrol'), true);
  });

  it('the link works a day, or to the end of the last day where that is later', async () => {
    const email = await addAgent(house, admin, 'ron');
    const token = await sendLink(house, admin, 'enrol', email);
    house.clock.now += DAY - 1;
    assert.equal((await open(token)).status, 200);
    house.clock.now += 1;
    assert.equal((await open(token)).body.code, 'link.invalid');
    cookie = await house.signIn(admin);
    await house.save(admin, cookie, { 'two_factor.enrol_by': '2026-12-10' });
    const later = await sendLink(house, admin, 'enrol', email);
    house.clock.now = Date.UTC(2026, 11, 11) - 1;
    assert.equal((await open(later)).status, 200);
    house.clock.now += 1;
    assert.equal((await open(later)).body.code, 'link.invalid');
  });

  it('the white-list is judged at the page of the link', async () => {
    cookie = await house.signIn(admin);
    await house.save(admin, cookie, { 'management.allowlist': only(INSIDE) });
    const email = await addAgent(house, admin, 'tal');
    const token = await sendLink(house, admin, 'enrol', email);
    assert.equal((await open(token, OUTSIDE)).body.code, 'network.not_allowed');
    assert.equal((await complete(token, '000000', PASSWORD, OUTSIDE)).body.code, 'network.not_allowed');
    assert.equal((await open(token)).status, 200);
    await house.save(admin, cookie, { 'management.allowlist': { state: 'any' } });
  });

  it('wrong passwords are counted with those of signing in', async () => {
    const email = await addAgent(house, admin, 'dov');
    const token = await sendLink(house, admin, 'enrol', email);
    const { secret } = (await open(token)).body.totp;
    const codes = [];
    for (let round = 0; round < 6; round += 1) codes.push((await complete(token, codeNow(secret), 'a wrong password, tried')).body.code);
    assert.deepEqual(codes, [...Array(5).fill('password.wrong'), 'sign_in.locked']);
    assert.equal((await knock(house, 'acme', email)).body.code, 'sign_in.locked');
  });
});
