// Exceptions that agents ask for: one address off the list, for one conversation, until an instant; asked, allowed or refused, withdrawn.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type ExceptionRow = BrandTables['forward_exceptions'];

/** The same address of the same conversation is asked for already: a conflict `exception.waiting`. */
export function ask(brand: BrandStore, row: ExceptionRow): Statement {
  return brand.write(brand.q.insertInto('forward_exceptions').values(row), { expect: 1, otherwise: 'exception.waiting' });
}

export function byId(brand: BrandStore, id: string): Promise<ExceptionRow | undefined> {
  return brand.one(brand.q.selectFrom('forward_exceptions').selectAll().where('id', '=', id));
}

/** What is allowed for a conversation and was not withdrawn; those that have run out stand among them, the decision leaves them out. */
export function allowedFor(brand: BrandStore, conversationId: string): Promise<ExceptionRow[]> {
  return brand.all(brand.q.selectFrom('forward_exceptions').selectAll().where('conversation_id', '=', conversationId).where('state', '=', 'allowed'));
}

export function ofConversation(brand: BrandStore, conversationId: string): Promise<ExceptionRow[]> {
  return brand.all(brand.q.selectFrom('forward_exceptions').selectAll().where('conversation_id', '=', conversationId).orderBy('asked_at', 'desc').orderBy('id'));
}

/** Of all conversations: what waits for an answer, the oldest first; then what is allowed. */
export async function open(brand: BrandStore, most: number): Promise<ExceptionRow[]> {
  const of = (state: ExceptionRow['state']) => brand.all(brand.q.selectFrom('forward_exceptions').selectAll().where('state', '=', state).orderBy('asked_at').orderBy('id').limit(most));
  const [asked, allowed] = await Promise.all([of('asked'), of('allowed')]);
  return [...asked, ...allowed];
}

/** How many wait for an answer. */
export async function countAsked(brand: BrandStore): Promise<number> {
  const row = await brand.one(brand.q.selectFrom('forward_exceptions').select((eb) => eb.fn.countAll<number>().as('many')).where('state', '=', 'asked'));
  return Number(row?.many ?? 0);
}

/** Answers a question; one that was answered is a conflict `exception.decided`. */
export function decide(brand: BrandStore, id: string, by: { readonly at: number; readonly agentId: string; readonly state: 'allowed' | 'refused'; readonly until: number | null }): Statement {
  const query = brand.q.updateTable('forward_exceptions').set({ state: by.state, decided_by: by.agentId, decided_at: by.at, until: by.until }).where('id', '=', id).where('state', '=', 'asked');
  return brand.write(query, { expect: 1, otherwise: 'exception.decided' });
}

/** Takes back what was allowed, or a question; what is over already is a conflict `exception.decided`. */
export function withdraw(brand: BrandStore, id: string, by: { readonly at: number; readonly agentId: string }): Statement {
  const query = brand.q.updateTable('forward_exceptions').set({ state: 'withdrawn', decided_by: by.agentId, decided_at: by.at }).where('id', '=', id).where('state', 'in', ['asked', 'allowed']);
  return brand.write(query, { expect: 1, otherwise: 'exception.decided' });
}

/** Of an erased customer: nothing of it is needed any more. */
export function forget(brand: BrandStore, conversationId: string): Statement {
  return brand.write(brand.q.deleteFrom('forward_exceptions').where('conversation_id', '=', conversationId));
}
