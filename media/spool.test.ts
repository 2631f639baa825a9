// What comes in as it comes: cut at the first byte over, whatever more would come, and nothing of it stays.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { readFileName } from '#media/file-name.ts';
import { spool } from '#media/spool.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-spool-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('a body without end is left at the first byte over, and its file is gone', async () => {
  let [asked, left] = [0, false];
  const endless = (async function* endless(): AsyncGenerator<Uint8Array, void, void> {
    try {
      while (asked < 1_000) {
        asked += 1;
        yield Buffer.alloc(1_000);
      }
    } finally {
      left = true;
    }
  })();
  assert.deepEqual(await spool(folder, endless, 5_000), { ok: false, why: 'over', bytes: 6_000 });
  assert.deepEqual([asked, left, readdirSync(folder)], [6, true, []]);
});

it('exactly as many bytes as may come are taken', async () => {
  const spooling = await spool(folder, (async function* once() {
    yield Buffer.alloc(5_000);
  })(), 5_000);
  assert.ok(spooling.ok && spooling.spooled.bytes === 5_000);
  await spooling.spooled.close();
});

it('a name that is written backwards in part is refused, whatever its ending is', () => {
  for (const name of ['invoice\u202efdp.txt', 'a\u202dbc.png']) assert.equal(readFileName(name).unsafe, true, JSON.stringify(name));
  assert.equal(readFileName('חשבונית.txt').unsafe, false);
});
