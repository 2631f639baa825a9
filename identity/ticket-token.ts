// The signature of a ticket that a site made itself: through our gate, then jose, with the key that was registered and no other.
import { compactVerify, errors } from 'jose';
import type { SeenTicket, TicketAlg } from '#identity/ticket-gate.ts';
import { ticketKeyObject } from '#identity/ticket-keys.ts';

/** As much of a registered key as verifying needs. */
export interface RegisteredKey {
  readonly alg: TicketAlg;
  readonly jwk: string;
}

/**
 * Is the ticket signed by this key? The algorithm is the key's (RFC 8725 §3.1): what the header says must be the same, and decides nothing.
 * @param text the ticket as it came, whose form the gate has found right
 */
export async function signedBy(text: string, seen: SeenTicket, key: RegisteredKey): Promise<boolean> {
  if (seen.alg !== key.alg) return false;
  try {
    await compactVerify(text, ticketKeyObject(key.jwk), { algorithms: [key.alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
