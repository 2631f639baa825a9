// Turns of what takes long: so many at once, the others in their order; who leaves while waiting takes no turn, and one brand's many stop nobody else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrandTurns } from '#server/brand-turns.ts';

test('so many run at once, and the next one begins when one is over', async () => {
  const turns = openBrandTurns(1, 3);
  const begun: string[] = [];
  const take = (name: string, brand = 'one') => {
    const turn = turns.take(brand);
    void turn?.begins.then((goesOn) => begun.push(goesOn ? name : `not ${name}`));
    return turn;
  };
  const settled = () => new Promise((resolve) => { setImmediate(resolve); });
  const [a, b, c] = [take('a'), take('b'), take('c')];
  assert.equal(take('d'), null, 'too many of one brand');
  const other = take('other', 'two');
  await settled();
  assert.deepEqual(begun, ['a']);
  b!.end();
  a!.end();
  a!.end();
  await settled();
  assert.deepEqual(begun, ['a', 'not b', 'c'], 'who left while waiting took no turn');
  c!.end();
  await settled();
  assert.deepEqual(begun, ['a', 'not b', 'c', 'other']);
  other!.end();
  take('e')!.end();
  take('f');
  await settled();
  assert.deepEqual(begun, ['a', 'not b', 'c', 'other', 'e', 'f']);
});
