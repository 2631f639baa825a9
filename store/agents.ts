// Agents: the people of a brand who sign in.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type AgentRow = BrandTables['agents'];

export function byId(brand: BrandStore, id: string): Promise<AgentRow | undefined> {
  return brand.one(brand.q.selectFrom('agents').selectAll().where('id', '=', id));
}

/** By the address as it is compared (case-folded); unique in a brand. */
export function byEmailKey(brand: BrandStore, emailKey: string): Promise<AgentRow | undefined> {
  return brand.one(brand.q.selectFrom('agents').selectAll().where('email_key', '=', emailKey));
}

export function all(brand: BrandStore): Promise<AgentRow[]> {
  return brand.all(brand.q.selectFrom('agents').selectAll().orderBy('email_key'));
}

export function activeAdmins(brand: BrandStore): Promise<AgentRow[]> {
  return brand.all(brand.q.selectFrom('agents').selectAll().where('role', '=', 'admin').where('deactivated_at', 'is', null).orderBy('email_key'));
}

/** Names of all, deactivated ones too: rows of the audit trail name them for years. */
export async function namesById(brand: BrandStore): Promise<Map<string, string>> {
  const rows = await brand.all(brand.q.selectFrom('agents').select(['id', 'name']));
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Names of the active agents who have no verified factor. */
export async function namesWithoutFactor(brand: BrandStore): Promise<string[]> {
  const query = brand.q.selectFrom('agents').select('name').where('deactivated_at', 'is', null)
    .where((eb) => eb.not(eb.exists(eb.selectFrom('totp_factors').select('totp_factors.id').whereRef('totp_factors.agent_id', '=', 'agents.id').where('verified_at', 'is not', null))))
    .orderBy('name');
  return (await brand.all(query)).map((row) => row.name);
}

/** A second one with the same address is a conflict `agent.email_taken`. */
export function insert(brand: BrandStore, row: AgentRow): Statement {
  return brand.write(brand.q.insertInto('agents').values(row), { expect: 1, otherwise: 'agent.email_taken' });
}

/** A new password, chosen at `at`. */
export function setPassword(brand: BrandStore, id: string, passwordHash: string, at: number): Statement {
  return brand.write(brand.q.updateTable('agents').set({ password_hash: passwordHash, password_set_at: at }).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** The same password, hashed anew: its age does not change. */
export function replaceHash(brand: BrandStore, id: string, passwordHash: string): Statement {
  return brand.write(brand.q.updateTable('agents').set({ password_hash: passwordHash }).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** A number that its person has typed a code from. */
export function setPhone(brand: BrandStore, id: string, phone: string, verifiedAt: number): Statement {
  return brand.write(brand.q.updateTable('agents').set({ phone, phone_verified_at: verifiedAt }).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

export function setRights(brand: BrandStore, id: string, rights: Pick<AgentRow, 'role' | 'capabilities'>): Statement {
  return brand.write(brand.q.updateTable('agents').set(rights).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

export function deactivate(brand: BrandStore, id: string, at: number): Statement {
  const query = brand.q.updateTable('agents').set({ deactivated_at: at }).where('id', '=', id).where('deactivated_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'agent.deactivated' });
}
