// Runs the samples of docs/tickets.md for real: what people copy must be what the server takes.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { redeemTicket } from '#inbox/ticket-redemption.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addApiKey, addChannel } from '#test/tickets.ts';

const run = promisify(execFile);
const PAGE = readFileSync(new URL('../../docs/tickets.md', import.meta.url), 'utf8');
/** The samples of one language that hold these words, in the order of the page. */
const samples = (language: string, words: string): string[] => [...PAGE.matchAll(/```(\w+)\n([^]*?)```/g)].filter((found) => found[1] === language && found[2]!.includes(words)).map((found) => found[2]!);
const present = (command: string, ...options: string[]): boolean => spawnSync(command, options).status === 0;
const shell = present('openssl', 'version') && present('curl', '--version') ? false : 'openssl or curl is not here';
const python = present('python3', '-c', 'import cryptography') ? false : 'python3 with cryptography is not here';
const php = present('php', '-r', 'sodium_crypto_sign_keypair();') ? false : 'php with sodium is not here';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let folder: string;
let env: Record<string, string>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-samples-'));
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  const brand = (await house.building.parts.brands.bySlug(admin.slug))!;
  const channel = await addChannel(house.building.parts.store.brand(brand.id));
  const { text } = await addApiKey(house, admin, cookie);
  await house.stepUp(admin, cookie);
  env = { PATH: process.env['PATH'] ?? '', ORIGIN: `http://localhost:${house.port}`, API_KEY: text, CHANNEL: `${brand.id}.${channel}` };
});
after(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

async function bash(script: string): Promise<string> {
  return (await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env })).stdout.trim();
}
/** Makes the pair as the page says and registers its public part; the samples sign by the machine's own clock. */
async function registered(): Promise<void> {
  if (env['KEY_ID'] !== undefined) return;
  await bash(samples('sh', 'genpkey')[0]!);
  const { body } = await house.call('POST', `/api/v1/channels/${env['CHANNEL']!.split('.')[1]}/keys`, { cookie, body: { label: 'site', key: readFileSync(join(folder, 'site.pub.pem'), 'utf8') } });
  env['KEY_ID'] = body.key.id;
}
async function assertRedeemed(ticket: string, now: number): Promise<void> {
  const { store, keyring, brands } = house.building.parts;
  const [brandId, channelId] = env['CHANNEL']!.split('.') as [string, string];
  const redeemed = await redeemTicket({ store, keyring }, { brandId, channelId, ticket, policy: brands.peek(brandId)!.policy, now });
  assert.ok(redeemed.ok, JSON.stringify(redeemed));
  assert.equal(redeemed.verifiedBy, 'external_id');
}

test('shell: a ticket signed with openssl is taken', { skip: shell }, async () => {
  await registered();
  const [sample] = samples('sh', 'pkeyutl');
  await assertRedeemed(await bash(sample!), Date.now());
});

test('shell: curl mints a ticket and signs a customer out', { skip: shell }, async () => {
  const [mint] = samples('sh', '/auth/ticket');
  await assertRedeemed(JSON.parse(await bash(mint!)).ticket, house.clock.now);
  const [signOut] = samples('sh', '/auth/sign-out');
  assert.deepEqual(JSON.parse(await bash(signOut!)), { ended: 0 });
});

test('Python: a ticket signed with cryptography, and one that was minted, are taken', { skip: shell || python }, async () => {
  await registered();
  const [sign] = samples('python', 'load_pem_private_key');
  await assertRedeemed((await run('python3', ['-c', sign!], { cwd: folder, env })).stdout.trim(), Date.now());
  // The customer was signed out a moment ago: what was minted by then counts no more.
  house.clock.now += 1_000;
  const [mint] = samples('python', 'urllib');
  await assertRedeemed((await run('python3', ['-c', mint!], { cwd: folder, env })).stdout.trim(), house.clock.now);
});

test('PHP: a ticket signed with sodium is taken', { skip: shell || php }, async () => {
  await registered();
  const { createPrivateKey } = await import('node:crypto');
  const jwk = createPrivateKey(readFileSync(join(folder, 'site.pem'), 'utf8')).export({ format: 'jwk' });
  const [sign] = samples('php', 'sodium');
  await assertRedeemed((await run('php', ['-r', sign!.replace('<?php', '')], { cwd: folder, env: { ...env, SITE_KEY_JWK: JSON.stringify(jwk) } })).stdout.trim(), Date.now());
});
