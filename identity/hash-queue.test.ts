// The queue before the password hash: never more at once than allowed, in order, full means full, and a fault frees its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUSY, hashesAtOnce, hashQueue } from '#identity/hash-queue.ts';

/** A job that ends when the test says so. */
function held(): { job: () => Promise<string>; end: () => void; fail: () => void; started: () => boolean } {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let begun = false;
  const job = (): Promise<string> => {
    begun = true;
    return promise;
  };
  return { job, end: () => resolve('done'), fail: () => reject(new Error('broken')), started: () => begun };
}

test('no more run at once than allowed, the others in the order they came', async () => {
  const queue = hashQueue({ concurrency: 2, capacity: 10 });
  const jobs = [held(), held(), held(), held()];
  const results = jobs.map(({ job }) => queue.run(job));
  await Promise.resolve();
  assert.deepEqual(jobs.map(({ started }) => started()), [true, true, false, false]);
  assert.deepEqual(queue.depth(), { running: 2, waiting: 2 });
  jobs[1]!.end();
  await results[1];
  assert.deepEqual(jobs.map(({ started }) => started()), [true, true, true, false]);
  jobs[0]!.end();
  await results[0];
  assert.deepEqual(jobs.map(({ started }) => started()), [true, true, true, true]);
  jobs[2]!.end();
  jobs[3]!.end();
  assert.deepEqual(await Promise.all(results), ['done', 'done', 'done', 'done']);
  assert.deepEqual(queue.depth(), { running: 0, waiting: 0 });
});

test('who comes to a full queue is told so at once, and nothing is computed for them', async () => {
  const queue = hashQueue({ concurrency: 1, capacity: 1 });
  const jobs = [held(), held(), held()];
  const results = jobs.map(({ job }) => queue.run(job));
  assert.equal(await results[2], BUSY);
  assert.equal(jobs[2]!.started(), false);
  jobs[0]!.end();
  jobs[1]!.end();
  assert.deepEqual(await Promise.all(results.slice(0, 2)), ['done', 'done']);
});

test('a job that fails gives its place to the next', async () => {
  const queue = hashQueue({ concurrency: 1, capacity: 1 });
  const [first, second] = [held(), held()];
  const failing = queue.run(first.job);
  const waiting = queue.run(second.job);
  first.fail();
  second.end();
  await assert.rejects(failing, /broken/);
  assert.equal(await waiting, 'done');
  assert.deepEqual(queue.depth(), { running: 0, waiting: 0 });
});

test('one thread of the pool is always left for reading', () => {
  for (const [cores, threads, expected] of [[2, undefined, 2], [64, undefined, 3], [8, '16', 8], [8, '1', 1], [1, undefined, 1], [8, 'x', 3]] as const) {
    assert.equal(hashesAtOnce(cores, threads), expected, `${cores} cores, pool ${threads}`);
  }
});
