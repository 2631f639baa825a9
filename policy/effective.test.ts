// Tests of the one resolver: default, brand, channel, lock and pin, each value with its origin.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { catalogue, keys } from './catalogue.ts';
import { type Stored, effective } from './effective.ts';

const at = 1_700_000_000_000;

test('without anything stored every value is the default', () => {
  const policy = effective({ version: 3, module: {} });
  assert.equal(policy.version, 3);
  for (const key of keys) {
    assert.equal(policy.values[key], catalogue[key].default);
    assert.deepEqual(policy.origins[key], { from: 'default', locked: false, clamped: false, looser: false });
  }
});

interface Row { title: string; module?: Stored; channel?: Stored; pinned?: number; value: number; from: string; locked?: boolean; clamped?: boolean; looser?: boolean }
const rows: Row[] = [
  { title: 'the brand over the default', module: { value: 50 }, value: 50, from: 'brand' },
  { title: 'the channel over the default', channel: { value: 90 }, value: 90, from: 'channel', looser: true },
  { title: 'a looser channel over the brand', module: { value: 50 }, channel: { value: 90 }, value: 90, from: 'channel', looser: true },
  { title: 'a tighter channel over the brand', module: { value: 50 }, channel: { value: 20 }, value: 20, from: 'channel' },
  { title: 'an equal channel', module: { value: 50 }, channel: { value: 50 }, value: 50, from: 'channel' },
  { title: 'a locked brand over a looser channel', module: { value: 50, locked: true }, channel: { value: 90 }, value: 50, from: 'brand', locked: true, clamped: true },
  { title: 'a tighter channel over a locked brand', module: { value: 50, locked: true }, channel: { value: 20 }, value: 20, from: 'channel', locked: true },
  { title: 'a channel equal to a locked brand', module: { value: 50, locked: true }, channel: { value: 50 }, value: 50, from: 'channel', locked: true },
  { title: 'a lock without a channel', module: { value: 50, locked: true }, value: 50, from: 'brand', locked: true },
  { title: 'the file over all', module: { value: 50, locked: true }, channel: { value: 20 }, pinned: 70, value: 70, from: 'file', locked: true },
];
for (const { title, module, channel, pinned, value, from, locked = false, clamped = false, looser = false } of rows) {
  test(title, () => {
    const key = 'ticket.lifetime_seconds';
    const policy = effective({
      version: 1,
      module: module === undefined ? {} : { [key]: module },
      ...(channel === undefined ? {} : { channel: { [key]: channel } }),
      ...(pinned === undefined ? {} : { pinned: { [key]: pinned } }),
    });
    assert.equal(policy.values[key], value);
    assert.deepEqual(policy.origins[key], { from, locked, clamped, looser });
  });
}

test('the origin says who set it and when', () => {
  const policy = effective({ version: 1, module: { 'session.absolute_hours': { value: 8, setBy: 'a1', setAt: at } } });
  assert.deepEqual(policy.origins['session.absolute_hours'], { from: 'brand', locked: false, clamped: false, looser: false, setBy: 'a1', setAt: at });
});

test('a clamped list holds what both lists hold', () => {
  const key = 'transfer.addresses';
  const only = (entries: string): Stored => ({ value: { state: 'only', entries }, locked: true });
  const policy = effective({ version: 1, module: { [key]: only('@a.example\n@b.example') }, channel: { [key]: only('x@a.example,@c.example') } });
  assert.deepEqual(policy.values[key].entries, [{ value: 'x@a.example' }]);
  assert.equal(policy.origins[key].clamped, true);
});

test('a locked value is never loosened, whatever a channel stores', () => {
  const key = 'upload.max_bytes';
  fc.assert(fc.property(fc.integer({ min: 1, max: 20_971_520 }), fc.integer({ min: 1, max: 20_971_520 }), (brand, channel) => {
    const policy = effective({ version: 1, module: { [key]: { value: brand, locked: true } }, channel: { [key]: { value: channel } } });
    assert.ok(policy.values[key] <= brand && policy.values[key] <= channel);
  }));
});

const broken: [title: string, sources: object, message: RegExp][] = [
  ['an unknown key', { module: { 'session.ilde': { value: 1 } } }, /"session\.ilde" is unknown/],
  ['a key of the prototype', { module: JSON.parse('{"__proto__":{"value":1}}') as object }, /"__proto__" is unknown/],
  ['a value its kind refuses', { module: { 'session.absolute_hours': { value: '12' } } }, /session\.absolute_hours cannot be read/],
  ['a channel value of a brand-wide setting', { module: {}, channel: { 'session.absolute_hours': { value: 1 } } }, /whole brand/],
  ['a pinned value its kind refuses', { module: {}, pinned: { 'two_factor.mode': 'maybe' } }, /two_factor\.mode cannot be read/],
];
for (const [title, sources, message] of broken) {
  test(`a policy with ${title} is not guessed`, () => assert.throws(() => effective({ version: 1, ...sources } as never), message));
}

test('the policy is frozen', () => {
  const policy = effective({ version: 1, module: {} });
  assert.ok(Object.isFrozen(policy) && Object.isFrozen(policy.values) && Object.isFrozen(policy.origins) && Object.isFrozen(policy.sets));
});

test('address lists are compiled for the state they are in', () => {
  const sets = (state: string): unknown => {
    const set = effective({ version: 1, module: { 'api.allowlist': { value: { state, entries: '10.0.0.0/8' } } } }).sets['api.allowlist'];
    return set === null ? null : [set.containsText('10.1.1.1'), set.containsText('11.1.1.1')];
  };
  assert.equal(sets('any'), null);
  assert.deepEqual(sets('only'), [true, false]);
  assert.deepEqual(sets('none'), [false, false]);
  const policy = effective({ version: 1, module: { 'api.allowlist': { value: { state: 'only', entries: '10.0.0.0/8' } } } });
  assert.equal(policy.sets['api.allowlist'], policy.sets['api.allowlist']);
});
