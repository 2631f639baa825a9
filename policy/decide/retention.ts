// Is a conversation still kept? Days by its status, exact to the millisecond; a legal hold keeps it whatever the days say (GDPR Article 5(1)(e), Article 17(3)(e)).
import type { Key } from '../catalogue.ts';
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

/** Instants in ms since 1970. */
export interface RetentionFacts {
  readonly status: 'open' | 'pending' | 'solved' | 'archived';
  /** What open and pending count from. */
  readonly lastMessageAt: number;
  /** When it came into its status: what solved and archived count from. */
  readonly statusAt: number;
  /** A legal hold stands on it. */
  readonly held: boolean;
  readonly now: number;
}

/** For each setting the instant up to which what it counts from is due at `now`; null while it keeps for ever. */
export interface RetentionEnds {
  /** Of `lastMessageAt`, for open and pending. */
  readonly open: number | null;
  /** Of `statusAt`. */
  readonly solved: number | null;
  readonly archived: number | null;
}

const DAY = 86_400_000;

/** For queries: a conversation that is not held is due when what it counts from is at most this. `decideRetention` says the same of one. */
export function retentionEnds(policy: Policy, now: number): RetentionEnds {
  const end = (days: number): number | null => (days === 0 ? null : now - days * DAY);
  return Object.freeze({
    open: end(policy.values['retention.open_days']),
    solved: end(policy.values['retention.solved_days']),
    archived: end(policy.values['retention.archived_days']),
  });
}

/** Code `conversation.not_found`: what is due is not shown, even before it is erased. */
export function decideRetention(policy: Policy, { status, lastMessageAt, statusAt, held, now }: RetentionFacts): Decision {
  if (held) return allow();
  const ends = retentionEnds(policy, now);
  const judge = (key: Key, end: number | null, from: number): Decision => (end === null || from > end ? allow() : deny('conversation.not_found', key, { status, from, end }));
  if (status === 'solved') return judge('retention.solved_days', ends.solved, statusAt);
  if (status === 'archived') return judge('retention.archived_days', ends.archived, statusAt);
  return judge('retention.open_days', ends.open, lastMessageAt);
}
