// Recovery codes: ten codes on paper for the day the phone is gone; each works once, and the database cannot give them back.
import { randomBytes } from 'node:crypto';
import { BUSY, type Busy } from '#identity/hash-queue.ts';
import type { Keyring } from '#identity/keyring.ts';
import { slowDigest } from '#identity/passwords.ts';
import { base32, type Random } from '#identity/tokens.ts';

/** How many codes a person is given at once. */
export const RECOVERY_CODES = 10;
const DIGITS = 10;
const SALT_BYTES = 16;
const FORMAT = 'r1';
const PURPOSE = 'recovery code';

/** A code as it is shown once (`abcde-fghjk`), and what is stored of it. */
export interface RecoveryCode {
  readonly text: string;
  readonly hash: string;
}

/**
 * Makes a new set. 50 random bits each (NIST 800-63B-4 §3.1.2 and ASVS 6.5.4 ask 20 with attempts limited, as ours are). Below 112 bits a
 * fast hash is not enough (ASVS 6.5.2), so each is stored as argon2id with a random salt, and that under a key kept outside the
 * database. One salt for the set: then looking for a code among ten costs one hash, not ten. Busy when too many sign-ins wait.
 */
export async function newRecoveryCodes(keyring: Keyring, random: Random = randomBytes): Promise<readonly RecoveryCode[] | Busy> {
  const salt = random(SALT_BYTES);
  const bare = Array.from({ length: RECOVERY_CODES }, () => base32(random(7), DIGITS));
  const hashes = await Promise.all(bare.map((code) => storedForm(keyring, code, salt)));
  const codes: RecoveryCode[] = [];
  for (const [at, hash] of hashes.entries()) {
    if (typeof hash !== 'string') return BUSY;
    const code = bare[at]!;
    codes.push(Object.freeze({ text: `${code.slice(0, 5)}-${code.slice(5)}`, hash }));
  }
  return Object.freeze(codes);
}

/**
 * Looks for a typed code among the stored hashes of a person's unused codes. Which one it is (`index`), null when it is none of them, Busy
 * when too many sign-ins wait (then no attempt was made). The caller marks it used in the same unit as what it opens (ASVS 6.5.1).
 */
export async function matchRecoveryCode(keyring: Keyring, typed: string, hashes: readonly string[]): Promise<{ readonly index: number } | null | Busy> {
  const code = bareCode(typed);
  if (code === null) return null;
  const salts = new Set(hashes.map((hash) => hash.split('$')[1] ?? ''));
  let found: number | null = null;
  for (const salt of salts) {
    const digest = await slowDigest(code, Buffer.from(salt, 'base64url'));
    if ('busy' in digest) return BUSY;
    for (const [index, hash] of hashes.entries()) {
      const [format, ownSalt, mac] = hash.split('$');
      if (format !== FORMAT || ownSalt !== salt || mac === undefined) continue;
      if (keyring.macMatches(PURPOSE, digest, mac)) found = index;
    }
  }
  return found === null ? null : { index: found };
}

/**
 * The ten letters of what was typed, or null when it cannot be a code. Case, spaces and dashes do not matter; O is 0, I and L are 1, as Crockford's base32
 * has it: codes are copied from paper.
 */
export function bareCode(typed: string): string | null {
  if (typed.length > 64) return null;
  const plain = typed.toLowerCase().replace(/[\s\u2010-\u2015-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1');
  return /^[0-9a-hjkmnp-tv-z]{10}$/.test(plain) ? plain : null;
}

// Format, salt, and the mac of the slow digest.
async function storedForm(keyring: Keyring, code: string, salt: Uint8Array): Promise<string | Busy> {
  const digest = await slowDigest(code, salt);
  if ('busy' in digest) return BUSY;
  return `${FORMAT}$${Buffer.from(salt).toString('base64url')}$${keyring.mac(PURPOSE, digest)}`;
}
