// Tests of a channel's own values and of locks: inherit and own, what a lock refuses and holds back, for every setting a channel may have.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { type Key, keys, settingOf } from './catalogue.ts';
import { type ChannelProposal, proposeChannelChange, proposeLock } from './channel-change.ts';
import { type Stored, effective } from './effective.ts';
import { fileTypes } from './file-type-table.ts';
import type { Comparison } from './kind.ts';
import { notEnforced } from './not-enforced.ts';

/** A channel's settings whose door is not built yet: one of them, while there is any. */
const LATER = keys.filter((key) => notEnforced[key] !== undefined && settingOf(key).scope === 'channel').slice(0, 1);

type Saved = Record<string, Stored>;
const WINDOW = 'ticket.lifetime_seconds';
const LENGTH = 'ticket.session_minutes';
const SITES = 'channel.site_origins';

const propose = (patch: unknown, { module = {}, channel = {} }: { module?: Saved; channel?: Saved } = {}): ChannelProposal =>
  proposeChannelChange({ module, channel }, patch, { version: 7, setBy: 'a1', setAt: 5 });
function accepted(patch: unknown, sources: { module?: Saved; channel?: Saved } = {}): Extract<ChannelProposal, { ok: true }> {
  const proposal = propose(patch, sources);
  assert.ok(proposal.ok, JSON.stringify(proposal));
  return proposal;
}
function faults(patch: unknown, sources: { module?: Saved; channel?: Saved } = {}): [path: string, code: string][] {
  const proposal = propose(patch, sources);
  assert.ok(!proposal.ok, 'it was accepted');
  return proposal.faults.map((one) => [one.path, one.code]);
}

describe('a channel\'s own value', () => {
  it('stands over the module\'s, says how it differs, and is marked when it is looser', () => {
    const { next, changed, policy } = accepted({ [WINDOW]: 90 }, { module: { [WINDOW]: { value: 50 } } });
    assert.deepEqual(next, { [WINDOW]: { value: 90, setBy: 'a1', setAt: 5 } });
    assert.deepEqual(changed, [{ key: WINDOW, before: 50, after: 90, beforeText: '50 seconds', afterText: '90 seconds', direction: 'looser', ownBefore: undefined, ownAfter: 90, looser: true }]);
    assert.equal(policy.values[WINDOW], 90);
    assert.equal(accepted({ [WINDOW]: 20 }).changed[0]?.looser, false);
  });

  it('that is the module\'s very value is still a value of its own: it stays when the module changes', () => {
    const { next, changed } = accepted({ [WINDOW]: 60 });
    assert.equal(changed.length, 1);
    assert.equal(effective({ version: 1, module: { [WINDOW]: { value: 20 } }, channel: next }).values[WINDOW], 60);
    assert.deepEqual(accepted({ [WINDOW]: 60 }, { channel: next as Saved }).changed, [], 'saved once more it is no change');
  });

  it('given up with null inherits again; null where nothing stands is no change', () => {
    const { next, changed, policy } = accepted({ [WINDOW]: null, [LENGTH]: null }, { module: { [WINDOW]: { value: 50 } }, channel: { [WINDOW]: { value: 90 } } });
    assert.deepEqual(next, {});
    assert.deepEqual(changed.map(({ key, before, after, ownBefore, ownAfter }) => [key, before, after, ownBefore, ownAfter]), [[WINDOW, 90, 50, 90, undefined]]);
    assert.equal(policy.origins[WINDOW].from, 'brand');
  });

  it('of a list without entries keeps those it has, or takes those of the module', () => {
    const list = (state: string, entries: string): Stored => ({ value: { state, entries } });
    const own = accepted({ [SITES]: { state: 'none' } }, { channel: { [SITES]: list('only', 'https://a.example') } });
    assert.deepEqual(own.policy.values[SITES], { state: 'none', entries: [{ value: 'https://a.example' }] });
    const inherited = accepted({ [SITES]: { state: 'none' } }, { module: { [SITES]: list('only', 'https://b.example') } });
    assert.deepEqual(inherited.policy.values[SITES].entries, [{ value: 'https://b.example' }]);
  });
});

describe('what is refused', () => {
  it('is named all at once, and nothing is taken in part', () => {
    const found = faults(
      { [WINDOW]: 5, [LENGTH]: 600, [SITES]: { state: 'only', entries: ['http://a.example', 'x'] }, 'session.absolute_hours': 3, 'session.absolute_hours2': 1, ...Object.fromEntries(LATER.map((key) => [key, 5])) },
      { module: { [LENGTH]: { value: 60, locked: true } } },
    );
    assert.deepEqual(found, [
      [WINDOW, 'number.range'],
      [LENGTH, 'setting.locked'],
      [`${SITES}/entries/0`, 'origin.insecure'],
      [`${SITES}/entries/1`, 'origin.malformed'],
      ['session.absolute_hours', 'setting.not_per_channel'],
      ['session.absolute_hours2', 'setting.unknown'],
      ...LATER.map((key) => [key, 'setting.not_enforced']),
    ]);
  });

  for (const [title, patch] of [['null', null], ['a list', []], ['a text', 'x']] as const) {
    it(`a patch that is ${title}`, () => assert.deepEqual(faults(patch), [['', 'policy.shape']]));
  }

  it('an unknown key with the nearest name, a hostile one too', () => {
    const proposal = propose({ 'ticket.lifetime_second': 20 });
    assert.ok(!proposal.ok && proposal.faults[0]?.offer === WINDOW);
    assert.deepEqual(faults(JSON.parse('{"__proto__":null,"constructor":null}')), [['__proto__', 'setting.unknown'], ['constructor', 'setting.unknown']]);
  });

  it('a looser value under a lock, with the value that may be', () => {
    const proposal = propose({ [WINDOW]: 90 }, { module: { [WINDOW]: { value: 50, locked: true } } });
    assert.ok(!proposal.ok);
    assert.match(proposal.faults[0]?.message ?? '', /must be no looser than what the module locks \(50 seconds\), not 90 seconds\.$/);
  });
});

describe('under a lock', () => {
  const module = { [WINDOW]: { value: 50, locked: true } };
  it('a tighter value and an equal one are taken', () => {
    assert.equal(accepted({ [WINDOW]: 20 }, { module }).policy.values[WINDOW], 20);
    assert.equal(accepted({ [WINDOW]: 50 }, { module }).policy.values[WINDOW], 50);
  });
  it('what is stored stays as it is, is no change when sent again, and may be given up', () => {
    const channel = { [WINDOW]: { value: 90 } };
    assert.deepEqual(accepted({ [WINDOW]: 90 }, { module, channel }).changed, []);
    const given = accepted({ [WINDOW]: null }, { module, channel });
    assert.deepEqual(given.changed.map(({ before, after, ownBefore }) => [before, after, ownBefore]), [[50, 50, 90]]);
  });
});

describe('a lock', () => {
  const lock = (module: Saved, channels: Record<string, Saved>, asked = { key: WINDOW as string, locked: true }): ReturnType<typeof proposeLock> => proposeLock(module, channels, asked, { setBy: 'a1', setAt: 5 });
  it('names the channels it holds back, with what stands there and what holds then', () => {
    const proposal = lock({ [WINDOW]: { value: 50 } }, { loose: { [WINDOW]: { value: 90 } }, tight: { [WINDOW]: { value: 20 } }, none: { [LENGTH]: { value: 5 } } });
    assert.ok(proposal.ok);
    assert.deepEqual(proposal.change, { key: WINDOW, locked: true, value: 50, saved: true, channels: [{ id: 'loose', own: 90, held: 50 }] });
    assert.deepEqual(proposal.next[WINDOW], { value: 50, locked: true });
  });
  it('of a default saves the default with it', () => {
    const proposal = lock({}, {});
    assert.ok(proposal.ok && proposal.change?.saved === false);
    assert.deepEqual(proposal.next[WINDOW], { value: 60, locked: true, setBy: 'a1', setAt: 5 });
  });
  it('that stands so already is no change, and lifted it names the channels it lets go', () => {
    const locked = { [WINDOW]: { value: 50, locked: true } };
    const again = lock(locked, {});
    assert.ok(again.ok && again.change === null);
    const none = lock({}, {}, { key: WINDOW, locked: false });
    assert.ok(none.ok && none.change === null);
    const lifted = lock(locked, { loose: { [WINDOW]: { value: 90 } } }, { key: WINDOW, locked: false });
    assert.ok(lifted.ok);
    assert.deepEqual(lifted.change?.channels, [{ id: 'loose', own: 90, held: 50 }]);
    assert.equal(lifted.next[WINDOW]?.locked, false);
  });
  for (const [title, key, code] of [['a brand-wide setting', 'session.absolute_hours', 'setting.not_per_channel'], ['an unknown key', 'ticket.lifetime', 'setting.unknown'], ...LATER.map((key) => ['a setting without its door', key, 'setting.not_enforced'] as const)] as const) {
    it(`of ${title} is refused`, () => {
      const proposal = lock({}, {}, { key, locked: true });
      assert.ok(!proposal.ok && proposal.faults[0]?.code === code, JSON.stringify(proposal));
    });
  }
});

/** Any value of a setting, by its kind. */
function anyValue(key: Key): fc.Arbitrary<unknown> {
  const { kind } = settingOf(key);
  if ('states' in kind) {
    const entry = kind.name === 'address-list' ? ['@a.example', 'x@a.example', '@*.b.example', 'y@b.example', '@c.b.example'] : ['https://a.example', 'https://b.example', 'http://localhost:8080'];
    return fc.record({ state: fc.constantFrom(...kind.states), entries: fc.uniqueArray(fc.constantFrom(...entry), { minLength: 1 }).map((list) => list.join('\n')) });
  }
  if (kind.name === 'flag') return fc.boolean();
  if (kind.name === 'file-types') return fc.subarray(fileTypes.map(({ id }) => id));
  assert.ok('min' in kind && 'max' in kind, `a way to make values of ${key}`);
  return fc.integer({ min: kind.min, max: kind.max });
}

describe('for every setting that a channel may have, and any two values', () => {
  const perChannel = keys.filter((key) => settingOf(key).scope === 'channel');
  it('there are such settings', () => assert.ok(perChannel.length >= 10, perChannel.join()));
  for (const key of perChannel) {
    const { kind, label } = settingOf(key);
    const compare = kind.compare as (a: unknown, b: unknown) => Comparison;
    const read = (value: unknown): unknown => {
      const result = kind.parse(value, label, key);
      assert.ok(result.ok);
      return result.value;
    };
    it(`${key}: a lock is never loosened, no lock leaves the channel's own, and without an own value the module's holds`, () => {
      fc.assert(fc.property(anyValue(key), anyValue(key), (wide, narrow) => {
        const channel = { [key]: { value: narrow } };
        const locked = effective({ version: 1, module: { [key]: { value: wide, locked: true } }, channel });
        const toModule = compare(locked.values[key], read(wide));
        assert.ok(toModule === 'equal' || toModule === 'tighter', `under the lock ${toModule}`);
        const toOwn = compare(locked.values[key], read(narrow));
        assert.ok(toOwn === 'equal' || toOwn === 'tighter', `against its own ${toOwn}`);
        assert.equal(locked.origins[key].clamped, toOwn !== 'equal');
        assert.equal(locked.origins[key].looser, false);
        const free = effective({ version: 1, module: { [key]: { value: wide } }, channel });
        assert.equal(compare(free.values[key], read(narrow)), 'equal');
        assert.equal(free.origins[key].looser, !['equal', 'tighter'].includes(compare(read(narrow), read(wide))));
        const inherited = effective({ version: 1, module: { [key]: { value: wide } }, channel: {} });
        assert.deepEqual(inherited.values[key], read(wide));
      }), { numRuns: 60 });
    });
  }
});
