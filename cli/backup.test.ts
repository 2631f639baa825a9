// Backup while the server writes, and restore on either database: one consistent moment, every chain whole, codes still work.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as auditRows from '#store/audit-rows.ts';
import { checkBackup, readBackup } from '#cli/backup-file.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { emptyFolder, portcullis } from '#test/program.ts';
import { type Engine, entryOf, freshPlace } from '#test/stores.ts';

type Env = Record<string, string>;

async function newEnv(engine: Engine, context: TestContext): Promise<Env & { DATA_DIR: string }> {
  const place = await freshPlace(engine, context);
  return { DATA_DIR: join(emptyFolder(context), 'data'), ...('url' in place ? { DATABASE_URL: place.url } : {}) };
}

async function houseAt(env: Env & { DATA_DIR: string }, context: TestContext): Promise<TestHouse> {
  mkdirSync(env.DATA_DIR, { recursive: true });
  const house = await openHouse({ env, dataDir: env.DATA_DIR });
  context.after(() => house.close());
  return house;
}

/** Commits to two chains at once, over and over, until told to stop: a snapshot that is not one moment would show it. */
function writing(house: TestHouse, brandId: string): () => Promise<number> {
  const { store } = house.building.parts;
  let stop = false;
  let done = 0;
  const run = (async () => {
    for (; !stop; done += 1) {
      await store.commit([store.system.part({ statements: [], entries: [entryOf('pair.written', { facts: { done } })] }), store.brand(brandId).part({ statements: [], entries: [entryOf('pair.written', { facts: { done } })] })]);
    }
    return done;
  })();
  return () => ((stop = true), run);
}

async function pairs(house: TestHouse, slug: string): Promise<{ brand: number; system: number }> {
  const { store, brands } = house.building.parts;
  const brand = await brands.bySlug(slug);
  const count = async (scope: Parameters<typeof auditRows.page>[0]) => (await auditRows.page(scope, { event: 'pair.written', limit: 1_000_000 })).length;
  return { brand: await count(store.brand(brand!.id)), system: await count(store.system) };
}

const WAYS: [from: Engine, to: Engine][] = [['sqlite', 'sqlite'], ['sqlite', 'postgres'], ['postgres', 'sqlite']];

for (const [from, to] of WAYS) {
  test(`what ${from} held while it was written to comes back on ${to}, whole`, async (context) => {
    const env = await newEnv(from, context);
    const house = await houseAt(env, context);
    const admin = await house.setUp();
    const signedInBefore = await house.signIn(admin);
    await house.save(admin, signedInBefore, { 'session.absolute_hours': 10 });
    const stop = writing(house, (await house.building.parts.brands.bySlug('acme'))!.id);
    const file = join(emptyFolder(context), 'all.backup');
    const made = await portcullis(env, ['backup', file]);
    assert.ok((await stop()) > 0);
    assert.equal(made.code, 0, made.err);
    assert.match(made.said, /^\d+ rows were written to .*all\.backup, with the keys\.$/);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    const now = house.clock.now;
    await house.building.close();

    const there = await newEnv(to, context);
    const restored = await portcullis(there, ['restore', file]);
    assert.equal(restored.code, 0, restored.err + restored.said);
    assert.match(restored.said, /rows were restored[^]*Every audit chain is whole\.$/);
    assert.equal((await portcullis(there, ['audit', 'verify'])).code, 0);

    const second = await houseAt(there, context);
    second.clock.now = now + 60_000;
    const { brand, system } = await pairs(second, 'acme');
    assert.ok(brand > 0);
    assert.equal((await second.call('GET', '/api/v1/session', { cookie: signedInBefore })).status, 401, 'a session of before, perhaps ended since, does not live again');
    assert.equal(brand, system, 'both halves of every unit, of one moment');
    const cookie = await second.signIn(admin);
    assert.equal((await second.save(admin, cookie, { 'session.absolute_hours': 11 })).status, 200, 'the authenticator of before steps up');
  });
}

async function backedUp(context: TestContext, ...words: string[]): Promise<{ env: Env & { DATA_DIR: string }; file: string; admin: Admin; house: TestHouse }> {
  const env = await newEnv('sqlite', context);
  const house = await houseAt(env, context);
  const admin = await house.setUp();
  const file = join(emptyFolder(context), 'one.backup');
  assert.equal((await portcullis(env, ['backup', file, ...words])).code, 0);
  return { env, file, admin, house };
}

test('a file that is there is not written over, and nothing half is left behind', async (context) => {
  const { env, file } = await backedUp(context);
  const before = readFileSync(file);
  assert.match((await portcullis(env, ['backup', file])).err, /is there already\. Name another file; nothing was changed\.\n$/);
  assert.deepEqual(readFileSync(file), before);
  assert.match((await portcullis(env, ['backup', join(file, '..', 'none', 'x')])).err, /cannot be written \(ENOENT\)/);
  assert.deepEqual(readdirSync(join(file, '..')), ['one.backup']);
});

test('truncated, bit-flipped, foreign and newer files are refused in a sentence; nothing is made', async (context) => {
  const { file } = await backedUp(context);
  const good = readFileSync(file);
  const lines = gunzipSync(good).toString().split('\n');
  const head = JSON.parse(lines[0]!);
  const flipped = (at: number): Buffer => Buffer.from(good.map((byte, index) => (index === at ? byte ^ 4 : byte)));
  const spoiled: [string, Buffer, RegExp][] = [
    ['half', good.subarray(0, good.length >> 1), /cannot be read as a backup, or is damaged/],
    ['all but the last byte', good.subarray(0, -1), /cannot be read as a backup, or is damaged/],
    ['a flipped bit in the middle', flipped(good.length >> 1), /damaged|not a whole backup/],
    ['a flipped bit near the end', flipped(good.length - 6), /damaged|not a whole backup/],
    ['nothing', Buffer.alloc(0), /not a whole backup|damaged/],
    ['a text', Buffer.from('hello'), /cannot be read as a backup/],
    ['another gzip file', gzipSync('{"hello":1}\n'), /is not a backup of Portcullis/],
    ['a row left out', gzipSync(lines.filter((_, at) => at !== 5).join('\n')), /its end does not match/],
    ['a changed name', gzipSync(lines.join('\n').replace('Dana Levi', 'Dora Levi')), /its end does not match/],
    ['its end left out', gzipSync(`${lines.slice(0, -2).join('\n')}\n`), /not a whole backup/],
    ['a later format', gzipSync(`${JSON.stringify({ ...head, version: 2, program: '9.0.0' })}\n`), /written by a newer Portcullis \(9\.0\.0\)\. Use that version/],
  ];
  for (const [what, bytes, sentence] of spoiled) {
    const bad = `${file}.${what.replaceAll(' ', '-')}`;
    writeFileSync(bad, bytes);
    const DATA_DIR = join(emptyFolder(context), 'data');
    const { code, err, said } = await portcullis({ DATA_DIR }, ['restore', bad]);
    assert.deepEqual([what, code, said], [what, 1, '']);
    assert.match(err, sentence, what);
    assert.match(err, /Nothing was changed\.\n$/, what);
    assert.equal(existsSync(DATA_DIR), false, what);
  }
  assert.match((await portcullis({ DATA_DIR: '/nowhere/at/all' }, ['restore', `${file}.none`])).err, /There is no file/);
});

test('a backup of a later schema is refused by the store, and what the restore had begun is taken away again', async (context) => {
  const { file } = await backedUp(context);
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n').slice(0, -1);
  lines[1] = lines[1]!.replace(/"schema":\d+/, '"schema":99');
  const { createHash } = await import('node:crypto');
  const text = `${lines.join('\n')}\n`;
  const later = `${file}.later`;
  writeFileSync(later, gzipSync(`${text}${JSON.stringify({ lines: lines.length, sha256: createHash('sha256').update(text).digest('hex') })}\n`));
  for (const there of [false, true]) {
    const DATA_DIR = join(emptyFolder(context), 'data');
    if (there) mkdirSync(DATA_DIR);
    const { code, err } = await portcullis({ DATA_DIR }, ['restore', later]);
    assert.equal(code, 1);
    assert.match(err, /schema 99, and this one has \d+/);
    assert.deepEqual(existsSync(DATA_DIR) ? readdirSync(DATA_DIR) : 'none', there ? [] : 'none');
  }
});

test('where data is already, nothing is restored: folder, keys or a full database', async (context) => {
  const { env, file } = await backedUp(context);
  const before = (await portcullis(env, ['audit', 'verify'])).said;
  assert.match((await portcullis(env, ['restore', file])).err, /^There is data at .* Restore into an empty folder: set DATA_DIR to a new one\. Nothing was changed\.\n$/);
  assert.equal((await portcullis(env, ['audit', 'verify'])).said, before);
  const full = await newEnv('postgres', context);
  assert.equal((await portcullis(full, ['restore', file])).code, 0);
  const again = { ...full, DATA_DIR: join(emptyFolder(context), 'data') };
  assert.match((await portcullis(again, ['restore', file])).err, /is not empty: restore into a new one/);
  assert.equal(existsSync(again.DATA_DIR), false);
});

test('--without-keys leaves the keys out: they must be given at the restore, and must be the right ones', async (context) => {
  const { env, file, admin, house } = await backedUp(context, '--without-keys');
  assert.equal((await checkBackup(file)).keys, null);
  const [secrets, audit] = ['secrets', 'audit'].map((name) => readFileSync(join(env.DATA_DIR, 'keys', `${name}.json`), 'utf8'));
  assert.ok(!gunzipSync(readFileSync(file)).toString().includes(JSON.parse(secrets!).keys[0].secret));
  let lines = 0;
  for await (const line of readBackup(file)) lines += 'table' in line ? 1 : 0;
  assert.ok(lines > 10);

  const DATA_DIR = join(emptyFolder(context), 'data');
  assert.match((await portcullis({ DATA_DIR }, ['restore', file])).err, /made without the keys\. Set PORTCULLIS_KEYS/);
  const { newAuditFile, newSecretsFile } = await import('#identity/key-files.ts');
  const foreign = JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });
  assert.match((await portcullis({ DATA_DIR, PORTCULLIS_KEYS: foreign }, ['restore', file])).err, /These keys do not belong to this database/);
  assert.equal(existsSync(DATA_DIR), false);
  const PORTCULLIS_KEYS = `{"secrets":${secrets},"audit":${audit}}`;
  assert.equal((await portcullis({ DATA_DIR, PORTCULLIS_KEYS }, ['restore', file])).code, 0);
  const second = await houseAt({ DATA_DIR, PORTCULLIS_KEYS }, context);
  second.clock.now = house.clock.now + 60_000;
  assert.equal((await second.save(admin, await second.signIn(admin), { 'session.absolute_hours': 9 })).status, 200);
});
