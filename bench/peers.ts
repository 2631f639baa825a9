// The programs we compare with: installed as bench/peers/package-lock.json says into .runtime/bench, apart from our own libraries.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WANTED = new URL('./peers/', import.meta.url);
const INSTALLED = new URL('../.runtime/bench/', import.meta.url);

/** Installs the peers unless they are there as the lock file says; no install script is run. */
export function installPeers(): void {
  const lock = readFileSync(new URL('package-lock.json', WANTED), 'utf8');
  const marker = new URL('installed.json', INSTALLED);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  process.stderr.write('bench: installing the peers that bench/peers/package-lock.json names …\n');
  mkdirSync(INSTALLED, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(new URL(name, WANTED), new URL(name, INSTALLED));
  const npm = process.env['npm_execpath'];
  const [command, ...first] = npm?.endsWith('.js') === true ? [process.execPath, npm] : ['npm'];
  const args = ['ci', '--ignore-scripts', '--omit=peer', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync(command!, [...first, ...args], { cwd: fileURLToPath(INSTALLED), encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`The peers could not be installed (npm ended with ${status}). Check the connection to the npm registry. ${(stderr ?? '').slice(0, 500)}`);
  writeFileSync(marker, lock);
}

/** A module of a peer, once they are installed. */
export async function loadPeer<Module>(name: string): Promise<Module> {
  const path = createRequire(new URL('package.json', INSTALLED)).resolve(name);
  return (await import(pathToFileURL(path).href)) as Module;
}
