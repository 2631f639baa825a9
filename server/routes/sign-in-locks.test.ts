// Locks as a person and a guesser meet them: strangers never stop a browser that was used before, a day has an end of tries, and mails let one in.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { inUtc } from '#identity/letters.ts';
import { attemptSignIn, signInLane } from '#identity/locks.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { linkIn, mailsOf } from '#test/mails.ts';
import { addAgent, INSIDE, knock, told, trail } from '#test/people.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let house: TestHouse;
let admin: Admin;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
});
after(() => house.close());
// A day apart, so that no test meets the counters of the one before.
beforeEach(() => {
  house.clock.now += 2 * DAY;
});

const deviceOf = (answer: Answer): string => answer.cookies.find((cookie) => cookie.startsWith('__Host-device='))!;
const tryWith = (email: string, { device, password = 'wrong', from = INSIDE, brand = 'acme' }: { device?: string; password?: string; from?: string; brand?: string } = {}): Promise<Answer> =>
  house.call('POST', '/api/v1/sign-in', { from, cookie: device, body: { brand, email, password } });

/** Fails `times` times, each as soon as it may. */
async function fail(email: string, times: number, how: { device?: string; from?: string; brand?: string } = {}): Promise<void> {
  for (let done = 0; done < times; ) {
    const answer = await tryWith(email, how);
    if (answer.status === 429) house.clock.now += Number(answer.headers['retry-after']) * 1_000;
    else done += 1;
  }
}
/** `count` failures from as many networks as it takes, none of which is slowed. */
async function failEverywhere(email: string, count: number, brand = 'acme'): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const answer = await tryWith(email, { from: `127.0.${10 + Math.floor(n / 4)}.1`, brand });
    assert.equal(answer.body.code, 'sign_in.failed', `failure ${n + 1}: ${answer.text}`);
  }
}
async function person(name: string): Promise<{ email: string; device: string }> {
  const email = await addAgent(house, admin, name);
  const answer = await knock(house, 'acme', email);
  return { email, device: deviceOf(answer) };
}

describe('a known device', () => {
  it('has a cookie of its own that lasts and opens nothing', async () => {
    const answer = await knock(house, 'acme', admin.email);
    const [set] = (answer.headers['set-cookie'] as string[]).filter((line) => line.startsWith('__Host-device='));
    assert.match(set!, /^__Host-device=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000$/);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: deviceOf(answer) })).body.code, 'session.missing');
    const again = await house.call('POST', '/api/v1/sign-in', { cookie: deviceOf(answer), body: { brand: 'acme', email: admin.email, password: PASSWORD } });
    assert.equal(deviceOf(again), deviceOf(answer), 'one browser stays one device');
  });

  it('is never stopped by ten failures of strangers in its own network', async () => {
    const { email, device } = await person('calm');
    await fail(email, 10);
    assert.equal((await tryWith(email, { password: PASSWORD })).body.code, 'sign_in.locked');
    assert.equal((await tryWith(email, { device, password: PASSWORD })).status, 200);
    assert.equal((await tryWith(email, { password: PASSWORD })).body.code, 'sign_in.locked', 'and lifts nothing for them');
  });

  it('has its own lane: ten failures there lock it alone', async () => {
    const { email, device } = await person('shared');
    await fail(email, 9, { device });
    house.clock.now += 16_000;
    assert.equal((await tryWith(email, { device })).status, 401);
    const lockedOut = await tryWith(email, { device, password: PASSWORD });
    assert.equal(lockedOut.body.code, 'sign_in.locked');
    assert.match(lockedOut.body.detail, /wait 30 minutes/);
    assert.equal((await tryWith(email, { password: PASSWORD })).status, 200, 'another browser of the same network');
    house.clock.now += 30 * MINUTE;
    assert.equal((await tryWith(email, { device, password: PASSWORD })).status, 200);
  });

  it('is known for the people who signed in with it, and for nobody else', async () => {
    const [one, two] = [await person('first'), await person('second')];
    await fail(two.email, 10);
    assert.equal((await tryWith(two.email, { device: one.device, password: PASSWORD })).body.code, 'sign_in.locked');
    house.clock.now += HOUR;
    assert.equal(deviceOf(await tryWith(two.email, { device: one.device, password: PASSWORD })), one.device);
    await fail(two.email, 10);
    await fail(one.email, 10);
    for (const email of [one.email, two.email]) assert.equal((await tryWith(email, { device: one.device, password: PASSWORD })).status, 200, email);
  });

  it('with two sign-ins at the same moment is one device', async () => {
    const email = await addAgent(house, admin, 'twice');
    const { device } = await person('other');
    const answers = await Promise.all([1, 2].map(() => tryWith(email, { device, password: PASSWORD })));
    for (const answer of answers) assert.ok(answer.status === 200 || answer.body.code === 'sign_in.locked', answer.text);
  });
});

describe('a hundred failures in a day', () => {
  it('stop strangers everywhere, whatever their network, and no known device; the next day begins anew', async () => {
    const { email, device } = await person('hunted');
    await failEverywhere(email, 99);
    assert.equal((await tryWith(email, { from: '127.0.99.1', password: PASSWORD })).status, 200, 'a right one of the hundred is no failure');
    const began = house.clock.now;
    assert.equal((await tryWith(email, { from: '127.0.98.1' })).status, 401);
    const stopped = await tryWith(email, { from: '127.0.99.1', password: PASSWORD });
    assert.equal(stopped.body.code, 'sign_in.locked');
    assert.match(stopped.body.detail, /24 hours/);
    assert.equal((await tryWith(email, { device, password: PASSWORD })).status, 200);
    await fail(email, 10, { device });
    house.clock.now = began + DAY - 1;
    assert.equal((await tryWith(email, { from: '127.0.97.1', password: PASSWORD })).status, 429);
    house.clock.now = began + DAY;
    assert.equal((await tryWith(email, { from: '127.0.97.1', password: PASSWORD })).status, 200);
  });

  it('a known device counts for nothing in it', async () => {
    const { email, device } = await person('steady');
    await failEverywhere(email, 95);
    await fail(email, 9, { device });
    assert.equal((await tryWith(email, { from: '127.0.99.1', password: PASSWORD })).status, 200);
  });

  it('for a name that nobody has, and at a brand that does not exist, are the same', async () => {
    const { email } = await person('real');
    const places: [string, string][] = [['acme', email], ['acme', 'nobody@acme.example'], ['nowhere', 'nobody@nowhere.example']];
    const answers = [];
    for (const [brand, name] of places) {
      const began = house.clock.now;
      await failEverywhere(name, 100, brand);
      answers.push(told(await tryWith(name, { from: '127.0.99.1', brand })));
      house.clock.now = began;
    }
    assert.equal(answers[0]!.body.code, 'sign_in.locked');
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
  });
});

describe('a lock is told', () => {
  const mailsTo = async (email: string) => (await mailsOf(house)).filter((mail) => mail.to.includes(email));

  it('to its person by a mail with a link, once a lock and three times a day; the trail has every lock', async () => {
    const { email } = await person('told');
    for (let n = 1; n <= 4; n += 1) {
      await fail(email, 10, { from: `127.0.${n}.1` });
      assert.equal((await mailsTo(email)).length, Math.min(n, 3), `lock ${n}`);
    }
    const [mail] = await mailsTo(email);
    assert.match(mail!.text, /10 wrong passwords .* from the network 127\.0\.1\.0\/24/);
    assert.equal(linkIn(mail!).path, '/b/acme/admit');
    const rows = (await trail(house, await house.signIn(admin), 'what=lock.began')).filter((row) => row.facts.network.startsWith('127.0.'));
    assert.equal(rows.filter((row) => ['1', '2', '3', '4'].includes(row.facts.network.split('.')[2])).length >= 4, true);
    house.clock.now += DAY;
    await fail(email, 10, { from: '127.0.5.1' });
    assert.equal((await mailsTo(email)).length, 4, 'the next day again');
  });

  it('once, when the hundred of the day are full', async () => {
    const { email } = await person('daily');
    await failEverywhere(email, 100);
    for (const from of ['127.0.98.1', '127.0.99.1']) await tryWith(email, { from });
    const mails = await mailsTo(email);
    assert.equal(mails.length, 1);
    assert.match(mails[0]!.text, /100 wrong passwords for your account, so/);
  });

  it('of the day always, however many locks of networks were told before: its link lets in until the lock ends', async () => {
    const { email } = await person('flooded');
    const began = house.clock.now;
    for (let n = 1; n <= 10; n += 1) await fail(email, 10, { from: `127.0.${n}.1` });
    const mails = await mailsTo(email);
    assert.equal(mails.length, 4);
    const mail = mails.find(({ text }) => text.includes('100 wrong passwords for your account, so'))!;
    assert.match(mail.text, new RegExp(`once, until ${inUtc(began + DAY)}`));
    house.clock.now = began + DAY - 1;
    assert.equal((await tryWith(email, { from: '127.0.99.1', password: PASSWORD })).body.code, 'sign_in.locked');
    const admitted = await house.call('POST', '/api/v1/admission', { from: '127.0.99.1', body: { token: linkIn(mail).token } });
    assert.equal(admitted.status, 200, admitted.text);
    assert.equal((await tryWith(email, { from: '127.0.99.1', device: deviceOf(admitted), password: PASSWORD })).status, 200);
  });

  it('of the day by the next try, when it began with one that was never judged', async () => {
    const { email } = await person('untold');
    await failEverywhere(email, 99);
    const { store, brands, keyring } = house.building.parts;
    await attemptSignIn(signInLane(keyring, store.brand((await brands.bySlug('acme'))!.id), email, '127.0.98.0/24'), house.clock.now);
    assert.equal((await mailsTo(email)).length, 0);
    for (const from of ['127.0.98.1', '127.0.99.1']) assert.equal((await tryWith(email, { from, password: PASSWORD })).body.code, 'sign_in.locked');
    assert.equal((await mailsTo(email)).length, 1);
  });

  it('to nobody for a name that nobody has', async () => {
    const already = (await mailsOf(house)).length;
    await fail('ghost@acme.example', 10);
    await fail('ghost@nowhere.example', 10, { brand: 'nowhere' });
    assert.equal((await mailsOf(house)).length, already);
  });

  it('not when the tenth try was right', async () => {
    const { email } = await person('lucky');
    await fail(email, 9);
    house.clock.now += 16_000;
    assert.equal((await tryWith(email, { password: PASSWORD })).status, 200);
    assert.equal((await mailsTo(email)).length, 0);
  });

  it('the link makes one browser a known device, once, within an hour, and signs nobody in', async () => {
    const { email } = await person('mailed');
    await failEverywhere(email, 100);
    const { token } = linkIn((await mailsTo(email))[0]!);
    const admit = (given: string, cookie?: string) => house.call('POST', '/api/v1/admission', { from: '127.0.200.1', cookie, body: { token: given } });
    assert.equal((await admit('A'.repeat(43))).body.code, 'link.invalid');
    const answer = await admit(token);
    assert.deepEqual(answer.body, { next: 'sign_in', brand: 'acme' });
    assert.deepEqual(answer.cookies.map((cookie) => cookie.split('=')[0]), ['__Host-device']);
    const device = deviceOf(answer);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: device })).body.code, 'session.missing');
    assert.equal((await tryWith(email, { from: '127.0.200.1', password: PASSWORD })).body.code, 'sign_in.locked', 'without the cookie it stays shut');
    assert.equal((await tryWith(email, { from: '127.0.200.1', device, password: PASSWORD })).status, 200);
    assert.equal((await admit(token)).body.code, 'link.invalid', 'used');
  });

  it('the link ends after an hour, and of two at once one is used', async () => {
    const { email } = await person('late');
    await fail(email, 10, { from: '127.0.1.1' });
    await fail(email, 10, { from: '127.0.2.1' });
    const [first, second] = (await mailsTo(email)).map((mail) => linkIn(mail).token);
    const admit = (token: string) => house.call('POST', '/api/v1/admission', { body: { token } });
    const both = await Promise.all([admit(second!), admit(second!)]);
    assert.deepEqual(both.map((answer) => answer.status).sort(), [200, 410]);
    house.clock.now += HOUR;
    assert.equal((await admit(first!)).body.code, 'link.invalid');
  });
});
