// Conversations that a program begins and in which it says what the customer said: in channels of the kind "api", where it stands between the two.
import { type Denial, deny } from '#policy/decision.ts';
import { type Fault, fault } from '#policy/fault.ts';
import { endedWhile } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import * as agentRows from '#store/agents.ts';
import * as channelRows from '#store/channels.ts';
import * as conversationRows from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import { advance, nextNumber } from '#store/feed.ts';
import * as messageRows from '#store/messages.ts';
import { type BrandId, type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import { type Actor, type DeskParts, NOT_FOUND, TRIES } from '#inbox/agent-message.ts';
import { type GivenNew, planCustomer } from '#inbox/customer-making.ts';
import { headStatement } from '#inbox/head-text.ts';
import { eventMessage, messageEntry, messageStatements, type NewMessage, previewOf, textFaults } from '#inbox/message-writing.ts';
import { openTo } from '#inbox/sight.ts';

export interface Beginning {
  readonly channelId: string;
  /** One who is there, by id, or what is known of a new one. */
  readonly customer: { readonly id: string } | GivenNew;
  readonly text: string;
  /** Who says it. */
  readonly as: 'customer' | 'agent';
  /** The agent in whose name, where an agent says it. */
  readonly inTheNameOf?: string | undefined;
}

export type Begun = { readonly ok: true; readonly conversationId: string; readonly messageId: string; readonly customerId: string; readonly number: number } | { readonly ok: false; readonly denial: Denial } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Somebody who works here; a program cannot write in the name of nobody. */
export async function agentFaults(brand: BrandStore, id: string | undefined): Promise<Fault[]> {
  const agent = id === undefined ? undefined : await agentRows.byId(brand, id);
  return id === undefined || (agent !== undefined && agent.deactivated_at === null) ? [] : [fault('agent', 'agent.unknown', 'The agent', 'be the id of an active person of this brand', 'somebody else')];
}

/** What is wrong with who says a message: a person speaks for themselves, a program for whom it names. */
export async function spokenFaults(brand: BrandStore, actor: Actor, { as = 'agent', agent, kind, files = [] }: { readonly as?: 'agent' | 'customer'; readonly agent?: string | undefined; readonly kind: 'text' | 'note'; readonly files?: readonly string[] }): Promise<Fault[]> {
  if (actor.kind === 'agent' && (as === 'customer' || agent !== undefined)) return [fault(agent === undefined ? 'as' : 'agent', 'message.for_programs', 'A person', 'write in their own name', 'in another')];
  if (as === 'customer' && (kind === 'note' || agent !== undefined || files.length > 0)) return [fault('as', 'message.as_customer', 'What the customer said', 'be a text without files, in nobody else’s name', 'something else')];
  return agentFaults(brand, agent);
}

export async function beginConversation(parts: DeskParts, brandId: BrandId, actor: Actor, given: Beginning): Promise<Begun> {
  const brand = parts.store.brand(brandId);
  const now = parts.now();
  const channel = await channelRows.byId(brand, given.channelId);
  const known = 'id' in given.customer ? await customerRows.byId(brand, given.customer.id) : undefined;
  const planned = 'id' in given.customer ? null : planCustomer(given.customer, actor, now);
  const faults: Fault[] = [
    ...textFaults(given.text), ...(await agentFaults(brand, given.inTheNameOf)),
    ...(channel === undefined || channel.kind !== 'api' || channel.disabled_at !== null ? [fault('channel', 'channel.not_api', 'The channel', 'be one of the kind API of this brand that is on', 'another')] : []),
    ...('id' in given.customer && (known === undefined || known.erased_at !== null) ? [fault('customer/id', 'customer.unknown', 'The customer', 'be one of this brand', 'somebody else')] : []),
    ...(planned !== null && 'faults' in planned ? planned.faults.map((one) => ({ ...one, path: `customer/${one.path}` })) : []),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const made = planned !== null && !('faults' in planned) ? planned : null;
  const customer = known ?? made?.row;
  if (customer === undefined || channel === undefined) return { ok: false, denial: NOT_FOUND };
  const id = newId('con');
  const byCustomer = given.as === 'customer';
  const message: NewMessage = {
    id: newId('msg'), conversation_id: id, kind: 'text', author_kind: byCustomer ? 'customer' : 'agent', author_id: byCustomer ? customer.id : (given.inTheNameOf ?? actor.id), client_id: newId('cli'), text: given.text, verified: 0, created_at: now,
  };
  const row = {
    id, channel_id: channel.id, kind: 'api', customer_id: customer.id, status: 'open', status_at: now, assignee_id: null, team_id: null, waiting_since: byCustomer ? now : null, created_at: now,
    preview: previewOf(given.text), last_author: message.author_kind, last_message_at: now,
  } as const;
  const statements: Statement[] = [
    advance(brand), actor.still(brand), ...(made === null ? [customerRows.seen(brand, customer.id, now)] : [customerRows.insert(brand, made.row)]),
    nextNumber(brand), conversationRows.begin(brand, row), ...messageStatements(brand, message), headStatement(brand, row, customer, []),
  ];
  const entries: Entry[] = [
    ...(made === null ? [] : [made.entry]),
    { id: newId('evt'), at: now, actor, event: 'conversation.begun', entity: { kind: 'conversation', id }, facts: { channel: channel.id, customer: customer.id } }, messageEntry(message, actor),
  ];
  try {
    await parts.commit([brand.part({ statements, entries, bumps: ['inbox'] })]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const ended = endedWhile(error.code);
    if (ended !== undefined) return { ok: false, denial: deny(ended, null, {}) };
    if (error.code === 'customer.erased') return { ok: false, denial: deny('customer.erased', null, { customer: customer.id }) };
    throw error;
  }
  const written = await conversationRows.byId(brand, id);
  return { ok: true, conversationId: id, messageId: message.id, customerId: customer.id, number: written?.number ?? 0 };
}

export type CustomerSaid = { readonly ok: true; readonly message: messageRows.MessageRow; readonly repeated: boolean } | { readonly ok: false; readonly denial: Denial };

/** What the customer said, as the program tells it. A conversation that is solved or pending is open again. Only where the program stands between. */
export async function sayForCustomer(parts: DeskParts, brandId: BrandId, actor: Actor, says: { readonly conversationId: string; readonly clientId: string; readonly text: string }): Promise<CustomerSaid> {
  const brand = parts.store.brand(brandId);
  const { conversationId, clientId, text } = says;
  for (let tried = 1; ; tried += 1) {
    const now = parts.now();
    const row = await openTo(brand, actor, conversationId, now);
    if (row === undefined) return { ok: false, denial: NOT_FOUND };
    const earlier = await messageRows.byClientId(brand, conversationId, 'customer', clientId);
    if (earlier !== undefined) return { ok: true, message: earlier, repeated: true };
    if (row.kind !== 'api') return { ok: false, denial: deny('conversation.not_api', null, { conversation: conversationId }) };
    if (row.status === 'archived') return { ok: false, denial: deny('conversation.archived', null, { conversation: conversationId }) };
    const message: NewMessage = { id: newId('msg'), conversation_id: conversationId, kind: 'text', author_kind: 'customer', author_id: row.customer_id, client_id: clientId, text, verified: 0, created_at: now };
    const reopens = row.status !== 'open';
    const statements: Statement[] = [
      advance(brand), actor.still(brand), customerRows.seen(brand, row.customer_id, now),
      conversationRows.count(brand, conversationId, { said: { preview: previewOf(text), last_author: 'customer', last_message_at: now }, waiting: now, ...(reopens ? { reopenedAt: now } : {}) }, row), ...messageStatements(brand, message),
    ];
    const entries: Entry[] = [messageEntry(message, actor)];
    if (reopens) {
      const event = eventMessage(conversationId, { kind: 'system', id: null }, { what: 'status', from: row.status, to: 'open' }, now);
      statements.push(conversationRows.countEvent(brand, { ...row, status: 'open' }), ...messageStatements(brand, event));
      entries.push({ id: newId('evt'), at: now, actor, event: 'conversation.changed', entity: { kind: 'conversation', id: conversationId }, before: { status: row.status }, after: { status: 'open' }, facts: { what: 'status' } });
    }
    try {
      await parts.commit([brand.part({ statements, entries, bumps: ['inbox'] })]);
      const written = await messageRows.byId(brand, message.id);
      return written === undefined ? { ok: false, denial: NOT_FOUND } : { ok: true, message: written, repeated: false };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const ended = endedWhile(error.code);
      if (ended !== undefined) return { ok: false, denial: deny(ended, null, {}) };
      if (error.code === 'customer.erased') return { ok: false, denial: deny('customer.erased', null, {}) };
      if (!['conversation.changed', 'message.repeated'].includes(error.code) || tried === TRIES) throw error;
    }
  }
}
