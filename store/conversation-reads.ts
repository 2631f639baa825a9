// How far each agent has read each conversation.
import type { BrandStore, Statement } from '#store/store.ts';

/** The number of the last message read; 0 where nothing was. */
export async function of(brand: BrandStore, agentId: string, conversationIds: readonly string[]): Promise<Map<string, number>> {
  const query = brand.q.selectFrom('conversation_reads').select(['conversation_id', 'seq']).where('agent_id', '=', agentId);
  const rows = conversationIds.length === 0 ? [] : await brand.all(query.where('conversation_id', 'in', conversationIds));
  return new Map(rows.map((row) => [row.conversation_id, row.seq]));
}

/** Read up to `seq`, or further where it was. */
export function mark(brand: BrandStore, agentId: string, conversationId: string, seq: number): Statement {
  const row = { agent_id: agentId, conversation_id: conversationId, seq };
  return brand.write(brand.q.insertInto('conversation_reads').values(row)
    .onConflict((oc) => oc.columns(['agent_id', 'conversation_id']).doUpdateSet({ seq }).where('conversation_reads.seq', '<', seq)));
}

/** Whoever writes has read what they answer to; after the message was counted. */
export function markAll(brand: BrandStore, agentId: string, conversationId: string): Statement {
  return brand.write(brand.q.insertInto('conversation_reads').values((eb) => ({
    agent_id: agentId, conversation_id: conversationId, seq: eb.selectFrom('conversations').select('last_seq').where('id', '=', conversationId),
  })).onConflict((oc) => oc.columns(['agent_id', 'conversation_id']).doUpdateSet((eb) => ({ seq: eb.selectFrom('conversations').select('last_seq').where('conversations.id', '=', conversationId) }))));
}

/** After an event: whoever had read everything still has; an event alone makes nothing unread. */
export function keepUp(brand: BrandStore, conversationId: string): Statement {
  return brand.write(brand.q.updateTable('conversation_reads').set((eb) => ({ seq: eb('seq', '+', 1) })).where('conversation_id', '=', conversationId)
    .where((eb) => eb('seq', '=', eb(eb.selectFrom('conversations').select('last_seq').where('conversations.id', '=', conversationId), '-', 1))));
}

/** How far everybody has read these; by agent, a blank, and conversation. */
export async function ofAll(brand: BrandStore, conversationIds: readonly string[]): Promise<Map<string, number>> {
  const rows = conversationIds.length === 0 ? [] : await brand.all(brand.q.selectFrom('conversation_reads').selectAll().where('conversation_id', 'in', conversationIds));
  return new Map(rows.map((row) => [`${row.agent_id} ${row.conversation_id}`, row.seq]));
}
