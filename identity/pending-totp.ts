// An authenticator that was begun and not confirmed: whose session began it, on what proof, and how long it may wait for its first code.
import type { Keyring } from '#identity/keyring.ts';
import { totpOwner } from '#identity/factor-check.ts';

export interface Pending {
  readonly secret: string;
  /** The id of the session that began it: no other one confirms it (ASVS 6.6.2). */
  readonly session: string;
  /** More than the password stood behind it. */
  readonly proven: boolean;
}

export interface PendingOf {
  readonly agentId: string;
  readonly factorId: string;
}

/** As long as any code we hand out. ms */
export const PENDING_MS = 600_000;

/** Another owner than a confirmed one has: neither opens in the place of the other. */
const pendingOwner = ({ agentId, factorId }: PendingOf): string => `${totpOwner(agentId, factorId)}/pending`;

export function sealPending(keyring: Keyring, of: PendingOf, pending: Pending): Uint8Array {
  return keyring.seal(JSON.stringify(pending), pendingOwner(of));
}

/** A clock set back does not lengthen its life. */
export function openPending(keyring: Keyring, of: PendingOf, row: { readonly secret_sealed: Uint8Array; readonly created_at: number }, now: number): Pending | 'expired' {
  if (now < row.created_at || now >= row.created_at + PENDING_MS) return 'expired';
  return JSON.parse(Buffer.from(keyring.open(row.secret_sealed, pendingOwner(of))).toString('utf8')) as Pending;
}
