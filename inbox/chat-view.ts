// What a customer sees of their chat: what was said, that it was solved, and never a note; read whole or from a number of the feed on.
import { decideRetention } from '#policy/decide/retention.ts';
import type { Policy } from '#policy/effective.ts';
import { agentNames, chatOf, shownMessages } from '#store/chat-sessions.ts';
import type { ConversationRow } from '#store/conversations.ts';
import { last } from '#store/feed.ts';
import * as fileRows from '#store/files.ts';
import type { FilesByMessage } from '#store/files.ts';
import type { MessageRow } from '#store/messages.ts';
import type { BrandStore } from '#store/store.ts';
import { type ShownFile, shownFiles } from '#media/file-view.ts';

export interface ChatMessage {
  readonly id: string;
  readonly seq: number;
  readonly feed: number;
  readonly from: 'customer' | 'agent' | 'system';
  /** Of the agent who wrote it. */
  readonly name: string | null;
  /** Empty once it was redacted. */
  readonly text: string;
  /** ms since 1970 UTC */
  readonly at: number;
  readonly redacted: boolean;
  readonly files: readonly ShownFile[];
  /** Of the customer's own: what their browser called it. */
  readonly clientId?: string;
}

export type ChatConversation = Pick<ConversationRow, 'id' | 'number' | 'status'>;

export interface ChatView {
  /**
   * How far it reaches: ask for what came after it. It is the brand's one number, so a customer who looks twice learns how much the brand
   * wrote between: accepted, since a page that comes back asks another node from there on; it says nothing of whom or what.
   */
  readonly feed: number;
  readonly conversation: ChatConversation | null;
  /** By their number in the conversation. */
  readonly messages: readonly ChatMessage[];
  /** What was seen before must be dropped: this is all there is to show. */
  readonly reset: boolean;
}

export type NameOf = (agentId: string) => string | null;

const NEWEST = 50;
/** Who missed more than this is given the newest. */
const MOST_CHANGES = 200;
/** In no language of its own: the chat shows its own words for `from: 'system'` where it has them. */
const SOLVED = 'This conversation was marked as solved.';

function isSolved(text: string): boolean {
  const said = JSON.parse(text) as { what?: unknown; to?: unknown };
  return said.what === 'status' && said.to === 'solved';
}

/** A message as the customer sees it; null for what they do not see. */
export function shownToCustomer(row: MessageRow, nameOf: NameOf, files: FilesByMessage): ChatMessage | null {
  if (row.kind === 'note' || (row.kind === 'event' && !isSolved(row.text))) return null;
  const redacted = row.redacted_at !== null;
  const from = row.kind === 'event' ? 'system' : row.author_kind;
  const text = redacted ? '' : row.kind === 'event' ? SOLVED : row.text;
  const shown = { id: row.id, seq: row.seq, feed: row.feed, from, name: from === 'agent' && row.author_id !== null ? nameOf(row.author_id) : null, text, at: row.created_at, redacted, files: shownFiles(files.get(row.id)) };
  return from === 'customer' ? { ...shown, clientId: row.client_id } : shown;
}

export const shownConversation = ({ id, number, status }: ConversationRow): ChatConversation => ({ id, number, status });

export interface Viewer {
  readonly channelId: string;
  readonly customerId: string;
}

/** One chat as its customer may see it now. `since`: the feed of what they saw last. `policy` is the channel's. */
export async function readChat(brand: BrandStore, policy: Policy, { channelId, customerId }: Viewer, since: number | null, now: number): Promise<ChatView> {
  // Read first: what is committed while the rest is read comes later, whole.
  const feed = await last(brand);
  const row = await chatOf(brand, channelId, customerId);
  if (row === undefined || !isKept(policy, row, now)) return { feed, conversation: null, messages: [], reset: true };
  const conversation = shownConversation(row);
  // A number beyond the feed is of another time (a backup was put back): nothing is known of it.
  const changed = since === null || since > feed ? null : await shownMessages(brand, row.id, { after: since, upTo: feed, most: MOST_CHANGES + 1 });
  // Who sees its first message for the first time has seen nothing of this conversation.
  const reset = changed === null || changed.length > MOST_CHANGES || changed.some(({ seq }) => seq === 1);
  const rows = reset ? await shownMessages(brand, row.id, { upTo: feed, most: NEWEST }) : changed;
  const [nameOf, files] = await Promise.all([namesFor(brand, rows), fileRows.ofMessages(brand, rows)]);
  return { feed, conversation, messages: rows.toReversed().flatMap((one) => shownToCustomer(one, nameOf, files) ?? []), reset };
}

/** What is due is not shown, even before the sweep came. */
export function isKept(policy: Policy, row: ConversationRow, now: number): boolean {
  return decideRetention(policy, { status: row.status, lastMessageAt: row.last_message_at, statusAt: row.status_at, held: row.hold_at !== null, now }).allowed;
}

async function namesFor(brand: BrandStore, rows: readonly MessageRow[]): Promise<NameOf> {
  const ids = new Set(rows.flatMap(({ author_kind, author_id }) => (author_kind === 'agent' && author_id !== null ? [author_id] : [])));
  const names = await agentNames(brand, [...ids]);
  return (id) => names.get(id) ?? null;
}
