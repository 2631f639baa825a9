// Forwards of conversations to people outside: what left, to whom, and the hash of the address that replies come back to.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ForwardRow = BrandTables['forwards'];
export type EndReason = NonNullable<ForwardRow['end_reason']>;

/** The same request again (`client_id`) is a conflict `forward.repeated`. */
export function insert(brand: BrandStore, row: ForwardRow): Statement {
  return brand.write(brand.q.insertInto('forwards').values(row).onConflict((oc) => oc.columns(['conversation_id', 'client_id']).doNothing()), { expect: 1, otherwise: 'forward.repeated' });
}

export function byId(brand: BrandStore, id: string): Promise<ForwardRow | undefined> {
  return brand.one(brand.q.selectFrom('forwards').selectAll().where('id', '=', id));
}

export function byClientId(brand: BrandStore, conversationId: string, clientId: string): Promise<ForwardRow | undefined> {
  return brand.one(brand.q.selectFrom('forwards').selectAll().where('conversation_id', '=', conversationId).where('client_id', '=', clientId));
}

/** By the hash of the local part that a reply was sent to. */
export function byReplyHash(brand: BrandStore, hash: Uint8Array): Promise<ForwardRow | undefined> {
  return brand.one(brand.q.selectFrom('forwards').selectAll().where('reply_hash', '=', hash));
}

/** The newest first. */
export function ofConversation(brand: BrandStore, conversationId: string): Promise<ForwardRow[]> {
  return brand.all(brand.q.selectFrom('forwards').selectAll().where('conversation_id', '=', conversationId).orderBy('created_at', 'desc').orderBy('id'));
}

/** Ended before, or gone: a conflict `forward.ended`. */
export function end(brand: BrandStore, id: string, by: { readonly at: number; readonly agentId: string; readonly reason: EndReason }): Statement {
  const query = brand.q.updateTable('forwards').set({ ended_at: by.at, ended_by: by.agentId, end_reason: by.reason }).where('id', '=', id).where('ended_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'forward.ended' });
}

/** Every one of a conversation that is open still. */
export function endAll(brand: BrandStore, conversationId: string, by: { readonly at: number; readonly agentId: string | null; readonly reason: EndReason }): Statement {
  const query = brand.q.updateTable('forwards').set({ ended_at: by.at, ended_by: by.agentId, end_reason: by.reason }).where('conversation_id', '=', conversationId).where('ended_at', 'is', null);
  return brand.write(query);
}

/** A reply came: one that was ended meanwhile is a conflict `forward.ended`. */
export function answered(brand: BrandStore, id: string, at: number): Statement {
  const query = brand.q.updateTable('forwards').set((eb) => ({ replies: eb('replies', '+', 1), last_reply_at: at, unseen_reply_at: at })).where('id', '=', id).where('ended_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'forward.ended' });
}

/** Other texts in the place of what left. */
export function rewrite(brand: BrandStore, id: string, texts: Pick<ForwardRow, 'recipients' | 'subject' | 'note' | 'body' | 'files'>): Statement {
  return brand.write(brand.q.updateTable('forwards').set(texts).where('id', '=', id));
}

/** Somebody here has written since: the mark "forward reply" comes off. */
export function seen(brand: BrandStore, conversationId: string): Statement {
  return brand.write(brand.q.updateTable('forwards').set({ unseen_reply_at: null }).where('conversation_id', '=', conversationId).where('unseen_reply_at', 'is not', null));
}

/** Which of these conversations have a reply that nobody has answered to, and since when (ms). */
export async function unseenOf(brand: BrandStore, conversationIds: readonly string[]): Promise<Map<string, number>> {
  if (conversationIds.length === 0) return new Map();
  const rows = await brand.all(brand.q.selectFrom('forwards').select(['conversation_id', 'unseen_reply_at']).where('conversation_id', 'in', conversationIds).where('unseen_reply_at', 'is not', null));
  return new Map(rows.map((row) => [row.conversation_id, row.unseen_reply_at ?? 0]));
}
