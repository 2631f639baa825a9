// Evidence taken on the host, beside a running server: as JSON, as a page, and with its row in the trail.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
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

test('a report is known again by its trail, and not by another one', async () => {
  const [json, forged] = ['kept.json', 'forged.json'].map((name) => join(house.dataDir, name)) as [string, string];
  await run('--preset', 'pci-dss-4.0.1', '--json', json);
  assert.equal((await house.save(admin, cookie, { 'session.idle_timeout_minutes': 11 })).status, 200);
  const verify = (path: string): Promise<Ran> => portcullis({ DATA_DIR: house.dataDir, PORT: String(house.port) }, ['audit', 'verify', '--evidence', path], () => house.clock.now);
  const known = await verify(json);
  assert.deepEqual([known.code, /kept\.json: its trail is here: row \d+ is as it was\.$/.test(known.said)], [0, true], known.said + known.err);
  const report = JSON.parse(readFileSync(json, 'utf8'));
  const as = async (trail: object): Promise<Ran> => {
    writeFileSync(forged, JSON.stringify({ ...report, trail: { ...report.trail, ...trail } }));
    return verify(forged);
  };
  for (const trail of [{ rows: report.trail.rows - 1 }, { rows: 100_000 }, { head: 'ab'.repeat(32) }]) {
    const ran = await as(trail);
    assert.deepEqual([ran.code, /forged\.json: NOT of this trail/.test(ran.said)], [1, true], ran.said);
  }
  assert.match((await as({ head: 7 })).err, /is no report of evidence as/);
  writeFileSync(forged, '{');
  assert.match((await verify(forged)).err, /it is not JSON/);
  assert.match((await verify('/nowhere.json')).err, /cannot be read \(ENOENT\)/);
});

test('a value that a policy file holds fast is the file’s, since it was applied', async () => {
  const file = join(house.dataDir, 'acme.yaml');
  writeFileSync(file, 'portcullis: 1\nsettings:\n  session.absolute_hours: 9\npinned: [session.absolute_hours]\n');
  assert.equal((await portcullis({ DATA_DIR: house.dataDir, PORT: String(house.port) }, ['policy', 'apply', file], () => house.clock.now)).code, 0);
  const { requirements, settingsVersion } = JSON.parse((await run('--preset', 'nist-800-63b-4-aal2')).said);
  const { value, since } = requirements.find((one: { id: string }) => one.id === '2.2.3-overall');
  assert.deepEqual([value, since.version, since.by, since.reason], ['9 hours', settingsVersion, { id: null, name: 'The server' }, 'Applied from acme.yaml']);
});

test('names the standards there are when it is given none, or another', async () => {
  assert.match((await run()).err, /--preset must name a standard:[^]*nist-800-63b-4-aal2/);
  const other = await run('--preset', 'iso-27001');
  assert.deepEqual([other.code, /"iso-27001" is no standard[^]*as-commbox/.test(other.err)], [1, true]);
  assert.match((await run('--preset', 'as-commbox', '--html', '/nowhere/x.html')).err, /cannot be written \(ENOENT\)/);
});
