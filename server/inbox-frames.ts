// Frames of the inbox as they leave: made once for all receivers alike, with what is one person's own put in for that person alone.
import type { Message, Summary } from '#inbox/shapes.ts';
import { type SharedFrame, sharedFrame } from '#server/shared-frame.ts';

/** Without what only its writer is told. */
export type SharedMessage = Omit<Message, 'clientId'>;
export type SharedSummary = Omit<Summary, 'readSeq'>;

/** A message as everybody may have it, and what its own agent called it. */
export interface Ready {
  readonly message: SharedMessage;
  readonly clientId: string;
}

export const MANY = (feed: number): string => JSON.stringify({ type: 'inbox', feed, many: true });

/** Frames of the messages of one conversation. */
export interface MessageFrames {
  /** The same for everybody; null where an agent wrote one of them, who is told what they called it. */
  readonly alike: SharedFrame | null;
  of(agentId: string): SharedFrame;
}

/** The shared frame, and for whoever wrote one of the messages their own. */
export function messageFrames(conversation: string, feed: number, ready: readonly Ready[]): MessageFrames {
  const wrote = ({ message: { author } }: Ready, agentId: string): boolean => author.kind === 'agent' && author.id === agentId;
  const authors = new Set(ready.flatMap(({ message: { author } }) => (author.kind === 'agent' ? [author.id] : [])));
  const made = new Map<string | null, SharedFrame>();
  const frameOf = (own: string | null): SharedFrame => {
    const present = made.get(own);
    if (present !== undefined) return present;
    const messages = ready.map((one) => (own !== null && one.message.kind !== 'event' && wrote(one, own) ? { ...one.message, clientId: one.clientId } : one.message));
    const frame = sharedFrame(JSON.stringify({ type: 'messages', feed, conversation, messages }));
    made.set(own, frame);
    return frame;
  };
  return { alike: authors.size === 0 ? frameOf(null) : null, of: (agentId) => frameOf(authors.has(agentId) ? agentId : null) };
}

/** Frames of changed conversations: each summary becomes text once; who sees the same and has read the same gets the same frame. */
export function summaryFrames(feed: number, summaries: readonly SharedSummary[]): (seen: ReadonlySet<string>, readOf: (conversationId: string) => number) => SharedFrame | null {
  const texts = summaries.map((summary) => ({ id: summary.id, text: JSON.stringify(summary).slice(0, -1) }));
  const made = new Map<string, SharedFrame>();
  return (seen, readOf) => {
    const parts = texts.filter(({ id }) => seen.has(id)).map(({ id, text }) => ({ key: `${id} ${readOf(id)}`, text: `${text},"readSeq":${readOf(id)}}` }));
    if (parts.length === 0) return null;
    const key = parts.map((part) => part.key).join();
    const frame = made.get(key) ?? sharedFrame(`{"type":"inbox","feed":${feed},"changed":[${parts.map(({ text }) => text).join()}]}`);
    made.set(key, frame);
    return frame;
  };
}
