// portcullis audit verify on a data folder: sentences or JSON, every chain or one, and an exit code that a watch can use.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { portcullis } from '#test/program.ts';
import { behindTheStore } from '#test/stores.ts';

async function workedIn(context: TestContext): Promise<{ house: TestHouse; env: Record<string, string>; file: string }> {
  const house = await openHouse();
  context.after(() => rmSync(house.dataDir, { recursive: true, force: true }));
  const admin = await house.setUp();
  await house.save(admin, await house.signIn(admin), { 'session.absolute_hours': 10 });
  return { house, env: { DATA_DIR: house.dataDir }, file: join(house.dataDir, 'portcullis.db') };
}

test('whole chains, while the server runs and after it has signed at its stop', async (context) => {
  const { house, env } = await workedIn(context);
  const running = await portcullis(env, ['audit', 'verify']);
  assert.equal(running.code, 0, running.said);
  assert.match(running.said, /^system: whole, \d+ rows, no head signed yet\.\nacme: whole, \d+ rows, no head signed yet\.$/);
  await house.building.close();
  const stopped = await portcullis(env, ['audit', 'verify']);
  assert.match(stopped.said, /^acme: whole, (\d+) rows, 1 signed heads \(1 kept outside the database\), the last for row \1 at 2026-/m);

  const [json, ...more] = (await portcullis(env, ['audit', 'verify', '--brand', 'acme', '--json'])).said.split('\n');
  assert.equal(more.length, 0);
  const verdict = JSON.parse(json!);
  assert.deepEqual([verdict.name, verdict.whole, verdict.heads, verdict.kept, verdict.signedTo === verdict.rows], ['acme', true, 1, 1, true]);
  const unknown = await portcullis(env, ['audit', 'verify', '--brand', 'nobody']);
  assert.deepEqual([unknown.code, unknown.err], [1, 'There is no brand at /b/nobody.\n']);
});

test('a changed row is exit code 1, in its chain alone', async (context) => {
  const { house, env, file } = await workedIn(context);
  await house.building.close();
  await behindTheStore({ file }, () => ['drop trigger audit_rows_no_update', `update audit_rows set at = at + 1 where brand_id <> 'system' and seq = 2`]);
  const { code, said } = await portcullis(env, ['audit', 'verify']);
  assert.equal(code, 1);
  assert.match(said, /^system: whole[^\n]*\nacme: BROKEN at row 2\. Row 2 was changed: its content does not give its hash\.$/);
  const json = JSON.parse((await portcullis(env, ['audit', 'verify', '--brand', 'acme', '--json'])).said);
  assert.deepEqual(json, { name: 'acme', scope: json.scope, whole: false, row: 2, reason: json.reason });
});

test('a tail cut with its heads is seen by the copy in the data folder; with other keys nothing is verified', async (context) => {
  const { house, env, file } = await workedIn(context);
  await house.building.close();
  const cut = ['drop trigger audit_rows_no_delete', `delete from audit_rows where brand_id <> 'system' and seq > 2`, `delete from heads where scope <> 'system'`];
  const end = `update brand_heads set audit_seq = 2, audit_hash = (select hash from audit_rows where brand_id = scope and seq = 2) where scope <> 'system'`;
  await behindTheStore({ file }, () => [...cut, end]);
  const { code, said } = await portcullis(env, ['audit', 'verify', '--brand', 'acme']);
  assert.equal(code, 1);
  assert.match(said, /^acme: BROKEN at row 3\. Rows 3 to \d+ are missing at the end: they were signed and are gone\.$/);

  const PORTCULLIS_KEYS = JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });
  const refused = await portcullis({ ...env, PORTCULLIS_KEYS }, ['audit', 'verify']);
  assert.deepEqual([refused.code, refused.said], [1, '']);
  assert.match(refused.err, /^These keys do not belong to this database/);
});
