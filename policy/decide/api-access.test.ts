// Tests of who may call the API: each state of the list, inside, outside and unknown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../address.ts';
import { effective } from '../effective.ts';
import { decideApiAccess } from './api-access.ts';

const any = { state: 'any' };
const only = { state: 'only', entries: [{ value: '192.0.2.0/24' }, { value: '2001:db8::/32' }] };
const none = { state: 'none' };
const rows: readonly { list: unknown; address: string | null; expected: string }[] = [
  { list: any, address: '198.51.100.7', expected: 'allowed' },
  { list: any, address: null, expected: 'allowed' },
  { list: only, address: '192.0.2.255', expected: 'allowed' },
  { list: only, address: '192.0.3.0', expected: 'network.not_allowed' },
  { list: only, address: '2001:db8::1', expected: 'allowed' },
  { list: only, address: '2001:db9::1', expected: 'network.not_allowed' },
  { list: only, address: null, expected: 'network.client_unknown' },
  { list: none, address: '192.0.2.1', expected: 'network.not_allowed' },
];
for (const { list, address, expected } of rows) {
  test(`${JSON.stringify(list)} from ${address ?? 'nowhere known'}: ${expected}`, () => {
    const policy = effective({ version: 1, module: { 'api.allowlist': { value: list } } });
    const decision = decideApiAccess(policy, { address: address === null ? null : (parseAddress(address) ?? null) });
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
  });
}
