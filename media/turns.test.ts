// Turns: so many at once, one place never a stranger's; of those who wait whoever had the least lately, at each step; who is gone or waited long enough waits no more.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openTurns, type Turn } from '#media/turns.ts';

const LONG = 60_000;
const own = (...of: string[]): Turn => ({ of, outside: false });
const strange = (...of: string[]): Turn => ({ of, outside: true });

it('one customer with many files holds up nobody: whoever had the least comes next, each in the order of their own', async () => {
  const turns = openTurns(2);
  const begun: string[] = [];
  const come = (owner: string, file: number): Promise<void> => turns.begin(own(owner), LONG).then(() => void begun.push(`${owner}${file}`));
  await Promise.all([come('a', 0), come('a', 1)]);
  const rest = [come('a', 2), come('a', 3), come('a', 4), come('b', 0), come('c', 0), come('b', 1)];
  assert.equal(turns.waiting(), 6);
  for (const owner of ['a', 'a', 'b', 'c', 'b', 'a']) turns.end(own(owner), 0);
  await Promise.all(rest);
  assert.deepEqual(begun, ['a0', 'a1', 'b0', 'c0', 'b1', 'a2', 'a3', 'a4']);
  for (let n = 0; n < 2; n += 1) turns.end(own('a'), 0);
  await Promise.all([come('d', 0), come('d', 1)]);
  assert.equal(turns.waiting(), 0, 'who came when nobody waited went in at once');
});

it('a file that takes long counts for as long as it took: two networks that send such files hold no third up, nor one brand another, nor the chats the mails', async () => {
  let uptime = 0;
  const turns = openTurns(2, () => uptime);
  const begun: string[] = [];
  const come = (...of: string[]): Promise<void> => turns.begin(strange(...of), LONG).then(() => void begun.push(of.join(' ')));
  /** The one under way ends. */
  const end = async (took: number): Promise<void> => {
    turns.end(strange(...begun.at(-1)!.split(' ')), took);
    await new Promise(setImmediate);
  };
  const all = [['chat', 'b1', 'n1', 'p1'], ['chat', 'b1', 'n2', 'p2'], ['chat', 'b1', 'n1', 'p3'], ['chat', 'b1', 'n3', 'p4'], ['chat', 'b2', 'n1', 'p5'], ['mail', 'b1', 'm1', 'p6']].map((of) => come(...of));
  await all[0];
  for (const took of [20_000, 20_000, 10, 10, 10, 10]) await end(took);
  await Promise.all(all);
  assert.deepEqual(begun, ['chat b1 n1 p1', 'mail b1 m1 p6', 'chat b2 n1 p5', 'chat b1 n2 p2', 'chat b1 n3 p4', 'chat b1 n1 p3']);
  // Some time later nothing of it is held against anybody.
  uptime += 1_200_000;
  await come('chat', 'b3', 'n9', 'p9');
  const later = [come('chat', 'b1', 'n1', 'p1'), come('chat', 'b2', 'n3', 'p1')];
  for (let n = 0; n < 3; n += 1) await end(0);
  await Promise.all(later);
  assert.deepEqual(begun.slice(-2), ['chat b1 n1 p1', 'chat b2 n3 p1']);
});

it('of two places one is never a stranger’s: a file of the house begins while strangers wait, and takes both where they are free', async () => {
  const turns = openTurns(2);
  assert.ok(await turns.begin(strange('chat', 'n1'), LONG));
  const stranger = turns.begin(strange('mail', 'm1'), LONG);
  assert.equal(turns.waiting(), 1, 'a place is free, and not for it');
  assert.ok(await turns.begin(own('agent'), LONG));
  turns.end(own('agent'), 5);
  assert.equal(turns.waiting(), 1);
  turns.end(strange('chat', 'n1'), 5);
  assert.ok(await stranger);
  turns.end(strange('mail', 'm1'), 5);
  assert.deepEqual(await Promise.all([turns.begin(own('agent'), LONG), turns.begin(own('agent'), LONG)]), [true, true]);
  const alone = openTurns(1);
  assert.ok(await alone.begin(strange('chat', 'n1'), LONG), 'one place alone is everybody’s');
});

it('who is gone waits no more and takes no turn, and nobody waits for ever', async () => {
  const turns = openTurns(1);
  const gone = new AbortController();
  await turns.begin(own('a'), LONG);
  const waits = [turns.begin({ ...own('b'), gone: gone.signal }, LONG), turns.begin(own('c'), LONG), turns.begin(own('d'), 1)] as const;
  gone.abort();
  assert.deepEqual([await waits[0], await waits[2], turns.waiting()], [false, false, 1]);
  turns.end(own('a'), 0);
  assert.ok(await waits[1]);
  assert.equal(await turns.begin({ ...own('b'), gone: gone.signal }, LONG), false);
});
