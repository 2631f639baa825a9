// A person's own account over HTTP: enrolling an authenticator from where it is allowed, recovery codes, a verified phone.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { totpCode } from '#identity/totp.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';

const MINUTE = 60_000;
const NUMBER = '+4915112345678';
let house: TestHouse;
let admin: Admin;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
});
after(() => house.close());
// Days apart: no code, send or failure of a test counts in the next one.
beforeEach(() => {
  house.clock.now += 48 * 60 * MINUTE;
});

const call = (method: string, path: string, cookie: string, body?: unknown, from = INSIDE): Promise<Answer> => house.call(method, `/api/v1/account/${path}`, { cookie, from, ...(body === undefined ? {} : { body }) });
const begin = (cookie: string, body: unknown = {}, from = INSIDE) => call('POST', 'factors/totp', cookie, body, from);
const confirm = (cookie: string, id: string, code: string, from = INSIDE) => call('POST', `factors/totp/${id}/confirm`, cookie, { code }, from);
const shown = async (cookie: string) => (await call('GET', 'factors', cookie)).body;
const codeOf = (secret: string) => totpCode(secret, Math.floor(house.clock.now / 30_000));
const signIn = async (email: string, from = INSIDE) => (await knock(house, 'acme', email, PASSWORD, from)).cookies[0] as string;
async function set(settings: Record<string, unknown>): Promise<void> {
  const saved = await house.save(admin, await house.signIn(admin), settings);
  assert.equal(saved.status, 200, saved.text);
}
let people = 0;
const newcomer = () => addAgent(house, admin, `agent${(people += 1)}`, ['remote_access']);

describe('enrolling a first authenticator', () => {
  // title, settings, from, body, expected: 201 or the code of the refusal
  const open = { 'management.allowlist': { state: 'any' }, 'two_factor.mode': 'remote_only' };
  const listed = { 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' };
  const rows: [string, Record<string, unknown>, Record<string, unknown>, string][] = [
    ['with the list on any asks for the password again', open, {}, 'password.required'],
    ['with the list on any refuses a wrong password', open, { password: 'wrong' }, 'password.wrong'],
    ['with the list on any takes the right password', open, { password: PASSWORD }, ''],
    ['inside a list that is on needs nothing more', listed, {}, ''],
    ['inside a list that is on, without second factors, needs nothing more', { ...listed, 'two_factor.mode': 'off' }, {}, ''],
  ];
  for (const [title, settings, body, code] of rows) {
    it(title, async () => {
      await set(settings);
      const cookie = await signIn(await newcomer());
      const begun = await begin(cookie, body);
      assert.equal(begun.body.code ?? '', code, begun.text);
      if (code !== '') return;
      assert.equal(begun.status, 201);
      assert.deepEqual((await shown(cookie)).totp, [], 'it counts only once a code was typed back');
      assert.equal((await confirm(cookie, begun.body.id, '000000')).body.code, 'code.wrong');
      const done = await confirm(cookie, begun.body.id, codeOf(begun.body.secret));
      assert.equal(done.body.recoveryCodes.length, 10);
      assert.equal((await shown(cookie)).totp.length, 1);
      assert.equal((await shown(cookie)).recoveryCodesLeft, 10);
      assert.equal((await confirm(cookie, begun.body.id, codeOf(begun.body.secret))).body.code, 'link.invalid', 'confirmed once');
    });
  }

  it('outside a list that is on is not even reached: there the table asks for a code first', async () => {
    await set(open);
    const email = await newcomer();
    const cookie = await signIn(email, OUTSIDE);
    await set(listed);
    assert.equal((await begin(cookie, { password: PASSWORD }, OUTSIDE)).body.code, 'second_factor.required');
    assert.equal((await house.call('POST', '/api/v1/session/code', { from: OUTSIDE, cookie, body: { code: '123456', method: 'totp' } })).body.code, 'factor.none');
    await set(open);
  });

  it('is no place to guess the password at: ten wrong ones are the last that are looked at', async () => {
    const cookie = await signIn(await newcomer());
    const answers = await Promise.all(Array.from({ length: 30 }, () => begin(cookie, { password: 'wrong' })));
    assert.ok(answers.filter((answer) => answer.body.code === 'password.wrong').length <= 5);
    house.clock.now += MINUTE;
    for (let n = 0; n < 20; n += 1) await begin(cookie, { password: 'wrong' });
    assert.equal((await begin(cookie, { password: PASSWORD })).body.code, 'sign_in.locked');
  });

  it('a code that enrolled it does not also step up', async () => {
    const cookie = await signIn(await newcomer());
    const begun = await begin(cookie, { password: PASSWORD });
    const code = codeOf(begun.body.secret);
    await confirm(cookie, begun.body.id, code);
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie, body: { code, method: 'totp' } })).body.code, 'code.used');
  });

  it('of somebody else, or of an earlier begin, cannot be confirmed', async () => {
    const [mine, theirs] = [await signIn(await newcomer()), await signIn(await newcomer())];
    const first = await begin(mine, { password: PASSWORD });
    assert.equal((await confirm(theirs, first.body.id, codeOf(first.body.secret))).body.code, 'link.invalid');
    const second = await begin(mine, { password: PASSWORD });
    assert.equal((await confirm(mine, first.body.id, codeOf(first.body.secret))).body.code, 'link.invalid');
    const answers = await Promise.all([1, 2].map(() => confirm(mine, second.body.id, codeOf(second.body.secret))));
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1, 'two confirmations at once are one');
    assert.equal((await shown(mine)).recoveryCodesLeft, 10);
  });
});

describe('changing an authenticator', () => {
  it('needs a fresh code, never the password alone, and the old one is dead afterwards', async () => {
    const cookie = await house.signIn(admin);
    assert.equal((await begin(cookie, { password: PASSWORD })).body.code, 'step_up.required');
    await house.stepUp(admin, cookie);
    const begun = await begin(cookie);
    assert.equal(begun.status, 201, begun.text);
    const old = admin.secret;
    assert.equal((await confirm(cookie, begun.body.id, codeOf(begun.body.secret))).body.recoveryCodes, null);
    admin = { ...admin, secret: begun.body.secret };
    house.clock.now += MINUTE;
    const give = (secret: string) => house.call('POST', '/api/v1/step-up', { cookie, body: { code: codeOf(secret), method: 'totp' } });
    assert.equal((await give(old)).body.code, 'code.wrong');
    assert.equal((await give(admin.secret)).status, 200);
    assert.equal((await trail(house, cookie, 'what=factor.enrolled')).length > 0, true);
  });

  it('asks for a code each time: one code is one change of a credential', async () => {
    const cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    assert.equal((await call('POST', 'recovery-codes', cookie)).status, 201);
    assert.equal((await call('POST', 'recovery-codes', cookie)).body.code, 'step_up.required');
    assert.equal((await begin(cookie)).body.code, 'step_up.required');
    assert.equal((await call('POST', 'phone', cookie, { number: NUMBER })).body.code, 'step_up.required');
  });
});

describe('recovery codes', () => {
  it('asked for twice at once with one code are made once', async () => {
    const cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    const answers = await Promise.all([1, 2, 3].map(() => call('POST', 'recovery-codes', cookie)));
    assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
    assert.ok(answers.every((answer) => answer.status < 500));
  });

  it('made anew work, and the old ones stop', async () => {
    const cookie = await house.signIn(admin);
    assert.equal((await call('POST', 'recovery-codes', cookie)).body.code, 'step_up.required');
    const give = (code: string) => house.call('POST', '/api/v1/step-up', { cookie, body: { code, method: 'recovery' } });
    await house.stepUp(admin, cookie);
    const [first] = (await call('POST', 'recovery-codes', cookie)).body.recoveryCodes as string[];
    await house.stepUp(admin, cookie);
    const second = (await call('POST', 'recovery-codes', cookie)).body.recoveryCodes as string[];
    assert.equal(second.length, 10);
    assert.equal((await give(first!)).body.code, 'code.wrong');
    assert.equal((await give(second[0]!)).status, 200);
    assert.equal((await shown(cookie)).recoveryCodesLeft, 9);
  });
});

describe('a phone number', () => {
  const lastCode = () => /SMS to \S+: (\d{6}) /.exec(house.terminal.at(-1) ?? '')![1] as string;
  const wrong = () => (lastCode() === '111111' ? '222222' : '111111');
  const confirmPhone = (cookie: string, code: string) => call('POST', 'phone/confirm', cookie, { code });
  async function sent(): Promise<string> {
    const cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    const answer = await call('POST', 'phone', cookie, { number: NUMBER });
    assert.equal(answer.status, 202, answer.text);
    assert.equal(answer.body.expiresAt, house.clock.now + 10 * MINUTE);
    assert.ok(!answer.text.includes(lastCode()), 'the code is not in the answer');
    return cookie;
  }

  it('counts once the code sent to it was typed back, and only once', async () => {
    const cookie = await sent();
    assert.match(house.terminal.at(-1)!, /^SMS to \+4915112345678: /);
    assert.equal((await shown(cookie)).phone, null);
    assert.equal((await confirmPhone(cookie, lastCode())).status, 204);
    assert.equal((await shown(cookie)).phone.number, NUMBER);
    assert.equal((await confirmPhone(cookie, lastCode())).body.code, 'code.expired');
  });

  it('takes five tries, also at once', async () => {
    const cookie = await sent();
    for (let n = 0; n < 4; n += 1) assert.equal((await confirmPhone(cookie, wrong())).body.code, 'code.wrong');
    const answers = await Promise.all(Array.from({ length: 8 }, () => confirmPhone(cookie, wrong())));
    assert.equal(answers.filter((answer) => answer.body.code === 'code.wrong').length, 1);
    assert.equal((await confirmPhone(cookie, lastCode())).body.code, 'code.expired');
  });

  it('has ten minutes, to the millisecond', async () => {
    const cookie = await sent();
    const [began, code] = [house.clock.now, lastCode()];
    house.clock.now = began + 10 * MINUTE;
    assert.equal((await confirmPhone(cookie, code)).body.code, 'code.expired');
    house.clock.now = began + 10 * MINUTE - 1;
    assert.equal((await confirmPhone(cookie, code)).status, 204);
  });

  it('gets at most five codes an hour, and the newest alone counts', async () => {
    const cookie = await sent();
    const first = lastCode();
    const codes = [first];
    for (let n = 1; n < 5; n += 1) {
      await house.stepUp(admin, cookie);
      assert.equal((await call('POST', 'phone', cookie, { number: NUMBER })).status, 202);
      codes.push(lastCode());
    }
    await house.stepUp(admin, cookie);
    const more = await call('POST', 'phone', cookie, { number: NUMBER });
    assert.equal(more.status, 429);
    assert.ok(Number(more.headers['retry-after']) > 0);
    if (codes[0] !== codes[4]) assert.equal((await confirmPhone(cookie, codes[0]!)).body.code, 'code.wrong');
    assert.equal((await confirmPhone(cookie, codes[4]!)).status, 204);
  });

  it('is judged before anybody is asked for a code, blanks and hyphens taken out', async () => {
    const cookie = await house.signIn(admin);
    assert.equal((await call('POST', 'phone', cookie, { number: '0151 12345678' })).status, 422);
    assert.equal((await call('POST', 'phone', cookie, { number: '+49 151-12345678' })).body.code, 'step_up.required');
  });

  it('is refused with the reason when it is not in international form', async () => {
    const cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    for (const number of ['', '0151 12345678', '+49/15112345678', '+０151', '+4915112345678\n']) {
      const answer = await call('POST', 'phone', cookie, { number });
      assert.equal(answer.status, 422, number);
      assert.match(answer.body.faults[0].message, /international form/);
    }
  });
});
