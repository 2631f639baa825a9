// The output of shares made one: whole files in their order, one list of failures, counts added up, nothing lost of a share that died.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingLines, reader, sum } from './test-output.mjs';

test('hands on whole files, also when they arrive in pieces, keeps the counts to itself and the failures to the end', () => {
  const printed: string[] = [];
  const share = reader((text: string) => printed.push(text));
  share.take('▶ a.test.ts\n  ✔ one (1ms)\n✔ a.te');
  assert.deepEqual(printed, []);
  share.take('st.ts (2ms)\n▶ b.test.ts\n  ✖ two (1ms)\n✖ b.test.ts (2ms)\nℹ tests 2\nℹ suites 2\nℹ pass 1\nℹ fail 1\nℹ duration_ms 5.5\n\n✖ failing tests:\n\n✖ two (1ms)\n  Error: ℹ tests are no counts\n');
  assert.equal(printed.join(''), '▶ a.test.ts\n  ✔ one (1ms)\n✔ a.test.ts (2ms)\n▶ b.test.ts\n  ✖ two (1ms)\n✖ b.test.ts (2ms)\n');
  assert.equal(share.end(), '✖ two (1ms)\n  Error: ℹ tests are no counts');
});

test('what a process wrote before it died is printed', () => {
  const printed: string[] = [];
  const share = reader((text: string) => printed.push(text));
  share.take('▶ a.test.ts\nFatal error');
  assert.equal(share.end(), '');
  assert.equal(printed.join(''), '▶ a.test.ts\nFatal error\n');
});

test('counts are added up and written as Node writes them; who told none counts as none', () => {
  const counts = sum([{ tests: 3, passed: 2, failed: 1, suites: 1 }, { tests: 4, passed: 4 }]);
  assert.equal(closingLines(counts, 12), 'ℹ tests 7\nℹ suites 1\nℹ pass 6\nℹ fail 1\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 12\n');
});
