// Codes of an authenticator app: TOTP (RFC 6238) with the parameters every app knows: SHA-1, six digits, 30 seconds.
import { generateSecret, generateSync, generateURI } from 'otplib';
import { sameText } from '#identity/same-text.ts';
import { sixDigits } from '#identity/six-digits.ts';

/** The parameters every authenticator app supports. `seconds` a step; a code of one step before or after is accepted (RFC 6238 §5.2). */
export const TOTP = Object.freeze({ algorithm: 'sha1', digits: 6, seconds: 30, stepsAround: 1, secretBytes: 20 });

/** A new shared secret: 20 random bytes (RFC 4226 §4, R6) in base32, as apps take it. Store it sealed. */
export function newTotpSecret(): string {
  return generateSecret({ length: TOTP.secretBytes });
}

/**
 * The address behind the QR code, `otpauth://totp/…`. Apps list the entry as "Portcullis (Brand)" with the person's email.
 * A colon separates the two in this format, so one inside a name is shown as a space.
 */
export function totpUri({ secret, account, brand }: { secret: string; account: string; brand: string }): string {
  const plain = (text: string): string => text.replaceAll(':', ' ');
  return generateURI({ issuer: plain(`Portcullis (${brand})`), label: plain(account), secret, algorithm: TOTP.algorithm, digits: TOTP.digits, period: TOTP.seconds });
}

/**
 * Which time step a typed code belongs to, or null when it is wrong. Looks at the step of `now` (ms since 1970; the server's own
 * clock, ASVS 6.5.8), one before and one after, each compared in constant time. The caller must refuse a step that is not
 * later than the last used one: a code works once (RFC 6238 §5.2, ASVS 6.5.1).
 * @param secret base32, as `newTotpSecret` made it
 */
export function matchTotp(secret: string, typed: string, now: number): { step: number } | null {
  const code = sixDigits(typed);
  if (code === null) return null;
  const present = Math.floor(now / 1_000 / TOTP.seconds);
  let found: number | null = null;
  for (let step = present - TOTP.stepsAround; step <= present + TOTP.stepsAround; step += 1) {
    if (step >= 0 && sameText(totpCode(secret, step), code)) found = step;
  }
  return found === null ? null : { step: found };
}

/** The code of one time step (the number of 30-second steps since 1970): what the app shows. */
export function totpCode(secret: string, step: number): string {
  return generateSync({ secret, epoch: step * TOTP.seconds, algorithm: TOTP.algorithm, digits: TOTP.digits, period: TOTP.seconds });
}
