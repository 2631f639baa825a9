// The renewal of a password at a real server: who gets which mail, what its link asks, what ends, and that nobody learns who has an account.
// Holds password.reset_without_otp.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as agentRows from '#store/agents.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { newestToken, sendLink } from '#test/links.ts';
import { linkIn, mailsOf } from '#test/mails.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE, told, trail } from '#test/people.ts';

const NEW = 'nine amber kettles hum';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('password.reset_without_otp', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  async function begin() {
    // Nobody listens at this address: a look-up of known breaches fails.
    house = await openHouse({ env: { BREACH_URL: 'http://127.0.0.1:9/' } });
    admin = await house.setUp();
    cookie = await house.signIn(admin);
  }
  before(begin);
  after(() => house.close());

  const ask = (email: string, how: { brand?: string; from?: string; headers?: Record<string, string> } = {}) =>
    house.call('POST', '/api/v1/renewal', { from: how.from ?? INSIDE, headers: how.headers ?? {}, body: { brand: how.brand ?? 'acme', email } });
  const open = (token: string, from = INSIDE) => house.call('POST', '/api/v1/renewal/open', { from, body: { token } });
  const complete = (token: string, password = NEW, factor?: object, from = INSIDE) => house.call('POST', '/api/v1/renewal/complete', { from, body: { token, password, ...(factor === undefined ? {} : { factor }) } });
  const mailsTo = async (email: string) => (await mailsOf(house)).filter((mail) => mail.to.includes(email));
  const set = async (settings: Record<string, unknown>) => {
    const saved = await house.save(admin, cookie, settings);
    assert.equal(saved.status, 200, saved.text);
  };

  it('password.reset_without_otp off: who has no factor is told by mail to ask an administrator, and gets no link', async () => {
    const email = await addAgent(house, admin, 'mia');
    assert.equal((await ask(email)).status, 202);
    const [mail] = await mailsTo(email);
    assert.match(mail!.text, /only an administrator can start the renewal/);
    assert.doesNotMatch(mail!.text, /#/);
  });

  it('a live look-up that could not be made is told, and the password is taken', async () => {
    await set({ 'password.reset_without_otp': true, 'password.breach_lookup': true });
    const email = await addAgent(house, admin, 'ruth');
    await ask(email);
    const done = await complete(await newestToken(house, email));
    assert.deepEqual([done.status, done.body], [200, { next: 'sign_in', breachLookup: 'failed' }]);
    await set({ 'password.reset_without_otp': false, 'password.breach_lookup': false });
  });

  it('password.reset_without_otp on: the link is enough for who has no factor; it works once and never signs in', async () => {
    await set({ 'password.reset_without_otp': true });
    const email = await addAgent(house, admin, 'noa');
    const session = (await knock(house, 'acme', email)).cookies.join('; ');
    assert.equal((await ask(email)).status, 202);
    const token = await newestToken(house, email);
    for (let time = 1; time <= 3; time += 1) {
      const opened = await open(token);
      assert.deepEqual([opened.status, opened.body.needs, opened.body.methods, opened.body.brand], [200, 'nothing', [], { slug: 'acme', name: 'Acme' }], 'looking uses nothing up');
    }
    const short = await complete(token, 'short');
    assert.deepEqual([short.status, short.body.faults.map((fault: { path: string }) => fault.path)], [422, ['password']]);
    const done = await complete(token);
    assert.deepEqual([done.status, done.body, done.cookies], [200, { next: 'sign_in', breachLookup: 'off' }, []]);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: session })).body.code, 'session.ended', 'every session of the person has ended');
    assert.equal((await complete(token)).body.code, 'link.invalid');
    assert.equal((await open(token)).body.code, 'link.invalid');
    assert.equal((await knock(house, 'acme', email)).status, 401, 'the old password');
    assert.equal((await knock(house, 'acme', email, NEW)).status, 200);
    assert.equal((await mailsTo(email)).some(({ subject }) => /was changed/.test(subject)), true);
    const row = (await trail(house, cookie)).find(({ event }) => event === 'password.renewed');
    assert.match(row.sentence, /noa chose a new password by a mailed link from 127\.0\.0\.1/);
    await set({ 'password.reset_without_otp': false });
  });

  it('password.reset_without_otp: turned off after the mail was sent, its link asks for an administrator', async () => {
    await set({ 'password.reset_without_otp': true });
    const email = await addAgent(house, admin, 'lea');
    await ask(email);
    const token = await newestToken(house, email);
    await set({ 'password.reset_without_otp': false });
    assert.equal((await open(token)).body.code, 'reset.needs_admin');
    assert.equal((await complete(token)).body.code, 'reset.needs_admin');
  });

  for (const on of [false, true]) {
    it(`password.reset_without_otp ${on ? 'on' : 'off'}: who has a factor is asked for it`, async () => {
      await set({ 'password.reset_without_otp': on });
      await ask(admin.email);
      const token = await newestToken(house, admin.email);
      const opened = await open(token);
      assert.deepEqual([opened.body.needs, opened.body.methods], ['factor', ['totp', 'recovery']]);
      const none = await complete(token, 'short');
      assert.deepEqual(none.body.faults.map((fault: { path: string }) => fault.path), ['password', 'factor'], 'all faults at once');
      assert.equal((await complete(token, NEW, { method: 'totp', code: '000000' })).body.code, 'code.wrong');
      assert.equal((await complete(token, NEW, { method: 'sms', code: '000000' })).body.code, 'method.unavailable');
      const code = house.code(admin);
      const done = await complete(token, NEW, { method: 'totp', code });
      assert.equal(done.status, 200, done.text);
      assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 401, 'all sessions ended');
      const again = await sendLink(house, admin, 'reset', admin.email);
      assert.equal((await complete(again, 'ten pale ferries wait', { method: 'totp', code })).body.code, 'code.used', 'a code works once');
      await house.close();
      await begin();
    });
  }

  it('a text message is taken only from who has nothing stronger; it counts for this link alone', async () => {
    const email = await addAgent(house, admin, 'sam');
    const { store, brands } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    const agent = (await agentRows.byEmailKey(rows, email))!;
    await rows.note([agentRows.setPhone(rows, agent.id, '+972541234567', house.clock.now)]);
    const token = await sendLink(house, admin, 'reset', email);
    assert.deepEqual((await open(token)).body.methods, ['sms']);
    const sent = await house.call('POST', '/api/v1/renewal/options', { body: { token, method: 'sms' } });
    assert.deepEqual([sent.status, sent.body.method, sent.body.sentTo], [200, 'sms', '••67'], sent.text);
    const code = /\b(\d{6})\b/.exec(house.terminal.at(-1) ?? '')![1];
    const newer = await sendLink(house, admin, 'reset', email);
    assert.notEqual((await complete(newer, NEW, { method: 'sms', code })).status, 200, 'a code of another link');
    await house.call('POST', '/api/v1/renewal/options', { body: { token: newer, method: 'sms' } });
    const right = /\b(\d{6})\b/.exec(house.terminal.at(-1) ?? '')![1];
    const done = await complete(newer, NEW, { method: 'sms', code: right });
    assert.equal(done.status, 200, done.text);
    const strong = await sendLink(house, admin, 'reset', admin.email);
    assert.equal((await house.call('POST', '/api/v1/renewal/options', { body: { token: strong, method: 'sms' } })).body.code, 'method.unavailable');
  });

  it('an administrator can start it for who has no factor, whatever the setting', async () => {
    await set({ 'password.reset_without_otp': false });
    const email = await addAgent(house, admin, 'tom');
    const token = await sendLink(house, admin, 'reset', email);
    assert.equal((await open(token)).body.needs, 'nothing');
    assert.equal((await complete(token)).status, 200);
  });

  it('a link works for exactly 30 minutes, and a newer one ends it', async () => {
    const email = await addAgent(house, admin, 'kim');
    const token = await sendLink(house, admin, 'reset', email);
    house.clock.now += 30 * MINUTE - 1;
    assert.equal((await open(token)).status, 200);
    house.clock.now += 1;
    assert.equal((await open(token)).body.code, 'link.invalid');
    const older = await sendLink(house, admin, 'reset', email);
    await sendLink(house, admin, 'reset', email);
    assert.equal((await open(older)).body.code, 'link.invalid');
  });

  it('of two at once with the same link one wins', async () => {
    const email = await addAgent(house, admin, 'ben');
    const token = await sendLink(house, admin, 'reset', email);
    const answers = await Promise.all([complete(token, 'six blue lanterns sway'), complete(token, 'ten pale ferries wait')]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 410]);
  });

  it('the answer is the same for a person, nobody, a deactivated person, no brand, no address and a flood', async () => {
    cookie = await house.signIn(admin);
    await set({ 'password.reset_without_otp': true });
    const email = await addAgent(house, admin, 'gil');
    const gone = await addAgent(house, admin, 'old');
    const { store, brands } = house.building.parts;
    const rows = store.brand((await brands.bySlug('acme'))!.id);
    await rows.note([agentRows.retire(rows, (await agentRows.byEmailKey(rows, gone))!.id, house.clock.now)]);
    const first = told(await ask(email));
    assert.deepEqual([first.status, first.body], [202, { next: 'mail', mailsKept: true, id: '' }]);
    const others: [string, string?][] = [['nobody@acme.example'], [gone], [email, 'no-such-brand'], ['not an address'], [email], [email], [email], [email]];
    for (const [name, brand = 'acme'] of others) assert.deepEqual(told(await ask(name, { brand })), first, `${name} at ${brand}`);
    assert.equal((await mailsTo(email)).length, 3, 'three mails an hour, whoever asks');
    assert.equal((await mailsTo(gone)).length, 0);
    house.clock.now += HOUR;
    await ask(email);
    assert.equal((await mailsTo(email)).length, 4);
  });

  it('an address where the person could never sign in gets the same answer and no mail; the row says why', async () => {
    house.clock.now += 2 * HOUR;
    cookie = await house.signIn(admin);
    await set({ 'password.reset_without_otp': true, 'management.allowlist': only(INSIDE) });
    const email = await addAgent(house, admin, 'far');
    const nobody = told(await ask('nobody@acme.example', { from: OUTSIDE }));
    assert.deepEqual(told(await ask(email, { from: OUTSIDE })), nobody);
    assert.equal((await mailsTo(email)).length, 0);
    const row = (await trail(house, cookie)).find(({ event }) => event === 'password.renewal_asked');
    assert.match(row.sentence, /from 127\.0\.0\.2; no link was sent \(Not from this network\)/);
    await ask(email);
    const token = await newestToken(house, email);
    assert.equal((await open(token, OUTSIDE)).body.code, 'network.not_allowed');
    assert.equal((await complete(token, NEW, undefined, OUTSIDE)).body.code, 'network.not_allowed');
    assert.equal((await complete(token)).status, 200, 'the refusals used nothing up');
    await set({ 'management.allowlist': { state: 'any' } });
  });

  it('the link in a mail is built from PUBLIC_URL, whatever a caller says of hosts', async () => {
    const email = await addAgent(house, admin, 'eve');
    const hostile = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', 'x-original-host': 'evil.example', 'x-forwarded-proto': 'https' };
    assert.equal((await ask(email, { headers: hostile })).status, 202);
    const [mail] = await mailsTo(email);
    assert.doesNotMatch(mail!.text, /evil/);
    assert.equal(mail!.text.includes(`${house.building.parts.config.publicUrl.origin}/b/acme/reset#`), true);
    assert.equal(linkIn(mail!).path, '/b/acme/reset');
    assert.equal((await ask(email, { headers: { host: 'evil.example' } })).status, 421);
    assert.equal((await mailsTo(email)).length, 1);
  });

  it('a link outlives a restart of the server', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-renewal-'));
    try {
      const first = await openHouse({ dataDir });
      const theirs = await first.setUp();
      const token = await sendLink(first, theirs, 'reset', theirs.email);
      await first.close();
      const second = await openHouse({ dataDir });
      const opened = await second.call('POST', '/api/v1/renewal/open', { body: { token } });
      await second.close();
      assert.deepEqual([opened.status, opened.body.needs], [200, 'factor']);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('wrong codes are counted with those of sign-in, and stop', async () => {
    house.clock.now += 2 * HOUR;
    const token = await sendLink(house, admin, 'reset', admin.email);
    const answers = [];
    for (let round = 0; round < 6; round += 1) answers.push((await complete(token, NEW, { method: 'totp', code: '000000' })).body.code);
    assert.deepEqual(answers, ['code.wrong', 'code.wrong', 'code.wrong', 'code.wrong', 'code.wrong', 'sign_in.locked']);
  });
});
