// Notifications: what happened that an agent wants to know. Each stands once, is mailed at most once, and is seen when its person says so.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type NotificationRow = BrandTables['notifications'];
export type NotificationKind = NotificationRow['kind'];

const CURSOR = 'feed';

/** How far of the feed was looked at; undefined: nobody has begun. */
export async function cursor(brand: BrandStore): Promise<number | undefined> {
  return (await brand.one(brand.q.selectFrom('notification_cursors').select('feed').where('name', '=', CURSOR)))?.feed;
}

/** Begins with the first change of all. Begun already: nothing happens. */
export function begin(brand: BrandStore): Statement {
  return brand.write(brand.q.insertInto('notification_cursors').values({ name: CURSOR, feed: 0 }).onConflict((oc) => oc.columns(['name']).doNothing()));
}

/** In the unit that writes down what was found between the two. Another node was first: a conflict `notifications.taken`. */
export function goOn(brand: BrandStore, from: number, to: number): Statement {
  return brand.write(brand.q.updateTable('notification_cursors').set({ feed: to }).where('name', '=', CURSOR).where('feed', '=', from), { expect: 1, otherwise: 'notifications.taken' });
}

/** What was told of the same occasion before is not told again. */
export function insert(brand: BrandStore, row: NotificationRow): Statement {
  return brand.write(brand.q.insertInto('notifications').values(row).onConflict((oc) => oc.columns(['agent_id', 'kind', 'conversation_id', 'occasion']).doNothing()));
}

/** Which of these occasions were told of: agent, a blank, conversation, a blank, occasion. */
export async function told(brand: BrandStore, kind: NotificationKind, conversationIds: readonly string[]): Promise<Set<string>> {
  if (conversationIds.length === 0) return new Set();
  const rows = await brand.all(brand.q.selectFrom('notifications').select(['agent_id', 'conversation_id', 'occasion']).where('kind', '=', kind).where('conversation_id', 'in', [...conversationIds]));
  return new Set(rows.map((row) => `${row.agent_id} ${row.conversation_id} ${row.occasion}`));
}

/** Agents with something to be mailed by now. */
export async function agentsDue(brand: BrandStore, now: number, most: number): Promise<string[]> {
  const rows = await brand.all(brand.q.selectFrom('notifications').select('agent_id').where('mail_due_at', '<=', now).groupBy('agent_id').limit(most));
  return rows.map((row) => row.agent_id);
}

/** What one agent is to be mailed by now, the oldest first. */
export function dueOf(brand: BrandStore, agentId: string, now: number, most: number): Promise<NotificationRow[]> {
  return brand.all(brand.q.selectFrom('notifications').selectAll().where('agent_id', '=', agentId).where('mail_due_at', '<=', now).orderBy('created_at').orderBy('id').limit(most));
}

/** When something was last mailed to this agent; null: never. */
export async function lastMailed(brand: BrandStore, agentId: string): Promise<number | null> {
  const row = await brand.one(brand.q.selectFrom('notifications').select((eb) => eb.fn.max<number | null>('mailed_at').as('at')).where('agent_id', '=', agentId));
  return row?.at === null || row?.at === undefined ? null : Number(row.at);
}

/** They are mailed, in the unit that posts the mail. Another node was first: a conflict `notifications.taken`. */
export function mailed(brand: BrandStore, ids: readonly string[], at: number): Statement {
  return brand.write(brand.q.updateTable('notifications').set({ mail_due_at: null, mailed_at: at }).where('id', 'in', [...ids]).where('mail_due_at', 'is not', null), { expect: ids.length, otherwise: 'notifications.taken' });
}

/** Not mailed at all, or later. */
export function postpone(brand: BrandStore, ids: readonly string[], dueAt: number | null): Statement {
  return brand.write(brand.q.updateTable('notifications').set({ mail_due_at: dueAt }).where('id', 'in', [...ids]).where('mail_due_at', 'is not', null));
}

/** The newest of one agent. */
export function newest(brand: BrandStore, agentId: string, most: number): Promise<NotificationRow[]> {
  return brand.all(brand.q.selectFrom('notifications').selectAll().where('agent_id', '=', agentId).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(most));
}

/** Those up to `upTo` (ms) are seen: of one conversation, or all. What is seen is not mailed any more. */
export function seen(brand: BrandStore, agentId: string, { upTo, conversationId, now }: { upTo: number; conversationId?: string | undefined; now: number }): Statement {
  const query = brand.q.updateTable('notifications').set({ seen_at: now, mail_due_at: null }).where('agent_id', '=', agentId).where('seen_at', 'is', null).where('created_at', '<=', upTo);
  return brand.write(conversationId === undefined ? query : query.where('conversation_id', '=', conversationId));
}

export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('notifications').where('created_at', '<', before));
}
