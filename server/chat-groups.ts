// Who of a brand's open chats sees what: sockets by customer and channel, fed from the one feed of the brand, each message serialised once.
import type { WebSocket } from 'ws';
import { type ChatConversation, type ChatMessage, type NameOf, shownConversation, shownToCustomer } from '#inbox/chat-view.ts';
import type { ChatSession } from '#identity/chat-sessions.ts';
import type { MessageRow } from '#store/messages.ts';
import type { Changes } from '#server/feed.ts';

/** What one change of the feed holds for one chat. Shared by all who see it. */
interface Batch {
  readonly feed: number;
  /** The smallest number in it: whoever has seen less than it is given the whole, as it was serialised once. */
  readonly least: number;
  readonly conversation: string;
  readonly changed: ChatConversation | null;
  readonly messages: readonly ChatMessage[];
  readonly whole: Buffer | null;
}

export interface Receiver {
  readonly socket: WebSocket;
  session: ChatSession;
  /** Everything up to here was sent. */
  feed: number;
  /** What arrives while history is being read; null once it was sent. */
  waiting: Batch[] | null;
}

interface Group<R> {
  readonly receivers: Set<R>;
  /** Every conversation this group was shown. */
  readonly conversations: Set<string>;
  /** The one that goes on, and the status its receivers know. */
  current: string | null;
  status: string | null;
}

export interface Groups<R extends Receiver> {
  /** From now on `receiver` is given what changes, once it was welcomed. `current`: the chat that is known of. */
  join(receiver: R, current: ChatConversation | null): void;
  /** History reached up to `feed`: what waited beyond it is sent. */
  welcomed(receiver: R, feed: number, current: ChatConversation | null): void;
  /** A conversation that was found by reading. */
  know(receiver: R, conversation: ChatConversation): void;
  leave(receiver: R): void;
  currentOf(session: ChatSession): string | null;
  ofSession(session: ChatSession): number;
  deliver(changes: Changes, nameOf: NameOf): void;
  /** Sends text to everybody whose chat this is. */
  tell(conversation: string, text: string): void;
  /** The receivers of these sessions, whom somebody ended. */
  ended(changes: Changes): R[];
}

/** A page that reads nothing for so long is cut; it asks for what it missed when it comes back. */
const MOST_WAITING = 200;
const keyOf = (channelId: string, customerId: string): string => `${channelId} ${customerId}`;
const messagesFrame = (feed: number, conversation: string, messages: readonly ChatMessage[]): string => JSON.stringify({ type: 'messages', feed, conversation, messages });

/** `give` sends to one receiver after judging it; false when it may not be given anything any more. */
export function openGroups<R extends Receiver>(give: (receiver: R, frame: string | Buffer) => boolean): Groups<R> {
  const groups = new Map<string, Group<R>>();
  const byConversation = new Map<string, Group<R>>();
  const groupOf = (session: ChatSession): Group<R> | undefined => groups.get(keyOf(session.channelId, session.customerId));

  function know(group: Group<R>, { id, status }: ChatConversation): void {
    group.current = status === 'archived' ? null : id;
    group.status = status;
    group.conversations.add(id);
    byConversation.set(id, group);
  }

  function hand(receiver: R, batch: Batch): void {
    if (receiver.waiting !== null) {
      receiver.waiting.push(batch);
      if (receiver.waiting.length > MOST_WAITING) receiver.socket.terminate();
      return;
    }
    if (batch.feed <= receiver.feed) return;
    if (batch.changed !== null && !give(receiver, JSON.stringify({ type: 'conversation', feed: batch.feed, conversation: batch.changed }))) return;
    const missing = receiver.feed < batch.least ? batch.messages : batch.messages.filter(({ feed }) => feed > receiver.feed);
    if (missing.length > 0 && !give(receiver, missing === batch.messages && batch.whole !== null ? batch.whole : messagesFrame(batch.feed, batch.conversation, missing))) return;
    receiver.feed = batch.feed;
  }

  return {
    join(receiver, current) {
      const key = keyOf(receiver.session.channelId, receiver.session.customerId);
      const group = groups.get(key) ?? { receivers: new Set<R>(), conversations: new Set<string>(), current: null, status: null };
      groups.set(key, group);
      group.receivers.add(receiver);
      if (current !== null && group.current === null) know(group, current);
    },
    welcomed(receiver, feed, current) {
      const group = groupOf(receiver.session);
      if (group !== undefined && current !== null && group.current === null) know(group, current);
      receiver.feed = feed;
      const waited = receiver.waiting ?? [];
      receiver.waiting = null;
      for (const batch of waited) hand(receiver, batch);
    },
    know(receiver, conversation) {
      const group = groupOf(receiver.session);
      if (group !== undefined) know(group, conversation);
    },
    leave(receiver) {
      const group = groupOf(receiver.session);
      if (group === undefined || !group.receivers.delete(receiver) || group.receivers.size > 0) return;
      groups.delete(keyOf(receiver.session.channelId, receiver.session.customerId));
      for (const id of group.conversations) byConversation.delete(id);
    },
    currentOf: (session) => groupOf(session)?.current ?? null,
    ofSession(session) {
      let same = 0;
      for (const one of groupOf(session)?.receivers ?? []) if (one.session.id === session.id) same += 1;
      return same;
    },
    deliver(changes, nameOf) {
      const touched = new Map<string, { changed: ChatConversation | null; rows: MessageRow[]; least: number }>();
      for (const row of changes.conversations) {
        const group = groups.get(keyOf(row.channel_id, row.customer_id));
        // An archived chat that another one has followed is told of no more.
        if (group === undefined || (row.status === 'archived' && group.current !== row.id)) continue;
        const news = group.current !== row.id || group.status !== row.status;
        const shown = shownConversation(row);
        know(group, shown);
        touched.set(row.id, { changed: news ? shown : null, rows: [], least: row.feed });
      }
      for (const row of changes.messages) {
        if (!byConversation.has(row.conversation_id)) continue;
        const one = touched.get(row.conversation_id) ?? { changed: null, rows: [], least: row.feed };
        touched.set(row.conversation_id, one);
        one.rows.push(row);
        one.least = Math.min(one.least, row.feed);
      }
      for (const [conversation, { changed, rows, least }] of touched) {
        const messages = rows.flatMap((row) => shownToCustomer(row, nameOf, changes.files) ?? []);
        if (messages.length === 0 && changed === null) continue;
        const { feed } = changes;
        const whole = messages.length === 0 ? null : Buffer.from(messagesFrame(feed, conversation, messages));
        const batch: Batch = { feed, least, conversation, changed, messages, whole };
        for (const receiver of byConversation.get(conversation)?.receivers ?? []) hand(receiver, batch);
      }
    },
    tell(conversation, text) {
      for (const receiver of byConversation.get(conversation)?.receivers ?? []) if (receiver.waiting === null) give(receiver, text);
    },
    ended: (changes) => changes.ended.flatMap((row) => [...(groups.get(keyOf(row.channel_id, row.customer_id))?.receivers ?? [])].filter(({ session }) => session.id === row.id)),
  };
}
