// When a page counts as changed: contents and names do, tests and output and mere times do not.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ensurePage, signature } from './page.mjs';

test('a page is stale when something it is made of has changed', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'portcullis page-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const both = () => { const { quick, whole } = signature(root, 'web'); return { quick, whole: whole() }; };
  write('package-lock.json', '{}');
  write('web/index.html', '<title>x</title>');
  write('policy/rules.ts', '// Rules.');
  const first = both();
  assert.deepEqual(both(), first, 'asked twice, the same');

  write('web/dist/index.html', 'built');
  write('web/page.test.ts', '// A test.');
  write('server/app.ts', '// Not in the page.');
  assert.deepEqual(both(), first, 'output, tests and other rooms do not count');

  utimesSync(join(root, 'web/index.html'), 1, 1);
  assert.notEqual(both().quick, first.quick, 'another time asks for a look');
  assert.equal(both().whole, first.whole, 'and the look finds the same contents');

  for (const [path, text] of [['web/index.html', '<title>y</title>'], ['web/new.tsx', '// New.'], ['policy/rules.ts', '// Other rules.'], ['package-lock.json', '{ }']] as const) {
    const before = both();
    write(path, text);
    assert.notEqual(both().whole, before.whole, `${path} counts`);
  }
});

test('the widget is built beside the workspace: a room with a Vite configuration is a page, built once and then left alone', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'portcullis page-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  assert.equal(await ensurePage(root, process.execPath, 'widget'), false, 'no such room');
  write('package-lock.json', '{}');
  write('widget/vite.config.ts', '// Vite.');
  write('widget/chat.ts', '// One.');
  // In Vite's place: writes down that it was asked.
  write('node_modules/vite/bin/vite.js', `
    const { appendFileSync, writeFileSync } = require('node:fs');
    appendFileSync('asked', process.argv[3] + ' ');
    writeFileSync(process.argv[process.argv.indexOf('--outDir') + 1] + '/chat.js', 'built');
  `);
  const asked = async () => {
    assert.equal(await ensurePage(root, process.execPath, 'widget'), true);
    return readFileSync(join(root, 'asked'), 'utf8').trim().split(' ').length;
  };
  assert.equal(await asked(), 1);
  assert.ok(existsSync(join(root, 'widget/dist/chat.js')));
  assert.equal(await asked(), 1, 'nothing changed');
  write('widget/chat.ts', '// Two.');
  assert.equal(await asked(), 2, 'a script changed');
});
