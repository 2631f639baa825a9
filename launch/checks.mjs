// Types and lint: all faults at once.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { say, seconds } from './fault.mjs';

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
