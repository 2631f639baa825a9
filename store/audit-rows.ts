// The rows of the audit trail, read: pages by filter, one by its id, all in order. They are written by `commit` alone.
import type { Sealed } from '#store/chain.ts';
import type { BrandStore, Scoped, SystemStore } from '#store/store.ts';
import type { SharedTables } from '#store/tables.ts';

export type AuditRow = SharedTables['audit_rows'];

export interface AuditFilter {
  /** Any of these: an actor's id, or a kind of actor such as `host`. */
  readonly actors?: readonly string[] | undefined;
  /** An event, or a family of events by a prefix that ends in a dot: `sign_in.` Several: any of these. */
  readonly event?: string | readonly string[] | undefined;
  /** An entity's id, or a kind of entity. */
  readonly entity?: string | undefined;
  /** ms; rows at or after. */
  readonly from?: number | undefined;
  /** ms; rows before. */
  readonly to?: number | undefined;
  readonly id?: string | undefined;
  /** Rows with a smaller number: the cursor. */
  readonly before?: number | undefined;
  readonly limit: number;
}

const sharedOf = (store: BrandStore | SystemStore): Scoped<SharedTables> => store as unknown as Scoped<SharedTables>;

/** The newest first. */
export function page(store: BrandStore | SystemStore, filter: AuditFilter): Promise<AuditRow[]> {
  const { q, all } = sharedOf(store);
  const { actors, event, entity, from, to, id, before, limit } = filter;
  // PostgreSQL does not know an empty list.
  if (actors?.length === 0 || event?.length === 0) return Promise.resolve([]);
  let query = q.selectFrom('audit_rows').selectAll().orderBy('seq', 'desc').limit(limit);
  if (actors !== undefined) query = query.where((eb) => eb.or([eb('actor_id', 'in', actors), eb('actor_kind', 'in', actors)]));
  // From "sign_in." to "sign_in/": the character after the dot. `like` would take "_" for any character.
  if (event !== undefined) query = query.where((eb) => eb.or([event].flat().map((one) => (one.endsWith('.') ? eb('event', '>=', one).and('event', '<', `${one.slice(0, -1)}/`) : eb('event', '=', one)))));
  if (entity !== undefined) query = query.where((eb) => eb.or([eb('entity_id', '=', entity), eb('entity_kind', '=', entity)]));
  if (from !== undefined) query = query.where('at', '>=', from);
  if (to !== undefined) query = query.where('at', '<', to);
  if (id !== undefined) query = query.where('id', '=', id);
  if (before !== undefined) query = query.where('seq', '<', before);
  return all(query);
}

export function byId(store: BrandStore | SystemStore, id: string): Promise<AuditRow | undefined> {
  const { q, one } = sharedOf(store);
  return one(q.selectFrom('audit_rows').selectAll().where('id', '=', id));
}

/** When somebody else than this agent last did one of these to them, from a moment on; null: nobody did. */
export async function doneByOthers(store: BrandStore, agentId: string, events: readonly string[], from: number): Promise<number | null> {
  const { q, one } = sharedOf(store);
  const row = await one(q.selectFrom('audit_rows').select('at').where('entity_id', '=', agentId).where('entity_kind', '=', 'agent').where('event', 'in', events)
    .where('actor_kind', '=', 'agent').where('actor_id', '!=', agentId).where('at', '>=', from).orderBy('seq', 'desc').limit(1));
  return row?.at ?? null;
}

/** The end of the chain; undefined while it has no row. */
export function last(store: BrandStore | SystemStore): Promise<AuditRow | undefined> {
  const { q, one } = sharedOf(store);
  return one(q.selectFrom('audit_rows').selectAll().orderBy('seq', 'desc').limit(1));
}

/** Those behind number `seq`, in order. */
export function after(store: BrandStore | SystemStore, seq: number, most: number): Promise<AuditRow[]> {
  const { q, all } = sharedOf(store);
  return all(q.selectFrom('audit_rows').selectAll().where('seq', '>', seq).orderBy('seq').limit(most));
}

/** The first at or after `at`, ms; rows stand in the order of their commits, and clocks of nodes may differ by a little. */
export function firstSince(store: BrandStore | SystemStore, at: number): Promise<AuditRow | undefined> {
  const { q, one } = sharedOf(store);
  return one(q.selectFrom('audit_rows').selectAll().where('at', '>=', at).orderBy('seq').limit(1));
}

/** All rows from number `fromSeq` on, in order, `batch` at a time. */
export async function* each(store: BrandStore | SystemStore, fromSeq = 1, batch = 1_000): AsyncGenerator<AuditRow[], void, void> {
  const { q, all } = sharedOf(store);
  for (let next = fromSeq; ; ) {
    const rows = await all(q.selectFrom('audit_rows').selectAll().where('seq', '>=', next).orderBy('seq').limit(batch));
    if (rows.length > 0) yield rows;
    if (rows.length < batch) return;
    next = (rows.at(-1) as AuditRow).seq + 1;
  }
}

/** A row as `judgeRow` of the chain takes it. */
export function sealedOf(store: BrandStore | SystemStore, row: AuditRow): Sealed {
  return {
    scope: store.id, seq: row.seq, id: row.id, at: row.at, actorKind: row.actor_kind, actorId: row.actor_id, event: row.event, entityKind: row.entity_kind, entityId: row.entity_id,
    detail: row.detail, previous: row.previous, hash: row.hash,
  };
}
