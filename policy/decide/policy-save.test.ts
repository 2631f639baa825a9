// Tests of who may save what from where: nobody shuts themselves out, nor others who lack a factor.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../address.ts';
import { effective } from '../effective.ts';
import { type PolicySaveFacts, decidePolicySave } from './policy-save.ts';

const inside = parseAddress('203.0.113.9')!;
const outside = parseAddress('198.51.100.1')!;
const admin = { address: inside, admin: true, remoteAccess: false, usedFactorInSession: true, agentsWithoutFactor: [] as string[] };
const agent = { ...admin, admin: false };

const rows: [title: string, mode: string, state: string, facts: PolicySaveFacts, expected: string][] = [
  ['inside the next list', 'off', 'only', admin, 'allowed'],
  ['outside, mode off', 'off', 'only', { ...admin, address: outside }, 'policy.locks_out_saver'],
  ['outside, mode off, but anyone may connect', 'off', 'any', { ...admin, address: outside }, 'allowed'],
  ['an admin outside who used a factor', 'remote_only', 'only', { ...admin, address: outside }, 'allowed'],
  ['an admin outside who used no factor', 'remote_only', 'only', { ...admin, address: outside, usedFactorInSession: false }, 'policy.locks_out_saver'],
  ['an admin inside who used no factor', 'remote_only', 'only', { ...admin, usedFactorInSession: false }, 'allowed'],
  ['an agent with remote access outside who used a factor', 'on', 'only', { ...agent, remoteAccess: true, address: outside }, 'allowed'],
  ['another agent outside who used a factor', 'on', 'only', { ...agent, address: outside }, 'policy.locks_out_saver'],
  ['an unknown address, mode off', 'off', 'only', { ...admin, address: null }, 'policy.locks_out_saver'],
  ['an unknown address, anyone may connect', 'off', 'any', { ...admin, address: null }, 'allowed'],
  ['exempt by the host, outside', 'off', 'only', { ...admin, address: outside, exempt: true, usedFactorInSession: false }, 'allowed'],
  ['mode on while someone has no factor', 'on', 'only', { ...admin, agentsWithoutFactor: ['Ada'] }, 'two_factor.agents_without_factor'],
  ['mode on while everyone has one', 'on', 'only', admin, 'allowed'],
  ['mode remote only while someone has none', 'remote_only', 'only', { ...admin, agentsWithoutFactor: ['Ada'] }, 'allowed'],
  ['mode on already, another setting changes', 'on', 'only', { ...admin, agentsWithoutFactor: ['Ada'], changed: ['session.absolute_hours'] }, 'allowed'],
  ['mode changes to on with another setting', 'on', 'only', { ...admin, agentsWithoutFactor: ['Ada'], changed: ['session.absolute_hours', 'two_factor.mode'] }, 'two_factor.agents_without_factor'],
];
for (const [title, mode, state, facts, expected] of rows) {
  test(`${title}: ${expected}`, () => {
    const next = effective({ version: 1, module: { 'two_factor.mode': { value: mode }, 'management.allowlist': { value: { state, entries: '203.0.113.0/24' } } } });
    const decision = decidePolicySave(next, facts);
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
  });
}

test('who lacks a factor is named', () => {
  const next = effective({ version: 1, module: { 'two_factor.mode': { value: 'on' } } });
  const decision = decidePolicySave(next, { ...admin, agentsWithoutFactor: ['Ada', 'Grace'] });
  assert.ok(!decision.allowed);
  assert.deepEqual(decision.facts, { names: ['Ada', 'Grace'] });
});
