// What may be added to a measurement on the command line.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readSwitches } from './switches.ts';

suite('bench/switches.ts', () => {
  test('a name and switches in any order; a folder becomes a whole path', () => {
    assert.deepEqual(readSwitches(['--rounds', '3', 'chat.fanout', '--beside', '/tmp/other']), { name: 'chat.fanout', beside: '/tmp/other', profile: null, rounds: 3 });
    assert.deepEqual(readSwitches([]), { name: undefined, beside: null, profile: null, rounds: null });
  });

  test('what means nothing is said in a sentence', () => {
    for (const args of [['--fast', '1'], ['--beside'], ['--rounds', 'many'], ['--rounds', '0'], ['guard', 'audit']]) assert.equal(typeof readSwitches(args), 'string', args.join(' '));
  });
});
