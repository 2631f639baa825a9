// The catalogue keeps its promises, the settings that are not enforced yet are named aloud, and the rule is seen to fail.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogueFaults, type Declared, type Promises } from '#test/house/catalogue.ts';
import { readTree, type File } from '#test/house/tree.ts';
import { catalogue } from '#policy/catalogue.ts';
import { notEnforced } from '#policy/not-enforced.ts';

test('the catalogue keeps its promises', (t) => {
  const waiting = Object.entries(notEnforced);
  t.diagnostic(`${Object.keys(catalogue).length} settings; not enforced yet: ${waiting.length}`);
  for (const [key, issue] of waiting) t.diagnostic(`not enforced yet: ${key} (${issue})`);
  assert.equal(catalogueFaults({ catalogue, notEnforced, files: readTree() }).join('\n'), '');
});

const flag: Declared = {
  kind: { name: 'flag', parse: (input) => (typeof input === 'boolean' ? { ok: true, value: input } : { ok: false }) },
  default: true, label: 'Doors', help: 'Whether there are doors.', scope: 'brand', doors: ['workspace'],
};
const files: File[] = [
  { path: 'policy/kinds/flag.ts', text: '' },
  { path: 'web/kinds/flag.tsx', text: '' },
  { path: 'policy/decide/doors.ts', text: "policy.values['doors.enabled']" },
  { path: 'server/doors/workspace.test.ts', text: "{ 'doors.enabled': false }" },
];
const without = (path: string) => files.filter((file) => file.path !== path);
const kept: Promises = { catalogue: { 'doors.enabled': flag }, notEnforced: {}, files };

test('a setting that is declared, decided, tested and drawn is fine', () => {
  assert.deepEqual(catalogueFaults(kept), []);
});

test('a setting on the list needs no decision and no test yet', () => {
  assert.deepEqual(catalogueFaults({ ...kept, notEnforced: { 'doors.enabled': 'Doors' }, files: files.slice(0, 2) }), []);
});

describe('the rule is seen to fail', () => {
  const planted: [string, Promises, RegExp][] = [
    ['a default its kind refuses', { ...kept, catalogue: { 'doors.enabled': { ...flag, default: 'yes' } } }, /default is refused/],
    ['a default that is not canonical', { ...kept, catalogue: { 'doors.enabled': { ...flag, kind: { name: 'flag', parse: () => ({ ok: true, value: false }) } } } }, /canonical/],
    ['no decision reads it', { ...kept, files: without('policy/decide/doors.ts') }, /no file in policy\/decide/],
    ['only a decision\'s test names it', { ...kept, files: [...without('policy/decide/doors.ts'), { path: 'policy/decide/doors.test.ts', text: "'doors.enabled'" }] }, /no file in policy\/decide/],
    ['a longer key is another key', { ...kept, files: [...without('policy/decide/doors.ts'), { path: 'policy/decide/x.ts', text: "'doors.enabled_at'" }] }, /no file in policy\/decide/],
    ['its door has no test', { ...kept, files: without('server/doors/workspace.test.ts') }, /door "workspace", but no test/],
    ['another door\'s test names it', { ...kept, files: [...without('server/doors/workspace.test.ts'), { path: 'server/doors/workspaces.test.ts', text: "'doors.enabled'" }] }, /but no test/],
    ['its kind has no widget', { ...kept, files: without('web/kinds/flag.tsx') }, /no widget/],
    ['its kind has no file', { ...kept, files: without('policy/kinds/flag.ts') }, /no file of its name/],
    ['no door at all', { ...kept, catalogue: { 'doors.enabled': { ...flag, doors: [] } } }, /no door enforces it/],
    ['help that is no sentence', { ...kept, catalogue: { 'doors.enabled': { ...flag, help: 'doors' } } }, /must be a sentence/],
    ['a key that is no setting on the list', { ...kept, notEnforced: { 'doors.gone': 'Doors' } }, /is no setting/],
  ];
  for (const [title, promises, says] of planted) {
    test(title, () => {
      const found = catalogueFaults(promises);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', says);
    });
  }
});
