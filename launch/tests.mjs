// npm test: types, lint and every test, as many processes side by side as there are cores (at most two); or only the part that was asked for.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './checks.mjs';
import { say, seconds } from './fault.mjs';
import { ensurePage } from './page.mjs';
import { runChild } from './program.mjs';
import { ensureChromium, ensurePostgres } from './runtimes.mjs';
import { filesOf, isJourney, sharesOf } from './test-files.mjs';
import { closingLines, reader, sum } from './test-output.mjs';

/** A test that hangs is a failed test (ms); a run that does not end is ended. */
const TEST_LIMIT = 300_000;
const RUN_LIMIT = 30 * 60_000;

/** Each process of tests has a PostgreSQL and a browser of its own, so more of them want memory, not only cores. */
const SIDE_BY_SIDE = Math.min(2, availableParallelism());

/** One run of Node's test runner, all files in one process, which is fifteen times as fast as a process each. */
function runNodeTests(root, node, files, flags, output) {
  // What Node makes of our files is kept, as the launcher keeps it for the program.
  const env = { ...process.env, PORTCULLIS_TEST_FILES: JSON.stringify(files), NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, '.runtime', 'compiled') };
  // Room for what is young: tests make much that is soon gone, and collecting it in small pieces takes a tenth of their time.
  return runChild(node, ['--min-semi-space-size=32', '--max-semi-space-size=64', '--test', '--test-isolation=none', `--test-timeout=${TEST_LIMIT}`, ...flags, 'launch/test-share.mjs'], { cwd: root, limit: RUN_LIMIT, env, output });
}

/** One share of a whole run: its output goes on in whole files; gives its counts, its failures, and what is wrong with the run itself. */
async function runShare(root, node, files, flags, notes, index) {
  const counts = join(notes, `${index}.json`);
  const pages = reader((text) => process.stdout.write(text));
  const asked = ['--test-reporter=spec', '--test-reporter-destination=stdout', `--test-reporter=${join(root, 'launch', 'test-counts.mjs')}`, `--test-reporter-destination=${counts}`];
  const code = await runNodeTests(root, node, files, [...asked, ...flags], pages.take);
  const failures = pages.end();
  let told;
  try {
    told = JSON.parse(readFileSync(counts, 'utf8'));
  } catch {
    return { counts: { failed: 1, tests: 1 }, failures: `✖ the process that ran ${files.join(', ')} ended with ${code} and told no counts\n${failures}` };
  }
  // Each file is a suite of its own: a test outside of every one would have run with the hooks of another file.
  const astray = told.topLevel === files.length || flags.length > 0 ? '' : `✖ ${told.topLevel} suites at the top of a share of ${files.length} files\n`;
  const unsaid = code !== 0 && told.failed === 0 && told.cancelled === 0 ? `✖ the process that ran ${files.join(', ')} ended with ${code}\n` : '';
  const more = astray === '' && unsaid === '' ? 0 : 1;
  return { counts: { ...told, tests: told.tests + more, failed: told.failed + more }, failures: astray + unsaid + failures };
}

/** Everything: shares from one queue, as many at once as there are places. */
async function runWhole(root, node, flags) {
  const since = Date.now();
  const notes = mkdtempSync(join(tmpdir(), 'portcullis-counts-'));
  const queue = [...sharesOf(root).entries()];
  const told = [];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) told.push(await runShare(root, node, next[1], flags, notes, next[0]));
  };
  const [checks] = await Promise.all([runChecks(root, node), ...Array.from({ length: SIDE_BY_SIDE }, work)]);
  rmSync(notes, { recursive: true, force: true });
  const counts = sum(told.map((share) => share.counts));
  const failures = told.map((share) => share.failures).filter((text) => text !== '');
  process.stdout.write(closingLines(counts, Date.now() - since));
  if (failures.length > 0) process.stdout.write(`\n✖ failing tests:\n\n${failures.join('\n\n')}\n`);
  return [...(checks === 0 ? [] : ['types and lint']), ...(counts.failed + counts.cancelled === 0 && failures.length === 0 ? [] : ['tests'])];
}

/** A part: rooms and then journeys, each with Node's own output as it is. */
async function runParts(root, node, files, flags) {
  const [journeys, rooms] = [files.filter(isJourney), files.filter((file) => !isJourney(file))];
  const failed = [];
  if (rooms.length > 0 && await runNodeTests(root, node, rooms, flags) !== 0) failed.push('tests of the rooms');
  if (journeys.length > 0 && await runNodeTests(root, node, journeys, flags) !== 0) failed.push('journeys in the browser');
  return failed;
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
  const files = [...new Set(args.filter((arg) => !arg.startsWith('-')).flatMap((name) => filesOf(root, name)))];
  const node = await prepare();
  await Promise.all([ensurePostgres(root), ensureChromium(root, node)]);
  await ensurePage(root, node, 'web');
  await ensurePage(root, node, 'widget');

  const failed = files.length === 0 ? await runWhole(root, node, flags) : await runParts(root, node, files, flags);
  if (failed.length === 0) say(`everything passed, in ${seconds(since)}.`);
  else say(`FAILED: ${failed.join('; ')} (${seconds(since)}).`);
  return failed.length === 0 ? 0 : 1;
}
