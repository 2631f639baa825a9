// Decision table of the renewal of a password: who has a factor is always asked; who has none needs the setting, or an administrator.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decideRenewal } from '#policy/decide/renewal.ts';
import { effective } from '#policy/effective.ts';

describe('decideRenewal', () => {
  // password.reset_without_otp, has a factor, started by an administrator, factor given, the code of the denial (none: allowed)
  const rows: [boolean, boolean, boolean, boolean, string | undefined][] = [
    [false, true, false, false, 'second_factor.required'],
    [false, true, false, true, undefined],
    [false, true, true, false, 'second_factor.required'],
    [false, true, true, true, undefined],
    [true, true, false, false, 'second_factor.required'],
    [true, true, false, true, undefined],
    [true, true, true, false, 'second_factor.required'],
    [true, true, true, true, undefined],
    [false, false, false, false, 'reset.needs_admin'],
    [false, false, true, false, undefined],
    [true, false, false, false, undefined],
    [true, false, true, false, undefined],
  ];
  for (const [setting, hasFactor, byAdmin, factorGiven, code] of rows) {
    it(`setting ${setting ? 'on' : 'off'}, ${hasFactor ? `factor ${factorGiven ? 'given' : 'not given'}` : 'no factor'}, ${byAdmin ? 'by an administrator' : 'by the person'}: ${code ?? 'allowed'}`, () => {
      const policy = effective({ version: 1, module: { 'password.reset_without_otp': { value: setting } } });
      const decision = decideRenewal(policy, { hasFactor, byAdmin, factorGiven });
      assert.equal(decision.allowed ? undefined : decision.code, code);
      if (!decision.allowed) assert.equal(decision.setting, 'password.reset_without_otp');
    });
  }
});
