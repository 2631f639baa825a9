// Confirming a change on trial: only what the changed settings let in proves that they work.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from '../address.ts';
import { effective } from '../effective.ts';
import { decideTrialConfirm, type TrialFacts } from './policy-trial.ts';

const address = (text: string) => parseAddress(text) ?? null;
const policyOf = (mode: string, listed = true) => effective({
  version: 2,
  module: {
    'management.allowlist': { value: listed ? { state: 'only', entries: [{ value: '192.0.2.0/24' }] } : { state: 'any', entries: [] } },
    'two_factor.mode': { value: mode },
  },
});
const facts: TrialFacts = { address: address('192.0.2.7'), admin: true, remoteAccess: true, proven: 'password', now: 100, until: 200 };

const rows: readonly [title: string, mode: string, facts: Partial<TrialFacts>, code: string | null][] = [
  ['from inside, by password', 'remote_only', {}, null],
  ['a millisecond before its end', 'remote_only', { now: 199 }, null],
  ['at its end', 'remote_only', { now: 200 }, 'policy.trial_over'],
  ['an instant that is no number', 'remote_only', { now: NaN }, 'policy.trial_over'],
  ['from outside by password alone', 'remote_only', { address: address('198.51.100.1') }, 'policy.trial_not_proven'],
  ['from outside with a code', 'remote_only', { address: address('198.51.100.1'), proven: 'password+code' }, null],
  ['from outside while nobody outside gets in', 'off', { address: address('198.51.100.1'), proven: 'password+code' }, 'policy.trial_not_proven'],
  ['inside by password while everybody needs a code', 'on', {}, 'policy.trial_not_proven'],
  ['inside with a code', 'on', { proven: 'password+code' }, null],
  ['by a link made on the server', 'remote_only', { proven: 'host' }, 'policy.trial_not_proven'],
  ['from an unknown address', 'off', { address: null }, 'policy.trial_not_proven'],
];

describe('confirming a change on trial', () => {
  for (const [title, mode, change, code] of rows) {
    it(`${title}: ${code ?? 'allowed'}`, () => {
      const decision = decideTrialConfirm(policyOf(mode), { ...facts, ...change });
      assert.equal(decision.allowed ? null : decision.code, code);
    });
  }
});
