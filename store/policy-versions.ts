// The versions of a brand's policy: who changed what, and when. Rows are only ever appended.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type PolicyVersionRow = BrandTables['policy_versions'];

/** A version that exists already is a conflict `policy.stale`: somebody else saved first. */
export function insert(brand: BrandStore, row: Omit<PolicyVersionRow, 'approvals'> & { readonly approvals?: string | null }): Statement {
  return brand.write(brand.q.insertInto('policy_versions').values({ approvals: null, ...row }), { expect: 1, otherwise: 'policy.stale' });
}

/** The newest first; `before`: those below this version. */
export function latest(brand: BrandStore, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<PolicyVersionRow[]> {
  return brand.all(brand.q.selectFrom('policy_versions').selectAll().where('version', '<', before).orderBy('version', 'desc').limit(limit));
}

/** The same without what each changed: of a long list that is many megabytes. */
export function heads(brand: BrandStore, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<Omit<PolicyVersionRow, 'diff'>[]> {
  return brand.all(brand.q.selectFrom('policy_versions').select(['version', 'at', 'author', 'reason', 'approvals']).where('version', '<', before).orderBy('version', 'desc').limit(limit));
}

export async function diffOf(brand: BrandStore, version: number): Promise<string> {
  return (await brand.one(brand.q.selectFrom('policy_versions').select('diff').where('version', '=', version)))?.diff ?? '';
}

export function byVersion(brand: BrandStore, version: number): Promise<PolicyVersionRow | undefined> {
  return brand.one(brand.q.selectFrom('policy_versions').selectAll().where('version', '=', version));
}

/** Those after this version and below `before`, the newest first: what must be undone to get back to it. */
export function after(brand: BrandStore, version: number, most: number, before = Number.MAX_SAFE_INTEGER): Promise<PolicyVersionRow[]> {
  return brand.all(brand.q.selectFrom('policy_versions').selectAll().where('version', '>', version).where('version', '<', before).orderBy('version', 'desc').limit(most));
}
