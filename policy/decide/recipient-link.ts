// May a file be opened by the link that was mailed to one recipient? It has an end, can be revoked, and asks for a code sent to that very address.
import { type Decision, allow, deny } from '../decision.ts';

/** Instants in ms since 1970. */
export interface RecipientLinkFacts {
  readonly now: number;
  readonly expiresAt: number;
  readonly revoked: boolean;
  /** The file can still be handed out. */
  readonly there: boolean;
  /** Until when the code that was given opens it; null where none was given on this device. */
  readonly provenUntil: number | null;
}

/** How long a code that was given opens the file on that device, ms. */
export const PROVEN_MS = 15 * 60_000;

/** Codes: `recipient_link.revoked`, `recipient_link.expired`, `recipient_link.code_required`. No setting: the management list never judges it. */
export function decideRecipientLink({ now, expiresAt, revoked, there, provenUntil }: RecipientLinkFacts): Decision {
  if (revoked || !there) return deny('recipient_link.revoked', null, { revoked, there });
  // Written so that an instant that is not a number denies.
  if (!(now < expiresAt)) return deny('recipient_link.expired', null, { now, expiresAt });
  // A clock that is set back lengthens nothing.
  if (provenUntil === null || !(now < provenUntil) || provenUntil - now > PROVEN_MS) return deny('recipient_link.code_required', null, { now, provenUntil });
  return allow();
}
