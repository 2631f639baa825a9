// docs/reference/ is what the tools would write now, and the rule is seen to fail.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatedFaults } from '#test/house/generated.ts';
import { readTree, type File } from '#test/house/tree.ts';

/** What tools/reference.ts would write; when it cannot be loaded the rule has not been checked, and says so. */
async function written(): Promise<readonly File[]> {
  try {
    const { references } = await import('#tools/reference.ts');
    return references();
  } catch (error) {
    assert.fail(`tools/reference.ts must export references(), so that docs/reference/ can be compared with it: ${(error as Error).message}`);
  }
}

test('docs/reference/ is what the tools write', async () => {
  const files = await written();
  assert.equal(generatedFaults(files.filter(({ path }) => path.startsWith('docs/')), readTree('docs/reference')).join('\n'), '');
  assert.equal(generatedFaults(files.filter(({ path }) => path.startsWith('sdk/')), readTree('sdk').filter(({ path }) => path === 'sdk/api-types.ts')).join('\n'), '');
});

const page: File = { path: 'docs/reference/settings.md', text: '# Settings\n' };

test('the rule is seen to fail: a page edited by hand, a page that is missing, a page that no tool writes', () => {
  assert.deepEqual(generatedFaults([page], [page]), []);
  assert.match(generatedFaults([page], [{ ...page, text: '# Setting\n' }]).join(), /is not what the catalogue says now/);
  assert.match(generatedFaults([page], []).join(), /is missing/);
  assert.match(generatedFaults([], [page]).join(), /written by no tool/);
});
