// Codes over a day: thirty wrong ones stop them for a person, whatever is signed in or begun anew in between.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openHouse } from '#test/house.ts';

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
    house.clock.now = began + 1_442 * MINUTE;
    cookie = await house.signIn(admin);
    assert.equal((await house.call('POST', '/api/v1/step-up', { cookie, body: { method: 'totp', code: house.code(admin) } })).status, 200, 'the next day begins anew');
  } finally {
    await house.close();
  }
});
