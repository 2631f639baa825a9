// May the API be called so? The brand's list first, then where the token stands, then the key itself (SETTINGS.md, `api.allowlist`, `api.authentication_mode`).
import { type Address, formatAddress } from '../address.ts';
import type { CidrSet } from '../cidr-set.ts';
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

export interface ApiFacts {
  /** The client address; null when unknown, which is outside of every list. */
  readonly address: Address | null;
}

/** Codes: `network.not_allowed`, `network.client_unknown`. Judged before the key, so that a refused address learns nothing about it. */
export function decideApiAccess(policy: Policy, { address }: ApiFacts): Decision {
  const set = policy.sets['api.allowlist'];
  if (set === null || (address !== null && set.contains(address))) return allow();
  if (address === null) return deny('network.client_unknown', 'api.allowlist', { address: null });
  return deny('network.not_allowed', 'api.allowlist', { address: formatAddress(address) });
}

/** Where a token stands: in `Authorization: Bearer`, in `?access_token=`, or given to the token endpoint as a client's secret. */
export type TokenPlace = 'header' | 'query' | 'exchange';
/** The key itself, or the access token that it bought. */
export type TokenKind = 'key' | 'access_token';
type Mode = Policy['values']['api.authentication_mode'];

/** Where the mode wants a token, as a sentence and a challenge go on. */
export const PLACES: { readonly [M in Mode]: string } = Object.freeze({
  header: 'as the header "Authorization: Bearer …"',
  header_or_query: 'as the header "Authorization: Bearer …" or as ?access_token=…',
  query: 'as ?access_token=…',
  exchange: 'that POST /api/v1/oauth/token gives for your key, as the header "Authorization: Bearer …"',
});

const TAKES: { readonly [M in Mode]: { readonly [K in TokenKind]: readonly TokenPlace[] } } = Object.freeze({
  header: { key: ['header'], access_token: [] },
  header_or_query: { key: ['header', 'query'], access_token: [] },
  query: { key: ['query'], access_token: [] },
  exchange: { key: ['exchange'], access_token: ['header'] },
});

/** Codes: `api.token_misplaced`, `api.exchange_first`, `api.exchange_off`, `api.key_invalid` (an access token where none is bought). */
export function decideTokenPlace(policy: Policy, { place, kind }: { readonly place: TokenPlace; readonly kind: TokenKind }): Decision {
  const mode = policy.values['api.authentication_mode'];
  if (TAKES[mode][kind].includes(place)) return allow();
  const facts = { mode, place, kind, where: PLACES[mode] };
  if (place === 'exchange') return deny(mode === 'exchange' ? 'api.key_invalid' : 'api.exchange_off', 'api.authentication_mode', facts);
  if (mode === 'exchange' && kind === 'key' && place === 'header') return deny('api.exchange_first', 'api.authentication_mode', facts);
  if (mode !== 'exchange' && kind === 'access_token') return deny('api.key_invalid', 'api.authentication_mode', facts);
  return deny('api.token_misplaced', 'api.authentication_mode', facts);
}

export interface KeyFacts {
  readonly key: string;
  readonly kind: TokenKind;
  readonly now: number;
  readonly revokedAt: number | null;
  /** When the key, or this secret of it, or the access token ends, ms; null for never. */
  readonly expiresAt: number | null;
  /** The key's own addresses; null for any. */
  readonly own: CidrSet | null;
  readonly address: Address | null;
  readonly scopes: readonly string[];
  /** What is asked needs this one; undefined: it is not open to keys at all; null: nothing, only the key is judged. */
  readonly scope: string | null | undefined;
}

/** Codes: `api.key_revoked`, `api.key_expired`, `api.token_expired`, `api.key_network`, `api.not_for_keys`, `api.scope_missing`. */
export function decideKey({ key, kind, now, revokedAt, expiresAt, own, address, scopes, scope }: KeyFacts): Decision {
  if (revokedAt !== null) return deny('api.key_revoked', null, { key });
  if (expiresAt !== null && !(now < expiresAt)) return deny(kind === 'key' ? 'api.key_expired' : 'api.token_expired', null, { key });
  if (own !== null && (address === null || !own.contains(address))) return deny('api.key_network', null, { key, address: address === null ? null : formatAddress(address) });
  if (scope === undefined) return deny('api.not_for_keys', null, { key });
  if (scope !== null && !scopes.includes(scope)) return deny('api.scope_missing', null, { key, scope });
  return allow();
}
