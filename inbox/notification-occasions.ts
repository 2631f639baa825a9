// What of the inbox's changes somebody wants to know: who is told of what, judged by what each may see and chose.
import { newId } from '#identity/tokens.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { MessageRow } from '#store/messages.ts';
import type { NotificationKind, NotificationRow } from '#store/notifications.ts';
import { mentionsIn } from '#inbox/mentions.ts';
import { type Choice } from '#inbox/notification-choice.ts';
import { maySee, type Sight } from '#inbox/sight.ts';

/** One active person of the brand. */
export interface Reader {
  readonly id: string;
  readonly name: string;
  readonly sight: Sight;
  readonly choice: Choice;
}

interface Occasion {
  readonly kind: NotificationKind;
  readonly conversation: ConversationRow;
  readonly message: Pick<MessageRow, 'id' | 'seq' | 'author_kind' | 'author_id'> | null;
  /** The same occasion is told once. */
  readonly once: string;
}

function rowOf({ kind, conversation, message, once }: Occasion, reader: Reader, now: number): NotificationRow {
  const way = reader.choice.ways[kind];
  return {
    id: newId('ntf'), agent_id: reader.id, kind, conversation_id: conversation.id, message_id: message?.id ?? null, occasion: once,
    by_agent: message?.author_kind === 'agent' ? message.author_id : null, seq: message?.seq ?? conversation.last_seq, created_at: now,
    mail_due_at: way === 'mail' || way === 'away' ? now : null, mailed_at: null, seen_at: null,
  };
}

/** Those of `readers` who want to know and may. Nobody is told of what they did themselves. */
const told = (occasion: Occasion, readers: readonly Reader[], now: number): NotificationRow[] =>
  readers.filter((reader) => reader.choice.ways[occasion.kind] !== 'off' && reader.id !== occasion.message?.author_id && maySee(reader.sight, occasion.conversation)).map((reader) => rowOf(occasion, reader, now));

/** Whom a conversation without an assignee concerns: its team, or everybody. */
const concerned = ({ team_id: team }: ConversationRow, readers: readonly Reader[]): readonly Reader[] => (team === null ? readers : readers.filter(({ sight }) => sight.teams.has(team)));

const assignedTo = (text: string): string | null => {
  const event = JSON.parse(text) as { what?: string; to?: string | null };
  return event.what === 'assignee' ? (event.to ?? null) : null;
};

/** What these messages are occasions for; `conversations` are theirs as they are now. */
export function occasionsOf(messages: readonly MessageRow[], conversations: ReadonlyMap<string, ConversationRow>, readers: readonly Reader[], now: number): NotificationRow[] {
  const only = (id: string | null): Reader[] => readers.filter((reader) => reader.id === id);
  return messages.flatMap((message) => {
    const conversation = conversations.get(message.conversation_id);
    if (conversation === undefined || message.redacted_at !== null) return [];
    const { kind, author_kind: author, text, id, seq } = message;
    if (kind === 'event') return author === 'agent' ? told({ kind: 'assigned', conversation, message, once: id }, only(assignedTo(text)).filter((reader) => reader.id === conversation.assignee_id), now) : [];
    if (kind === 'note') {
      const named = new Set(mentionsIn(text, readers));
      return named.size === 0 ? [] : told({ kind: 'mentioned', conversation, message, once: id }, readers.filter((reader) => named.has(reader.id)), now);
    }
    if (author !== 'customer') return [];
    if (seq === 1) return conversation.assignee_id === null ? told({ kind: 'new', conversation, message, once: '' }, concerned(conversation, readers), now) : [];
    // One a period of waiting: a burst of messages is one piece of news.
    return conversation.waiting_since === null ? [] : told({ kind: 'answered', conversation, message, once: String(conversation.waiting_since) }, only(conversation.assignee_id), now);
  });
}

/** Customers who wait for longer than somebody has chosen: the assignee is told, or where there is none whom it concerns. Once a period of waiting. */
export function waitingOf(conversations: readonly ConversationRow[], readers: readonly Reader[], now: number): NotificationRow[] {
  return conversations.flatMap((conversation) => {
    const since = conversation.waiting_since;
    if (since === null || conversation.status === 'solved' || conversation.status === 'archived') return [];
    const { assignee_id: assignee } = conversation;
    const whom = assignee === null ? concerned(conversation, readers) : readers.filter(({ id }) => id === assignee);
    return told({ kind: 'waiting', conversation, message: null, once: String(since) }, whom.filter(({ choice }) => now - since >= choice.waitingMinutes * 60_000), now);
  });
}
