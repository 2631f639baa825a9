// One customer's socket as this node keeps it: who it is, how far it was told, and what it waits for. Nothing of a request hangs on it.
import type { WebSocket } from 'ws';
import type { DenialCode } from '#policy/decision.ts';
import type { ChatSession } from '#identity/chat-sessions.ts';
import { CHAT_CLOSE, type Counted } from '#server/chat-frames.ts';
import type { Receiver } from '#server/chat-groups.ts';
import type { ChatHouse } from '#server/chat-houses.ts';
import type { Client } from '#server/client.ts';

/** Before its hello, `session` is nobody's. No timer is its own: rounds look at all. */
export interface Open extends Receiver, Counted {
  readonly client: Client;
  readonly openedAt: number;
  stage: 'new' | 'greeting' | 'in';
  house: ChatHouse<Open> | null;
  alive: boolean;
  typedAt: number;
  queued: number;
  /** What its next message waits for; null when nothing is under way. */
  busy: Promise<void> | null;
}

export const NOBODY: ChatSession = Object.freeze({ id: '', channelId: '', customerId: '', site: '', proven: 'anonymous', verifiedBy: null, createdAt: 0, expiresAt: 0, name: null });

/** One that has just opened, at `at` ms of uptime. */
export const newOpen = (socket: WebSocket, client: Client, at: number): Open => ({
  socket, client, session: NOBODY, feed: 0, waiting: null, openedAt: at, stage: 'new', house: null, alive: true, typedAt: -Infinity, queued: 0, busy: null, frames: 0, framesSince: at,
});

/** With what it is closed when it may not stay. */
export function closeCode(code: DenialCode): number {
  if (code === 'chat.site_not_allowed' || code === 'chat.channel_off') return CHAT_CLOSE.site;
  if (code === 'chat.too_fast' || code === 'chat.too_many_windows') return CHAT_CLOSE.flood;
  return code === 'policy.unconfirmed' ? CHAT_CLOSE.unavailable : CHAT_CLOSE.session;
}
