// One-time links: setup, break-glass, enrolment, invitation, renewal of a password, admission of a device. They belong to the system, because one is opened before its brand is known.
import type { BrandId, Statement, SystemStore } from '#store/store.ts';
import type { SystemTables } from '#store/tables.ts';

export type LinkRow = SystemTables['links'];

/** By the SHA-256 of the token; used and expired ones too. */
export function byTokenHash(system: SystemStore, tokenHash: Uint8Array): Promise<LinkRow | undefined> {
  return system.one(system.q.selectFrom('links').selectAll().where('token_hash', '=', tokenHash));
}

export function insert(system: SystemStore, row: LinkRow): Statement {
  return system.write(system.q.insertInto('links').values(row), { expect: 1 });
}

/** Uses a link up. Used before, or too old at `at`: a conflict `link.invalid`. */
export function use(system: SystemStore, id: string, at: number): Statement {
  const query = system.q.updateTable('links').set({ used_at: at }).where('id', '=', id).where('used_at', 'is', null).where('expires_at', '>', at);
  return system.write(query, { expect: 1, otherwise: 'link.invalid' });
}

/** Voids the open setup links for a brand, or for "no brand yet". */
export function voidSetup(system: SystemStore, targetBrand: BrandId | null, at: number): Statement {
  const query = system.q.updateTable('links').set({ used_at: at }).where('kind', '=', 'setup').where('used_at', 'is', null);
  return system.write(targetBrand === null ? query.where('target_brand', 'is', null) : query.where('target_brand', '=', targetBrand));
}

/** Voids a person's open links, of some kinds or all. */
export function voidOf(system: SystemStore, brandId: BrandId, agentId: string, at: number, kinds?: readonly LinkRow['kind'][]): Statement {
  const query = system.q.updateTable('links').set({ used_at: at }).where('target_brand', '=', brandId).where('agent_id', '=', agentId).where('used_at', 'is', null);
  return system.write(kinds === undefined ? query : query.where('kind', 'in', kinds));
}

/** Voids a person's open links of one kind that were made with this very `payload`. */
export function voidMadeWith(system: SystemStore, brandId: BrandId, agentId: string, at: number, kind: LinkRow['kind'], payload: string): Statement {
  const query = system.q.updateTable('links').set({ used_at: at }).where('target_brand', '=', brandId).where('agent_id', '=', agentId).where('used_at', 'is', null);
  return system.write(query.where('kind', '=', kind).where('payload', '=', payload));
}

/** A person's links that can still be used at `at`. */
export function openOf(system: SystemStore, brandId: BrandId, at: number, agentId?: string): Promise<LinkRow[]> {
  const query = system.q.selectFrom('links').selectAll().where('target_brand', '=', brandId).where('used_at', 'is', null).where('expires_at', '>', at);
  return system.all((agentId === undefined ? query : query.where('agent_id', '=', agentId)).orderBy('created_at'));
}

/** Voids every open link. */
export function voidEvery(system: SystemStore, at: number): Statement {
  return system.write(system.q.updateTable('links').set({ used_at: at }).where('used_at', 'is', null));
}

export function sweep(system: SystemStore, before: number): Statement {
  return system.write(system.q.deleteFrom('links').where('expires_at', '<', before));
}
