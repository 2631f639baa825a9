// For tests of tickets: a channel with keys of a site, an API key, and tickets signed as a site would, or as it should not.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { newId } from '#identity/tokens.ts';
import * as channelRows from '#store/channels.ts';
import type { BrandStore } from '#store/store.ts';
import { readTicketKey } from '#identity/ticket-keys.ts';
import * as channelKeyRows from '#store/channel-keys.ts';
import type { Admin, TestHouse } from '#test/house.ts';

export interface SiteKey {
  readonly id: string;
  readonly alg: 'EdDSA' | 'ES256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function newPair(alg: SiteKey['alg'] = 'EdDSA'): Omit<SiteKey, 'id'> {
  const { publicKey, privateKey } = alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { alg, privateKey, publicKey };
}

/** Makes a channel past its page. Gives its id. */
export async function addChannel(brand: BrandStore, name = 'Shop', at = 1): Promise<string> {
  const id = newId('chn');
  await brand.note([channelRows.insert(brand, { id, kind: 'chat', name, title: name, greeting: '', away_text: '', colour: '#2457c5', created_at: at, created_by: null, disabled_at: null })]);
  return id;
}

/** Registers a new key of the site past its page. */
export async function addSiteKey(brand: BrandStore, channelId: string, { alg = 'EdDSA', mayOverride = false }: { alg?: SiteKey['alg']; mayOverride?: boolean } = {}): Promise<SiteKey> {
  const pair = newPair(alg);
  const read = readTicketKey(pair.publicKey.export({ format: 'jwk' }));
  if (!read.ok) throw new Error(read.sentence);
  const id = newId('key');
  await brand.note([channelKeyRows.insert(brand, { id, channel_id: channelId, label: 'site', ...read.value, may_override: mayOverride ? 1 : 0, created_at: 1, created_by: null, revoked_at: null })]);
  return { id, ...pair };
}

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
let made = 0;

/** A signed ticket with these claims over right ones; `undefined` leaves one out. `now` in ms. */
export function signed(key: SiteKey, audience: string, now: number, claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}): string {
  made += 1;
  const iat = Math.floor(now / 1_000);
  const input = `${b64({ alg: key.alg, kid: key.id, typ: 'JWT', ...header })}.${b64({ aud: audience, iat, exp: iat + 3_600, jti: `ticket-number-${String(made).padStart(6, '0')}`, external_id: 'c-17', ...claims })}`;
  return `${input}.${sign(key.alg === 'ES256' ? 'sha256' : null, Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** Makes an API key through its page, with a fresh code. Gives its text and id. */
export async function addApiKey(house: TestHouse, admin: Admin, cookie: string, scopes: readonly string[] = ['tickets:write'], more: Readonly<Record<string, unknown>> = {}): Promise<{ id: string; text: string }> {
  await house.stepUp(admin, cookie);
  const answer = await house.call('POST', '/api/v1/api-keys', { cookie, body: { name: 'Our shop', scopes, ...more } });
  if (answer.status !== 201) throw new Error(`API key: ${answer.status} ${answer.text}`);
  return { id: answer.body.key.id, text: answer.body.secret };
}

/** Calls the API as a site's server does: no cookie, nothing a browser adds. */
export const bearer = (text: string): Record<string, string | undefined> => ({ authorization: `Bearer ${text}`, 'sec-fetch-site': undefined });
