// The lock: work is done once, by one launcher at a time, and a lock that was left behind holds nobody up.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { once } from './lock.mjs';

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('what is done already is not done again, and nothing is written', async (t) => {
  const lock = join(temporary(t), 'lock');
  assert.equal(await once(lock, () => 'there', async () => assert.fail('worked')), 'there');
  assert.equal(existsSync(lock), false);
});

test('of ten at once one works, and all get what it made', async (t) => {
  t.mock.method(process.stderr, 'write', () => true); // nine of them say that they wait
  const lock = join(temporary(t), 'lock');
  let made: string | undefined;
  let worked = 0;
  const work = async () => {
    worked += 1;
    await new Promise((turn) => { setImmediate(turn); });
    made = 'made';
    return made;
  };
  const all = await Promise.all(Array.from({ length: 10 }, () => once(lock, () => made, work)));
  assert.deepEqual(all, Array(10).fill('made'));
  assert.equal(worked, 1);
  assert.equal(existsSync(lock), false);
});

test('a lock whose owner died is taken over', async (t) => {
  const lock = join(temporary(t), 'lock');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  mkdirSync(lock);
  writeFileSync(join(lock, 'owner.json'), JSON.stringify({ pids: [dead], host: hostname() }));
  assert.equal(await once(lock, () => undefined, async () => 'worked'), 'worked');
});

test('work that fails frees the lock for the next', async (t) => {
  const lock = join(temporary(t), 'lock');
  await assert.rejects(once(lock, () => undefined, async () => { throw new Error('no network'); }), /no network/);
  assert.equal(await once(lock, () => undefined, async () => 'worked'), 'worked');
});
