// API keys and the access tokens they buy: how one is written, read and hashed, and the fields of a key.
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { CidrSet } from '#policy/cidr-set.ts';
import type { TokenKind } from '#policy/decide/api-access.ts';
import { type Fault, firstUnstorable } from '#policy/fault.ts';
import { cidrList, cidrSetOf } from '#policy/kinds/cidr-list.ts';
import type { List } from '#policy/list.ts';
import { type ApiScope, neededBy, SCOPES } from '#identity/api-scopes.ts';
import { type Random, base32, newId, tokenHash } from '#identity/tokens.ts';
import type { ApiKeyRow } from '#store/api-keys.ts';
import type { BrandId } from '#store/store.ts';

const PREFIXES: { readonly [K in TokenKind]: string } = { key: 'pck', access_token: 'pca' };
const TOKEN = /^(pck|pca)_(b[0-9a-z]{12})_([0-9a-hjkmnp-tv-z]{52})_([0-9a-f]{8})$/;
const MAX_NAME = 100;
const DAY = 86_400_000;
/** Ten years. */
const LONGEST_LIFE_MS = 3_660 * DAY;
/** For a key that may change settings. */
const LONGEST_POLICY_LIFE_DAYS = 366;
const MOST_ADDRESSES = 1_000;

const checksum = (body: string): string => crc32(body).toString(16).padStart(8, '0');

/** `pck_<brand id>_<secret>_<checksum>`: 260 random bits, and a CRC-32 so that a slip of the pen costs no look-up and scanners of leaked secrets know it. */
function newToken(kind: TokenKind, brandId: BrandId, random: Random): { readonly text: string; readonly hash: Uint8Array } {
  const body = `${PREFIXES[kind]}_${brandId}_${base32(random(33), 52)}`;
  const text = `${body}_${checksum(body)}`;
  return Object.freeze({ text, hash: tokenHash(text) });
}
export const newApiKey = (brandId: BrandId, random: Random = randomBytes) => newToken('key', brandId, random);
export const newAccessToken = (brandId: BrandId, random: Random = randomBytes) => newToken('access_token', brandId, random);

/** The brand a token names, and what it is; undefined for what is none, a mistyped one too. Nothing is looked up. */
export function brandOfToken(text: string): { readonly brandId: BrandId; readonly kind: TokenKind } | undefined {
  const parsed = TOKEN.exec(text);
  if (parsed === null || checksum(text.slice(0, -9)) !== parsed[4]) return undefined;
  return { brandId: parsed[2] as BrandId, kind: parsed[1] === 'pck' ? 'key' : 'access_token' };
}

/** A key as the door knows it. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
}

/** Scopes that a later version knew and this one does not are left out; and those that `asked`, the scopes of an access token, does not hold. */
export function apiKeyOf(row: Pick<ApiKeyRow, 'id' | 'name' | 'scopes'>, asked: string | null = null): ApiKey {
  const kept = JSON.parse(row.scopes) as unknown[];
  const wanted = asked === null ? kept : (JSON.parse(asked) as unknown[]);
  return Object.freeze({ id: row.id, name: row.name, scopes: Object.freeze(SCOPES.filter((scope) => kept.includes(scope) && wanted.includes(scope))) });
}

/** A key's own addresses, within those of its brand. */
const ownList = cidrList({ states: ['any', 'only'], anyMeans: 'Works from any address that the brand allows', onlyMeans: 'Works from these addresses only' });
const ANY: List<'any' | 'only'> = Object.freeze({ state: 'any', entries: [] });

export function allowlistOf(row: Pick<ApiKeyRow, 'allowlist'>): List<'any' | 'only'> {
  return JSON.parse(row.allowlist) as List<'any' | 'only'>;
}

/** null: any address. */
export function ownAddresses(row: Pick<ApiKeyRow, 'allowlist'>): CidrSet | null {
  const list = allowlistOf(row);
  return list.state === 'any' ? null : cidrSetOf(list);
}

export interface ApiKeyFields {
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  /** ms; null: never */
  readonly expiresAt: number | null;
  readonly allowlist: List<'any' | 'only'>;
}

export interface GivenKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: number | null;
  /** As a setting of the kind cidr-list is given. */
  readonly allowlist?: unknown;
}

function scopeFaults(given: readonly string[], scopes: readonly ApiScope[]): Fault[] {
  if (scopes.length === 0 || scopes.length !== new Set(given).size) return [{ path: 'scopes', code: 'api_key.scopes', message: `Scopes must be one or more of ${SCOPES.join(', ')}.` }];
  return scopes.flatMap((scope) => {
    const needed = neededBy(scope);
    return needed === undefined || scopes.includes(needed) ? [] : [{ path: 'scopes', code: 'api_key.scopes', message: `Scopes must hold ${needed} where they hold ${scope}, which widens it.` }];
  });
}

/** Reads what an administrator asks for: every fault at once. */
export function readApiKeyFields(given: GivenKey, now: number): { readonly fields: ApiKeyFields; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const name = given.name.trim();
  if (name === '' || [...name].length > MAX_NAME) faults.push({ path: 'name', code: 'api_key.name', message: `Name must have 1 to ${MAX_NAME} characters: say what uses the key.` });
  else if (firstUnstorable(name) !== undefined) faults.push({ path: 'name', code: 'api_key.name', message: 'Name must have no control characters.' });
  const scopes = SCOPES.filter((scope) => given.scopes.includes(scope));
  faults.push(...scopeFaults(given.scopes, scopes));
  const expiresAt = given.expiresAt ?? null;
  if (expiresAt !== null && !(expiresAt > now && expiresAt - now <= LONGEST_LIFE_MS)) faults.push({ path: 'expiresAt', code: 'api_key.expires_at', message: 'The end date must lie ahead, within ten years.' });
  const read = given.allowlist === undefined || given.allowlist === null ? { ok: true as const, value: ANY } : ownList.parse(given.allowlist, 'Addresses', 'allowlist');
  if (!read.ok) faults.push(...read.faults);
  const allowlist = read.ok ? (read.value as List<'any' | 'only'>) : ANY;
  if (allowlist.entries.length > MOST_ADDRESSES) faults.push({ path: 'allowlist', code: 'api_key.addresses', message: `A key may have ${MOST_ADDRESSES.toLocaleString('en')} addresses of its own at most; narrow the brand’s list instead.` });
  if (scopes.includes('policy:write')) {
    if (read.ok && allowlist.state !== 'only') faults.push({ path: 'allowlist', code: 'api_key.policy_addresses', message: 'A key that may change settings must have addresses of its own.' });
    if (expiresAt === null || expiresAt - now > LONGEST_POLICY_LIFE_DAYS * DAY) faults.push({ path: 'expiresAt', code: 'api_key.policy_expiry', message: 'A key that may change settings must have an end date within a year.' });
  }
  return { fields: { name, scopes, expiresAt, allowlist }, faults };
}

/** The row of a new key. */
export function apiKeyRow({ name, scopes, expiresAt, allowlist }: ApiKeyFields, hash: Uint8Array, by: string, now: number): ApiKeyRow {
  return {
    id: newId('key'), name, secret_hash: hash, scopes: JSON.stringify(scopes), created_at: now, created_by: by, expires_at: expiresAt, revoked_at: null, last_used_at: null, last_used_from: null,
    allowlist: JSON.stringify(allowlist), previous_hash: null, previous_until: null, previous_used_at: null, rotated_at: null, used_scopes: '[]',
  };
}
