// Authenticator apps: their sealed secrets, and the last time step that was used.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type TotpFactorRow = BrandTables['totp_factors'];

export function byId(brand: BrandStore, id: string): Promise<TotpFactorRow | undefined> {
  return brand.one(brand.q.selectFrom('totp_factors').selectAll().where('id', '=', id));
}

export function verifiedOf(brand: BrandStore, agentId: string): Promise<TotpFactorRow[]> {
  return brand.all(brand.q.selectFrom('totp_factors').selectAll().where('agent_id', '=', agentId).where('verified_at', 'is not', null).orderBy('created_at').orderBy('id'));
}

export function insert(brand: BrandStore, row: TotpFactorRow): Statement {
  return brand.write(brand.q.insertInto('totp_factors').values(row), { expect: 1 });
}

/** Uses a time step up. A step at or before the last used one is a conflict `code.used` (RFC 6238 §5.2: a code works once). */
export function useStep(brand: BrandStore, id: string, step: number): Statement {
  const query = brand.q.updateTable('totp_factors').set({ last_step: step }).where('id', '=', id).where('last_step', '<', step).where('verified_at', 'is not', null);
  return brand.write(query, { expect: 1, otherwise: 'code.used' });
}

/** The first code was typed back at `at`: from now on the factor counts under the secret as it is sealed for that, and that code's step is used up. */
export function verify(brand: BrandStore, id: string, sealed: Uint8Array, at: number, step: number): Statement {
  const query = brand.q.updateTable('totp_factors').set({ secret_sealed: sealed, verified_at: at, last_step: step }).where('id', '=', id).where('verified_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'code.used' });
}

/** Enrolments that were begun and not ended. */
export function removeUnverified(brand: BrandStore, agentId: string): Statement {
  return brand.write(brand.q.deleteFrom('totp_factors').where('agent_id', '=', agentId).where('verified_at', 'is', null));
}

export function removeVerified(brand: BrandStore, agentId: string): Statement {
  return brand.write(brand.q.deleteFrom('totp_factors').where('agent_id', '=', agentId).where('verified_at', 'is not', null));
}

export function removeAll(brand: BrandStore, agentId: string): Statement {
  return brand.write(brand.q.deleteFrom('totp_factors').where('agent_id', '=', agentId));
}

export function rename(brand: BrandStore, agentId: string, id: string, label: string): Statement {
  return brand.write(brand.q.updateTable('totp_factors').set({ label }).where('id', '=', id).where('agent_id', '=', agentId).where('verified_at', 'is not', null), { expect: 1, otherwise: 'factor.missing' });
}

export function remove(brand: BrandStore, agentId: string, id: string): Statement {
  return brand.write(brand.q.deleteFrom('totp_factors').where('id', '=', id).where('agent_id', '=', agentId).where('verified_at', 'is not', null), { expect: 1, otherwise: 'factor.missing' });
}
