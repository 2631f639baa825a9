// Runs the npm that came with the running Node, silently and without any install script.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { LaunchFault } from './fault.mjs';

/** Where npm's own program may lie: the npm that started us, beside this Node, or on PATH. */
function findNpm() {
  const bin = dirname(realpathSync(process.execPath));
  const started = process.env.npm_execpath;
  const programs = [
    ...(started !== undefined && basename(started) === 'npm-cli.js' ? [started] : []),
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
  const program = programs.find((path) => existsSync(path));
  if (program !== undefined) return [process.execPath, program];
  const folders = [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)];
  const command = folders.map((folder) => join(folder, 'npm')).find((path) => existsSync(path));
  if (command !== undefined && process.platform !== 'win32') return [command];
  throw new LaunchFault('npm was not found beside this Node. Install npm (it comes with Node), then run the same command again.');
}

/** The environment without what would send npm to another folder than ours. */
function environment() {
  const elsewhere = ['npm_config_prefix', 'npm_config_local_prefix', 'npm_config_global', 'npm_config_dry_run'];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !elsewhere.includes(name)));
}

/**
 * `npm ci --ignore-scripts` in a folder that holds package.json and package-lock.json. Asks nothing and prints nothing.
 * @param {string} folder
 * @param {string} what what is being installed, for the sentence when it fails
 * @param {(pid: number) => void} alsoOwns told the process number, so that the lock outlives a launcher that is killed
 */
export async function npmCi(folder, what, alsoOwns) {
  const [command, ...first] = findNpm();
  const args = [...first, 'ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn(command, args, { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) alsoOwns(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output = (output + text).slice(0, 8000); });
  const code = await new Promise((done, failed) => {
    child.once('error', failed).once('close', (exit, signal) => done(exit ?? signal));
  }).catch((error) => error.code);
  if (code === 0) return;
  const said = output.split('\n').filter((line) => /^npm error \S/.test(line)).slice(0, 8).map((line) => `  ${line}`).join('\n'); // the rest is npm's own help
  throw new LaunchFault(
    `Installing ${what} failed (npm ended with ${code}). Check the connection to the npm registry and the free space, then run the same command again.\n${said}`,
  );
}
