// Random tokens and ids: what is handed to a person once, and the names of stored things.
import { createHash, randomBytes } from 'node:crypto';

/** Where random bytes come from. Passed in by tests; the default is the system's generator (ASVS 11.5.1). */
export type Random = (bytes: number) => Uint8Array;

/** A secret shown once, and what is stored of it. */
export interface Token {
  /** base64url without padding: safe in a cookie, a URL fragment and a header. */
  readonly text: string;
  /** SHA-256 of the text, 32 bytes: the only part that is ever stored. */
  readonly hash: Uint8Array;
}

// Crockford's base32 in lower case: no i, l, o, u, so an id read aloud is not misread and spells nothing.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new bearer token. 256 bits, so an unkeyed fast hash is enough to store it (ASVS 6.5.2 asks 112 bits or more).
 * @param bits a multiple of 8, at least 128 (ASVS 7.2.3, 11.5.1)
 */
export function newToken(bits = 256, random: Random = randomBytes): Token {
  if (bits < 128 || bits % 8 !== 0) throw new RangeError(`A token must have at least 128 bits in whole bytes, not ${bits}.`);
  const text = Buffer.from(random(bits / 8)).toString('base64url');
  return Object.freeze({ text, hash: tokenHash(text) });
}

/**
 * What a presented token is looked up by: SHA-256 of its text, 32 bytes. Looking up by the hash needs no constant-time
 * compare: an attacker cannot steer the bits of a hash towards a stored one.
 */
export function tokenHash(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** A new id such as `ses_0s3v…`: the prefix, a line, 26 letters and digits (128 random bits). Not a secret. */
export function newId(prefix: string, random: Random = randomBytes): string {
  if (!/^[a-z]{1,8}$/.test(prefix)) throw new RangeError(`An id's prefix must be 1 to 8 small letters, not "${prefix}".`);
  return base32(random(16), 26, `${prefix}_`);
}

/** A new brand id: `b` and 12 letters and digits (60 random bits). Public; stands inside API keys, so without a line. */
export function newBrandId(random: Random = randomBytes): string {
  return base32(random(8), 12, 'b');
}

/** The first `length` base32 digits (5 bits each, most significant first; zeros after the end) of the bytes, behind a prefix. */
export function base32(bytes: Uint8Array, length: number, prefix = ''): string {
  // Written into bytes and made text at once: a text put together piece by piece keeps its pieces in memory.
  const text = Buffer.alloc(prefix.length + length);
  text.write(prefix, 'latin1');
  for (let digit = 0; digit < length; digit += 1) {
    let value = 0;
    for (let bit = digit * 5; bit < digit * 5 + 5; bit += 1) {
      value = (value << 1) | (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    }
    text[prefix.length + digit] = ALPHABET.charCodeAt(value);
  }
  return text.toString('latin1');
}
