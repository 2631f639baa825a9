// Challenges of passkeys without a table: a ceremony is a mac'ed text that says what it is for, and only an answered one is written down.
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import * as challengeRows from '#store/used-challenges.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';

/** Where people reach this server, as passkeys know it. `rpId` null: a bare address, at which no passkey can be (WebAuthn §5.1.2). */
export interface Site {
  readonly origin: string;
  readonly rpId: string | null;
}

/** Five minutes, as WebAuthn §15.1 advises for both kinds. Times in ms. */
export const CEREMONY_MS = 300_000;
const PURPOSE = 'passkey ceremony';
const TEXT = /^([A-Za-z0-9_-]{43})~([0-9]{1,15})~([A-Za-z0-9._-]{20,120})$/;

/** `alone`: a passkey in the place of email and password. Each kind answers only its own ceremonies. */
export type CeremonyKind = 'enrol' | 'factor' | 'alone';

export interface CeremonyOf {
  readonly brand: BrandStore;
  readonly kind: CeremonyKind;
  /** The id of the sign-in, session or link it is made for (ASVS 6.6.2). */
  readonly boundTo: string;
}

export function siteOf(publicUrl: URL): Site {
  const host = publicUrl.hostname.replace(/^\[|\]$/g, '');
  return Object.freeze({ origin: publicUrl.origin, rpId: isIP(host) === 0 ? host : null });
}

function macked({ brand, kind, boundTo }: CeremonyOf, challenge: string, expiresAt: string): string {
  return JSON.stringify([brand.id, kind, boundTo, challenge, expiresAt]);
}

/** A new challenge (32 random bytes, base64url) and the text that brings it back. */
export function newCeremony(keyring: Keyring, of: CeremonyOf, now: number): { readonly challenge: string; readonly ceremony: string } {
  const challenge = randomBytes(32).toString('base64url');
  const expiresAt = String(now + CEREMONY_MS);
  return { challenge, ceremony: `${challenge}~${expiresAt}~${keyring.mac(PURPOSE, macked(of, challenge, expiresAt))}` };
}

/**
 * The challenge of a ceremony of ours that is still open, and the statement that uses it up (a second answer, at any node, is a conflict
 * `code.used`). Null: not ours, made for something else, or too old. A clock set back does not lengthen its life.
 */
export function openCeremony(keyring: Keyring, of: CeremonyOf, text: string, now: number): { readonly challenge: string; readonly using: Statement } | null {
  const [, challenge = '', expires = '', mac = ''] = TEXT.exec(text) ?? [];
  if (challenge === '' || !keyring.macMatches(PURPOSE, macked(of, challenge, expires), mac)) return null;
  const expiresAt = Number(expires);
  if (expiresAt <= now || expiresAt > now + CEREMONY_MS) return null;
  // Kept for longer than it lives: a clock set back must not make it fresh again once the row is gone.
  return { challenge, using: challengeRows.use(of.brand, keyring.mac('used challenge', challenge), expiresAt + 7 * 86_400_000) };
}

/** Whether a page framed by another site answered: our pages are never framed where a factor is given (SETTINGS.md, `frame.allowed_origins`; WebAuthn §7.2, step 13). */
export function crossOrigin(clientDataJSON: unknown): boolean {
  try {
    const data = JSON.parse(Buffer.from(String(clientDataJSON), 'base64url').toString('utf8')) as { crossOrigin?: unknown; topOrigin?: unknown };
    return (data.crossOrigin !== undefined && data.crossOrigin !== false) || data.topOrigin !== undefined;
  } catch {
    return true;
  }
}
