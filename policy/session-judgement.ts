// What an open session meets at each of its requests, all decisions in their order: the doors ask it under the policy as it is, a preview under the next one.
import type { Address } from './address.ts';
import { decideEnrolmentDue, insideListThatIsOn } from './decide/enrolment.ts';
import { decideFraming } from './decide/framing.ts';
import { decideManagementAccess } from './decide/management-access.ts';
import { decidePasswordDue } from './decide/password-age.ts';
import { decideSession } from './decide/session.ts';
import { allow, type Decision, deny } from './decision.ts';
import type { Policy } from './effective.ts';
import type { Proof } from './management-table.ts';

export interface OpenSessionFacts {
  readonly now: number;
  readonly createdAt: number;
  readonly lastInputAt: number;
  /** Origins of every page around it; null: it stands in no frame. */
  readonly framedBy: readonly string[] | null;
  readonly address: Address | null;
  readonly proven: Proof;
  /** It came in by break-glass, and that still runs. */
  readonly exempt: boolean;
  readonly person: {
    readonly admin: boolean;
    readonly remoteAccess: boolean;
    readonly hasFactor: boolean;
    /** ms; 0: there is no password. */
    readonly passwordSetAt: number;
    readonly mustChange: boolean;
  };
}

/** The session is good, but opens nothing before its person has chosen a password or enrolled a factor. */
export type HeldBack = 'password.change_required' | 'factor.enrol_required';
export const EITHER: readonly HeldBack[] = Object.freeze(['password.change_required', 'factor.enrol_required']);
export const heldBackBy = (decision: Decision): HeldBack | null => (decision.allowed ? null : (EITHER.find((code) => code === decision.code) ?? null));

/** Of a session that nobody has ended. */
export function judgeOpenSession(policy: Policy, { now, createdAt, lastInputAt, framedBy, address, proven, exempt, person }: OpenSessionFacts): Decision {
  const alive = decideSession(policy, { now, createdAt, lastInputAt, ended: false });
  if (!alive.allowed) return alive;
  const framing = framedBy === null ? allow() : decideFraming(policy, { ancestors: framedBy });
  if (!framing.allowed) return framing;
  const access = decideManagementAccess(policy, { address, admin: person.admin, remoteAccess: person.remoteAccess, proven, exempt });
  // Somebody without a factor, at an address of a list that is on, is led to the enrolment page and nowhere else.
  const mayEnrol = !access.allowed && access.code === 'second_factor.required' && !person.hasFactor && insideListThatIsOn(policy, address);
  if (!access.allowed && !mayEnrol) return access;
  // Who came in by break-glass mends what shut everybody out: nothing else is asked of them.
  if (exempt) return allow();
  // The password first: one that somebody else may know must not enrol a factor.
  const due = decidePasswordDue(policy, { now, setAt: person.passwordSetAt, mustChange: person.mustChange });
  if (due.allowed && mayEnrol) return deny('factor.enrol_required', 'two_factor.mode', access.facts);
  return due.allowed ? decideEnrolmentDue(policy, { now, hasFactor: person.hasFactor }) : due;
}
