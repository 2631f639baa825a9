// Whether node_modules is what the lock file says, judged from npm's own note of what it installed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sameTree } from './libraries.mjs';

const a = { version: '1.0.0', integrity: 'sha512-a' };
const other = { version: '2.0.0', integrity: 'sha512-b', optional: true };
const json = (packages: Record<string, unknown>) => JSON.stringify({ packages });
const lock = json({ '': { name: 'portcullis' }, 'node_modules/a': a, 'node_modules/other-machine': other });

describe('node_modules', () => {
  for (const [title, installed, same] of [
    ['is what the lock file says', json({ 'node_modules/a': a, 'node_modules/other-machine': other }), true],
    ['may lack an optional package for another kind of machine', json({ 'node_modules/a': a }), true],
    ['was never installed', undefined, false],
    ['lacks a package', json({}), false],
    ['has another version', json({ 'node_modules/a': { ...a, version: '1.0.1' } }), false],
    ['has other contents', json({ 'node_modules/a': { ...a, integrity: 'sha512-c' } }), false],
    ['has a package too many', json({ 'node_modules/a': a, 'node_modules/left': a }), false],
  ] as const) {
    test(title, () => { assert.equal(sameTree(lock, installed), same); });
  }
});
