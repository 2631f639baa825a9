// Salts of digests in the audit trail: one a subject. Erasing a subject drops its salt, and its digests mean nothing any more.
import type { BrandStore, Scoped, Statement, SystemStore } from '#store/store.ts';
import type { SharedTables } from '#store/tables.ts';

export async function of(store: BrandStore | SystemStore, subject: string): Promise<Uint8Array | undefined> {
  const shared = store as unknown as Scoped<SharedTables>;
  return (await shared.one(shared.q.selectFrom('salts').select('salt').where('subject', '=', subject)))?.salt;
}

/** Keeps a salt; one that is there already stays. Read it back before use. */
export function keep(store: BrandStore | SystemStore, subject: string, salt: Uint8Array): Statement {
  const shared = store as unknown as Scoped<SharedTables>;
  return shared.write(shared.q.insertInto('salts').values({ subject, salt }).onConflict((oc) => oc.column('subject').doNothing()));
}

export function drop(store: BrandStore | SystemStore, subject: string): Statement {
  const shared = store as unknown as Scoped<SharedTables>;
  return shared.write(shared.q.deleteFrom('salts').where('subject', '=', subject));
}
