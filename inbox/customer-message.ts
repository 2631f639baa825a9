// A customer writes: their chat goes on, or one begins. Sending again what was sent before doubles nothing, whatever happened meanwhile.
import type { ChatSessionRow } from '#store/chat-sessions.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import { advance, nextNumber } from '#store/feed.ts';
import type { FileRow } from '#store/files.ts';
import * as messageRows from '#store/messages.ts';
import { type BrandId, type BrandStore, type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { headStatement } from '#inbox/head-text.ts';
import { attachable } from '#media/attachments.ts';
import { eventMessage, messageEntry, messageStatements, type NewMessage, previewOfSaid } from '#inbox/message-writing.ts';

export interface SendParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
}

export interface CustomerSays {
  readonly session: Pick<ChatSessionRow, 'id' | 'channel_id' | 'customer_id' | 'verified_by'>;
  /** Made by the sender; the same one is the same message. */
  readonly clientId: string;
  /** Judged by `textFaults`. */
  readonly text: string;
  /** Ids of files this customer has taken in. */
  readonly files?: readonly string[];
}

export interface Sent {
  readonly conversationId: string;
  readonly messageId: string;
  /** It was there already: sent before under the same client id. */
  readonly repeated: boolean;
}

/** What somebody else did at the same moment: looked at anew, a few times. */
const PASSING: ReadonlySet<string> = new Set(['conversation.changed', 'conversation.open_chat']);
const TRIES = 5;

interface Unit {
  readonly conversationId: string;
  readonly messageId: string;
  readonly statements: Statement[];
  readonly entries: Entry[];
}

function said(says: CustomerSays, conversationId: string, now: number): NewMessage {
  const { session, clientId, text } = says;
  return {
    id: newId('msg'), conversation_id: conversationId, kind: 'text', author_kind: 'customer', author_id: session.customer_id, client_id: clientId, text,
    verified: session.verified_by === null ? 0 : 1, created_at: now,
  };
}

const spoken = (text: string, files: readonly FileRow[], now: number) => ({ preview: previewOfSaid(text, files), last_author: 'customer', last_message_at: now }) as const;

/** The chat goes on; one that is solved or pending is open again, and its timeline says so. */
function goingOn(brand: BrandStore, row: ConversationRow, says: CustomerSays, files: readonly FileRow[], now: number): Unit {
  const message = said(says, row.id, now);
  const reopens = row.status !== 'open';
  const statements = [conversationRows.count(brand, row.id, { said: spoken(says.text, files, now), waiting: now, ...(reopens ? { reopenedAt: now } : {}) }, row), ...messageStatements(brand, message, '', { channelId: row.channel_id, files, author: { kind: 'customer', id: says.session.customer_id } })];
  const entries = [messageEntry(message, undefined, files)];
  if (reopens) {
    const event = eventMessage(row.id, { kind: 'system', id: null }, { what: 'status', from: row.status, to: 'open' }, now);
    statements.push(conversationRows.countEvent(brand, { ...row, status: 'open' }), ...messageStatements(brand, event));
    entries.push({ id: newId('evt'), at: now, actor: { kind: 'customer', id: says.session.customer_id }, event: 'conversation.changed', entity: { kind: 'conversation', id: row.id }, before: { status: row.status }, after: { status: 'open' }, facts: { what: 'status' } });
  }
  return { conversationId: row.id, messageId: message.id, statements, entries };
}

async function beginning(brand: BrandStore, says: CustomerSays, files: readonly FileRow[], now: number): Promise<Unit> {
  const { customer_id: customerId, channel_id: channelId } = says.session;
  const customer = await customerRows.byId(brand, customerId);
  if (customer === undefined || customer.erased_at !== null) throw new Conflict('customer.erased');
  const id = newId('con');
  const message = said(says, id, now);
  const row = { id, channel_id: channelId, kind: 'chat', customer_id: customerId, status: 'open', status_at: now, assignee_id: null, team_id: null, waiting_since: now, created_at: now, ...spoken(says.text, files, now) } as const;
  return {
    conversationId: id,
    messageId: message.id,
    statements: [nextNumber(brand), conversationRows.begin(brand, row), ...messageStatements(brand, message, '', { channelId, files, author: { kind: 'customer', id: customerId } }), headStatement(brand, row, customer, [])],
    entries: [
      { id: newId('evt'), at: now, actor: { kind: 'customer', id: customerId }, event: 'conversation.begun', entity: { kind: 'conversation', id }, facts: { channel: channelId, customer: customerId } },
      messageEntry(message, undefined, files),
    ],
  };
}

/**
 * Says it in the customer's chat of the session's channel. Throws `Conflict('chat.session_ended')` when the session was ended meanwhile,
 * `Conflict('customer.erased')`, and `Conflict('file.not_attachable')` where a file is not this customer's to attach.
 */
export async function sendAsCustomer(parts: SendParts, brandId: BrandId, says: CustomerSays, now: number): Promise<Sent> {
  const brand = parts.store.brand(brandId);
  const { session, clientId, files: fileIds = [] } = says;
  const before = { customerId: session.customer_id, channelId: session.channel_id, clientId };
  for (let tried = 1; ; tried += 1) {
    const every = (await conversationRows.ofCustomer(brand, session.customer_id)).filter((row) => row.channel_id === session.channel_id);
    const present = every.find((row) => row.status !== 'archived');
    // What was sent into a chat that is archived by now is not said again in a new one. In the present one its own index says so.
    const earlier = every.length > (present === undefined ? 0 : 1) ? await messageRows.sentBy(brand, before) : undefined;
    if (earlier !== undefined) return { conversationId: earlier.conversation_id, messageId: earlier.id, repeated: true };
    const files = await attachable(brand, fileIds, { author: { kind: 'customer', id: session.customer_id }, channelId: session.channel_id, conversationId: present?.id ?? null });
    const repeated = async (): Promise<Sent | undefined> => {
      const first = await messageRows.sentBy(brand, before);
      return first === undefined ? undefined : { conversationId: first.conversation_id, messageId: first.id, repeated: true };
    };
    if (files === null) {
      // Sent before, they stand in that very message.
      const first = await repeated();
      if (first === undefined) throw new Conflict('file.not_attachable');
      return first;
    }
    const { conversationId, messageId, statements, entries } = present === undefined ? await beginning(brand, says, files, now) : goingOn(brand, present, says, files, now);
    const guards = [chatSessionRows.stillOpen(brand, session.id, now), customerRows.seen(brand, session.customer_id, now)];
    try {
      await parts.commit([brand.part({ statements: [advance(brand), ...guards, ...statements], entries, bumps: ['inbox'] })]);
      return { conversationId, messageId, repeated: false };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const first = error.code === 'message.repeated' || error.code === 'file.not_attachable' ? await repeated() : undefined;
      if (first !== undefined) return first;
      if (!PASSING.has(error.code) || tried === TRIES) throw error;
    }
  }
}
