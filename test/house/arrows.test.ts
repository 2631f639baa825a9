// The house keeps its arrows, and the rule is seen to fail on planted files.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { arrows, importsOf } from '#test/house/arrows.ts';
import { readTree } from '#test/house/tree.ts';

test('every import of the house follows an arrow', () => {
  assert.equal(arrows(readTree()).join('\n'), '');
});

const planted: { title: string; path: string; text: string; says: RegExp }[] = [
  { title: 'policy imports the store', path: 'policy/rules.ts', text: "import { x } from '#store/store.ts';", says: /policy\/ may not import store\// },
  { title: 'a type counts as well', path: 'store/x.ts', text: "import type { X } from '#identity/sessions.ts';", says: /store\/ may not import identity\// },
  { title: 'over several lines', path: 'audit/x.ts', text: "import {\n  a,\n  b,\n} from '#server/app.ts';", says: /audit\/x\.ts:4 .*may not import server/ },
  { title: 'a dynamic import', path: 'identity/x.ts', text: "const app = await import('#server/app.ts');", says: /may not import server/ },
  { title: 'a re-export', path: 'outside/x.ts', text: "export { y } from '#store/y.ts';", says: /outside\/ may not import store/ },
  { title: 'the page imports the server', path: 'web/settings.tsx', text: "import { x } from '#server/problems.ts';", says: /web\/ may not import server/ },
  { title: 'a relative path into another room', path: 'server/x.ts', text: "import { x } from '../policy/rules.ts';", says: /write #policy\/rules\.ts/ },
  { title: 'a relative path into another room, in a test', path: 'server/x.test.ts', text: "import { x } from '../policy/rules.ts';", says: /write #policy\/rules\.ts/ },
  { title: 'a door imports a door', path: 'server/doors/api.ts', text: "import { x } from './workspace.ts';", says: /a door imports no other door/ },
  { title: 'a decision imports a decision', path: 'policy/decide/session.ts', text: "import { x } from './password.ts';", says: /a decision imports no other decision/ },
  { title: 'the program imports its tests', path: 'store/x.ts', text: "import { x } from '#test/stores.ts';", says: /does not import its tests/ },
  { title: 'policy uses Node', path: 'policy/x.ts', text: "import { join } from 'node:path';", says: /policy\/ is pure/ },
  { title: 'policy reads the clock', path: 'policy/x.ts', text: '// A file.\nconst now = Date.now();', says: /policy\/x\.ts:2 uses Date\.now/ },
  { title: 'SQLite outside of the store', path: 'audit/x.ts', text: "import { DatabaseSync } from 'node:sqlite';", says: /belongs to store\/ alone/ },
  { title: 'a folder without a concept', path: 'server/utils/date.ts', text: '', says: /named for no concept/ },
  { title: 'a file without a concept', path: 'server/session-helper.ts', text: '', says: /named for no concept/ },
];

describe('the rule is seen to fail', () => {
  for (const { title, path, text, says } of planted) {
    test(title, () => {
      const found = arrows([{ path, text }]);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', says);
    });
  }
});

test('what is allowed stays allowed', () => {
  assert.deepEqual(arrows([
    { path: 'server/app.ts', text: "import { x } from '#policy/catalogue.ts';\nimport { y } from './client.ts';\nimport Fastify from 'fastify';" },
    { path: 'server/doors/workspace-sockets.ts', text: "import { x } from './workspace.ts';" },
    { path: 'policy/cidr.test.ts', text: "import { readFileSync } from 'node:fs';\nconst at = Date.now();" },
    { path: 'cli/main.ts', text: "import { start } from '#server/main.ts';" },
    { path: 'store/x.ts', text: "// import { x } from '#server/app.ts';\n/* import('#server/app.ts') */" },
  ]), []);
});

test('an import is found in every form, and not in a comment', () => {
  const text = "// from '#a/a.ts'\nimport a, { b } from './b.ts';\nimport './c.ts';\nexport * from './d.ts';\nconst e = import('./e.ts');\n";
  assert.deepEqual(importsOf(text).map(({ from }) => from), ['./b.ts', './c.ts', './d.ts', './e.ts']);
});
