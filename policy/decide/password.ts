// May this become a password? Length and context words; secrets stay with the asker, who counts and compares.
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

export interface PasswordFacts {
  /** Code points after Unicode normalisation NFC (NIST SP 800-63B-4 §3.1.1.2). */
  readonly length: number;
  /** It is built from the brand's or the person's own name (OWASP ASVS 5.0, 6.1.2). */
  readonly containsContextWord: boolean;
}

/** Every character up to here counts; beyond, hashing could be made a weapon. */
export const PASSWORD_MAX_LENGTH = 1_024;

/** Codes: `password.too_short`, `password.too_long`, `password.context_word`. */
export function decidePassword(policy: Policy, facts: PasswordFacts): Decision {
  const { length } = facts;
  const minLength = policy.values['password.min_length'];
  if (!(length >= minLength)) return deny('password.too_short', 'password.min_length', { length, minLength });
  if (length > PASSWORD_MAX_LENGTH) return deny('password.too_long', null, { length, maxLength: PASSWORD_MAX_LENGTH });
  if (facts.containsContextWord) return deny('password.context_word', null, {});
  return allow();
}
