// Ends a session whose time is over, durably and with its row, as soon as anybody sees it.
import type { EndReason, LiveSession, Sessions } from '#identity/sessions.ts';
import { timeOn } from '#identity/steady-clock.ts';
import { decideFraming } from '#policy/decide/framing.ts';
import { decideSession } from '#policy/decide/session.ts';
import { Conflict, type Store } from '#store/store.ts';
import type { Brand, Brands } from '#server/brands.ts';

export interface EndParts {
  readonly store: Store;
  readonly brands: Brands;
  readonly sessions: Sessions;
  readonly now: () => number;
  readonly uptime: () => number;
}

const REASONS: Readonly<Record<string, EndReason>> = { 'session.idle': 'idle', 'session.absolute': 'absolute' };

function overBecause({ now: wall, uptime }: EndParts, session: LiveSession, brand: Brand): EndReason | undefined {
  const now = timeOn(session.course, wall(), uptime());
  const policy = brand.policyFor(session.person.id);
  const judged = decideSession(policy, { now, createdAt: session.createdAt, lastInputAt: session.lastInputAt, ended: false });
  if (!judged.allowed) return REASONS[judged.code];
  return session.framedBy === null || decideFraming(policy, { ancestors: session.framedBy }).allowed ? undefined : 'frame_removed';
}

/** True when the session has ended, now or before. Another node may have seen newer input: that is read first. */
export async function endIfOver(parts: EndParts, session: LiveSession): Promise<boolean> {
  const { store, brands, sessions, now } = parts;
  const brand = brands.peek(session.brandId);
  if (session.endedBy !== null) return true;
  if (brand === undefined || overBecause(parts, session, brand) === undefined) return false;
  await sessions.refresh(session);
  const reason = overBecause(parts, session, brand);
  if (session.endedBy !== null) return true;
  if (reason === undefined) return false;
  // Marked before it is durable: a clock set back meanwhile must not let it in again.
  sessions.markEnded(session, reason);
  const ending = sessions.ending(session, reason, { kind: 'system', id: null }, now());
  try {
    await brands.commit([store.brand(session.brandId).part({ statements: [ending.statement], entries: [ending.entry], bumps: ['people'] })]);
  } catch (error) {
    // Another node was first: ended is ended, and its row is there.
    if (!(error instanceof Conflict)) throw error;
  }
  return true;
}
