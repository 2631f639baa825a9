// What the API door would say of a key from an address, step by step and in words: the Test button of the page. Nothing is called and nothing noted.
import { type Address, formatAddress } from '#policy/address.ts';
import { decideApiAccess, decideKey, PLACES } from '#policy/decide/api-access.ts';
import { type Decision, denials } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import { apiKeyOf, ownAddresses } from '#identity/api-keys.ts';
import { API_SCOPES } from '#identity/api-scopes.ts';
import type { ApiKeyRow } from '#store/api-keys.ts';

export interface Step {
  readonly step: 'brand' | 'place' | 'key' | 'addresses' | 'scopes';
  readonly ok: boolean;
  readonly sentence: string;
}

/** Stops at the first no, as the door does. */
export function tryKey(policy: Policy, row: ApiKeyRow, address: Address | null, now: number): { readonly ok: boolean; readonly from: string | null; readonly steps: readonly Step[] } {
  const from = address === null ? null : formatAddress(address);
  const shown = from ?? 'An unknown address';
  const key = apiKeyOf(row);
  const facts = { key: key.id, kind: 'key', now, revokedAt: row.revoked_at, expiresAt: row.expires_at, own: null, address, scopes: key.scopes, scope: null } as const;
  const own = ownAddresses(row);
  const access = decideApiAccess(policy, { address });
  const itself = decideKey(facts);
  const there = decideKey({ ...facts, own });
  const no = (decision: Decision): string => (decision.allowed ? '' : denials[decision.code].title);
  const mode = policy.values['api.authentication_mode'];
  const all: Step[] = [
    { step: 'brand', ok: access.allowed, sentence: access.allowed ? (policy.values['api.allowlist'].state === 'any' ? 'The brand lets any address call the API.' : `${shown} is on the brand’s white-list for API access.`) : `${shown} is not on the brand’s white-list for API access.` },
    { step: 'place', ok: true, sentence: mode === 'exchange' ? 'The key buys an access token at POST /api/v1/oauth/token; it opens nothing else.' : `The key goes out ${PLACES[mode]}.` },
    { step: 'key', ok: itself.allowed, sentence: itself.allowed ? 'The key works.' : `${no(itself)}.` },
    { step: 'addresses', ok: there.allowed, sentence: there.allowed ? (own === null ? 'It has no addresses of its own: any that the brand allows will do.' : `${shown} is one of its own addresses.`) : `${shown} is none of its own addresses.` },
    { step: 'scopes', ok: key.scopes.length > 0, sentence: key.scopes.length > 0 ? `It may: ${key.scopes.map((scope) => API_SCOPES[scope].label.toLowerCase()).join(', ')}.` : 'It has no scope that this version knows.' },
  ];
  const end = all.findIndex((one) => !one.ok);
  return { ok: end === -1, from, steps: end === -1 ? all : all.slice(0, end + 1) };
}
