// A customer with a case, for tests of privacy: what is known stands in every place where somebody may have written it.
import * as agentRows from '#store/agents.ts';
import * as conversationRows from '#store/conversations.ts';
import * as conversationTags from '#store/conversation-tags.ts';
import { advance } from '#store/feed.ts';
import * as saltRows from '#store/salts.ts';
import type { BrandStore, Store } from '#store/store.ts';
import { effective } from '#policy/effective.ts';
import { newId } from '#identity/tokens.ts';
import { eventMessage, messageStatements, previewOf } from '#inbox/message-writing.ts';
import { headStatement } from '#inbox/head-text.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { agentOf, entryOf } from '#test/stores.ts';

export const START = Date.UTC(2026, 10, 2, 9, 0, 0);
export const DAY = 86_400_000;

/** What no table may hold after an erasure, in any case. */
export const VALUES = Object.freeze({ name: 'Wilhelmina Quintero', email: 'mina.quintero@shop.example', phone: '+4915123456789', externalId: 'CUST-778812', field: 'Zauberstrasse 99' });
export const TRACES: readonly RegExp[] = Object.freeze([/wilhelmina/i, /quintero/i, /151 ?2345 ?6789/, /cust-778812/i, /zauberstrasse/i, /my secret order/i, /198\.51\.100\.77/, /UnusualBrowser/, /vandermeer/i]);

export interface CustomerCase {
  readonly customerId: string;
  readonly sessionId: string;
  readonly channelId: string;
  readonly conversation: () => Promise<conversationRows.ConversationRow>;
  /** Writes as the customer; gives the message's id. */
  readonly write: (text: string, at?: number) => Promise<string>;
  /** Writes as the agent. */
  readonly answer: (text: string, kind?: 'text' | 'note') => Promise<string>;
}

export const everything = effective({ version: 1, module: {} });

/** Makes an agent where there is none yet. */
/** What a ticket once said of them, and the card says no more. */
const ORIGINS = JSON.stringify({ ticket: { name: 'Mina Vandermeer' }, agent: {} });

export async function ensureAgent(brand: BrandStore, id: string): Promise<void> {
  if ((await agentRows.byId(brand, id)) !== undefined) return;
  await brand.commit({ statements: [agentRows.insert(brand, agentOf(id))], entries: [entryOf('agent.created')] });
}

export async function openCase(store: Store, brandId: string, agentId: string, { now = START, named = true }: { now?: number; named?: boolean } = {}): Promise<CustomerCase> {
  const brand = store.brand(brandId);
  const [channelId, customerId, sessionId] = [newId('chn'), newId('cus'), newId('chs')];
  const who = named ? { name: VALUES.name, email: VALUES.email, phone: VALUES.phone, external_id: VALUES.externalId } : { name: null, email: null, phone: null, external_id: null };
  const fields = named ? JSON.stringify([{ name: 'Street', value: VALUES.field, personal: true }]) : '[]';
  const channel = { id: channelId, kind: 'chat', name: 'Web', title: 'Chat', greeting: '', away_text: '', colour: '#345678', created_at: now, created_by: null, disabled_at: null } as const;
  const session = {
    id: sessionId, channel_id: channelId, customer_id: customerId, token_hash: Buffer.from(sessionId), site: 'https://shop.example', proven: 'ticket', verified_by: 'email', created_at: now,
    expires_at: now + 400 * DAY, last_seen_at: now, ended_at: null, end_reason: null, address: named ? '198.51.100.77' : '192.0.2.9', user_agent: named ? 'UnusualBrowser/7' : 'Browser', feed: 0,
  } as const;
  await brand.commit({
    statements: [
      brand.write(brand.q.insertInto('channels').values(channel)),
      brand.write(brand.q.insertInto('customers').values({ id: customerId, ...who, fields, verified_by: named ? 'email' : null, created_at: now, last_seen_at: now, erased_at: null, erased_by: null, origins: named ? ORIGINS : null })),
      ...(named ? [brand.write(brand.q.insertInto('customer_identities').values([
        { kind: 'email', value: VALUES.email, customer_id: customerId, verified_at: now }, { kind: 'email', value: 'old.quintero@shop.example', customer_id: customerId, verified_at: now },
      ]))] : []),
      brand.write(brand.q.insertInto('chat_sessions').values(session)),
      saltRows.keep(brand, customerId, Buffer.from('salt')),
    ],
    entries: [entryOf('customer.made')],
  });
  let last = '';
  const write = async (text: string, at = now): Promise<string> => {
    const sent = await sendAsCustomer({ store, commit: store.commit }, brandId, { session, clientId: newId('cli'), text }, at);
    last = sent.conversationId;
    return sent.messageId;
  };
  const conversation = async () => (await conversationRows.byId(brand, last)) as conversationRows.ConversationRow;
  const answer = async (text: string, kind: 'text' | 'note' = 'text'): Promise<string> => {
    const id = newId('msg');
    const message = { id, conversation_id: last, kind, author_kind: 'agent', author_id: agentId, client_id: id, text, verified: 0, created_at: now } as const;
    const said = kind === 'text' ? { said: { preview: previewOf(text), last_author: 'agent', last_message_at: now } } as const : {};
    await brand.commit({ statements: [advance(brand), conversationRows.count(brand, last, said, await conversation()), ...messageStatements(brand, message)], entries: [entryOf('message.sent')], bumps: ['inbox'] });
    return id;
  };
  return { customerId, sessionId, channelId, conversation, write, answer };
}

/** Their name in everybody's mouth: texts, notes, a tag, an event, the preview, the head. */
export async function fillCase(store: Store, brandId: string, agentId: string, one: CustomerCase): Promise<void> {
  const brand = store.brand(brandId);
  await one.write('Here is my secret order, call me at 0151 2345 6789');
  await one.answer('Dear Ms Quintero, we mail WILHELMINA at Mina.Quintero@shop.example or +49 151 23456789');
  await one.answer('wilhelmina lives at Zauberstrasse 99, CUST-778812; before that she was Mina Vandermeer', 'note');
  await one.answer(`${'So that it is long enough: '.repeat(5)} Wilhelmina Quintero`);
  const row = await one.conversation();
  const event = eventMessage(row.id, { kind: 'agent', id: agentId }, { what: 'tag', from: null, to: 'vip "Quintero"' }, START);
  await brand.commit({
    statements: [
      advance(brand), conversationTags.add(brand, row.id, 'vip "Quintero"'), conversationTags.add(brand, row.id, 'billing'),
      conversationRows.count(brand, row.id, {}, row), ...messageStatements(brand, event),
      headStatement(brand, row, { name: VALUES.name, email: VALUES.email, phone: VALUES.phone, external_id: VALUES.externalId }, ['vip "Quintero"', 'billing']),
    ],
    entries: [entryOf('conversation.changed')], bumps: ['inbox'],
  });
}
