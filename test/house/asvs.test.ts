// The page docs/asvs.md: complete, and every test it names is there; the rule is seen to fail.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asvsFaults, SECTIONS } from '#test/house/asvs.ts';
import { readTree } from '#test/house/tree.ts';

const CORPUS = new URL('../../../shared/corpora/standards/asvs-5.0.0.csv', import.meta.url);

test('every requirement of chapters 6 and 7 stands on the page, with a test that exists or a reason', () => {
  assert.equal(asvsFaults(readFileSync(new URL('../../docs/asvs.md', import.meta.url), 'utf8'), readTree()).join('\n'), '');
});

test('the sections are those of the standard', (context) => {
  if (!existsSync(CORPUS)) return context.skip('the standard is not beside the project');
  const counted: Record<string, number> = {};
  for (const [, section] of readFileSync(CORPUS, 'utf8').matchAll(/,V([67]\.\d+)\.\d+,/g)) counted[section as string] = (counted[section as string] ?? 0) + 1;
  assert.deepEqual(counted, SECTIONS);
});

test('the rule is seen to fail', () => {
  const rows = Object.entries(SECTIONS).flatMap(([section, many]) => Array.from({ length: many }, (_none, at) => `| ${section}.${at + 1} | 1 | held | as it should be | \`a.test.ts\` it holds |`));
  const files = [{ path: 'a.test.ts', text: "test('it holds'" }];
  assert.deepEqual(asvsFaults(rows.join('\n'), files), []);
  assert.match(asvsFaults(rows.slice(1).join('\n'), files).join(), /6\.1\.1: it is not on the page/);
  assert.match(asvsFaults(rows.join('\n').replace('it holds', 'it is gone'), files).join(), /no test "it is gone"/);
  assert.match(asvsFaults(rows.join('\n').replace('`a.test.ts` it holds', ''), files).join(), /no test shows it/);
  assert.match(asvsFaults(rows.join('\n').replace('held', 'perhaps'), files).join(), /no state/);
});
