// Chat sessions: a customer's browser on the brand's site, known by the hash of its token.
import { standing } from '#store/feed.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { reading, writing } from '#store/template.ts';

export type ChatSessionRow = BrandTables['chat_sessions'];

/** A session with what judging it needs beside it: whether its channel is on, and what the customer is called. */
export interface KnownChatSession extends ChatSessionRow {
  readonly channel_disabled_at: number | null;
  readonly customer_name: string | null;
}

function known(q: BrandStore['q']) {
  return q.selectFrom('chat_sessions')
    .innerJoin('channels', 'channels.id', 'chat_sessions.channel_id')
    .innerJoin('customers', 'customers.id', 'chat_sessions.customer_id')
    .selectAll('chat_sessions').select(['channels.disabled_at as channel_disabled_at', 'customers.name as customer_name']);
}

/** By the SHA-256 of the token; ended ones too, so that the chat can say why. */
export async function byTokenHash(brand: BrandStore, tokenHash: Uint8Array): Promise<KnownChatSession | undefined> {
  return (await brand.allOf(knownByToken, { tokenHash }))[0];
}

const knownByToken = reading<{ tokenHash: Uint8Array }, KnownChatSession>((q, { tokenHash }) => known(q).where('chat_sessions.token_hash', '=', tokenHash));

export function insert(brand: BrandStore, row: Omit<ChatSessionRow, 'last_seen_at' | 'ended_at' | 'end_reason' | 'feed' | 'key_id'> & { readonly key_id?: string | null }): Statement {
  // The feed orders how sessions end; how they begin concerns nobody else.
  return brand.write(brand.q.insertInto('chat_sessions').values({ ...row, last_seen_at: row.created_at, ended_at: null, end_reason: null, feed: 0 }), { expect: 1 });
}

/** Those of a customer that nobody ended; some may be over by themselves. */
export function liveOf(brand: BrandStore, customerId: string, channelId?: string): Promise<ChatSessionRow[]> {
  const query = brand.q.selectFrom('chat_sessions').selectAll().where('customer_id', '=', customerId).where('ended_at', 'is', null);
  return brand.all(channelId === undefined ? query : query.where('channel_id', '=', channelId));
}

/** Ends one, after `feed.advance` and in a unit that bumps `inbox`: every node closes its sockets. A conflict `chat.session_ended` when it has ended. */
export function end(brand: BrandStore, id: string, at: number, reason: string): Statement {
  const query = brand.q.updateTable('chat_sessions').set((eb) => ({ ended_at: at, end_reason: reason, feed: standing(eb, 'feed') }));
  return brand.write(query.where('id', '=', id).where('ended_at', 'is', null), { expect: 1, otherwise: 'chat.session_ended' });
}

/** Ends every one of a customer that is not over yet, in one channel or all; as `end`, but none to end is no conflict. */
export function endLiveOf(brand: BrandStore, customerId: string, channelId: string | undefined, at: number, reason: string): Statement {
  const query = brand.q.updateTable('chat_sessions').set((eb) => ({ ended_at: at, end_reason: reason, feed: standing(eb, 'feed') }));
  const theirs = query.where('customer_id', '=', customerId).where('ended_at', 'is', null).where('expires_at', '>', at);
  return brand.write(channelId === undefined ? theirs : theirs.where('channel_id', '=', channelId));
}

/** The `end_reason` of a session that nobody ended: its time was cut short. */
export const OVER = 'over';

/** Its time is over at `at` (ms), whatever it was given; one that has ended stays as it is. Sockets are judged by the policy, so it is no change of the feed. */
export function over(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('chat_sessions').set({ ended_at: at, end_reason: OVER }).where('id', '=', id).where('ended_at', 'is', null));
}

/** Some that ended or ran out before `before` (ms), for `forget`. */
export async function longOver(brand: BrandStore, before: number, most: number): Promise<string[]> {
  const query = brand.q.selectFrom('chat_sessions').select('id').where((eb) => eb.or([eb('ended_at', '<', before), eb('expires_at', '<', before)]));
  return (await brand.all(query.limit(most))).map(({ id }) => id);
}

export function forget(brand: BrandStore, ids: readonly string[]): Statement {
  return brand.write(brand.q.deleteFrom('chat_sessions').where('id', 'in', ids));
}

/** How many live ones were bought with this key. */
export async function countByKey(brand: BrandStore, keyId: string, at: number): Promise<number> {
  const row = await brand.one(brand.q.selectFrom('chat_sessions').select((eb) => eb.fn.count<number>('id').as('n')).where('key_id', '=', keyId).where('ended_at', 'is', null).where('expires_at', '>', at));
  return Number(row?.n ?? 0);
}

/** Ends every one that was bought with this key; as `endLiveOf`. */
export function endByKey(brand: BrandStore, keyId: string, at: number): Statement {
  const query = brand.q.updateTable('chat_sessions').set((eb) => ({ ended_at: at, end_reason: 'key_revoked', feed: standing(eb, 'feed') }));
  return brand.write(query.where('key_id', '=', keyId).where('ended_at', 'is', null).where('expires_at', '>', at));
}

/** When and from where it was last used; an older report, coming late, changes nothing. */
export function seen(brand: BrandStore, id: string, at: number, address: string | null): Statement {
  return brand.write(brand.q.updateTable('chat_sessions').set({ last_seen_at: at, address }).where('id', '=', id).where('last_seen_at', '<', at));
}

/** Those that somebody ended after `feed`, in that order. */
export function endedSince(brand: BrandStore, feed: number, most: number): Promise<ChatSessionRow[]> {
  return brand.allOf(endedAfter, { feed, most });
}

const endedAfter = reading<{ feed: number; most: number }, ChatSessionRow>((q, { feed, most }) =>
  q.selectFrom('chat_sessions').selectAll().where('ended_at', 'is not', null).where('feed', '>', feed).orderBy('feed').limit(most));

/** What a customer can be shown of one chat, newest first: what was said and what was done, never notes. With `after`: changed after it. */
export function shownMessages(brand: BrandStore, conversationId: string, { after, upTo, most }: { after?: number; upTo: number; most: number }): Promise<BrandTables['messages'][]> {
  return after === undefined ? brand.allOf(newest, { conversationId, upTo, most }) : brand.allOf(changed, { conversationId, after, upTo, most });
}

const changed = reading<{ conversationId: string; after: number; upTo: number; most: number }, BrandTables['messages']>((q, { conversationId, after, upTo, most }) =>
  q.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId).where('kind', '<>', 'note').where('feed', '>', after).where('feed', '<=', upTo).orderBy('seq', 'desc').limit(most));

// `feed + 0`: no index is to be used for it, since that by number gives the newest first.
const newest = reading<{ conversationId: string; upTo: number; most: number }, BrandTables['messages']>((q, { conversationId, upTo, most }) =>
  q.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId).where('kind', '<>', 'note').where((eb) => eb(eb('feed', '+', 0), '<=', upTo)).orderBy('seq', 'desc').limit(most));

/** The chat of a customer in this channel that is not archived: there is one at a time. */
export async function chatOf(brand: BrandStore, channelId: string, customerId: string): Promise<BrandTables['conversations'] | undefined> {
  return (await brand.allOf(openChat, { channelId, customerId }))[0];
}

const openChat = reading<{ channelId: string; customerId: string }, BrandTables['conversations']>((q, { channelId, customerId }) =>
  q.selectFrom('conversations').selectAll().where('customer_id', '=', customerId).where('channel_id', '=', channelId).where('kind', '=', 'chat').where('status', '<>', 'archived'));

/** How many chat sessions are open at `now` (ms), by channel and site. */
export async function openBySite(brand: BrandStore, now: number): Promise<{ readonly channel_id: string; readonly site: string; readonly open: number }[]> {
  const rows = await brand.all(
    brand.q.selectFrom('chat_sessions').select(['channel_id', 'site']).select((eb) => eb.fn.count<number>('id').as('open')).where('ended_at', 'is', null).where('expires_at', '>', now)
      .groupBy(['channel_id', 'site']),
  );
  return rows.map((row) => ({ ...row, open: Number(row.open) }));
}

/** What these agents are called; deactivated ones too. */
export async function agentNames(brand: BrandStore, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = ids.length === 0 ? [] : await brand.all(brand.q.selectFrom('agents').select(['id', 'name']).where('id', 'in', ids));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** A guard: nobody has ended the session, and its time is not over at `now` (ms). Else a conflict `chat.session_ended`. */
export function stillOpen(brand: BrandStore, id: string, now: number): Statement {
  return brand.writeOf(guarded, { id, now }, { expect: 1, otherwise: 'chat.session_ended' });
}

const guarded = writing<{ id: string; now: number }>((q, { id, now }) =>
  q.updateTable('chat_sessions').set((eb) => ({ proven: eb.ref('proven') })).where('id', '=', id).where('ended_at', 'is', null).where('expires_at', '>', now));
