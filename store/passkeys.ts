// Passkeys and security keys: their public keys (WebAuthn credential records), and how far each has counted.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type PasskeyRow = BrandTables['passkeys'];

export function ofAgent(brand: BrandStore, agentId: string): Promise<PasskeyRow[]> {
  return brand.all(brand.q.selectFrom('passkeys').selectAll().where('agent_id', '=', agentId).orderBy('created_at').orderBy('id'));
}

export function byCredentialId(brand: BrandStore, credentialId: string): Promise<PasskeyRow | undefined> {
  return brand.one(brand.q.selectFrom('passkeys').selectAll().where('credential_id', '=', credentialId));
}

/** A second one with the same credential id is a conflict `passkey.known`. */
export function insert(brand: BrandStore, row: PasskeyRow): Statement {
  return brand.write(brand.q.insertInto('passkeys').values(row), { expect: 1, otherwise: 'passkey.known' });
}

/** It was used: its counter goes on from where it was read (WebAuthn 7.2 step 22). Another use at the same moment is a conflict `code.used`. */
export function use(brand: BrandStore, id: string, before: number, signCount: number, at: number): Statement {
  const query = brand.q.updateTable('passkeys').set({ sign_count: signCount, last_used_at: at }).where('id', '=', id).where('sign_count', '=', before);
  return brand.write(query, { expect: 1, otherwise: 'code.used' });
}

export function rename(brand: BrandStore, agentId: string, id: string, label: string): Statement {
  return brand.write(brand.q.updateTable('passkeys').set({ label }).where('id', '=', id).where('agent_id', '=', agentId), { expect: 1, otherwise: 'factor.missing' });
}

export function remove(brand: BrandStore, agentId: string, id: string): Statement {
  return brand.write(brand.q.deleteFrom('passkeys').where('id', '=', id).where('agent_id', '=', agentId), { expect: 1, otherwise: 'factor.missing' });
}

export function removeAll(brand: BrandStore, agentId: string): Statement {
  return brand.write(brand.q.deleteFrom('passkeys').where('agent_id', '=', agentId));
}
