// The keyring: made once, kept out of the database, and a clear fault whenever it is not what it was.
import assert from 'node:assert/strict';
import { sign, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { KeyFault, openKeyring } from './keyring.ts';
import { SEAL_OVERHEAD, SealFault } from './sealing.ts';

const NOW = Date.UTC(2026, 10, 1);

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-keys-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'keys');
}

test('the first start makes both key files, for their owner only, and nothing else stays behind', (t) => {
  const folder = folderFor(t);
  const ring = openKeyring({ folder, create: true, now: NOW });
  assert.deepEqual(ring.warnings, []);
  assert.deepEqual(readdirSync(folder).sort(), ['audit.json', 'secrets.json']);
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
});

test('the next start opens the same keys, whether or not it may make new ones', (t) => {
  const folder = folderFor(t);
  const first = openKeyring({ folder, create: true, now: NOW });
  const sealed = first.seal('JBSWY3DP', 'totp_factors/fac_1');
  for (const create of [true, false]) {
    const later = openKeyring({ folder, create, now: NOW + 1 });
    assert.equal(Buffer.from(later.open(sealed, 'totp_factors/fac_1')).toString(), 'JBSWY3DP');
    assert.equal(later.mac('code', 'x'), first.mac('code', 'x'));
    assert.equal(later.auditKey.id, first.auditKey.id);
  }
});

test('a key file missing beside a database is a fault that names the file, and no new key is made', (t) => {
  const folder = folderFor(t);
  assert.throws(() => openKeyring({ folder, create: false, now: NOW }), { name: 'KeyFault', message: /secrets\.json is missing .* put back its backup/ });
  openKeyring({ folder, create: true, now: NOW });
  rmSync(join(folder, 'audit.json'));
  assert.throws(() => openKeyring({ folder, create: false, now: NOW }), /audit\.json is missing/);
  assert.deepEqual(readdirSync(folder), ['secrets.json']);
});

test('a damaged key file is a fault that never shows what stood in it', (t) => {
  const folder = folderFor(t);
  openKeyring({ folder, create: true, now: NOW });
  const whole = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as { keys: [{ secret: string }] };
  const secret = whole.keys[0].secret;
  const damaged = [
    `{"format":1,"keys":[{"secret":"${secret}"`,
    '[]',
    JSON.stringify({ ...whole, format: 2 }),
    JSON.stringify({ ...whole, current: '0000000000000000' }),
    JSON.stringify({ ...whole, keys: [] }),
    JSON.stringify({ ...whole, keys: [{ ...whole.keys[0], secret: secret.slice(2) }] }),
    JSON.stringify({ ...whole, keys: [{ ...whole.keys[0], secret: `${secret}!` }] }),
  ];
  for (const text of damaged) {
    writeFileSync(join(folder, 'secrets.json'), text);
    assert.throws(
      () => openKeyring({ folder, create: true, now: NOW }),
      (fault) => fault instanceof KeyFault && fault.message.includes('secrets.json') && !fault.message.includes(secret.slice(2, 12)),
      text.slice(0, 20),
    );
  }
});

test('an audit key under another id than its own is a fault', (t) => {
  const folder = folderFor(t);
  openKeyring({ folder, create: true, now: NOW });
  const path = join(folder, 'audit.json');
  const file = JSON.parse(readFileSync(path, 'utf8')) as { current: string; keys: [{ id: string }] };
  writeFileSync(path, JSON.stringify({ ...file, current: '00112233aabbccdd', keys: [{ ...file.keys[0], id: '00112233aabbccdd' }] }));
  assert.throws(() => openKeyring({ folder, create: false, now: NOW }), /does not fit its id/);
});

test('a key file that others may read still opens, with a warning that says what to run', (t) => {
  const folder = folderFor(t);
  openKeyring({ folder, create: true, now: NOW });
  chmodSync(join(folder, 'secrets.json'), 0o644);
  const ring = openKeyring({ folder, create: false, now: NOW });
  assert.equal(ring.warnings.length, 1);
  assert.match(ring.warnings[0]!, /chmod 600 .*secrets\.json/);
});

test('keys given by the environment are used as they are and no file is written', (t) => {
  const folder = folderFor(t);
  const first = openKeyring({ folder, create: true, now: NOW });
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const env = JSON.stringify({ secrets: read('secrets.json'), audit: read('audit.json') });
  rmSync(folder, { recursive: true });
  const ring = openKeyring({ folder, env, create: true, now: NOW });
  assert.equal(ring.sealKeyId, first.sealKeyId);
  assert.equal(ring.mac('code', 'x'), first.mac('code', 'x'));
  assert.throws(() => readdirSync(folder), { code: 'ENOENT' });
  assert.throws(() => openKeyring({ folder, env: '{"secrets":{}}', create: true, now: NOW }), /PORTCULLIS_KEYS must have format 1/);
});

test('a sealed secret opens for its owner alone, and not with a single bit changed', (t) => {
  const ring = openKeyring({ folder: folderFor(t), create: true, now: NOW });
  const sealed = ring.seal('secret', 'totp_factors/fac_1');
  assert.equal(sealed.length, 6 + SEAL_OVERHEAD);
  assert.notDeepEqual(sealed, ring.seal('secret', 'totp_factors/fac_1'));
  assert.throws(() => ring.open(sealed, 'totp_factors/fac_2'), { code: 'seal.broken' });
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Uint8Array.from(sealed);
    changed[at]! ^= 1;
    assert.throws(() => ring.open(changed, 'totp_factors/fac_1'), SealFault, `byte ${at}`);
  }
  for (const short of [0, 1, SEAL_OVERHEAD - 1]) assert.throws(() => ring.open(sealed.subarray(0, short), 'totp_factors/fac_1'), { code: 'seal.broken' });
});

test('a secret sealed by another installation says that the key is not here', (t) => {
  const sealed = openKeyring({ folder: folderFor(t), create: true, now: NOW }).seal('secret', 'x');
  const other = openKeyring({ folder: folderFor(t), create: true, now: NOW });
  assert.throws(() => other.open(sealed, 'x'), { code: 'seal.unknown_key', message: /not in the keyring/ });
});

test('after a change of keys, what the old key sealed still opens and what it signed still matches', (t) => {
  const folder = folderFor(t);
  const old = openKeyring({ folder, create: true, now: NOW });
  const sealed = old.seal('secret', 'x');
  const path = join(folder, 'secrets.json');
  const file = JSON.parse(readFileSync(path, 'utf8')) as { current: string; keys: object[] };
  const next = { id: '00112233aabbccdd', secret: Buffer.alloc(32, 7).toString('base64url') };
  writeFileSync(path, JSON.stringify({ ...file, current: next.id, keys: [next, ...file.keys] }));
  const ring = openKeyring({ folder, create: false, now: NOW });
  assert.equal(ring.sealKeyId, next.id);
  assert.equal(Buffer.from(ring.open(sealed, 'x')).toString(), 'secret');
  assert.ok(ring.macMatches('code', '123456', old.mac('code', '123456')));
  assert.notEqual(ring.mac('code', '123456'), old.mac('code', '123456'));
});

test('a mac holds for its purpose and its data only, and rubbish never matches', (t) => {
  const ring = openKeyring({ folder: folderFor(t), create: true, now: NOW });
  const mac = ring.mac('one-time code', '123456');
  assert.ok(ring.macMatches('one-time code', '123456', mac));
  assert.ok(!ring.macMatches('one-time code', '123457', mac));
  assert.ok(!ring.macMatches('recovery code', '123456', mac));
  for (const rubbish of ['', '.', mac.slice(0, -1), `${mac}A`, `${mac.slice(0, -1)}é`, mac.replace('.', '|')]) {
    assert.ok(!ring.macMatches('one-time code', '123456', rubbish), rubbish);
  }
});

test('what the audit key signs, its public half verifies', (t) => {
  const { auditKey, auditPublicKeys } = openKeyring({ folder: folderFor(t), create: true, now: NOW });
  const signature = sign(null, Buffer.from('head'), auditKey.privateKey);
  assert.ok(verify(null, Buffer.from('head'), auditPublicKeys.get(auditKey.id)!, signature));
});
