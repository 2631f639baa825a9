// The pages (web/, widget/): built by Vite when what they are made of has changed, else left alone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchFault, say, seconds } from './fault.mjs';
import { once } from './lock.mjs';

/** Every file below a folder that a page is made of: no tests, no output. Sorted, so that the same files give the same list. */
function sources(folder) {
  const found = [];
  let entries = [];
  try { entries = readdirSync(folder, { withFileTypes: true }); } catch { return found; }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === 'dist' || entry.name === 'node_modules' || /\.test\.\w+$/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...sources(path));
    else found.push(path);
  }
  return found;
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/**
 * Two answers to "is it the same?": `quick` from sizes and times, asked at every start, and `whole` from the contents, asked when quick differs
 * (a copy of the folder has new times and the same contents).
 */
export function signature(root, name) {
  const files = [...sources(join(root, name)), ...sources(join(root, 'policy')), join(root, 'package-lock.json')];
  const path = (file) => file.slice(root.length);
  return {
    quick: digest(files.map((file) => { const { size, mtimeMs } = statSync(file); return `${path(file)} ${size} ${mtimeMs}`; })),
    whole: () => digest(files.flatMap((file) => [path(file), readFileSync(file)])),
  };
}

async function vite(root, node, name, output) {
  const program = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [program, 'build', name, '--outDir', output, '--emptyOutDir', '--logLevel', 'warn'];
  const child = spawn(node, args, { cwd: root, env: { ...process.env, NODE_ENV: 'production' }, stdio: ['ignore', 2, 2] });
  const code = await new Promise((done, failed) => { child.once('error', failed).once('close', done); });
  if (code !== 0) throw new LaunchFault(`Building ${name}/ failed; what Vite says stands above. The last good build, if there is one, was left as it is.`);
}

/**
 * Builds web/ or widget/ into its dist/ when it is stale. The build goes to a folder of its own and is moved into place whole, so that a server
 * that is running never serves half of it.
 * @param {string} root @param {string} node @param {'web' | 'widget'} name
 * @returns {Promise<boolean>} false when there is no such page
 */
export async function ensurePage(root, node, name) {
  if (!existsSync(join(root, name, 'vite.config.ts'))) return false;
  const dist = join(root, name, 'dist');
  const stampFile = join(dist, '.stamp');
  const stamp = (value) => writeFileSync(stampFile, JSON.stringify(value));
  const done = () => {
    let built;
    try { built = JSON.parse(readFileSync(stampFile, 'utf8')); } catch { return undefined; }
    const now = signature(root, name);
    if (built.quick === now.quick) return true;
    const whole = now.whole();
    if (built.whole !== whole) return undefined;
    try { stamp({ quick: now.quick, whole }); } catch { /* a read-only copy: asked again at the next start */ }
    return true;
  };
  return once(join(root, '.runtime', `building-${name}`), done, async () => {
    const since = Date.now();
    say(`building ${name}/ (only when it changed) …`);
    const now = signature(root, name); // before the build: a file saved meanwhile is built at the next start
    const whole = now.whole();
    const output = join(root, '.runtime', `page-${name}`);
    mkdirSync(output, { recursive: true });
    await vite(root, node, name, output);
    rmSync(dist, { recursive: true, force: true });
    try {
      renameSync(output, dist);
    } catch {
      cpSync(output, dist, { recursive: true }); // .runtime/ lies on another file system
    }
    stamp({ quick: now.quick, whole });
    say(`${name}/ built in ${seconds(since)}.`);
    return true;
  });
}
