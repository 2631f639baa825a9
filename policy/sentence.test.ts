// Beginnings of sentences, and names of code in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begun, nameInWords } from './sentence.ts';

test('a sentence begins with a large letter, whatever else stands in it', () => {
  for (const [words, said] of [['the key “ci”', 'The key “ci”'], ['Dana', 'Dana'], ['émile', 'Émile'], ['נועה', 'נועה'], ['😀 a', '😀 a'], ['', '']] as const) assert.equal(begun(words), said);
});

test('a name of code is told in words', () => {
  for (const [name, said] of [['policyVersion', 'Policy version'], ['policy_version', 'Policy version'], ['address', 'Address']] as const) assert.equal(nameInWords(name), said);
});
