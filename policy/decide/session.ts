// Is this session still alive? Ended, idle and absolute limits, exact to the millisecond (OWASP ASVS 5.0, 7.3.1 and 7.3.2).
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

/** All instants in milliseconds since 1970. */
export interface SessionFacts {
  readonly now: number;
  readonly createdAt: number;
  /** The person's own last input: polling, sockets and background refresh never move it. */
  readonly lastInputAt: number;
  /** Signed out, or ended by something else. */
  readonly ended: boolean;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Clocks of two nodes may differ by this much. What lies further ahead was written before a clock was set back: how old it is cannot be told. */
export const AHEAD_MS = 60_000;

/** Codes: `session.ended`, `session.absolute`, `session.idle`; of the last two the one that came first. Begun or used in the future counts as over. */
export function decideSession(policy: Policy, facts: SessionFacts): Decision {
  const { now, createdAt, lastInputAt, ended } = facts;
  if (ended) return deny('session.ended', null, { now });
  if (createdAt - now > AHEAD_MS) return deny('session.absolute', 'session.absolute_hours', { now, createdAt });
  const idleMs = policy.values['session.idle_timeout_minutes'] * MINUTE;
  const absoluteAt = createdAt + policy.values['session.absolute_hours'] * HOUR;
  if (idleMs !== 0 && lastInputAt - now > AHEAD_MS) return deny('session.idle', 'session.idle_timeout_minutes', { now, lastInputAt });
  const idleAt = idleMs === 0 ? Infinity : lastInputAt + idleMs;
  // Written so that an instant that is not a number denies.
  if (now < idleAt && now < absoluteAt) return allow();
  if (idleAt < absoluteAt) return deny('session.idle', 'session.idle_timeout_minutes', { now, lastInputAt, idleAt });
  return deny('session.absolute', 'session.absolute_hours', { now, createdAt, absoluteAt });
}
