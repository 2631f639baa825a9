// An apply that is killed in the middle (kill -9 of a real process), on both engines: the settings stand as before or as the file says, never in between, and it can be applied again.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import * as auditRows from '#store/audit-rows.ts';
import { openStore } from '#store/open.ts';
import * as settingRows from '#store/settings.ts';
import { openHouse } from '#test/house.ts';
import { portcullis, until } from '#test/program.ts';
import { eachStore, type Stage } from '#test/stores.ts';

const FILE = `portcullis: 1
settings:
  session.absolute_hours: 9
  password.history: 11
  session.idle_timeout_minutes: 17
  upload.max_bytes: 1048576
  management.allowlist:
    state: only
    entries:
${Array.from({ length: 4_000 }, (_, n) => `      - 10.${n >> 8}.${n & 255}.0/24`).join('\n')}
pinned: [session.absolute_hours]
`;
/** Module values, and the one that is pinned. */
const WRITTEN = 6;

eachStore('kill -9 in the middle of an apply: all of it or nothing', async (store, { where, context }: Stage) => {
  await store.close();
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-apply-'));
  context.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const env = { DATA_DIR: dataDir, ...('url' in where ? { DATABASE_URL: where.url, PORTCULLIS_KEYS: JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) }) } : {}) };
  const house = await openHouse({ env, dataDir });
  await house.setUp();
  const brandId = (await house.building.parts.brands.bySlug('acme'))!.id;
  await house.close();
  const path = join(dataDir, 'policy.yaml');
  writeFileSync(path, FILE);
  const place = 'url' in where ? where : { file: join(dataDir, 'portcullis.db') };

  async function standing(): Promise<{ written: number; rows: number; version: number }> {
    const again = await openStore(place);
    try {
      const brand = again.brand(brandId);
      const applied = await auditRows.page(brand, { event: 'policy.applied', limit: 100 });
      return { written: (await settingRows.kept(brand)).size, rows: applied.length, version: (await again.versions([brandId])).get(brandId)!.policy };
    } finally {
      await again.close();
    }
  }
  const before = await standing();
  const begin = () => spawn(process.execPath, [resolve(import.meta.dirname, 'main.ts'), 'policy', 'apply', path], { env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  /** A child, and its end: listened for from the beginning, since it may be over before it is killed. */
  function begun(): { child: ReturnType<typeof begin>; kill: () => Promise<unknown> } {
    const child = begin();
    const closed = once(child, 'close');
    return { child, kill: () => (child.kill('SIGKILL'), closed) };
  }

  if ('url' in where) {
    // The unit has written settings and waits for this table: there it is killed.
    const client = new pg.Client({ connectionString: where.url });
    await client.connect();
    await client.query('begin');
    await client.query('lock table policy_versions in access exclusive mode');
    const { kill } = begun();
    await until('the apply waits in the middle of its unit', async () => (await client.query("select 1 from pg_locks where not granted and relation = 'policy_versions'::regclass")).rowCount === 1);
    await kill();
    await client.query('rollback');
    await client.end();
    assert.deepEqual(await standing(), before);
  } else {
    const wal = `${join(dataDir, 'portcullis.db')}-wal`;
    const sizeOf = (): number => statSync(wal, { throwIfNoEntry: false })?.size ?? 0;
    const size = sizeOf();
    const { child, kill } = begun();
    await until('the apply writes', () => sizeOf() > size || child.exitCode !== null);
    await kill();
    const now = await standing();
    if (now.version === before.version) assert.deepEqual(now, before);
    else assert.deepEqual(now, { written: before.written + WRITTEN, rows: WRITTEN, version: before.version + 1 });
  }

  const ran = await portcullis(env, ['policy', 'apply', path]);
  assert.equal(ran.code, 0, ran.err);
  const { written, rows, version } = await standing();
  assert.deepEqual([written, rows, version], [before.written + WRITTEN, WRITTEN, before.version + 1]);
  assert.match((await portcullis(env, ['audit', 'verify'])).said, /whole|no row|intact|verified/i);
});
