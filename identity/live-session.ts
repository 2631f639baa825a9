// One session as this node knows it: what it was proven by, until when it may do what, and how it is read from its row.
import type * as sessionRows from '#store/sessions.ts';
import type { BrandId } from '#store/store.ts';
import type { Person } from '#identity/person.ts';

export type Proven = 'password' | 'password+code' | 'host';
export type EndReason = 'signed_out' | 'idle' | 'absolute' | 'ended' | 'revoked' | 'deactivated';

/** A session as this node knows it. The changing fields are written only here, in sessions.ts and by the door. */
export interface LiveSession {
  readonly id: string;
  readonly brandId: BrandId;
  /** SHA-256 of the token, base64url: the key it is looked up by. */
  readonly key: string;
  person: Person;
  readonly createdAt: number;
  lastInputAt: number;
  savedInputAt: number;
  endedBy: EndReason | null;
  proven: Proven;
  /** When a second factor was last given in this session, ms; 0 for never. */
  factorAt: number;
  stepUpUntil: number;
  stepUpAddress: string | null;
  /** Until when a code just given still counts for one change of a credential, ms; 0 for none. */
  freshUntil: number;
  /** Until when the address of this session is not judged (break-glass), ms; 0 for never. */
  exemptUntil: number;
  /** Where it was last seen. */
  address: string | null;
  /** Somebody else changed the brand's people: it must be read again before it opens anything. */
  stale: boolean;
  /** The bucket of the session's rate, and when it was last filled (ms of uptime). */
  tokens: number;
  tokensAt: number;
}

/** True while the step-up window is open. It ends when the address leaves the list, unless it is the very address that gave the code. */
export function stepUpOpen(session: LiveSession, facts: { inside: boolean; address: string | null; now: number }): boolean {
  if (session.stepUpUntil <= facts.now) return false;
  return facts.inside || (session.stepUpAddress !== null && session.stepUpAddress === facts.address);
}

/** True while a code just given still counts for one change of a credential, from the address that gave it. */
export function freshOpen(session: LiveSession, facts: { address: string | null; now: number }): boolean {
  return session.freshUntil > facts.now && session.stepUpAddress !== null && session.stepUpAddress === facts.address;
}

/** One text each for all sessions, not one that was read a session. */
const PROOFS: Readonly<Record<Proven, Proven>> = { password: 'password', 'password+code': 'password+code', host: 'host' };

/** A session as its row has it, of a person who is there. */
export function liveFrom(brandId: BrandId, key: string, row: sessionRows.SessionRow, person: Person, deactivated: boolean): LiveSession {
  const endedBy = deactivated ? 'deactivated' : row.ended_at === null ? null : ((row.end_reason ?? 'ended') as EndReason);
  return {
    id: row.id,
    brandId,
    key,
    person,
    createdAt: row.created_at,
    lastInputAt: row.last_input_at,
    savedInputAt: row.last_input_at,
    endedBy,
    proven: PROOFS[row.proven],
    factorAt: row.factor_at ?? 0,
    stepUpUntil: row.step_up_until ?? 0,
    stepUpAddress: row.step_up_address,
    freshUntil: row.fresh_until ?? 0,
    exemptUntil: row.exempt_until ?? 0,
    address: row.address,
    stale: false,
    tokens: 0,
    tokensAt: -Infinity,
  };
}

/** What was read, into the one object that doors and open sockets hold: two of one session would end at two times. */
export function take(session: LiveSession, fresh: LiveSession): void {
  session.lastInputAt = Math.max(session.lastInputAt, fresh.lastInputAt);
  session.endedBy ??= fresh.endedBy;
  session.person = fresh.person;
  session.proven = fresh.proven;
  session.stepUpUntil = fresh.stepUpUntil;
  session.stepUpAddress = fresh.stepUpAddress;
  session.freshUntil = fresh.freshUntil;
}
