// A further brand, prepared on the host while the server runs, and set up through its link.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, PASSWORD } from '#test/house.ts';
import { portcullis } from '#test/program.ts';

test('a second brand is prepared beside the running server and set up through its printed link', async (context) => {
  const house = await openHouse();
  context.after(() => house.close());
  await house.setUp();
  const env = { DATA_DIR: house.dataDir, PORT: String(house.port) };
  const now = () => house.clock.now;
  const ran = await portcullis(env, ['brand', 'add', 'Café Noir'], now);
  assert.equal(ran.code, 0, ran.err);
  assert.match(ran.said, /Brand "Café Noir" is prepared at http:\/\/localhost:\d+\/b\/cafe-noir\//);
  const token = /\/setup#([A-Za-z0-9_-]+)/.exec(ran.said)?.[1];

  const opened = await house.call('POST', '/api/v1/setup/open', { body: { token } });
  assert.deepEqual(opened.body.brand, { slug: 'cafe-noir', name: 'Café Noir' });
  const admin = { email: 'noa@cafe.example', secret: opened.body.totp.secret, recoveryCodes: [], slug: 'cafe-noir' };
  const done = await house.call('POST', '/api/v1/setup/complete', { body: { token, admin: { name: 'Noa', email: admin.email, password: PASSWORD }, code: house.code(admin) } });
  assert.equal(done.status, 201, done.text);
  assert.ok((await house.signIn(admin)).length > 20);

  assert.match((await portcullis(env, ['brand', 'add', 'Café Noir'], now)).err, /^The address \/b\/cafe-noir is taken\. Choose another one with --address\. Nothing was changed\.\n$/);
  assert.equal((await portcullis(env, ['brand', 'add', 'Café Noir', '--address', 'noir-2'], now)).code, 0);
  assert.match((await portcullis(env, ['brand', 'add', '株式会社'], now)).err, /^"株式会社" has no Latin letters .* --address acme-support\. Nothing was changed\.\n$/);
  assert.equal((await portcullis(env, ['brand', 'add', '株式会社', '--address', 'kabushiki'], now)).code, 0);
  assert.equal((await portcullis(env, ['brand', 'add', 'Third', '--address', 'Not A Slug'], now)).code, 1);
});
