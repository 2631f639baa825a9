// The length of a new password at the workspace door, as setup enforces it: every character counts, none is cut or folded away.
// Holds password.min_length.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { catalogue } from '#policy/catalogue.ts';
import { issueSetupLink } from '#identity/setup.ts';
import { totpCode } from '#identity/totp.ts';
import { openHouse, type TestHouse } from '#test/house.ts';

describe('password.min_length at setup', () => {
  let house: TestHouse;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());

  /** Tries to complete a setup whose only question is the password; gives the faults. */
  async function faultsOf(password: string): Promise<{ path: string; code: string; message: string }[]> {
    const { store, keyring, brands } = house.building.parts;
    const token = await issueSetupLink({ store, keyring, commit: brands.commit, now: () => house.clock.now }, null);
    const opened = await house.call('POST', '/api/v1/setup/open', { body: { token } });
    const code = totpCode(opened.body.totp.secret, Math.floor(house.clock.now / 30_000));
    // The address of the brand is wrong on purpose: nothing is made, whatever the password.
    const body = { token, brand: { name: 'Acme', slug: 'Not A Slug' }, admin: { name: 'Dana Levi', email: 'dana@acme.example', password }, code };
    const answer = await house.call('POST', '/api/v1/setup/complete', { body });
    assert.equal(answer.status, 422, answer.text);
    return answer.body.faults.filter((fault: { path: string }) => fault.path === 'admin/password');
  }

  const FOURTEEN = 'k7wzq4jvmx9rtb';
  /** A letter or digit of the mathematical alphabets: two UTF-16 units. */
  const wide = (sign: string): string => String.fromCodePoint(/\d/.test(sign) ? 0x1d7ce + Number(sign) : 0x1d4b6 + 0x1a + sign.charCodeAt(0) - 97);
  // title, password, the code of its fault (none: it is accepted)
  const rows: [string, string, string | undefined][] = [
    ['14 letters', FOURTEEN, 'password.too_short'],
    ['15 letters', `${FOURTEEN}q`, undefined],
    ['14 letters of two UTF-16 units each', [...FOURTEEN].map(wide).join(''), 'password.too_short'],
    ['15 letters of two UTF-16 units each', [...FOURTEEN, 'q'].map(wide).join(''), undefined],
    ['15 letters that are 14 once composed (NFC)', `${FOURTEEN.slice(0, 13)}e\u0301`, 'password.too_short'],
    ['15 letters after composing, 16 before', `${FOURTEEN}e\u0301`, undefined],
    ['spaces count', ' k w  z q  j v ', undefined],
    ['1,024 letters', '4mB9wq2TzK7xv0Lr'.repeat(64), undefined],
    ['1,025 letters', `${'4mB9wq2TzK7xv0Lr'.repeat(64)}z`, 'password.too_long'],
    ['empty', '', 'password.too_short'],
  ];
  for (const [title, password, expected] of rows) {
    it(`${title}: ${expected ?? 'accepted'}`, async () => {
      const faults = await faultsOf(password);
      assert.deepEqual(faults.map((fault) => fault.code), expected === undefined ? [] : [expected]);
      for (const fault of faults) assert.doesNotMatch(fault.message, /[{}]/, 'a sentence without holes');
      if (expected === 'password.too_short') assert.ok(faults[0]!.message.includes(String(catalogue['password.min_length'].default)));
      if (expected === 'password.too_long') assert.match(faults[0]!.message, /1,024/);
    });
  }
});
