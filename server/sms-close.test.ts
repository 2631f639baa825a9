// The connection to a text message provider, kept between messages, ends with the server.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBuilding } from '#server/building.ts';
import { readConfig } from '#server/config.ts';
import { smppProvider } from '#test/smpp-provider.ts';

test('a stop of the server says goodbye to the provider', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const there = await smppProvider(t);
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent', SMS_URL: `smpp://desk:secret@127.0.0.1:${there.port}?from=Desk` }, folder);
  const building = await openBuilding(config, { terminal: () => undefined, rounds: false });
  assert.equal(building.parts.sms?.kind, 'smpp');
  assert.ok((await building.parts.sms.send({ to: '+12015550123', text: 'Your code is 123456' })).sent);
  await building.close();
  assert.deepEqual([there.submits.length, there.unbinds.length], [1, 1]);
});
