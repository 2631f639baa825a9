// Canonical JSON is one text for one value, and the chain's own writing of a row is exactly that.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonical } from '#store/canonical.ts';
import { canonicalRow, genesis, judgeRow, sealRow } from '#store/chain.ts';
import { Conflict, StoreFault } from '#store/faults.ts';

test('the example of RFC 8785 §3.2.2 and the sorting of §3.2.3 come out as printed there', () => {
  const example = { numbers: [JSON.parse('333333333.33333329') as number, 1e30, 4.5, 2e-3, 0.000000000000000000000000001], string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f', literals: [null, true, false] };
  assert.equal(canonical(example), '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  const sorted = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' };
  const order = ['Carriage Return', 'One', 'Control', 'Latin Small Letter O With Diaeresis', 'Euro Sign', 'Emoji: Grinning Face', 'Hebrew Letter Dalet With Dagesh'];
  const places = order.map((name) => canonical(sorted).indexOf(name));
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  assert.ok(places.every((place) => place > 0));
});

test('the order of members does not matter, and the text says the same value', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
    const turned = Object.fromEntries(Object.entries(value).reverse());
    assert.equal(canonical(value), canonical(turned));
    assert.equal(canonical(JSON.parse(canonical(value))), canonical(value));
  }));
});

test('what JSON cannot hold is refused', () => {
  for (const value of [NaN, Infinity, 1n, new Date(0), new Uint8Array(1), () => {}, new Map(), Symbol('x'), { a: [undefined, 1n] }]) assert.throws(() => canonical(value), StoreFault);
  for (const value of ['\ud83d', { '\udc00': 1 }, ['a\ud83db']]) assert.throws(() => canonical(value), (error) => error instanceof Conflict && error.code === 'text.unstorable');
});

const draft = { id: 'e1', at: 5, actorKind: 'agent', actorId: null, event: 'x "y"', entityKind: 'k', entityId: 'é\u2028', detail: '{"facts":{"a":1}}' };

test('a row is hashed as its canonical JSON', () => {
  const row = sealRow(genesis('b1'), 'b1', draft);
  const value = {
    scope: 'b1', seq: 1, id: 'e1', at: 5, actor: { kind: 'agent', id: null }, event: 'x "y"', entity: { kind: 'k', id: 'é\u2028' }, detail: { facts: { a: 1 } }, previous: genesis('b1').hash,
  };
  assert.equal(canonicalRow(row), canonical(value));
  assert.equal(row.hash, hash('sha256', canonical(value), 'hex'));
});

test('a row is judged by its number, the hash before it and its own', () => {
  const first = sealRow(genesis('b1'), 'b1', draft);
  const second = sealRow(first, 'b1', { ...draft, id: 'e2' });
  assert.equal(judgeRow(genesis('b1'), first), null);
  assert.equal(judgeRow(first, second), null);
  assert.match(String(judgeRow(genesis('b1'), second)), /Row 1 is missing/);
  assert.match(String(judgeRow({ ...first, hash: 'x' }, second)), /does not follow row 1/);
  assert.match(String(judgeRow(genesis('b2'), first)), /does not follow/);
  for (const change of [{ at: 6 }, { actorId: '' }, { event: 'z' }, { entityId: null }, { detail: '{}' }, { id: 'e3' }, { scope: 'b2' }, { hash: 'x' }]) assert.match(String(judgeRow(first, { ...second, ...change })), /was changed/);
});
