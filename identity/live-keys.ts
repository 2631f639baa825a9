// The API keys this node has in memory, by the hash of what opens them: read once, dropped whenever the brand's people or keys change anywhere.
import type { CidrSet } from '#policy/cidr-set.ts';
import type { TokenKind } from '#policy/decide/api-access.ts';
import * as accessTokenRows from '#store/access-tokens.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import type { BrandId, Store } from '#store/store.ts';
import { type ApiKey, apiKeyOf, ownAddresses } from '#identity/api-keys.ts';

/** What a token opens, as its rows say. */
export interface LiveKey {
  /** base64url of the SHA-256 of the token. */
  readonly hash: string;
  readonly key: ApiKey;
  readonly kind: TokenKind;
  /** It came by the secret that a rotation replaced, within its grace. */
  readonly replaced: boolean;
  readonly revokedAt: number | null;
  /** ms; the earlier of the key's end and that of the secret or access token. */
  readonly expiresAt: number | null;
  /** null: any address. */
  readonly own: CidrSet | null;
  /** When its use was last written down, ms; null for never. */
  notedAt: number | null;
  /** Scopes that were used and written down. */
  readonly used: Set<string>;
}

export interface LiveKeys {
  /** From memory only. `hash`: base64url of the SHA-256 of the token. */
  peek(hash: string): LiveKey | undefined;
  load(brandId: BrandId, kind: TokenKind, hash: string): Promise<LiveKey | undefined>;
  /** Everything of a brand is read again at its next use. */
  forget(brandId: BrandId): void;
  /** Counted up whenever something of the brand was dropped: what was found before counts no more. */
  generation(brandId: BrandId): number;
  size(): number;
}

/** The least of the ends there are. */
const earlier = (...ends: readonly (number | null)[]): number | null => ends.reduce((least, end) => (end === null ? least : least === null ? end : Math.min(least, end)), null);

/** Beyond `most` the longest unused is dropped: a million keys cost no more memory than that. */
export function openLiveKeys(store: Store, most = 20_000): LiveKeys {
  const known = new Map<string, { readonly brandId: BrandId; readonly live: LiveKey }>();
  const dropped = new Map<BrandId, number>();
  const generation = (brandId: BrandId): number => dropped.get(brandId) ?? 0;

  async function read(brandId: BrandId, kind: TokenKind, hash: string): Promise<LiveKey | undefined> {
    const brand = store.brand(brandId);
    const bytes = Buffer.from(hash, 'base64url');
    const token = kind === 'key' ? undefined : await accessTokenRows.byHash(brand, bytes);
    if (kind === 'access_token' && token === undefined) return undefined;
    const row = token === undefined ? await apiKeyRows.byHash(brand, bytes) : await apiKeyRows.byId(brand, token.key_id);
    if (row === undefined) return undefined;
    const replaced = token === undefined && !bytes.equals(row.secret_hash);
    return {
      hash, key: apiKeyOf(row, token?.scopes ?? null), kind, replaced, revokedAt: row.revoked_at, expiresAt: earlier(row.expires_at, replaced ? row.previous_until : null, token?.expires_at ?? null), own: ownAddresses(row),
      notedAt: replaced ? row.previous_used_at : row.last_used_at, used: new Set(JSON.parse(row.used_scopes) as string[]),
    };
  }

  return {
    peek(hash) {
      const one = known.get(hash);
      if (one === undefined) return undefined;
      known.delete(hash);
      known.set(hash, one);
      return one.live;
    },
    async load(brandId, kind, hash) {
      for (;;) {
        const asked = generation(brandId);
        const live = await read(brandId, kind, hash);
        // Somebody spoke while this was read: it may be what they changed.
        if (asked !== generation(brandId)) continue;
        if (live === undefined || live.revokedAt !== null) return live;
        known.set(hash, { brandId, live });
        if (known.size > most) known.delete(known.keys().next().value as string);
        return live;
      }
    },
    forget(brandId) {
      dropped.set(brandId, generation(brandId) + 1);
      for (const [hash, one] of known) if (one.brandId === brandId) known.delete(hash);
    },
    generation,
    size: () => known.size,
  };
}
