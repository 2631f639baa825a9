// One conversation as a person opens it: its summary, the card of its customer, its newest messages.
import * as agentRows from '#store/agents.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import { last } from '#store/feed.ts';
import * as fileRows from '#store/files.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandStore } from '#store/store.ts';
import type { Actor } from '#inbox/agent-message.ts';
import { readCard } from '#inbox/customer-card.ts';
import { mailsOf } from '#inbox/mail/mail-view.ts';
import { type MailHeading, readHeading } from '#inbox/mail/heading.ts';
import { messageOf } from '#inbox/message-view.ts';
import { readNames, withWriters } from '#inbox/names.ts';
import type { Card, Message, Summary } from '#inbox/shapes.ts';
import { openTo } from '#inbox/sight.ts';
import { summariesOf } from '#inbox/summaries.ts';

/** Messages of one page. */
export const MESSAGES = 50;
type Viewer = Pick<Actor, 'id' | 'admin' | 'policyIn'>;

export interface OpenConversation {
  readonly conversation: Summary & { readonly createdAt: number; readonly statusAt: number; readonly hold: { readonly at: number; readonly byName: string; readonly reason: string } | null; readonly mail: MailHeading | null };
  readonly customer: Card;
  /** The oldest first. */
  readonly messages: readonly Message[];
  /** There are older ones. */
  readonly more: boolean;
  /** How far the feed had come before this was read: what is newer comes by it. */
  readonly feed: number;
}

/** The newest messages, or those before number `before`, as this person is shown them. */
export async function messagesOf(brand: BrandStore, row: ConversationRow, agentId: string, before?: number): Promise<{ messages: Message[]; more: boolean }> {
  const [rows, known, customer] = await Promise.all([messageRows.page(brand, row.id, MESSAGES + 1, before), readNames(brand), customerRows.byId(brand, row.customer_id)]);
  const [names, files, mails] = await Promise.all([withWriters(brand, known, rows), fileRows.ofMessages(brand, rows), row.kind === 'email' ? mailsOf(brand, rows) : new Map()]);
  return { messages: rows.slice(-MESSAGES).map((message) => messageOf(message, { names, customer, files, mails }, agentId)), more: rows.length > MESSAGES };
}

export async function openConversation(brand: BrandStore, viewer: Viewer, id: string, now: number): Promise<OpenConversation | undefined> {
  const feed = await last(brand);
  const row = await openTo(brand, viewer, id, now);
  if (row === undefined) return undefined;
  const [[summary], customer, page, holder, mail] = await Promise.all([
    summariesOf(brand, [row], viewer.id), readCard(brand, viewer, row.customer_id, now), messagesOf(brand, row, viewer.id), row.hold_by === null ? undefined : agentRows.byId(brand, row.hold_by), readHeading(brand, row),
  ]);
  if (summary === undefined || customer === undefined) return undefined;
  const hold = row.hold_at === null ? null : { at: row.hold_at, byName: holder?.name ?? row.hold_by ?? 'the system', reason: row.hold_reason ?? '' };
  return { conversation: { ...summary, createdAt: row.created_at, statusAt: row.status_at, hold, mail }, customer, ...page, feed };
}
