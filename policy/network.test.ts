// Tests of the network by which people are counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from './address.ts';
import { networkOf } from './network.ts';

for (const [text, expected] of [['203.0.113.9', '203.0.113.0/24'], ['255.255.255.255', '255.255.255.0/24'], ['2001:db8:1:2::9', '2001:db8:1::/48'], ['::ffff:10.0.0.1', '10.0.0.0/24']]) {
  test(`${text} is counted in ${expected}`, () => assert.equal(networkOf(parseAddress(text!)!), expected));
}
test('an unknown address is counted as unknown', () => assert.equal(networkOf(null), 'unknown'));
