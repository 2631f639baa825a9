// Rows of what a program may change: every setting of the catalogue, on one side or the other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys, settingOf } from '../catalogue.ts';
import { decidePolicyByKey } from './policy-by-key.ts';

test('no key changes what guards people and programs', () => {
  for (const key of keys) {
    const guarded = /^(two_factor|api|management|password|policy|frame)\./.test(key);
    const decision = decidePolicyByKey({ named: [key] });
    assert.equal(decision.allowed ? 'allowed' : decision.code, guarded ? 'step_up.required' : 'allowed', key);
  }
});

test('nor what may shut people out, of whichever name', () => {
  for (const key of keys.filter((one) => settingOf(one).mayShutOut === true)) assert.equal(decidePolicyByKey({ named: [key] }).allowed, false, key);
});

test('one guarded setting among others refuses all; none named refuses nothing', () => {
  assert.equal(decidePolicyByKey({ named: ['session.absolute_hours', 'api.allowlist'] }).allowed, false);
  assert.equal(decidePolicyByKey({ named: ['session.absolute_hours'] }).allowed, true);
  assert.equal(decidePolicyByKey({ named: [] }).allowed, true);
});
