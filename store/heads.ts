// Signed heads: the end of each audit chain at a moment, signed with a key that is kept outside of the database.
import type { Scope, Statement, SystemStore } from '#store/store.ts';
import type { SystemTables } from '#store/tables.ts';

export type HeadRow = SystemTables['heads'];

/** The newest signed head of a chain. */
export function latest(system: SystemStore, scope: Scope): Promise<HeadRow | undefined> {
  return system.one(system.q.selectFrom('heads').selectAll().where('scope', '=', scope).orderBy('seq', 'desc').orderBy('at', 'desc').limit(1));
}

/** All of a chain, from its beginning. */
export function of(system: SystemStore, scope: Scope): Promise<HeadRow[]> {
  return system.all(system.q.selectFrom('heads').selectAll().where('scope', '=', scope).orderBy('seq').orderBy('at'));
}

/** Another node that signed the same head in the same millisecond is no fault. */
export function insert(system: SystemStore, row: HeadRow): Statement {
  return system.write(system.q.insertInto('heads').values(row).onConflict((oc) => oc.columns(['scope', 'seq', 'at']).doNothing()));
}

/** Every scope that a head was ever signed for. */
export async function scopes(system: SystemStore): Promise<Scope[]> {
  return (await system.all(system.q.selectFrom('heads').select('scope').groupBy('scope').orderBy('scope'))).map((row) => row.scope);
}
