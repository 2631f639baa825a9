// API keys: how one is written, read and hashed, what one may, and the units that make and revoke them.
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Fault, firstUnstorable } from '#policy/fault.ts';
import { type ApiScope, neededBy, SCOPES } from '#identity/api-scopes.ts';
import { type Random, base32, newId, tokenHash } from '#identity/tokens.ts';
import type { ApiKeyRow } from '#store/api-keys.ts';
import type { BrandId } from '#store/store.ts';

const KEY = /^pck_(b[0-9a-z]{12})_([0-9a-hjkmnp-tv-z]{52})_([0-9a-f]{8})$/;
const MAX_NAME = 100;
/** Ten years. */
const LONGEST_LIFE_MS = 3_660 * 86_400_000;

const checksum = (body: string): string => crc32(body).toString(16).padStart(8, '0');

/** A new key `pck_<brand id>_<secret>_<checksum>`: 260 random bits, and a CRC-32 so that a slip of the pen costs no look-up and scanners of leaked secrets know it. */
export function newApiKey(brandId: BrandId, random: Random = randomBytes): { readonly text: string; readonly hash: Uint8Array } {
  const body = `pck_${brandId}_${base32(random(33), 52)}`;
  const text = `${body}_${checksum(body)}`;
  return Object.freeze({ text, hash: tokenHash(text) });
}

/** The brand a key names; undefined for what is no key, a mistyped one too. Nothing is looked up. */
export function brandOfApiKey(text: string): BrandId | undefined {
  const parsed = KEY.exec(text);
  return parsed !== null && checksum(text.slice(0, -9)) === parsed[3] ? parsed[1] : undefined;
}

/** A key as the door knows it. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
}

/** Scopes that a later version knew and this one does not are left out. */
export function apiKeyOf(row: Pick<ApiKeyRow, 'id' | 'name' | 'scopes'>): ApiKey {
  const kept = JSON.parse(row.scopes) as unknown[];
  return Object.freeze({ id: row.id, name: row.name, scopes: Object.freeze(SCOPES.filter((scope) => kept.includes(scope))) });
}

export interface ApiKeyFields {
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  /** ms; null: never */
  readonly expiresAt: number | null;
}

/** Reads what an administrator asks for: every fault at once. */
export function readApiKeyFields(given: { readonly name: string; readonly scopes: readonly string[]; readonly expiresAt?: number | null }, now: number): { readonly fields: ApiKeyFields; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const name = given.name.trim();
  if (name === '' || [...name].length > MAX_NAME) faults.push({ path: 'name', code: 'api_key.name', message: `Name must have 1 to ${MAX_NAME} characters: say what uses the key.` });
  else if (firstUnstorable(name) !== undefined) faults.push({ path: 'name', code: 'api_key.name', message: 'Name must have no control characters.' });
  const scopes = SCOPES.filter((scope) => given.scopes.includes(scope));
  if (scopes.length === 0 || scopes.length !== new Set(given.scopes).size) faults.push({ path: 'scopes', code: 'api_key.scopes', message: `Scopes must be one or more of ${SCOPES.join(', ')}.` });
  for (const scope of scopes) {
    const needed = neededBy(scope);
    if (needed !== undefined && !scopes.includes(needed)) faults.push({ path: 'scopes', code: 'api_key.scopes', message: `Scopes must hold ${needed} where they hold ${scope}, which widens it.` });
  }
  const expiresAt = given.expiresAt ?? null;
  if (expiresAt !== null && !(expiresAt > now && expiresAt - now <= LONGEST_LIFE_MS)) faults.push({ path: 'expiresAt', code: 'api_key.expires_at', message: 'The end date must lie ahead, within ten years.' });
  return { fields: { name, scopes, expiresAt }, faults };
}

/** The row of a new key. */
export function apiKeyRow(fields: ApiKeyFields, hash: Uint8Array, by: string, now: number): ApiKeyRow {
  return {
    id: newId('key'), name: fields.name, secret_hash: hash, scopes: JSON.stringify(fields.scopes), created_at: now, created_by: by, expires_at: fields.expiresAt, revoked_at: null,
    last_used_at: null, last_used_from: null,
  };
}
