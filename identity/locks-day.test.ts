// Codes over a day: thirty wrong ones stop them for a person, whatever is signed in or begun anew in between.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openHouse } from '#test/house.ts';
import { sendLink } from '#test/links.ts';
import { mailsOf } from '#test/mails.ts';
import { knock, trail } from '#test/people.ts';

const MINUTE = 60_000;

it('ten wrong codes end the session and do not give ten new ones; thirty in a day stop codes until the day is over', async () => {
  const house = await openHouse();
  try {
    const admin = await house.setUp();
    let cookie = await house.signIn(admin);
    const began = house.clock.now;
    const wrong = () => house.call('POST', '/api/v1/step-up', { cookie, body: { method: 'totp', code: '000000' } });
    let judged = 0;
    let ended = 0;
    for (let at = 0; house.clock.now < began + 1_380 * MINUTE; at += 1) {
      house.clock.now += MINUTE;
      await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 } });
      const { body } = await wrong();
      if (body.code === 'code.wrong') judged += 1;
      if (body.code === 'session.ended' || body.code === 'session.absolute') {
        if (body.code === 'session.ended') judged += 1;
        ended += 1;
        cookie = await house.signIn(admin);
        assert.equal((await wrong()).body.code, 'sign_in.locked', 'a new sign-in is no new beginning');
      }
    }
    assert.equal(judged, 30);
    assert.ok(ended >= 3);
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie, body: { method: 'totp', code: house.code(admin) } })).body.code, 'sign_in.locked', 'the right one is stopped too');
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie, body: { method: 'recovery', code: admin.recoveryCodes[0] } })).status, 200, 'another factor is not');
    house.clock.now = began + 1_442 * MINUTE;
    cookie = await house.signIn(admin);
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie, body: { method: 'totp', code: house.code(admin) } })).status, 200, 'the next day begins anew');
  } finally {
    await house.close();
  }
});

it('the thirtieth wrong code of a day is told once: one row, one mail', async () => {
  const house = await openHouse();
  try {
    const admin = await house.setUp();
    await house.save(admin, await house.signIn(admin), { 'two_factor.mode': 'on' });
    const about = async () => (await mailsOf(house)).filter((mail) => mail.subject.startsWith('Codes for your account')).length;
    let cookie = '';
    let judged = 0;
    while (judged < 30) {
      cookie = (await knock(house, 'acme', admin.email)).cookies[0]!;
      const { body } = await house.call('POST', '/api/v1/sign-in/code', { cookie, body: { method: 'totp', code: '000000' } });
      if (body.code === 'code.wrong') judged += 1;
      if (judged < 30) assert.equal(await about(), 0, `after ${judged}`);
      house.clock.now += 20 * MINUTE;
    }
    assert.equal(await about(), 1);
    cookie = (await knock(house, 'acme', admin.email)).cookies[0]!;
    assert.equal((await house.call('POST', '/api/v1/sign-in/code', { cookie, body: { method: 'totp', code: house.code(admin) } })).body.code, 'sign_in.locked');
    assert.equal(await about(), 1);
    house.clock.now += 24 * 60 * MINUTE;
    const rows = await trail(house, await house.signIn(admin), 'what=codes.stopped');
    assert.equal(rows.length, 1);
    assert.match(rows[0].sentence, /Dana Levi.*30 wrong ones/);
  } finally {
    await house.close();
  }
});

it('nonsense recovery codes of whoever knows the password stop neither the app nor a renewal with it', async () => {
  const house = await openHouse();
  try {
    const admin = await house.setUp();
    await house.save(admin, await house.signIn(admin), { 'two_factor.mode': 'on' });
    const give = async (method: string, code: string) => house.call('POST', '/api/v1/sign-in/code', { cookie: (await knock(house, 'acme', admin.email)).cookies[0]!, body: { method, code } });
    for (let judged = 0; judged < 30; house.clock.now += 20 * MINUTE) if ((await give('recovery', 'aaaaa-aaaaa')).body.code === 'code.wrong') judged += 1;
    assert.equal((await give('recovery', admin.recoveryCodes[0]!)).body.code, 'sign_in.locked');
    const mails = (await mailsOf(house)).filter((mail) => mail.subject.startsWith('Codes for your account'));
    assert.equal(mails.length, 1);
    assert.match(mails[0]!.text, /second factor: recovery codes\. .* every other factor/);
    const done = await give('totp', house.code(admin));
    assert.equal(done.status, 200, done.text);
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie: done.cookies[0]!, body: { method: 'totp', code: house.code(admin) } })).status, 200);
    const token = await sendLink(house, admin, 'reset', admin.email);
    const renewed = await house.call('POST', '/api/v1/renewal/complete', { body: { token, password: 'nine amber kettles hum', factor: { method: 'totp', code: house.code(admin) } } });
    assert.equal(renewed.status, 200, renewed.text);
  } finally {
    await house.close();
  }
});
