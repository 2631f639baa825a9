// Channels, customers and conversations for a test, of a store alone or of a whole server.
import { effective } from '#policy/effective.ts';
import { newId } from '#identity/tokens.ts';
import type { Actor } from '#inbox/agent-message.ts';
import { messageStatements, previewOf } from '#inbox/message-writing.ts';
import { headStatement } from '#inbox/head-text.ts';
import * as agentRows from '#store/agents.ts';
import * as channelRows from '#store/channels.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as conversationRows from '#store/conversations.ts';
import * as tagRows from '#store/conversation-tags.ts';
import * as customerRows from '#store/customers.ts';
import { advance, nextNumber } from '#store/feed.ts';
import * as sessionRows from '#store/sessions.ts';
import type { BrandStore, Committed, Part, Statement, Store } from '#store/store.ts';
import * as teamRows from '#store/teams.ts';
import { MORNING, type TestHouse } from '#test/house.ts';
import { agentOf, entryOf, newBrand } from '#test/stores.ts';

/** Where things are put: a brand, and who commits there. */
export interface Ground {
  readonly store: Store;
  readonly brand: BrandStore;
  readonly commit: (parts: Part[]) => Promise<Committed>;
}

/** A new brand of a store. */
export async function groundIn(store: Store): Promise<Ground> {
  return { store, brand: await newBrand(store), commit: (parts) => store.commit(parts) };
}

/** A brand of a running house. */
export async function groundOf(house: TestHouse, slug = 'acme'): Promise<Ground> {
  const { store, brands } = house.building.parts;
  const brand = await brands.bySlug(slug);
  if (brand === null) throw new Error(`No brand ${slug}`);
  return { store, brand: store.brand(brand.id), commit: brands.commit };
}

const put = ({ brand, commit }: Ground, statements: readonly Statement[]): Promise<Committed> =>
  commit([brand.part({ statements: [advance(brand), ...statements], entries: [entryOf('test.put')], bumps: ['inbox'] })]);

export async function addChannel(ground: Ground, more: Partial<channelRows.ChannelRow> = {}): Promise<string> {
  const row = { id: newId('chn'), kind: 'chat', name: 'Shop', title: 'Acme', greeting: 'Hello', away_text: 'We are away', colour: '#204080', created_at: MORNING, created_by: null, disabled_at: null, ...more } as const;
  await put(ground, [channelRows.insert(ground.brand, row)]);
  return row.id;
}

export async function addCustomer(ground: Ground, more: Partial<customerRows.CustomerRow> = {}): Promise<string> {
  const row = { id: newId('cus'), name: null, email: null, phone: null, external_id: null, fields: '[]', verified_by: null, created_at: MORNING, last_seen_at: MORNING, erased_at: null, erased_by: null, ...more };
  await put(ground, [customerRows.insert(ground.brand, row)]);
  return row.id;
}

export async function addTeam(ground: Ground, name: string, { closed = false, members = [] }: { closed?: boolean; members?: readonly string[] } = {}): Promise<string> {
  const id = newId('team');
  const { brand } = ground;
  await put(ground, [teamRows.insert(brand, { id, name, name_key: name.toLowerCase(), closed: closed ? 1 : 0, created_at: MORNING }), ...members.map((agent) => teamRows.addMember(brand, { team_id: id, agent_id: agent }))]);
  return id;
}

/** A person's id by the address of `addAgent`. */
export async function agentId({ brand }: Ground, email: string): Promise<string> {
  const row = await agentRows.byEmailKey(brand, email);
  if (row === undefined) throw new Error(`No agent ${email}`);
  return row.id;
}

/** A chat session that is open for a day. */
export async function addChatSession(ground: Ground, { channelId, customerId, at = MORNING, verifiedBy = null }: { channelId: string; customerId: string; at?: number; verifiedBy?: 'external_id' | 'email' | 'phone' | null }) {
  const session = { id: newId('chs'), channel_id: channelId, customer_id: customerId, verified_by: verifiedBy };
  await put(ground, [chatSessionRows.insert(ground.brand, {
    ...session, token_hash: Buffer.from(session.id), site: 'https://shop.example', proven: verifiedBy === null ? 'anonymous' : 'ticket', created_at: at, expires_at: at + 86_400_000, address: null, user_agent: '',
  })]);
  return session;
}

export interface Said {
  readonly text: string;
  readonly from?: 'customer' | 'agent';
  /** A note of the agent. */
  readonly note?: boolean;
  readonly by?: string;
}

export interface Given extends Partial<Pick<conversationRows.ConversationRow, 'status' | 'assignee_id' | 'team_id'>> {
  readonly channelId: string;
  readonly customerId: string;
  /** When the first message was written, ms; each further one a minute later. */
  readonly at?: number;
  readonly messages?: readonly (Said | string)[];
  readonly tags?: readonly string[];
}

/** A conversation with its messages, as they would have been written. */
export async function addConversation(ground: Ground, { channelId, customerId, at = MORNING, messages = ['Hello'], tags = [], ...state }: Given): Promise<string> {
  const { brand } = ground;
  const id = newId('con');
  const said = messages.map((one) => (typeof one === 'string' ? { text: one } : one));
  const statements: Statement[] = [nextNumber(brand)];
  for (const [index, { text, from = 'customer', note = false, by }] of said.entries()) {
    const author = note ? 'agent' : from;
    const when = at + index * 60_000;
    const spoken = { preview: previewOf(text), last_author: author, last_message_at: when };
    const row = { id, channel_id: channelId, kind: 'chat', customer_id: customerId, status: 'open', status_at: at, assignee_id: null, team_id: null, waiting_since: author === 'customer' ? at : null, created_at: at, ...state, ...spoken } as const;
    statements.push(index === 0 ? conversationRows.begin(brand, row) : conversationRows.count(brand, id, note ? {} : { said: spoken, waiting: author === 'customer' ? when : null }));
    const message = newId('msg');
    statements.push(...messageStatements(brand, { id: message, conversation_id: id, kind: note ? 'note' : 'text', author_kind: author, author_id: by ?? (author === 'customer' ? customerId : null), client_id: message, text, verified: 0, created_at: when }));
  }
  const customer = await customerRows.byId(brand, customerId);
  if (customer === undefined) throw new Error(`No customer ${customerId}`);
  statements.push(...tags.map((tag) => tagRows.add(brand, id, tag)), headStatement(brand, { id, created_at: at }, customer, tags));
  await put(ground, statements);
  return id;
}

/** Somebody who is signed in, as the desk of the inbox takes them; every setting at its default. */
export async function addActor({ brand, commit }: Ground, name: string, { admin = false }: { admin?: boolean } = {}): Promise<Actor> {
  const id = newId('agt');
  const sessionId = newId('ses');
  const none = { ended_at: null, end_reason: null, factor_at: null, step_up_until: null, step_up_address: null, fresh_until: null, exempt_until: null, address: null, factor_method: null, device_id: null, framed_by: null };
  const session = { id: sessionId, agent_id: id, token_hash: Buffer.from(sessionId), created_at: MORNING, last_input_at: MORNING, proven: 'password', user_agent: '', ...none } as const;
  await commit([brand.part({ statements: [agentRows.insert(brand, agentOf(id, { name, role: admin ? 'admin' : 'agent' })), sessionRows.insert(brand, session)], entries: [entryOf('test.put')] })]);
  const policy = effective({ version: 0, module: {} });
  return { kind: 'agent', id, admin, capabilities: [], still: (rows) => sessionRows.stillOpen(rows, sessionId), policyIn: () => policy };
}
