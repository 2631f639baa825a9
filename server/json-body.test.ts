// Keys that stand twice in an object of a JSON body: found wherever they stand and however they are written, and refused over HTTP.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { doubledKey } from '#server/json-body.ts';
import { openHouse, type TestHouse } from '#test/house.ts';

describe('a key that stands twice', () => {
  const rows: [text: string, found: string | undefined][] = [
    ['{}', undefined], ['[]', undefined], ['"a"', undefined], ['{"a":1,"b":1}', undefined], ['{"a":1,"a":2}', 'a'], ['{"a":1,"\\u0061":2}', 'a'], ['{"a\\"b":1,"a\\"b":2}', 'a"b'],
    ['{"a":{"a":1},"b":{"a":1}}', undefined], ['{"a":[{"b":1},{"b":1}]}', undefined], ['{"x":[{"b":1,"b":1}]}', 'b'], ['{"a":"a","b":"a"}', undefined], ['["a","a"]', undefined],
    ['{"a":["b","b"],"b":1}', undefined], ['{ "a" : "{\\"a\\":1}" , "c" : 1 }', undefined], ['{"__proto__x":1,"constructor":1,"toString":1,"constructor":2}', 'constructor'], ['{"":1,"":2}', ''],
    ['{"a":{},"a":{}}', 'a'], ['{"a":[1,2,{"c":3}],"c":{"d":[]},"a":0}', 'a'],
  ];
  for (const [text, found] of rows) it(`${text}: ${found === undefined ? 'none' : JSON.stringify(found)}`, () => assert.equal(doubledKey(text), found));

  it('is never seen in what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(doubledKey(JSON.stringify(value)), undefined)), { numRuns: 1_000 });
  });

  it('is found when it is planted into any document', () => {
    const anyObject = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    const lists = fc.array(fc.jsonValue());
    fc.assert(fc.property(anyObject, fc.nat(), lists, (object, pick, beside) => {
      const keys = Object.keys(object);
      const key = keys[pick % keys.length]!;
      const inner = JSON.stringify(object);
      const doubled = `${inner.slice(0, -1)},${JSON.stringify(key)}:0}`;
      assert.equal(doubledKey(`{"outer":${JSON.stringify(beside).slice(0, -1)}${beside.length === 0 ? '' : ','}${doubled}]}`), key);
    }), { numRuns: 1_000 });
  });
});

describe('over HTTP', () => {
  let house: TestHouse;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());

  it('the body is refused in words, and nothing of it is done', async () => {
    const answer = await house.call('POST', '/api/v1/sign-in', { raw: '{"brand":"acme","email":"a@b.example","password":"x","email":"c@d.example"}', headers: { 'content-type': 'application/json' } });
    assert.deepEqual([answer.status, answer.body.code], [400, 'request.doubled_key']);
    assert.match(answer.body.detail, /"email" stands twice/);
  });
});
