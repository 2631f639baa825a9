// Evidence taken on the host, beside a running server: as JSON, as a page, and with its row in the trail.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { trail } from '#test/people.ts';
import { portcullis, type Ran } from '#test/program.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
});
after(() => house.close());

const run = (...words: string[]): Promise<Ran> => portcullis({ DATA_DIR: house.dataDir, PORT: String(house.port) }, ['policy', 'evidence', ...words], () => house.clock.now);

test('says what the server says, of the same settings, and is written as the host', async () => {
  assert.equal((await house.save(admin, cookie, { 'session.idle_timeout_minutes': 10 })).status, 200);
  const ran = await run('--preset', 'pci-dss-4.0.1');
  assert.equal(ran.code, 0, ran.err);
  const told = JSON.parse(ran.said);
  const server = (await house.call('POST', '/api/v1/presets/pci-dss-4.0.1/evidence', { cookie, body: {} })).body;
  assert.deepEqual([told.requirements, told.summary, told.settingsVersion], [server.requirements, server.summary, server.settingsVersion]);
  assert.deepEqual(told.made.by, { kind: 'host', id: null, name: 'the server’s host' });
  assert.deepEqual((await trail(house, cookie, 'what=evidence.exported')).map((row) => row.actor.kind), ['agent', 'host']);
});

test('writes a page and JSON where it is told to', async () => {
  const [html, json] = ['evidence.html', 'evidence.json'].map((name) => join(house.dataDir, name)) as [string, string];
  const ran = await run('--preset', 'owasp-asvs-5.0-l2', '--html', html, '--json', json);
  assert.match(ran.said, /^OWASP ASVS 5\.0, level 2 for Acme: \d+ met, \d+ not met, 0 recorded deviations\. Written to /);
  assert.match(readFileSync(html, 'utf8'), /^<!doctype html>[^]*<h1>OWASP ASVS 5\.0, level 2: evidence of <bdi>Acme<\/bdi><\/h1>/);
  assert.equal(JSON.parse(readFileSync(json, 'utf8')).preset.id, 'owasp-asvs-5.0-l2');
});

test('names the standards there are when it is given none, or another', async () => {
  assert.match((await run()).err, /--preset must name a standard:[^]*nist-800-63b-4-aal2/);
  const other = await run('--preset', 'iso-27001');
  assert.deepEqual([other.code, /"iso-27001" is no standard[^]*as-commbox/.test(other.err)], [1, true]);
  assert.match((await run('--preset', 'as-commbox', '--html', '/nowhere/x.html')).err, /cannot be written \(ENOENT\)/);
});
