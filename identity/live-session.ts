// One session as this node knows it: what it was proven by, until when it may do what, and how it is read from its row.
import type * as sessionRows from '#store/sessions.ts';
import type { BrandId } from '#store/store.ts';
import type { Person } from '#identity/person.ts';

export type Proven = 'password' | 'password+code' | 'host';
/** What a session's second factor was; `trusted_device` where the device stood in for one at sign-in. */
export type FactorMethod = 'totp' | 'passkey' | 'sms' | 'recovery' | 'trusted_device';
export type EndReason = 'signed_out' | 'idle' | 'absolute' | 'ended' | 'revoked' | 'deactivated' | 'password_changed' | 'factor_changed' | 'by_admin' | 'elsewhere' | 'frame_removed';

/** What a code given in a session opens. */
export interface Given {
  /** Until when settings may be changed, ms; 0 for never. */
  readonly stepUpUntil: number;
  readonly address: string | null;
  /** Until when it still counts for one change of a credential, ms; 0 for none. */
  readonly freshUntil: number;
}

/** A session as this node knows it. The changing fields are written only here, in sessions.ts and by the door. */
export interface LiveSession {
  readonly id: string;
  readonly brandId: BrandId;
  /** SHA-256 of the token, base64url: the key it is looked up by. Another one after each new proof (ASVS 7.2.4). */
  key: string;
  person: Person;
  readonly createdAt: number;
  /** The origins of the pages around the frame it stands in, the nearest first; null for a session of a window of its own. */
  readonly framedBy: readonly string[] | null;
  lastInputAt: number;
  endedBy: EndReason | null;
  proven: Proven;
  /** A second factor was given in this session. */
  usedFactor: boolean;
  /** What the last code given here still opens; null when none was given. */
  given: Given | null;
  /** Until when the address of this session is not judged (break-glass), ms; 0 for never. */
  exemptUntil: number;
  /** Where it was last seen. */
  address: string | null;
  /** Somebody else changed the brand's people: it must be read again before it opens anything. */
  stale: boolean;
  /** Until when the requests made so far use its rate up (ms of uptime). */
  busyUntil: number;
  /** The course of the clock under which this node took it up (steady-clock.ts). */
  readonly course: number;
}

/** Step-up for settings stays open this long (SETTINGS.md, "Step-up"). */
export const STEP_UP_MS = 3_600_000;
/** A change of a credential asks each time: a code counts for one of them, made within this time. */
export const FRESH_MS = 120_000;

/** Still to come, and not further away than it ever was: a clock that is set back opens no window again. */
const within = (until: number, now: number, longest: number): boolean => until > now && until - now <= longest;

/** True while the step-up window is open. It ends when the address leaves the list, unless it is the very address that gave the code. */
export function stepUpOpen(session: LiveSession, facts: { inside: boolean; address: string | null; now: number }): boolean {
  const { given } = session;
  if (given === null || !within(given.stepUpUntil, facts.now, STEP_UP_MS)) return false;
  return facts.inside || (given.address !== null && given.address === facts.address);
}

/** True while a code just given still counts for one change of a credential, from the address that gave it. */
export function freshOpen(session: LiveSession, facts: { address: string | null; now: number }): boolean {
  const { given } = session;
  return given !== null && within(given.freshUntil, facts.now, FRESH_MS) && given.address !== null && given.address === facts.address;
}

/** One text each for all sessions, not one that was read a session. */
const PROOFS: Readonly<Record<Proven, Proven>> = { password: 'password', 'password+code': 'password+code', host: 'host' };

/** The code that was given is used up for a credential. */
export function useUpFresh(session: LiveSession): void {
  if (session.given !== null) session.given = { ...session.given, freshUntil: 0 };
}

/** The same as what the last code opens, but nothing fresh: for a code that opens nothing new. */
export function givenBefore(session: LiveSession): Given {
  return { stepUpUntil: session.given?.stepUpUntil ?? 0, address: session.given?.address ?? null, freshUntil: 0 };
}

/** A session as its row has it, of a person who is there. */
export function liveFrom(brandId: BrandId, key: string, row: sessionRows.SessionRow, person: Person, deactivated: boolean, course: number): LiveSession {
  const endedBy = deactivated ? 'deactivated' : row.ended_at === null ? null : ((row.end_reason ?? 'ended') as EndReason);
  return {
    id: row.id,
    brandId,
    key,
    person,
    createdAt: row.created_at,
    framedBy: row.framed_by === null ? null : (JSON.parse(row.framed_by) as string[]),
    lastInputAt: row.last_input_at,
    endedBy,
    proven: PROOFS[row.proven],
    usedFactor: row.factor_at !== null,
    given: row.step_up_until === null && row.fresh_until === null ? null : { stepUpUntil: row.step_up_until ?? 0, address: row.step_up_address, freshUntil: row.fresh_until ?? 0 },
    exemptUntil: row.exempt_until ?? 0,
    address: row.address,
    stale: false,
    busyUntil: 0,
    course,
  };
}

/** What was read, into the one object that doors and open sockets hold: two of one session would end at two times. */
export function take(session: LiveSession, fresh: LiveSession): void {
  session.lastInputAt = Math.max(session.lastInputAt, fresh.lastInputAt);
  session.endedBy ??= fresh.endedBy;
  session.person = fresh.person;
  session.proven = fresh.proven;
  session.usedFactor ||= fresh.usedFactor;
  session.given = fresh.given;
}
