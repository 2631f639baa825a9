// The pool that hashes has a lower priority than the thread that answers, where the system knows such a thing.
import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { HASH_NICENESS, yieldToAnswers } from '#identity/hash-threads.ts';

test('lowers the threads of the pool and not the one that answers; a second time changes nothing', async () => {
  const before = getPriority();
  const lowered = await yieldToAnswers();
  assert.equal(getPriority(), before);
  assert.equal(await yieldToAnswers(), lowered);
  if (process.platform === 'linux') assert.ok(lowered >= 1 && HASH_NICENESS > 0);
});

test('does nothing where threads have no priority of their own', async () => {
  assert.equal(await yieldToAnswers('darwin'), 0);
});
