// Tests of what all lists share: forms of input, notes, duplicates, states, words, and the comparison of two lists.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Fault } from './fault.ts';
import { addressList } from './kinds/address-list.ts';
import { cidrList } from './kinds/cidr-list.ts';
import type { List } from './list.ts';

const kind = cidrList({ states: ['any', 'only', 'none'], anyMeans: 'Anyone', onlyMeans: 'Only', noneMeans: 'No one' });

const read = (input: unknown): List => {
  const result = kind.parse(input, 'White-list', 'k');
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
};
const faults = (input: unknown): readonly Fault[] => {
  const result = kind.parse(input, 'White-list', 'k');
  assert.ok(!result.ok, 'it was accepted');
  return result.faults;
};
const values = (input: unknown): string[] => read(input).entries.map((entry) => entry.value);

test('entries come as records, as texts, or as one text with commas and new lines', () => {
  const expected = ['10.0.0.1', '10.0.0.2'];
  assert.deepEqual(values({ state: 'only', entries: [{ value: '10.0.0.1' }, { value: '10.0.0.2', note: 'b' }] }), expected);
  assert.deepEqual(values({ state: 'only', entries: ['10.0.0.1', '10.0.0.2'] }), expected);
  assert.deepEqual(values({ state: 'only', entries: ' 10.0.0.1 ,\r\n\n\t10.0.0.2,\n' }), expected);
  assert.deepEqual(values({ state: 'any' }), []);
});

test('in one text only blanks beside a separator are dropped', () => {
  assert.equal(faults({ state: 'only', entries: '10.0.0.1 10.0.0.2' })[0]?.code, 'cidr.blank');
  assert.equal(faults({ state: 'only', entries: ['10.0.0.1,10.0.0.2'] })[0]?.path, 'k/entries/0');
});

test('every fault is named at once, each with its entry', () => {
  const found = faults({ state: 'some', entries: ['10.1', '10.0.0.1', 7, { value: '10.0.0.0/0', note: 5 }], extra: 1 });
  assert.deepEqual(found.map((one) => [one.path, one.code]), [
    ['k', 'list.unknown_field'],
    ['k/state', 'list.state'],
    ['k/entries/0', 'cidr.short'],
    ['k/entries/2', 'list.entry'],
    ['k/entries/3', 'cidr.zero_prefix'],
    ['k/entries/3/note', 'note.not_text'],
  ]);
  assert.equal(found[2]?.message, 'White-list must write all four numbers of an IPv4 address, not "10.1".');
});

test('a corrected network is offered', () => {
  const [found] = faults({ state: 'only', entries: ['10.1.2.3/16'] });
  assert.equal(found?.offer, '10.1.0.0/16');
  assert.match(found.message, /perhaps 10\.1\.0\.0\/16\), not "10\.1\.2\.3\/16"/);
});

const shapes: [title: string, input: unknown, code: string][] = [
  ['null', null, 'list.shape'],
  ['a text', 'any', 'list.shape'],
  ['a list', [], 'list.shape'],
  ['a number', 5, 'list.shape'],
  ['no state', {}, 'list.state'],
  ['a state from the prototype', JSON.parse('{"__proto__":{"state":"any"}}'), 'list.unknown_field'],
  ['a state that is a list', { state: ['any'] }, 'list.state'],
  ['entries that are an object', { state: 'any', entries: { 0: '10.0.0.1' } }, 'list.entries'],
  ['entries that are null', { state: 'any', entries: null }, 'list.entries'],
  ['an entry that is a list', { state: 'only', entries: [['10.0.0.1']] }, 'list.entry'],
  ['an entry without a value', { state: 'only', entries: [{ note: 'x' }] }, 'list.entry'],
  ['an entry with a field too many', { state: 'only', entries: [{ value: '10.0.0.1', x: 1 }] }, 'list.unknown_field'],
  ['"only" without an entry', { state: 'only', entries: [] }, 'list.empty'],
  ['"only" with an empty text', { state: 'only', entries: ' \n, ' }, 'list.empty'],
];
for (const [title, input, code] of shapes) test(`refused: ${title}`, () => assert.equal(faults(input)[0]?.code, code));

test('a note is kept to the letter or refused with the reason', () => {
  const withNote = (note: unknown): unknown => ({ state: 'only', entries: [{ value: '10.0.0.1', note }] });
  for (const note of [' Büro  ', '<script>', "'; drop table", '😀'.repeat(200), '\u202eoffice', 'null', '__proto__']) {
    assert.equal(read(withNote(note)).entries[0]?.note, note);
  }
  assert.deepEqual(read(withNote('')).entries, [{ value: '10.0.0.1' }]);
  assert.equal(faults(withNote('a\nb'))[0]?.code, 'note.character');
  assert.match(faults(withNote('a\0b'))[0]!.message, /U\+0000/);
  assert.equal(faults(withNote('\ud800'))[0]?.code, 'note.character');
  assert.equal(faults(withNote('x'.repeat(201)))[0]?.code, 'note.too_long');
  assert.equal(faults(withNote({}))[0]?.code, 'note.not_text');
});

test('equal entries are one, with the first note there is', () => {
  const entries = [{ value: '10.0.0.1' }, { value: '::ffff:10.0.0.1', note: 'first' }, { value: '10.0.0.1/32', note: 'second' }, '10.0.0.2'];
  assert.deepEqual(read({ state: 'only', entries }).entries, [{ value: '10.0.0.1', note: 'first' }, { value: '10.0.0.2' }]);
});

test('entries survive a switch of state', () => assert.deepEqual(values({ state: 'none', entries: ['10.0.0.1'] }), ['10.0.0.1']));

test('100,000 entries are read, one more is refused', () => {
  const entries = Array.from({ length: 100_001 }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  assert.equal(read({ state: 'only', entries: entries.slice(1) }).entries.length, 100_000);
  assert.equal(faults({ state: 'only', entries })[0]?.code, 'list.too_many');
  assert.equal(faults({ state: 'only', entries: entries.join('\n') })[0]?.code, 'list.too_many');
});

test('a value is frozen, and reading it again gives the same object', () => {
  const value = read({ state: 'only', entries: [{ value: '10.0.0.1', note: 'a' }] });
  assert.ok(Object.isFrozen(value) && Object.isFrozen(value.entries) && Object.isFrozen(value.entries[0]));
  assert.equal(read(value), value);
  assert.deepEqual(read(JSON.parse(JSON.stringify(value))), value);
});

test('a value is said in words', () => {
  assert.equal(kind.print(read({ state: 'any' })), 'Anyone');
  assert.equal(kind.print(read({ state: 'any', entries: '10.0.0.1, 10.0.0.2' })), 'Anyone (2 entries kept)');
  assert.equal(kind.print(read({ state: 'none', entries: '10.0.0.1' })), 'No one (1 entry kept)');
  assert.equal(kind.print(read({ state: 'none' })), 'No one');
  assert.equal(kind.print(read({ state: 'only', entries: ['10.0.0.1', '10.0.0.2'] })), 'Only: 10.0.0.1, 10.0.0.2');
  assert.equal(kind.print(read({ state: 'only', entries: '1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6' })), 'Only: 1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4, 1.1.1.5 and 1 more');
});

const only = (entries: string): List => read({ state: 'only', entries });
const comparisons: [a: List, b: List, expected: string][] = [
  [read({ state: 'none' }), only('10.0.0.1'), 'tighter'],
  [only('10.0.0.0/8'), read({ state: 'any' }), 'tighter'],
  [read({ state: 'any' }), read({ state: 'any', entries: '10.0.0.1' }), 'equal'],
  [only('10.0.0.0/9'), only('10.0.0.0/8'), 'tighter'],
  [only('10.0.0.0/8'), only('10.0.0.0/9,10.128.0.0/9'), 'equal'],
  [only('10.0.0.0/8'), only('10.0.0.0/9'), 'looser'],
  [only('10.0.0.0/8'), only('11.0.0.0/8'), 'different'],
];
for (const [a, b, expected] of comparisons) test(`${kind.print(a)} is ${expected} to ${kind.print(b)}`, () => assert.equal(kind.compare(a, b), expected));

test('of two lists with nothing in common the tighter is "none", or a list of no one', () => {
  assert.equal(kind.tighter(only('10.0.0.1'), only('10.0.0.2')).state, 'none');
  const twoStates = cidrList({ states: ['any', 'only'], onlyMeans: 'Only' });
  const one = twoStates.parse({ state: 'only', entries: '10.0.0.1' }, '', '');
  const two = twoStates.parse({ state: 'only', entries: '10.0.0.2' }, '', '');
  assert.ok(one.ok && two.ok);
  assert.deepEqual(twoStates.tighter(one.value, two.value), { state: 'only', entries: [] });
});

test('the tighter of two allow lists allows no more than either; of two deny lists it denies what either denies', () => {
  const entry = fc.tuple(fc.constantFrom('10.0.0.0', '10.128.0.0', '11.0.0.0', '10.0.0.0'), fc.constantFrom(8, 9, 12, 32)).map(([address, length]) => (address === '10.128.0.0' && length === 8 ? '10.0.0.0/8' : `${address}/${length}`));
  const list = fc.record({ state: fc.constantFrom('any', 'only', 'none'), entries: fc.array(entry, { minLength: 1, maxLength: 4 }) }).map(read);
  fc.assert(fc.property(list, list, (a, b) => {
    const tight = kind.tighter(a, b);
    for (const one of [a, b]) assert.ok(['tighter', 'equal'].includes(kind.compare(tight, one)));
  }), { numRuns: 500 });

  const deny = addressList({ states: ['none', 'only'], onlyMeans: 'Never', role: 'deny' });
  const blocked = (entries: string): List<'none' | 'only'> => {
    const result = deny.parse({ state: entries === '' ? 'none' : 'only', entries }, '', '');
    assert.ok(result.ok);
    return result.value;
  };
  assert.equal(deny.compare(blocked('@a.example'), blocked('')), 'tighter');
  assert.equal(deny.compare(blocked('@a.example'), blocked('x@a.example')), 'tighter');
  assert.deepEqual(deny.tighter(blocked('@a.example'), blocked('@b.example')).entries.map((one) => one.value), ['@a.example', '@b.example']);
});
