// May this browser speak with the brand here and now? The channel must be on, the site on its list, and the session neither ended nor over.
import { type Decision, allow, deny } from '../decision.ts';
import type { Policy } from '../effective.ts';

export interface ChatFacts {
  /** The channel exists and nobody switched it off. */
  readonly channelOn: boolean;
  /** The origin of the page the chat stands on, as browsers write it; null when there is none. */
  readonly site: string | null;
  /** Somebody ended the session. */
  readonly ended: boolean;
  /** When it ends by itself (`chatSessionEnds`), ms since 1970. */
  readonly expiresAt: number;
  readonly now: number;
}

export interface ChatSessionLife {
  readonly proven: 'anonymous' | 'ticket';
  /** Instants in ms since 1970. */
  readonly createdAt: number;
  /** As it was said when the session began; a longer policy since then lengthens nothing. */
  readonly expiresAt: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** How long a browser that nobody vouched for is known again. */
const ANONYMOUS_MS = 30 * DAY;

/** When a session that begins now ends by itself, ms since 1970. `policy` is the channel's. */
export function chatSessionLength(policy: Policy, proven: ChatSessionLife['proven'], now: number): number {
  return now + (proven === 'ticket' ? policy.values['ticket.session_minutes'] * MINUTE : ANONYMOUS_MS);
}

/** When this session ends by itself under this policy: a lowered value holds for those that live. */
export function chatSessionEnds(policy: Policy, { proven, createdAt, expiresAt }: ChatSessionLife): number {
  return proven === 'ticket' ? Math.min(expiresAt, createdAt + policy.values['ticket.session_minutes'] * MINUTE) : expiresAt;
}

const sites = new WeakMap<object, ReadonlySet<string>>();

/** The origins on which the chat of this channel may open, in canonical form. */
export function sitesOf(policy: Policy): ReadonlySet<string> {
  const list = policy.values['channel.site_origins'];
  const known = sites.get(list) ?? new Set(list.state === 'only' ? list.entries.map(({ value }) => value) : []);
  sites.set(list, known);
  return known;
}

/** Codes: `chat.channel_off`, `chat.site_not_allowed`, `chat.session_ended`, `chat.session_over`. `policy` is the channel's. */
export function decideChat(policy: Policy, { channelOn, site, ended, expiresAt, now }: ChatFacts): Decision {
  if (!channelOn) return deny('chat.channel_off', null, {});
  if (site === null || !sitesOf(policy).has(site)) return deny('chat.site_not_allowed', 'channel.site_origins', { site });
  if (ended) return deny('chat.session_ended', null, { now });
  // Written so that an instant that is not a number denies.
  return now < expiresAt ? allow() : deny('chat.session_over', 'ticket.session_minutes', { now, expiresAt });
}

/** A session that goes on: its end is worked out by the policy. */
export type ChatSessionFacts = ChatFacts & Pick<ChatSessionLife, 'proven' | 'createdAt'>;

/** As `decideChat`, for a session that was begun before. */
export function decideChatSession(policy: Policy, facts: ChatSessionFacts): Decision {
  const decision = decideChat(policy, { ...facts, expiresAt: chatSessionEnds(policy, facts) });
  if (decision.allowed || decision.code !== 'chat.session_over') return decision;
  // As the session says it, so that the same can be asked again under another policy.
  const { proven, createdAt, expiresAt } = facts;
  return deny(decision.code, decision.setting, { ...decision.facts, proven, createdAt, expiresAt });
}
