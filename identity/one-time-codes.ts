// One-time codes that are sent to a person: six digits, ten minutes, five attempts, once.
import { randomInt } from 'node:crypto';
import type { Keyring } from '#identity/keyring.ts';
import { sixDigits } from '#identity/six-digits.ts';

/** The rules (SETTINGS.md, "One-time codes"; ASVS 6.5.4, 6.5.5, 6.6.3). Times in ms. */
export const ONE_TIME_CODE = Object.freeze({
  digits: 6,
  lifetimeMs: 600_000,
  attempts: 5,
  /** Sends to one person in any hour. */
  sendsAnHour: 5,
  sendsWindowMs: 3_600_000,
  /** Sends of a whole brand in any day: the end of an SMS pumping bill. */
  brandSendsADay: 500,
  brandWindowMs: 86_400_000,
});

const PURPOSE = 'one-time code';

/** What is known of a stored code. Times in ms since 1970. */
export interface StoredCode {
  readonly expiresAt: number;
  readonly attempts: number;
  readonly usedAt: number | null;
}

export type CodeState = 'open' | 'used' | 'expired' | 'exhausted';

/**
 * A new code, and what is stored of it: a mac under a key kept outside the database, because six digits under a plain hash are guessed in a second.
 * @param owner names the one row it belongs to (its id), so that a hash copied to another row opens nothing (ASVS 6.6.2)
 */
export function newOneTimeCode(keyring: Keyring, owner: string, random: (below: number) => number = randomInt): { readonly code: string; readonly hash: string } {
  const code = String(random(10 ** ONE_TIME_CODE.digits)).padStart(ONE_TIME_CODE.digits, '0');
  return Object.freeze({ code, hash: keyring.mac(PURPOSE, `${owner}\n${code}`) });
}

/** Whether what was typed is the code, in constant time. Says nothing of its age: ask `codeState` first, and count the attempt first. */
export function oneTimeCodeMatches(keyring: Keyring, owner: string, typed: string, hash: string): boolean {
  const code = sixDigits(typed);
  return code !== null && keyring.macMatches(PURPOSE, `${owner}\n${code}`, hash);
}

/**
 * Whether a stored code may still be tried at `now`. A clock set back does not lengthen its life beyond the rule: one that would live
 * longer than ten minutes from now has expired too.
 */
export function codeState(code: StoredCode, now: number): CodeState {
  if (code.usedAt !== null) return 'used';
  if (now >= code.expiresAt || code.expiresAt - now > ONE_TIME_CODE.lifetimeMs) return 'expired';
  return code.attempts >= ONE_TIME_CODE.attempts ? 'exhausted' : 'open';
}

/** Whether another code may be sent, given when the earlier ones were sent (ms; in any order), and else when to try again. */
export function maySend(earlier: { readonly person: readonly number[]; readonly brand: readonly number[] }, now: number): { readonly allowed: true } | { readonly allowed: false; readonly limit: 'person' | 'brand'; readonly retryAt: number } {
  const person = freeAgainAt(earlier.person, ONE_TIME_CODE.sendsAnHour, ONE_TIME_CODE.sendsWindowMs, now);
  if (person !== undefined) return { allowed: false, limit: 'person', retryAt: person };
  const brand = freeAgainAt(earlier.brand, ONE_TIME_CODE.brandSendsADay, ONE_TIME_CODE.brandWindowMs, now);
  return brand === undefined ? { allowed: true } : { allowed: false, limit: 'brand', retryAt: brand };
}

// A send "in the future" (the clock was set back) counts as one now.
function freeAgainAt(sent: readonly number[], most: number, windowMs: number, now: number): number | undefined {
  const recent = sent.map((at) => Math.min(at, now)).filter((at) => now - at < windowMs).sort((a, b) => a - b);
  return recent.length < most ? undefined : recent[recent.length - most]! + windowMs;
}
