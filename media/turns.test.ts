// Turns: so many at once, and of those who wait one of each owner after the other.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openTurns } from '#media/turns.ts';

it('one customer with many files holds up nobody: owners take turns, each in the order of their own', async () => {
  const turns = openTurns(2);
  const begun: string[] = [];
  const come = (owner: string, file: number): Promise<void> => turns.begin(owner).then(() => void begun.push(`${owner}${file}`));
  await Promise.all([come('a', 0), come('a', 1)]);
  const rest = [come('a', 2), come('a', 3), come('a', 4), come('b', 0), come('c', 0), come('b', 1)];
  assert.equal(turns.waiting(), 6);
  for (let n = 0; n < 6; n += 1) turns.end();
  await Promise.all(rest);
  assert.deepEqual(begun, ['a0', 'a1', 'a2', 'b0', 'c0', 'a3', 'b1', 'a4']);
  for (let n = 0; n < 2; n += 1) turns.end();
  await Promise.all([come('d', 0), come('d', 1)]);
  assert.equal(turns.waiting(), 0, 'who came when nobody waited went in at once');
});
