// A code by text message as a second factor over HTTP: sent once chosen, for one moment, within its caps, whatever the provider does.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Sms } from '#outside/sms/sms.ts';
import { failed } from '#outside/outcome.ts';
import * as agentRows from '#store/agents.ts';
import * as codeRows from '#store/one-time-codes.ts';
import { sendFactorCode } from '#identity/sms-factor.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { mailsOf } from '#test/mails.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, trail } from '#test/people.ts';

const MINUTE = 60_000;
const NUMBER = '+4915112345612';
let house: TestHouse;
let admin: Admin;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
});
after(() => house.close());
beforeEach(() => {
  house.clock.now += 48 * 60 * MINUTE;
});

const post = (path: string, cookie: string, body: unknown): Promise<Answer> => house.call('POST', `/api/v1/${path}`, { cookie, body });
const lastCode = () => /SMS to \S+: (\d{6}) /.exec(house.terminal.at(-1) ?? '')![1] as string;
const wrong = () => (lastCode() === '111111' ? '222222' : '111111');
const choose = (cookie: string, path = 'step-up') => post(`${path}/options`, cookie, { method: 'sms' });
const give = (cookie: string, code: string, path = 'step-up') => post(path, cookie, { method: 'sms', code });
const rowsOf = async () => house.building.parts.store.brand((await house.building.parts.brands.bySlug('acme'))!.id);
let people = 0;

/** Somebody signed in whose only factor is a verified phone. */
async function phoned(): Promise<{ cookie: string; email: string; id: string }> {
  const email = await addAgent(house, admin, `phoned${(people += 1)}`);
  const rows = await rowsOf();
  const id = (await agentRows.byEmailKey(rows, email))!.id;
  await rows.note([agentRows.setPhone(rows, id, NUMBER, house.clock.now)]);
  const cookie = (await knock(house, 'acme', email)).cookies.find((one) => one.startsWith('__Host-session='))!;
  return { cookie, email, id };
}

describe('a code by text message', () => {
  it('is sent once it is chosen, to the verified number, which the page sees masked', async () => {
    const { cookie } = await phoned();
    const { methods } = (await house.call('GET', '/api/v1/session', { cookie })).body.agent;
    assert.deepEqual(methods, ['sms']);
    assert.deepEqual((await house.call('GET', '/api/v1/session/code', { cookie })).body, { methods: ['sms'] });
    const sent = await choose(cookie);
    assert.deepEqual(sent.body, { method: 'sms', sentTo: '••12', expiresAt: house.clock.now + 10 * MINUTE });
    assert.match(house.terminal.at(-1)!, /SMS to \+4915112345612: \d{6} is your code to confirm a change at Acme/);
    assert.ok(!sent.text.includes(lastCode()));
    assert.equal((await give(cookie, lastCode())).status, 200);
    assert.equal((await give(cookie, lastCode())).body.code, 'code.expired', 'once');
    const rows = await trail(house, await house.signIn(admin), 'what=code.sent');
    assert.ok(rows.length > 0);
  });

  it('counts only for what it was asked for', async () => {
    const { cookie } = await phoned();
    const other = await phoned();
    await choose(cookie);
    const code = lastCode();
    assert.equal((await give(cookie, code, 'session/code')).body.code, 'code.expired', 'for another purpose');
    assert.equal((await give(other.cookie, code)).body.code, 'code.expired', 'in the session of somebody else');
    assert.equal((await give(cookie, code)).status, 200);
  });

  it('takes five tries and ten minutes', async () => {
    const { cookie } = await phoned();
    await choose(cookie);
    for (let n = 0; n < 5; n += 1) {
      assert.equal((await give(cookie, wrong())).body.code, 'code.wrong');
    }
    house.clock.now += MINUTE;
    assert.equal((await give(cookie, lastCode())).body.code, 'code.expired');
    const late = await phoned();
    await choose(late.cookie);
    house.clock.now += 10 * MINUTE;
    assert.equal((await give(late.cookie, lastCode())).body.code, 'code.expired');
  });

  it('is read with spaces and full-width digits, and refused in words with letters', async () => {
    const { cookie } = await phoned();
    await choose(cookie);
    assert.equal((await give(cookie, 'abc123')).body.code, 'code.malformed');
    const wide = [...lastCode()].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
    assert.equal((await give(cookie, ` ${wide.slice(0, 3)} ${wide.slice(3)}`)).status, 200);
  });

  it('dies with its number', async () => {
    const { cookie, id } = await phoned();
    await choose(cookie);
    const rows = await rowsOf();
    await rows.note([agentRows.setPhone(rows, id, '+4915112345699', house.clock.now)]);
    assert.equal((await give(cookie, lastCode())).body.code, 'code.expired');
  });

  it('is sent five times an hour at most, also when asked for all at once', async () => {
    const { cookie } = await phoned();
    const storm = await Promise.all(Array.from({ length: 8 }, () => choose(cookie)));
    assert.ok(storm.filter((answer) => answer.status === 200).length <= 5);
    for (let n = 0; n < 8; n += 1) await choose(cookie);
    const more = await choose(cookie);
    assert.deepEqual([more.status, more.body.code], [429, 'sms.too_many']);
    const { id } = (await house.call('GET', '/api/v1/session', { cookie })).body.agent;
    assert.equal((await codeRows.sentSince(await rowsOf(), house.clock.now - 60 * MINUTE, id)).length, 5);
  });

  it('goes to no number that was not verified', async () => {
    const { cookie, id } = await phoned();
    const rows = await rowsOf();
    await rows.note([agentRows.writePhone(rows, id, NUMBER)]);
    assert.equal((await choose(cookie)).body.code, 'method.unavailable');
  });
});

describe('a sign-in under way', () => {
  const policy = async (settings: Record<string, unknown>) => assert.equal((await house.save(admin, await house.signIn(admin), settings)).status, 200);
  const from = OUTSIDE;
  const options = (cookie: string, at: string = from) => house.call('POST', '/api/v1/sign-in/options', { cookie, from: at, body: { method: 'sms' } });
  before(() => policy({ 'management.allowlist': only(INSIDE), 'two_factor.mode': 'remote_only' }));
  after(() => policy({ 'management.allowlist': { state: 'any' } }));
  /** Of somebody who may be outside, and is. */
  async function underWay(who?: { email: string; id: string }): Promise<{ pending: string; email: string; id: string }> {
    const { email, id } = who ?? (await phoned());
    const rows = await rowsOf();
    await rows.note([agentRows.setCapabilities(rows, id, 'agent', '["remote_access"]')]);
    const begun = await knock(house, 'acme', email, PASSWORD, from);
    assert.deepEqual(begun.body.methods, ['sms'], begun.text);
    return { pending: begun.cookies[0]!, email, id };
  }

  it('gets no text message at an address where its person may not be', async () => {
    const { pending, id } = await underWay();
    const rows = await rowsOf();
    await rows.note([agentRows.setCapabilities(rows, id, 'agent', '[]')]);
    const sent = house.terminal.length;
    const refused = await options(pending);
    assert.deepEqual([refused.status, refused.body.code], [401, 'sign_in.failed'], refused.text);
    assert.equal(house.terminal.length, sent, 'nothing was sent');
    assert.equal((await options(pending, INSIDE)).status, 200);
  });

  it('gets no text message while its codes are locked', async () => {
    const first = await underWay();
    assert.equal((await options(first.pending)).status, 200);
    for (let n = 0; n < 5; n += 1) await house.call('POST', '/api/v1/sign-in/code', { cookie: first.pending, from, body: { method: 'sms', code: wrong() } });
    const { pending } = await underWay(first);
    const sent = house.terminal.length;
    const refused = await options(pending);
    assert.deepEqual([refused.status, refused.body.code], [429, 'sign_in.locked'], refused.text);
    assert.equal(house.terminal.length, sent, 'nothing was sent');
    house.clock.now += 1_000;
    assert.equal((await options(pending)).status, 200, 'asking counted nothing');
  });
});

describe('the provider', () => {
  const answering = (outcome: Awaited<ReturnType<Sms['send']>>): Sms => ({ kind: 'gateway', description: '', send: () => Promise.resolve(outcome) });
  // title, outcome, whether the try counts
  const rows: [string, Awaited<ReturnType<Sms['send']>>, number][] = [
    ['refuses', failed('provider_refused', 'The provider refused.'), 0],
    ['has no credit', failed('out_of_credit', 'The provider has no credit left.'), 0],
    ['is not there', failed('unreachable', 'The provider cannot be reached.'), 0],
    ['is slow, and may have sent it all the same', failed('provider_slow', 'The provider did not answer.'), 1],
  ];
  for (const [title, outcome, counted] of rows) {
    it(`${title}: the page is told, and the try ${counted === 1 ? 'counts' : 'does not count'}`, async () => {
      const { id } = await phoned();
      const brand = await rowsOf();
      const { keyring, brands, now } = house.building.parts;
      const asking = { brand, agentId: id, brandName: 'Acme', boundTo: 'ses_x', purpose: 'step_up' } as const;
      for (let n = 1; n <= 2; n += 1) {
        const sent = await sendFactorCode({ keyring, sms: answering(outcome), commit: brands.commit, now }, asking);
        assert.ok(!sent.ok && sent.denial.code === 'sms.failed');
        assert.equal(sent.denial.facts['why'], outcome.sent ? '' : outcome.sentence);
        assert.equal((await codeRows.sentSince(brand, 0, id)).length, counted * n);
      }
    });
  }
});

describe('a verified phone', () => {
  it('is mailed as a new factor, and can be removed with a fresh code', async () => {
    const cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    await post('account/phone', cookie, { number: NUMBER });
    assert.equal((await post('account/phone/confirm', cookie, { code: 'x' })).body.code, 'code.malformed');
    assert.equal((await post('account/phone/confirm', cookie, { code: lastCode() })).status, 204);
    assert.ok((await mailsOf(house)).some((mail) => mail.to.includes(admin.email) && /ends in 12/.test(mail.text)));
    const remove = () => house.call('DELETE', '/api/v1/account/phone', { cookie, body: {} });
    assert.equal((await remove()).body.code, 'step_up.required');
    await choose(cookie);
    assert.equal((await give(cookie, lastCode())).status, 200);
    assert.equal((await remove()).status, 204);
    assert.equal((await choose(cookie)).body.code, 'method.unavailable');
  });
});

describe('recovery codes', () => {
  it('used, and made anew, are mailed', async () => {
    const cookie = await house.signIn(admin);
    assert.equal((await post('step-up', cookie, { method: 'recovery', code: admin.recoveryCodes[1] })).status, 200);
    assert.equal((await house.call('POST', '/api/v1/account/recovery-codes', { cookie })).status, 201);
    const texts = (await mailsOf(house)).filter((mail) => mail.to.includes(admin.email)).map((mail) => mail.text).join('\n');
    assert.match(texts, /one of your recovery codes was used from 127\.0\.0\.1\. 9 are left/);
    assert.match(texts, /new recovery codes were made/);
  });
});
