// Tests of the kinds that are one value: numbers with units, flag, choice, date, file types.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Kind } from '../kind.ts';
import { bytes } from './bytes.ts';
import { choice } from './choice.ts';
import { count } from './count.ts';
import { date } from './date.ts';
import { days } from './days.ts';
import { fileTypeTicks } from './file-types.ts';
import { flag } from './flag.ts';
import { hours } from './hours.ts';
import { minutes } from './minutes.ts';
import { seconds } from './seconds.ts';

const idle = minutes({ min: 0, max: 1_440, tighterIs: 'smaller', zeroMeans: 'Off' });
const length = count({ min: 12, max: 64, tighterIs: 'larger', one: 'character', many: 'characters' });
const mode = choice({
  options: [
    { value: 'off', label: 'Off', help: '', tighterThan: ['part'] },
    { value: 'part', label: 'Part', help: '', tighterThan: [] },
    { value: 'on', label: 'On', help: '', tighterThan: ['part'] },
  ],
});
const deadline = date({ nullMeans: 'No date' });
const types = fileTypeTicks();

const accepted = <V>(kind: Kind<V>, input: unknown): V => {
  const read = kind.parse(input, 'L', 'k');
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
};

const hostile: unknown[] = [undefined, '', '30', '３０', '٣', [], [30], {}, { valueOf: 30 }, NaN, Infinity, -1, 0.5, 1e21, 2 ** 53, null, true, JSON.parse('{"__proto__":1}'), 30n, 'x'.repeat(100_000)];

test('a number is a whole JSON number within its bounds, both edges included', () => {
  for (const [input, ok] of [[0, true], [1, true], [1_440, true], [1_441, false], [-1, false]] as const) assert.equal(idle.parse(input, 'L', 'k').ok, ok, String(input));
  for (const [input, ok] of [[11, false], [12, true], [64, true], [65, false]] as const) assert.equal(length.parse(input, 'L', 'k').ok, ok, String(input));
  assert.ok(Object.is(accepted(idle, -0), 0));
});

test('hostile input to a number, a flag, a choice, a date or ticks is refused, never thrown on', () => {
  for (const input of hostile) {
    assert.equal(idle.parse(input, 'L', 'k').ok, false, String(typeof input));
    assert.equal(mode.parse(input, 'L', 'k').ok, false);
    assert.equal(deadline.parse(input, 'L', 'k').ok, input === null);
    assert.equal(flag({ tighterIs: 'on' }).parse(input, 'L', 'k').ok, typeof input === 'boolean');
    assert.equal(types.parse(input, 'L', 'k').ok, Array.isArray(input) && input.length === 0);
  }
  assert.equal(mode.parse('__proto__', 'L', 'k').ok, false);
  assert.equal(mode.parse('toString', 'L', 'k').ok, false);
});

test('the sentence names bounds, unit and the meaning of zero', () => {
  const read = idle.parse(2_000, 'Idle session timeout', 'k');
  assert.ok(!read.ok);
  assert.equal(read.faults[0]?.message, 'Idle session timeout must be a whole number from 0 to 1440 minutes (0: Off), not 2000.');
});

const words: [title: string, said: string, expected: string][] = [
  ['zero', idle.print(0), 'Off'],
  ['one', idle.print(1), '1 minute'],
  ['many', idle.print(1_440), '1,440 minutes'],
  ['a count', length.print(15), '15 characters'],
  ['seconds', seconds({ min: 0, max: 9, tighterIs: 'smaller' }).print(0), '0 seconds'],
  ['hours', hours({ min: 0, max: 9, tighterIs: 'smaller' }).print(1), '1 hour'],
  ['days', days({ min: 0, max: 9, tighterIs: 'smaller' }).print(2), '2 days'],
  ['whole MiB', bytes({ min: 1, max: 2 ** 40, tighterIs: 'smaller' }).print(20 * 2 ** 20), '20 MiB'],
  ['one MiB', bytes({ min: 1, max: 2 ** 40, tighterIs: 'smaller' }).print(2 ** 20), '1 MiB'],
  ['odd bytes', bytes({ min: 1, max: 2 ** 40, tighterIs: 'smaller' }).print(2 ** 20 + 1), '1,048,577 bytes'],
  ['a choice', mode.print('part'), 'Part'],
  ['a flag', flag({ tighterIs: 'on' }).print(true), 'On'],
  ['no date', deadline.print(null), 'No date'],
  ['no type', types.print([]), 'No file type'],
];
for (const [title, said, expected] of words) test(`${title} is said as ${expected}`, () => assert.equal(said, expected));

test('zero that means off is the loosest of all', () => {
  assert.equal(idle.compare(0, 1_440), 'looser');
  assert.equal(idle.compare(5, 30), 'tighter');
  assert.equal(flag({ tighterIs: 'on' }).compare(true, false), 'tighter');
  assert.equal(flag({ tighterIs: 'off' }).compare(true, false), 'looser');
  assert.equal(length.compare(12, 15), 'looser');
  assert.equal(deadline.compare(null, '2026-12-31'), 'looser');
  assert.equal(deadline.compare('2026-12-30', '2026-12-31'), 'tighter');
});

test('options that cannot be compared are different', () => {
  assert.equal(mode.compare('off', 'on'), 'different');
  assert.equal(mode.compare('on', 'part'), 'tighter');
  assert.equal(mode.compare('part', 'off'), 'looser');
  assert.equal(mode.tighter('part', 'on'), 'on');
});

test('a date is a day of the calendar', () => {
  for (const good of ['2026-12-31', '2028-02-29', '2000-02-29']) assert.equal(deadline.parse(good, 'L', 'k').ok, true, good);
  for (const bad of ['2026-02-29', '2100-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '2026-1-1', '20260101', '2026-01-01T00:00', ' 2026-01-01', '２026-01-01']) {
    assert.equal(deadline.parse(bad, 'L', 'k').ok, false, bad);
  }
});

test('file types are known ones, each once, in the order of the table', () => {
  assert.deepEqual(accepted(types, ['pdf', 'jpeg', 'pdf']), ['jpeg', 'pdf']);
  const read = types.parse(['jpeg', 'exe', 'constructor'], 'L', 'k');
  assert.ok(!read.ok);
  assert.deepEqual(read.faults.map((one) => one.path), ['k/1', 'k/2']);
  assert.equal(types.parse(Array(2_000).fill('x'), 'L', 'k').ok, false);
});

test('the tighter of two is never looser than either', () => {
  const holds = <V>(kind: Kind<V>, value: fc.Arbitrary<V>): void =>
    fc.assert(fc.property(value, value, (a, b) => {
      const tight = kind.tighter(a, b);
      for (const one of [a, b]) assert.ok(['tighter', 'equal'].includes(kind.compare(tight, one)));
      const back = kind.compare(b, a);
      assert.equal(kind.compare(a, b), back === 'tighter' ? 'looser' : back === 'looser' ? 'tighter' : back);
    }));
  holds(idle, fc.nat(1_440));
  holds(length, fc.integer({ min: 12, max: 64 }));
  holds(flag({ tighterIs: 'on' }), fc.boolean());
  holds(flag({ tighterIs: 'off' }), fc.boolean());
  holds(deadline, fc.constantFrom(null, '2026-01-01', '2026-12-31', '2027-01-01'));
  holds(types, fc.subarray(types.options.map((type) => type.id)).map((ids) => accepted(types, ids)));
});
