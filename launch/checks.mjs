// npm test: types and lint, then every test, first of the rooms and last in the browser; or only the part that was asked for.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { LaunchFault, say, seconds } from './fault.mjs';
import { ensurePage } from './page.mjs';
import { runChild } from './program.mjs';
import { ensureChromium, ensurePostgres } from './runtimes.mjs';

/** Where tests lie beside what they test. The browser's stories lie in test/journeys and come last. */
const ROOMS = ['policy', 'store', 'audit', 'identity', 'media', 'inbox', 'outside', 'server', 'web', 'widget', 'cli', 'tools', 'bench', 'launch', 'sdk', 'examples'];
const JOURNEYS = 'test/journeys';

/** A test that hangs is a failed test (ms); a run that does not end is ended. */
const TEST_LIMIT = 300_000;
const RUN_LIMIT = 30 * 60_000;

/** Runs a tool to its end and gives what it said. */
function tool(node, args, cwd) {
  return new Promise((done, failed) => {
    const child = spawn(node, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
    child.once('error', failed).once('close', (code) => done({ code, output }));
  });
}

/**
 * Types of the program and of the page, and the linter; all faults of all three are shown.
 * @returns {Promise<number>} 0 when nothing is wrong, else 1
 */
export async function runChecks(root, node) {
  const since = Date.now();
  const program = (...parts) => join(root, 'node_modules', ...parts);
  const checks = [
    { title: 'types', args: [program('typescript', 'bin', 'tsc'), '--noEmit'] },
    ...['web', 'widget'].filter((page) => existsSync(join(root, page, 'tsconfig.json')))
      .map((page) => ({ title: `types of ${page}/`, args: [program('typescript', 'bin', 'tsc'), '--noEmit', '-p', page] })),
    { title: 'lint', args: [program('oxlint', 'bin', 'oxlint'), '--quiet'] },
  ];
  const results = await Promise.all(checks.map(async (check) => ({ ...check, ...await tool(node, check.args, root) })));
  for (const { title, code, output } of results) {
    if (code !== 0) process.stdout.write(`\n${output.trim()}\nportcullis: ${title}: faults, see above.\n`);
  }
  const failed = results.filter(({ code }) => code !== 0);
  if (failed.length === 0) say(`${checks.map(({ title }) => title).join(', ')}: no faults (${seconds(since)}).`);
  return failed.length === 0 ? 0 : 1;
}

function holdsTests(root, folder) {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).some((entry) => (entry.isDirectory()
      ? entry.name !== 'node_modules' && entry.name !== 'dist' && holdsTests(root, join(folder, entry.name))
      : /\.test\.(ts|mjs)$/.test(entry.name)));
  } catch {
    return false;
  }
}

const pattern = (folder) => `${folder}/**/*.test.{ts,mjs}`;

/** The test folders of a whole run, those that exist: all of test/ but the journeys, and every room. */
function whole(root) {
  const inTest = existsSync(join(root, 'test')) ? readdirSync(join(root, 'test'), { withFileTypes: true }) : [];
  const folders = inTest.filter((entry) => entry.isDirectory()).map((entry) => `test/${entry.name}`).filter((folder) => folder !== JOURNEYS);
  const loose = inTest.some((entry) => entry.isFile() && entry.name.endsWith('.test.ts')) ? ['test/*.test.ts'] : [];
  return [...[...ROOMS, ...folders].filter((folder) => holdsTests(root, folder)).map(pattern), ...loose];
}

/** What a part's name means: a folder or file as written, or one below test/. */
function part(root, name) {
  const path = [resolve(name), join(root, name), join(root, 'test', name)].find((candidate) => existsSync(candidate) && !relative(root, candidate).startsWith('..'));
  if (path === undefined) throw new LaunchFault(`"${name}" is no folder or file with tests. Name one such as policy, journeys or store/chain.test.ts.`);
  const below = relative(root, path).split('\\').join('/');
  return statSync(path).isDirectory() ? pattern(below) : below;
}

/** One run of Node's test runner, all files in one process, which is fifteen times as fast as a process each. */
function runNodeTests(root, node, patterns, flags) {
  return runChild(node, ['--test', '--test-isolation=none', `--test-timeout=${TEST_LIMIT}`, ...flags, ...patterns], { cwd: root, limit: RUN_LIMIT });
}

/**
 * @param {string} root
 * @param {() => Promise<string>} prepare installs, and gives the path of Node
 * @param {string[]} args parts to run, and flags for Node such as --test-name-pattern=…
 * @returns {Promise<number>} 0 when everything passed, else 1
 */
export async function runTests(root, prepare, args) {
  const since = Date.now();
  const flags = args.filter((arg) => arg.startsWith('-'));
  const parts = args.filter((arg) => !arg.startsWith('-')).map((name) => part(root, name));
  const node = await prepare();
  await Promise.all([ensurePostgres(root), ensureChromium(root, node)]);
  await ensurePage(root, node, 'web');
  await ensurePage(root, node, 'widget');

  const failed = [];
  if (parts.length === 0 && await runChecks(root, node) !== 0) failed.push('types and lint');
  const journeys = parts.length === 0 ? [JOURNEYS].filter((folder) => holdsTests(root, folder)).map(pattern) : parts.filter((name) => name.startsWith(JOURNEYS));
  const rooms = parts.length === 0 ? whole(root) : parts.filter((name) => !name.startsWith(JOURNEYS));
  if (rooms.length > 0 && await runNodeTests(root, node, rooms, flags) !== 0) failed.push('tests of the rooms');
  if (journeys.length > 0 && await runNodeTests(root, node, journeys, flags) !== 0) failed.push('journeys in the browser');
  if (failed.length === 0) say(`everything passed, in ${seconds(since)}.`);
  else say(`FAILED: ${failed.join('; ')} (${seconds(since)}).`);
  return failed.length === 0 ? 0 : 1;
}
