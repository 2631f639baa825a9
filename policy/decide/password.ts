// May this become a password? Length, context words, common and breached ones, and those used before; secrets stay with the asker, who counts and compares.
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

export interface PasswordFacts {
  /** Code points after Unicode normalisation NFC (NIST SP 800-63B-4 §3.1.1.2). */
  readonly length: number;
  /** It is built from the brand's or the person's own name (OWASP ASVS 5.0, 6.1.2 and 6.2.11). */
  readonly containsContextWord: boolean;
  /** Why it is among the common ones, as words that follow "this one"; null when it is not (ASVS 6.2.4). */
  readonly common: string | null;
  /** How many passwords ago the person used it: 0 is the present one; null for never, as far as is remembered. */
  readonly usedAgo: number | null;
  /** A live look-up found it (ASVS 6.2.12). False when none was made. */
  readonly breached: boolean;
}

/** Every character up to here counts; beyond, hashing could be made a weapon. */
export const PASSWORD_MAX_LENGTH = 1_024;

/** How many passwords back are compared: the present one and as many before it as the setting says (N → N + 1). */
export const passwordsCompared = (policy: Policy): number => policy.values['password.history'] + 1;

/** Whether a new password is looked up outside, among those of known breaches. */
export const breachLookupWanted = (policy: Policy): boolean => policy.values['password.breach_lookup'];

/** Codes: `password.too_short`, `password.too_long`, `password.context_word`, `password.common`, `password.recent`, `password.breached`. */
export function decidePassword(policy: Policy, facts: PasswordFacts): Decision {
  const { length, usedAgo } = facts;
  const minLength = policy.values['password.min_length'];
  if (!(length >= minLength)) return deny('password.too_short', 'password.min_length', { length, minLength });
  if (length > PASSWORD_MAX_LENGTH) return deny('password.too_long', null, { length, maxLength: PASSWORD_MAX_LENGTH });
  if (facts.containsContextWord) return deny('password.context_word', null, {});
  if (facts.common !== null) return deny('password.common', null, { why: facts.common });
  // One message whichever it was (SETTINGS.md, `password.history`): the facts do not tell either.
  if (usedAgo !== null && !(usedAgo >= passwordsCompared(policy))) return deny('password.recent', 'password.history', {});
  if (facts.breached) return deny('password.breached', 'password.breach_lookup', {});
  return allow();
}
