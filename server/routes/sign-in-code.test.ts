// The second step of sign-in over HTTP: a pending sign-in and its code, the cookies, and leaving.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { totpCode } from '#identity/totp.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE } from '#test/people.ts';

const MINUTE = 60_000;
let house: TestHouse;
let admin: Admin;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  await addAgent(house, admin, 'plain');
  const cookie = await house.signIn(admin);
  const saved = await house.save(admin, cookie, { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' });
  assert.equal(saved.status, 200, saved.text);
});
after(() => house.close());
// Apart from each other, so that no test waits for the wrong codes of the one before.
beforeEach(() => {
  house.clock.now += 2 * 60 * MINUTE;
});

async function pending(from = OUTSIDE): Promise<string> {
  const answer = await knock(house, 'acme', admin.email, PASSWORD, from);
  assert.deepEqual(answer.body, { next: 'code', methods: ['totp', 'recovery'], trustDays: 0 });
  return answer.cookies[0] as string;
}
const give = (cookie: string | undefined, code: string, method = 'totp', from = OUTSIDE): Promise<Answer> => house.call('POST', '/api/v1/sign-in/code', { from, cookie, body: { code, method } });
/** A code that is wrong now and at the steps beside. */
function wrongCode(): string {
  const step = Math.floor(house.clock.now / 30_000);
  const right = new Set([-1, 0, 1].map((around) => totpCode(admin.secret, step + around)));
  return ['111111', '222222', '333333', '444444'].find((code) => !right.has(code))!;
}

describe('a pending sign-in', () => {
  it('opens the workspace with a right code, once', async () => {
    const cookie = await pending();
    const done = await give(cookie, house.code(admin));
    assert.deepEqual(done.body, { next: 'workspace' });
    const again = await give(cookie, house.code(admin));
    assert.equal(again.status, 401);
    assert.equal(again.body.code, 'session.missing');
  });

  it('opens nothing but the code step', async () => {
    const cookie = await pending();
    const value = cookie.split('=')[1];
    for (const shown of [cookie, `__Host-session=${value}`]) {
      assert.equal((await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie: shown })).body.code, 'session.missing');
      assert.equal((await house.call('POST', '/api/v1/session/code', { from: OUTSIDE, cookie: shown, body: { code: house.code(admin), method: 'totp' } })).body.code, 'session.missing');
    }
  });

  it('takes five codes: the sixth is not looked at, right as it may be', async () => {
    const cookie = await pending();
    for (let n = 0; n < 5; n += 1) {
      const answer = await give(cookie, wrongCode());
      assert.equal(answer.body.code, 'code.wrong', `code ${n + 1}`);
      assert.equal(answer.cookies.length, 0);
    }
    assert.equal((await give(cookie, house.code(admin))).body.code, 'session.missing');
  });

  it('takes five codes however many come at once', async () => {
    const cookie = await pending();
    const answers = await Promise.all(Array.from({ length: 20 }, () => give(cookie, wrongCode())));
    const looked = answers.filter((answer) => answer.body.code === 'code.wrong').length;
    assert.ok(looked <= 5, `${looked} codes were looked at`);
    assert.ok(answers.every((answer) => answer.status < 500));
  });

  it('lives ten minutes, to the millisecond', async () => {
    const cookie = await pending();
    const began = house.clock.now;
    const late = await pending();
    house.clock.now = began + 10 * MINUTE - 1;
    assert.equal((await give(cookie, totpCode(admin.secret, Math.floor(house.clock.now / 30_000)))).status, 200);
    house.clock.now = began + 10 * MINUTE;
    assert.equal((await give(late, house.code(admin))).body.code, 'session.missing');
  });

  it('refuses a code that was used, at sign-in and at step-up alike', async () => {
    const code = house.code(admin);
    const done = await give(await pending(), code);
    assert.equal(done.status, 200);
    assert.equal((await give(await pending(), code)).body.code, 'code.used');
    const cookie = done.cookies[0] as string;
    const stepUp = () => house.call('POST', '/api/v1/step-up', { from: OUTSIDE, cookie, body: { code, method: 'totp' } });
    assert.equal((await stepUp()).body.code, 'code.used');
    assert.equal((await house.call('GET', '/api/v1/session', { from: OUTSIDE, cookie })).body.stepUpUntil, null);
    // A code one step older than the used one is dead too.
    assert.equal((await give(await pending(), totpCode(admin.secret, Math.floor(house.clock.now / 30_000) - 1))).body.code, 'code.used');
  });

  it('lets one of two equal codes at once in', async () => {
    const [left, right] = [await pending(), await pending()];
    const code = house.code(admin);
    const answers = await Promise.all([give(left, code), give(right, code)]);
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
    assert.ok(answers.every((answer) => answer.status < 500));
  });

  it('takes a recovery code once', async () => {
    const [code] = admin.recoveryCodes as [string];
    assert.equal((await give(await pending(), code.toUpperCase().replace('-', ' '), 'recovery')).status, 200);
    assert.equal((await give(await pending(), code, 'recovery')).body.code, 'code.wrong');
    assert.equal((await give(await pending(), admin.recoveryCodes[1]!, 'totp')).body.code, 'code.malformed', 'not in the place of the other method');
  });

  it('is judged anew at the address of the code', async () => {
    const cookie = await pending();
    assert.equal((await give(cookie, house.code(admin), 'totp', INSIDE)).status, 200);
  });

  it('is no brake for a guesser who has the password: wrong codes of many pending sign-ins are counted together', async () => {
    let looked = 0;
    for (let round = 0; round < 8; round += 1) {
      const cookie = await pending();
      for (let n = 0; n < 5; n += 1) if ((await give(cookie, wrongCode())).body.code === 'code.wrong') looked += 1;
    }
    assert.ok(looked <= 10, `${looked} codes were looked at within one moment`);
  });

  const forged: [string, string | undefined][] = [['none', undefined], ['empty', '__Host-signin='], ['of no brand', `__Host-signin=b000000000000.${'A'.repeat(43)}`], ['not of this shape', '__Host-signin=x'], ['of another secret', 'swap']];
  for (const [title, forgery] of forged) {
    it(`with a cookie that is ${title} asks to start again`, async () => {
      const cookie = forgery === 'swap' ? `${(await pending()).split('.')[0]}.${'A'.repeat(43)}` : forgery;
      const answer = await give(cookie, house.code(admin));
      assert.equal(answer.status, 401);
      assert.equal(answer.body.code, 'session.missing');
    });
  }
});

describe('the cookies', () => {
  it('carry every attribute that keeps them with us, and no others', async () => {
    const first = await knock(house, 'acme', admin.email, PASSWORD, OUTSIDE);
    const second = await give(first.cookies[0], house.code(admin));
    const attributes = '; Path=/; Secure; HttpOnly; SameSite=Lax';
    const [signIn] = first.headers['set-cookie'] as string[];
    const [session, cleared] = second.headers['set-cookie'] as string[];
    assert.match(signIn!, new RegExp(`^__Host-signin=b[0-9a-z]{12}\\.[\\w-]{43}${attributes}$`));
    assert.match(session!, new RegExp(`^__Host-session=b[0-9a-z]{12}\\.[\\w-]{43}${attributes}$`));
    assert.equal(cleared, `__Host-signin=${attributes}; Max-Age=0`);
    assert.equal(second.headers['cache-control'], 'no-store');
  });

  it('of an old session are dead once the browser signs in again', async () => {
    const old = await house.signIn(admin);
    const again = await house.call('POST', '/api/v1/sign-in', { cookie: old, body: { brand: 'acme', email: admin.email, password: PASSWORD } });
    assert.equal(again.status, 200);
    assert.notEqual(again.cookies[0], old);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: old })).status, 401);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: again.cookies[0] })).status, 200);
  });

  it('of an old session survive a knock that failed', async () => {
    const old = await house.signIn(admin);
    await house.call('POST', '/api/v1/sign-in', { cookie: old, body: { brand: 'acme', email: admin.email, password: 'wrong' } });
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: old })).status, 200);
  });
});

describe('leaving', () => {
  it('is never refused: without a session, with a dead one, twice at once, from outside', async () => {
    const cookie = await house.signIn(admin);
    const leave = (shown?: string, from = INSIDE) => house.call('POST', '/api/v1/sign-out', { cookie: shown, from });
    const answers = await Promise.all([leave(cookie), leave(cookie), leave(cookie)]);
    answers.push(await leave(cookie), await leave(), await leave('__Host-session=x'), await leave(await house.signIn(admin), OUTSIDE));
    for (const answer of answers) {
      assert.equal(answer.status, 204, answer.text);
      assert.match(String(answer.headers['set-cookie']), /__Host-session=; .*Max-Age=0/);
    }
  });

  it('at two sign-ins at once with one old session lets both in', async () => {
    const old = await house.signIn(admin);
    const answers = await Promise.all([1, 2].map(() => house.call('POST', '/api/v1/sign-in', { cookie: old, body: { brand: 'acme', email: 'plain@acme.example', password: PASSWORD } })));
    for (const answer of answers) assert.ok(answer.status === 200 || answer.body.code === 'sign_in.locked', answer.text);
  });
});
