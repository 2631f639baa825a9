// Every denial code is pinned, documented and in the table, and the rule is seen to fail.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { denialFaults, type Codes } from '#test/house/denials.ts';
import { readTree } from '#test/house/tree.ts';
import { denials } from '#policy/decision.ts';

test('the denial codes are pinned, documented and complete', () => {
  const files = readTree();
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  assert.equal(denialFaults({ denials, pinned: textOf('test/house/denial-codes.txt'), page: textOf('docs/reference/denials.md'), files }).join('\n'), '');
});

const kept: Codes = {
  denials: { 'door.shut': { status: 403, title: 'Shut', sentence: 'Come back tomorrow.' } },
  pinned: '# pinned\ndoor.shut 403\n',
  page: '| `door.shut` | 403 |',
  files: [{ path: 'policy/decide/door.ts', text: "return deny('door.shut', null, {});" }],
};

test('a code that is pinned, documented and in the table is fine', () => {
  assert.deepEqual(denialFaults(kept), []);
});

describe('the rule is seen to fail', () => {
  const planted: [string, Codes, RegExp][] = [
    ['a new code', { ...kept, pinned: '' }, /is new/],
    ['a code that went', { ...kept, pinned: 'door.shut 403\ndoor.gone 410\n' }, /door\.gone 410: this code was pinned/],
    ['a code not documented', { ...kept, page: 'door shut' }, /does not explain it/],
    ['a code of its own', { ...kept, files: [{ path: 'server/doors/x.ts', text: "\nreturn deny('door.made_up', null, {})" }] }, /server\/doors\/x\.ts:2 denies with "door\.made_up"/],
    ['words that nobody can act on', { ...kept, denials: { 'door.shut': { status: 403, title: 'Shut', sentence: 'shut' } } }, /can act on/],
  ];
  for (const [title, codes, says] of planted) {
    test(title, () => {
      const found = denialFaults(codes);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', says);
    });
  }
  test('another status', () => { assert.equal(denialFaults({ ...kept, pinned: 'door.shut 401' }).length, 2); });
});
