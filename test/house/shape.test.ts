// Openings and sizes hold in the house, and both rules are seen to fail on planted files.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openings, sizes } from '#test/house/shape.ts';
import { readTree } from '#test/house/tree.ts';

const long = 'const x = 1;\n'.repeat(250);

test('every file opens with one sentence that says what it is', () => {
  assert.equal(openings(readTree()).join('\n'), '');
});

test('no file is over 250 lines without a stated reason', () => {
  assert.equal(sizes(readTree()).join('\n'), '');
});

describe('openings are seen to fail', () => {
  for (const [title, text, says] of [
    ['no comment', "import x from './x.ts';\n", /does not open/],
    ['a comment further down', 'const x = 1;\n// What it is, said too late.\n', /does not open/],
    ['one word', '// Sessions\n', /whole sentence/],
    ['an instruction', '// @ts-nocheck for now, because it is late.\n', /instruction to a tool/],
    ['only a reason for its size', '// Size: one table that is read as a whole.\n', /instruction to a tool/],
  ] as const) {
    test(title, () => { assert.match(openings([{ path: 'store/x.ts', text }]).join('\n'), says); });
  }
});

describe('openings that are sentences', () => {
  for (const text of ['// Sessions: who is signed in, and until when.\n', '#!/usr/bin/env node\n// The launcher of the program.\n', '/**\n * What a setting is, in one place.\n */\n', '// A sentence that goes\n// on in a second line.\n']) {
    test(JSON.stringify(text.slice(0, 30)), () => { assert.deepEqual(openings([{ path: 'store/x.ts', text }]), []); });
  }
});

describe('sizes are seen to fail', () => {
  test('251 lines', () => { assert.match(sizes([{ path: 'store/x.ts', text: `// What it is, in a sentence.\n${long}` }]).join(), /251 lines/); });
  test('a long style sheet', () => { assert.match(sizes([{ path: 'web/x.css', text: `${long}a {}\n` }]).join(), /251 lines/); });
  test('250 lines are not too many', () => { assert.deepEqual(sizes([{ path: 'store/x.ts', text: long }]), []); });
  test('a reason is a reason', () => {
    assert.deepEqual(sizes([{ path: 'store/x.ts', text: `// The table of types.\n// Size: one table, read as a whole.\n${long}` }]), []);
  });
});
