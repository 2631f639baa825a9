// An acknowledged commit is there after the process was killed in the middle of its work.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import * as auditRows from '#store/audit-rows.ts';
import type { StoreFault } from '#store/store.ts';
import { openSqlite } from '#store/sqlite/engine.ts';
import { openWriter } from '#store/sqlite/writer.ts';
import { checkedChain, eachStore, entryOf, freshPlace, newBrand } from '#test/stores.ts';

/** Commits without end and says each id once it is durable. */
const LOAD = `
  const { openStore } = await import('#store/open.ts');
  const [where, id] = [JSON.parse(process.argv[1]), process.argv[2]];
  const brand = (await openStore(where)).brand(id);
  let made = 0;
  async function lane() {
    for (;;) {
      const id = process.pid + '-' + (made += 1);
      await brand.commit({ statements: [], entries: [{ id, at: 1, actor: { kind: 'system', id: null }, event: 'load', entity: { kind: 'x', id: null } }] });
      process.stdout.write(id + '\\n');
    }
  }
  await Promise.all(Array.from({ length: 20 }, lane));
`;

eachStore('every acknowledged commit survives kill -9, and the chain goes on', async (store, { where }) => {
  const brand = await newBrand(store);
  for (const enough of [50, 400]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', LOAD, JSON.stringify(where), brand.id], { cwd: new URL('..', import.meta.url), stdio: ['ignore', 'pipe', 'inherit'] });
    const acknowledged: string[] = [];
    for await (const id of createInterface({ input: child.stdout })) {
      acknowledged.push(id);
      if (acknowledged.length === enough) child.kill('SIGKILL');
    }
    const there = new Set<string>();
    for await (const rows of auditRows.each(brand)) for (const row of rows) there.add(row.id);
    assert.ok(acknowledged.length >= enough);
    assert.deepEqual(acknowledged.filter((id) => !there.has(id)), []);
    await checkedChain(store, brand);
    await brand.commit({ statements: [], entries: [entryOf('between')] });
  }
});

test('a durable write does not hold the event loop', async (context) => {
  const place = await freshPlace('sqlite', context);
  assert.ok('file' in place);
  const engine = await openSqlite(place.file);
  context.after(() => engine.close());
  // Another connection holds the lock: the write cannot go on, the loop can.
  const { DatabaseSync } = await import('node:sqlite');
  const holder = new DatabaseSync(place.file);
  holder.exec('begin immediate');
  let done = false;
  const written = engine.run([{ scope: 'system', statements: [], drafts: [{ id: '1', at: 1, actorKind: 'system', actorId: null, event: 'e', entityKind: 'x', entityId: null, detail: '{}' }], policyBump: 0, peopleBump: 0, inboxBump: 0, onPolicyVersion: undefined }]).then(() => {
    done = true;
  });
  for (let turn = 0; turn < 1_000; turn += 1) await setImmediate();
  assert.equal(done, false);
  assert.deepEqual(await engine.read('select 1 as one', []), [{ one: 1 }]);
  holder.exec('rollback');
  holder.close();
  await written;
});

test('when the writer dies, what waits is refused and nothing is taken any more', async (context) => {
  const place = await freshPlace('sqlite', context);
  assert.ok('file' in place);
  const dying = `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', () => { throw new Error('planted'); });
    parentPort.postMessage('ready');
  `)}`;
  const writer = await openWriter(place.file, new URL(dying));
  const broken = (error: StoreFault): boolean => error.code === 'store.broken' && /planted/.test(String(error.cause));
  const outcomes = await Promise.allSettled([writer.run([]), writer.run([])]);
  assert.ok(outcomes.every((outcome) => outcome.status === 'rejected' && broken(outcome.reason as StoreFault)));
  await assert.rejects(writer.run([]), broken);
  await writer.close();
});
