// Starting the real program: each thing that can be wrong is one sentence and exit code 1 with nothing changed; stopping loses nothing.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { caller, openHouse } from '#test/house.ts';
import { postgres } from '#test/postgres.ts';
import { freePort } from '#test/ports.ts';
import { emptyFolder, portcullis, runningServer, startServer, until } from '#test/program.ts';
import { behindTheStore } from '#test/stores.ts';

type Env = Record<string, string>;
const anyKeys = (): string => JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });

/** Every file below a folder with the hash of its contents, without what SQLite keeps beside an open database. */
function contents(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !/-(?:wal|shm)$/.test(entry.name));
  return Object.fromEntries(names.map((entry) => [join(entry.parentPath, entry.name), hash('sha256', readFileSync(join(entry.parentPath, entry.name)))]));
}

/** Starts and expects one refusal that changes nothing in `folder`. */
async function refused(context: TestContext, env: Env, folder: string, sentence: RegExp, as: { uid?: number; gid?: number } = {}): Promise<void> {
  const before = contents(folder);
  const started = startServer(context, { PORT: String(await freePort()), ...env }, [], as);
  const up = until('an end, or a server that starts all the same', () => started.said().includes('Portcullis is at') && 'started');
  assert.equal(await Promise.race([started.ended, up]), 1, `${sentence}: ${started.err()}`);
  assert.match(started.err(), sentence);
  assert.doesNotMatch(started.err(), /\n\s+at /, 'no stack');
  assert.equal(started.said(), '');
  assert.deepEqual(contents(folder), before);
}

/** A data folder that a server has worked in, whole again for each test. */
async function usedData(context: TestContext): Promise<string> {
  const house = await openHouse({ dataDir: join(emptyFolder(context), 'data') });
  await house.setUp();
  await house.close();
  return house.dataDir;
}

test('a port in use, before anything is made', async (context) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  context.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const DATA_DIR = join(emptyFolder(context), 'data');
  await refused(context, { PORT: String(port), DATA_DIR }, DATA_DIR, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use, perhaps by another Portcullis.* Nothing was changed`));
  await refused(context, { HOST: '203.0.113.1', DATA_DIR }, DATA_DIR, /cannot be opened \(EADDRNOTAVAIL\).*Nothing was changed/);
});

test('a wrong configuration, with every fault at once', async (context) => {
  const DATA_DIR = join(emptyFolder(context), 'data');
  const env = { DATA_DIR, LOG_LEVEL: 'loud', SMTP_URL: 'ftp://x', MAIL_FROM: 'nobody', SMS_METHOD: 'GET', PUBLIC_URL: 'http://desk.example.com' };
  await refused(context, env, DATA_DIR, /^The configuration cannot be used:\n(?=[^]*LOG_LEVEL)(?=[^]*SMTP_URL)(?=[^]*MAIL_FROM)(?=[^]*SMS_METHOD)(?=[^]*PUBLIC_URL must use https)/);
  const wrong = startServer(context, { DATA_DIR }, ['--dmeo']);
  assert.equal(await wrong.ended, 1);
  assert.match(wrong.err(), /--dmeo[^]*Usage: npm start/);
  assert.equal(existsSync(DATA_DIR), false);
});

test('a data folder that is a file, lies below one, or may not be written', async (context) => {
  const folder = emptyFolder(context);
  const file = join(folder, 'file');
  writeFileSync(file, 'x');
  await refused(context, { DATA_DIR: file }, folder, /^DATA_DIR names .*file and not a folder: set DATA_DIR to another one\. Nothing was changed\.\n$/);
  await refused(context, { DATA_DIR: join(file, 'below') }, folder, /is a file and not a folder/);
  const shut = join(folder, 'shut');
  mkdirSync(shut);
  chmodSync(folder, 0o755);
  chmodSync(shut, 0o555);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  await refused(context, { DATA_DIR: shut }, shut, /may not be written by this user\. Change its owner, or set DATA_DIR/, nobody);
  await refused(context, { DATA_DIR: join(shut, 'data') }, shut, /cannot be made: .* may not be written/, nobody);
});

test('a database that is newer, corrupt, cut off or of somebody else', async (context) => {
  const DATA_DIR = await usedData(context);
  const whole = join(emptyFolder(context), 'whole');
  cpSync(DATA_DIR, whole, { recursive: true });
  const file = join(DATA_DIR, 'portcullis.db');
  const spoil: [() => void | Promise<void>, RegExp][] = [
    [() => behindTheStore({ file }, () => ['pragma user_version = 99']), /written by a later version of Portcullis \(schema 99, this program knows \d+\)/],
    [() => writeFileSync(file, 'this is no database at all'), /is not a Portcullis database/],
    [() => truncateSync(file, 20_000), /cut off|damaged/],
    [() => writeFileSync(file, Buffer.from(readFileSync(file)).fill(0x41, 4_096, 40_000)), /is damaged: restore a backup/],
  ];
  for (const [deed, sentence] of spoil) {
    rmSync(DATA_DIR, { recursive: true });
    cpSync(whole, DATA_DIR, { recursive: true });
    await deed();
    await refused(context, { DATA_DIR }, DATA_DIR, sentence);
  }
});

test('keys that are missing, broken or of another database', async (context) => {
  const DATA_DIR = await usedData(context);
  const secrets = join(DATA_DIR, 'keys', 'secrets.json');
  await refused(context, { DATA_DIR, PORTCULLIS_KEYS: anyKeys() }, DATA_DIR, /^These keys do not belong to this database, which was made with the keys [0-9a-f]{16} [0-9a-f]{16}: put back its own/);
  await refused(context, { DATA_DIR, PORTCULLIS_KEYS: '{' }, DATA_DIR, /^PORTCULLIS_KEYS must be the JSON object/);
  const kept = readFileSync(secrets);
  writeFileSync(secrets, '{"format":1}');
  await refused(context, { DATA_DIR }, DATA_DIR, /secrets\.json must have a list of keys/);
  rmSync(join(DATA_DIR, 'keys'), { recursive: true });
  await refused(context, { DATA_DIR }, DATA_DIR, /^The key file secrets\.json is missing from .*although a database exists: put back its backup/);
  mkdirSync(join(DATA_DIR, 'keys'));
  writeFileSync(secrets, kept);
  await refused(context, { DATA_DIR }, DATA_DIR, /^The key file audit\.json is missing/);
});

test('PostgreSQL that is not there, has no such database, or belongs to other keys', async (context) => {
  const DATA_DIR = join(emptyFolder(context), 'data');
  await refused(context, { DATA_DIR, DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${await freePort()}/x` }, DATA_DIR, /^PostgreSQL at 127\.0\.0\.1:\d+\/x does not answer \(ECONNREFUSED\): check that it runs, and DATABASE_URL\.\n$/);
  const server = await postgres();
  await refused(context, { DATA_DIR, DATABASE_URL: server.urlOf('nothing_here') }, DATA_DIR, /has no such database: create it, or correct DATABASE_URL/);
  assert.equal(existsSync(DATA_DIR), false);

  const DATABASE_URL = await server.freshDatabase();
  const first = await runningServer(context, { DATABASE_URL, DATA_DIR, PORT: String(await freePort()) });
  const other = join(emptyFolder(context), 'other');
  await refused(context, { DATABASE_URL, DATA_DIR: other }, other, /^The key file secrets\.json is missing/);
  await refused(context, { DATABASE_URL, DATA_DIR: other, PORTCULLIS_KEYS: anyKeys() }, other, /^These keys do not belong to this database/);
  first.child.kill('SIGTERM');
  assert.equal(await first.ended, 0);
});

test('a key folder left by a first start that was cut short is taken up', async (context) => {
  const DATA_DIR = await usedData(context);
  rmSync(join(DATA_DIR, 'portcullis.db'));
  rmSync(join(DATA_DIR, 'keys', 'audit.json'));
  writeFileSync(join(DATA_DIR, 'portcullis.db'), '');
  const kept = readFileSync(join(DATA_DIR, 'keys', 'secrets.json'), 'utf8');
  const started = await runningServer(context, { DATA_DIR, PORT: String(await freePort()) });
  assert.equal(readFileSync(join(DATA_DIR, 'keys', 'secrets.json'), 'utf8'), kept);
  started.child.kill('SIGTERM');
  assert.equal(await started.ended, 0);
});

test('the setup link is printed anew at each start until it is used, and the one before is dead', async (context) => {
  const env = { DATA_DIR: join(emptyFolder(context), 'data'), PORT: String(await freePort()) };
  const call = caller(Number(env.PORT), `localhost:${env.PORT}`);
  const links: string[] = [];
  for (const signals of [['SIGTERM'], ['SIGINT', 'SIGINT']] as NodeJS.Signals[][]) {
    const started = await runningServer(context, env);
    links.push(await until('the link', () => /\/setup#(\S+)/.exec(started.said())?.[1]));
    assert.equal((await call('GET', '/healthz')).status, 200);
    assert.equal((await call('POST', '/api/v1/setup/open', { body: { token: links.at(-1) } })).status, 200);
    if (links.length === 2) assert.equal((await call('POST', '/api/v1/setup/open', { body: { token: links[0] } })).status, 410);
    for (const signal of signals) started.child.kill(signal);
    assert.equal(await started.ended, 0, 'a second signal while it stops is the same one');
  }
  assert.match((await portcullis(env, ['audit', 'verify'])).said, /^system: whole, \d+ rows, 2 signed heads \(2 kept/);
});

test('killed while it writes, it starts again with every chain whole', async (context) => {
  const env = { DATA_DIR: join(emptyFolder(context), 'data'), PORT: String(await freePort()) };
  const call = caller(Number(env.PORT), `localhost:${env.PORT}`);
  const started = await runningServer(context, env);
  const token = await until('the link', () => /\/setup#(\S+)/.exec(started.said())?.[1]);
  const opened = await call('POST', '/api/v1/setup/open', { body: { token } });
  const asked = Array.from({ length: 40 }, () => call('POST', '/api/v1/sign-in', { body: { brand: 'acme', email: 'a@b.example', password: 'x' } }).catch(() => null));
  await Promise.race(asked);
  started.child.kill('SIGKILL');
  assert.equal(await started.ended, 'SIGKILL');
  await Promise.all(asked);
  const again = await runningServer(context, env);
  assert.equal(opened.status, 200);
  again.child.kill('SIGTERM');
  assert.equal(await again.ended, 0);
  const { code, said } = await portcullis(env, ['audit', 'verify']);
  assert.equal(code, 0, said);
});
