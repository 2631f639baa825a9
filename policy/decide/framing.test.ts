// Tests of who may present the workspace in a frame: each state of the list, each page around the frame.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective } from '../effective.ts';
import { decideFraming, framersOf } from './framing.ts';

const none = { state: 'none', entries: [{ value: 'https://crm.example' }] };
const only = { state: 'only', entries: [{ value: 'https://crm.example' }, { value: 'https://portal.example:8443' }, { value: 'http://localhost:3000' }] };
const policyOf = (list: unknown) => effective({ version: 1, module: { 'frame.allowed_origins': { value: list } } });

const rows: readonly { list: unknown; ancestors: readonly string[]; expected: string }[] = [
  { list: none, ancestors: ['https://crm.example'], expected: 'frame.off' },
  { list: none, ancestors: [], expected: 'frame.off' },
  { list: only, ancestors: ['https://crm.example'], expected: 'allowed' },
  { list: only, ancestors: ['http://localhost:3000'], expected: 'allowed' },
  { list: only, ancestors: ['https://crm.example', 'https://portal.example:8443'], expected: 'allowed' },
  { list: only, ancestors: ['https://crm.example', 'https://evil.example'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: ['https://evil.example', 'https://crm.example'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: [], expected: 'frame.origin_unknown' },
  // An origin is exact: neither another scheme, port, letter case nor a domain above or below is the one listed.
  { list: only, ancestors: ['http://crm.example'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: ['https://crm.example:8443'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: ['https://portal.example'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: ['https://www.crm.example'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: ['https://crm.example.'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: ['HTTPS://CRM.EXAMPLE'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: ['null'], expected: 'frame.origin_not_allowed' },
  { list: only, ancestors: ['https://crm.example', ''], expected: 'frame.origin_not_allowed' },
];
for (const { list, ancestors, expected } of rows) {
  test(`${(list as typeof only).state}, around the frame ${ancestors.join(' in ') || 'nobody knows whom'}: ${expected}`, () => {
    const decision = decideFraming(policyOf(list), { ancestors });
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
  });
}

test('a list that is off lets nobody in, whatever entries it keeps', () => {
  assert.equal(framersOf(policyOf(none)).size, 0);
  assert.deepEqual([...framersOf(policyOf(only))], ['https://crm.example', 'https://portal.example:8443', 'http://localhost:3000']);
});
