// Is this ticket still alive? Dead at the earlier of its own end and its making plus the redemption window (SETTINGS.md, `ticket.lifetime_seconds`).
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

/** All instants in milliseconds since 1970; `issuedAt`, `expiresAt` and `notBefore` as the ticket says them. */
export interface TicketFacts {
  readonly now: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly notBefore: number | null;
}

/** How far the clock of whoever signed may be ahead of ours. It moves what begins, never the end: a window is not longer than it says. */
export const TICKET_SKEW_MS = 30_000;
/** The widest window any policy can set. */
const WIDEST_MS = 86_400_000;

/** The moment at which a ticket is dead under this policy. */
export function ticketDeadAt(policy: Policy, { issuedAt, expiresAt }: Pick<TicketFacts, 'issuedAt' | 'expiresAt'>): number {
  return Math.min(expiresAt, issuedAt + policy.values['ticket.lifetime_seconds'] * 1_000);
}

/** After this moment a ticket is dead under every policy, also one that is loosened later: until then it is remembered that it was used. */
export function ticketForgottenAt({ issuedAt, expiresAt }: Pick<TicketFacts, 'issuedAt' | 'expiresAt'>): number {
  return Math.min(expiresAt, issuedAt + WIDEST_MS) + TICKET_SKEW_MS;
}

/** Codes: `ticket.invalid` for one from the future, `ticket.expired`. What is no number denies. */
export function decideTicket(policy: Policy, facts: TicketFacts): Decision {
  const { now, issuedAt, expiresAt, notBefore } = facts;
  if (!(issuedAt - now <= TICKET_SKEW_MS)) return deny('ticket.invalid', null, { reason: 'issued_ahead', aheadMs: issuedAt - now });
  if (notBefore !== null && !(notBefore - now <= TICKET_SKEW_MS)) return deny('ticket.invalid', null, { reason: 'not_yet', aheadMs: notBefore - now });
  if (now < ticketDeadAt(policy, facts)) return allow();
  const lateMs = now - ticketDeadAt(policy, facts);
  // Its own end is what whoever made it said; only the window is a setting of ours.
  return deny('ticket.expired', now >= expiresAt ? null : 'ticket.lifetime_seconds', { reason: now >= expiresAt ? 'own_end' : 'window', lateMs, issuedAt, expiresAt });
}
