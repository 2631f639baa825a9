#!/usr/bin/env node
// The launcher: installs what the lock file says, finds or brings Node 26, builds the page when it is stale, and runs the command.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureLibraries } from './launch/libraries.mjs';
import { LaunchFault } from './launch/fault.mjs';
import { ensureNode } from './launch/runtimes.mjs';
import { ensurePage } from './launch/page.mjs';
import { runProgram } from './launch/program.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

const help = `Portcullis: a self-hosted agent workspace whose Privacy & Security settings really hold.

  node portcullis.mjs start           start the server (npm start); the first start prints a one-time setup link
  node portcullis.mjs start --demo    the same, with a brand full of believable data
  node portcullis.mjs test [part]     types, lint and all tests (npm test); or one folder or file: policy, journeys, store/dump.test.ts
  node portcullis.mjs kill [times]    kills a server under load, 50 times or as often as said, and counts its messages
  node portcullis.mjs check           types and lint alone
  node portcullis.mjs bench [name]    the measurements (npm run bench)
  node portcullis.mjs reference       write docs/reference/ anew from the catalogue
  node portcullis.mjs golden          write test/golden/ anew: what a plan and an explanation say
  node portcullis.mjs <command>       unlock, brand add, audit verify, policy plan, backup, restore; "<command> --help" says more

Nothing has to be installed first: any Node from 18 on runs this file.
`;

/**
 * Libraries and Node at the same time, since neither needs the other.
 * @returns {Promise<string>} the path of a Node that runs the program
 */
async function prepare() {
  const [node] = await Promise.all([ensureNode(root), ensureLibraries(root)]);
  return node;
}

/** @param {string} file a program below the root @param {string[]} rest its arguments */
async function run(node, file, rest) {
  const program = join(root, file);
  if (!existsSync(program)) throw new LaunchFault(`This copy of Portcullis has no ${file}, so the command cannot run. Get a whole copy.`);
  // Each password hash takes 19 MiB for 10 ms: given back to the system at once, not kept for the next (glibc).
  process.env.MALLOC_MMAP_THRESHOLD_ ??= '1048576';
  // What Node makes of our files is kept: the next start needs half the CPU and 35 MB less memory.
  process.env.NODE_COMPILE_CACHE ??= join(root, '.runtime', 'compiled');
  return runProgram(node, [program, ...rest]);
}

async function main([command, ...rest]) {
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    process.stdout.write(help);
    return 0;
  }
  if (command === 'kill') {
    process.env.PORTCULLIS_KILLS = String(Number(rest[0] ?? 50) || 50);
    return (await import('./launch/tests.mjs')).runTests(root, prepare, ['server/kill.test.ts']);
  }
  if (command === 'test' || command === 'check') {
    if (command === 'test') return (await import('./launch/tests.mjs')).runTests(root, prepare, rest);
    return (await import('./launch/checks.mjs')).runChecks(root, await prepare());
  }
  const node = await prepare();
  if (command === 'reference') return run(node, 'tools/reference.ts', rest);
  if (command === 'golden') return run(node, 'test/golden.ts', rest);
  if (command === 'bench') return run(node, 'bench/main.ts', rest);
  if (command !== 'start') return run(node, 'cli/main.ts', [command, ...rest]);
  await ensurePage(root, node, 'web');
  await ensurePage(root, node, 'widget');
  return run(node, 'server/main.ts', rest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (fault) {
  if (!(fault instanceof LaunchFault)) throw fault;
  process.stderr.write(`portcullis: ${fault.message}\n`);
  process.exitCode = 1;
}
