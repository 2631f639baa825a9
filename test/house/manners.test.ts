// Tests and logs behave, and the rule is seen to fail on planted files.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logManners, testManners } from '#test/house/manners.ts';
import { readTree } from '#test/house/tree.ts';

test('no test is left out in silence, and none sleeps', () => {
  assert.equal(testManners(readTree()).join('\n'), '');
});

test('the rooms behind the server log through the log, and never a secret', () => {
  assert.equal(logManners(readTree()).join('\n'), '');
});

describe('the rule for tests is seen to fail', () => {
  for (const text of [
    "test.only('x', () => {});",
    "describe.skip('x', () => {});",
    "it.todo('x');",
    "test('x', { skip: true }, () => {});",
    "test('x', (t) => { t.skip(); });",
    "await new Promise((done) => { setTimeout(done, 100); });",
    'await page.waitForTimeout(500);',
  ]) {
    test(text, () => { assert.equal(testManners([{ path: 'store/x.test.ts', text }]).length, 1); });
  }
});

test('a skip with its reason, and a wait that says for what, are fine', () => {
  assert.deepEqual(testManners([{
    path: 'store/x.test.ts',
    text: "t.skip('the corpora are not beside this checkout');\n// Waits: the server promises to close the socket within a second.\nsetTimeout(fail, 1000);\n// setTimeout( in a comment\n",
  }]), []);
});

describe('the rule for logs is seen to fail', () => {
  for (const text of ["console.log('here');", "log.info({ token }, 'signed in');", "request.log.warn({ body: { password: given } }, 'x');"]) {
    test(text, () => { assert.equal(logManners([{ path: 'server/x.ts', text }]).length, 1); });
  }
  test('a word in the message is no secret', () => { assert.deepEqual(logManners([{ path: 'server/x.ts', text: "log.info({ agent }, 'password changed');" }]), []); });
});
