// A whole day of a brand with the log at its loudest, then a search of everything that was written: no secret stands anywhere.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { it } from 'node:test';
import pino from 'pino';
import * as auditRows from '#store/audit-rows.ts';
import { issueSetupLink } from '#identity/setup.ts';
import { totpCode } from '#identity/totp.ts';
import { issueUnlock } from '#identity/unlock.ts';
import type { Options } from '#server/building.ts';
import { openHouse, PASSWORD } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE } from '#test/people.ts';

/** Every file below a folder, but for the keys: they are secrets themselves. */
function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'keys' ? [] : files(join(folder, entry.name));
    return [join(folder, entry.name)];
  });
}

it('no password, token, secret or code is in the log, the audit rows or the database', async () => {
  const lines: string[] = [];
  // Without any redaction: what is not logged need not be hidden.
  const log = pino({ level: 'trace' }, new Writable({ write: (chunk: Buffer, _encoding, done) => void (lines.push(String(chunk)), done()) })) as unknown as NonNullable<Options['log']>;
  const house = await openHouse({ log });
  const { store, keyring, brands } = house.building.parts;
  const parts = { store, keyring, commit: brands.commit, now: () => house.clock.now };
  const secrets = new Map<string, string>([['the password', PASSWORD], ['a mistyped password', 'four grey herons wade']]);

  const token = await issueSetupLink(parts, null);
  const { secret } = (await house.call('POST', '/api/v1/setup/open', { body: { token } })).body.totp;
  const body = { token, brand: { name: 'Acme', slug: 'acme' }, admin: { name: 'Dana Levi', email: 'dana@acme.example', password: PASSWORD }, code: totpCode(secret, Math.floor(house.clock.now / 30_000)) };
  await house.call('POST', '/api/v1/setup/complete', { raw: JSON.stringify(body).slice(0, -1) });
  const { recoveryCodes } = (await house.call('POST', '/api/v1/setup/complete', { body })).body;
  const admin = { slug: 'acme', email: 'dana@acme.example', secret, recoveryCodes };
  secrets.set('the setup link', token).set('the authenticator’s secret', secret);
  for (const code of recoveryCodes as string[]) secrets.set(`recovery code ${code}`, code).set(`bare ${code}`, code.replace('-', ''));

  house.clock.now += 60_000;
  const cookie = await house.signIn(admin);
  secrets.set('a session', cookie.split('.')[1]!);
  await knock(house, 'acme', admin.email, 'four grey herons wade');
  await house.save(admin, cookie, { 'management.allowlist': only(INSIDE) });
  const pending = (await knock(house, 'acme', admin.email, PASSWORD, OUTSIDE)).cookies[0]!;
  secrets.set('a pending sign-in', pending.split('.')[1]!);
  await house.call('POST', '/api/v1/sign-in/code', { from: OUTSIDE, cookie: pending, body: { code: '000000', method: 'totp' } });
  const outside = await house.call('POST', '/api/v1/sign-in/code', { from: OUTSIDE, cookie: pending, body: { code: recoveryCodes[0], method: 'recovery' } });
  secrets.set('a session from outside', outside.cookies[0]!.split('.')[1]!);
  await house.call('GET', `/api/v1/audit/${recoveryCodes[1]}`, { cookie, headers: { authorization: `Bearer ${token}` } });

  await house.stepUp(admin, cookie);
  const begun = (await house.call('POST', '/api/v1/account/factors/totp', { cookie, body: {} })).body;
  secrets.set('a new authenticator’s secret', begun.secret);
  await house.call('POST', `/api/v1/account/factors/totp/${begun.id}/confirm`, { cookie, body: { code: totpCode(begun.secret, Math.floor(house.clock.now / 30_000)) } });
  const renewed = { ...admin, secret: begun.secret as string };
  house.clock.now += 60_000;
  await house.stepUp(renewed, cookie);
  for (const code of (await house.call('POST', '/api/v1/account/recovery-codes', { cookie })).body.recoveryCodes as string[]) secrets.set(`new recovery code ${code}`, code);
  house.clock.now += 60_000;
  await house.stepUp(renewed, cookie);
  assert.equal((await house.call('POST', '/api/v1/account/phone', { cookie, body: { number: '+4915112345678' } })).status, 202);

  await addAgent(house, admin, 'plain');
  const brand = (await brands.bySlug('acme'))!;
  const unlock = await issueUnlock(parts, { brandId: brand.id, agentId: (await house.call('GET', '/api/v1/session', { cookie })).body.agent.id, exemptMs: 60_000, liftLock: true, resetFactors: false });
  secrets.set('a break-glass link', unlock.token);
  const glass = await house.call('POST', '/api/v1/unlock', { from: OUTSIDE, body: { token: unlock.token } });
  secrets.set('a break-glass session', glass.cookies[0]!.split('.')[1]!);
  await house.call('POST', '/api/v1/sign-out', { cookie });
  // A fault must not spill what it was given either.
  await house.call('POST', '/api/v1/sign-in', { body: { brand: `a\0${PASSWORD}`, email: 'x', password: PASSWORD } });

  const rows = [...(await auditRows.page(store.system, { limit: 1_000 })), ...(await auditRows.page(store.brand(brand.id), { limit: 1_000 }))];
  assert.ok(rows.length > 20);
  const { dataDir } = house;
  const read = (): [string, Buffer][] => files(dataDir).map((file) => [file.slice(dataDir.length + 1), readFileSync(file)]);
  const written: [string, Buffer][] = [['the log', Buffer.from(lines.join(''))], ['the audit rows', Buffer.from(JSON.stringify(rows))], ...read()];
  assert.ok(written.some(([name]) => name.endsWith('.db')) && written.some(([name]) => name.endsWith('-wal')), written.map(([name]) => name).join());
  await house.close();
  for (const [where, bytes] of written) {
    for (const [what, value] of secrets) assert.equal(bytes.indexOf(value), -1, `${what} stands in ${where}`);
  }
});
