// Agents: the people of a brand who sign in.
import type { UpdateQueryBuilder, UpdateResult } from 'kysely';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type AgentRow = BrandTables['agents'];

/** A person as the doors need them: with whether they have a second factor (a phone counts once it is verified). */
export type KnownAgent = AgentRow & { readonly has_factor: number };

const known = (brand: BrandStore) =>
  brand.q.selectFrom('agents').selectAll().select((eb) =>
    eb.case().when(eb.or([
      eb('agents.phone_verified_at', 'is not', null),
      eb.exists(eb.selectFrom('totp_factors').select('totp_factors.id').whereRef('totp_factors.agent_id', '=', 'agents.id').where('totp_factors.verified_at', 'is not', null)),
      eb.exists(eb.selectFrom('passkeys').select('passkeys.id').whereRef('passkeys.agent_id', '=', 'agents.id')),
    ])).then(1).else(0).end().as('has_factor'));

export function byId(brand: BrandStore, id: string): Promise<KnownAgent | undefined> {
  return brand.one(known(brand).where('id', '=', id));
}

/** By the address as it is compared (case-folded); unique in a brand. */
export function byEmailKey(brand: BrandStore, emailKey: string): Promise<KnownAgent | undefined> {
  return brand.one(known(brand).where('email_key', '=', emailKey));
}

/** Everybody, with whether they have a factor; in the order of their addresses. */
export function everybody(brand: BrandStore): Promise<KnownAgent[]> {
  return brand.all(known(brand).orderBy('email_key'));
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

/** The active agents who have no verified factor, by name; whom nobody has invited in yet (no password) too. */
export async function withoutFactor(brand: BrandStore): Promise<KnownAgent[]> {
  const rows = await brand.all(known(brand).where('deactivated_at', 'is', null).orderBy('name'));
  return rows.filter((row) => row.has_factor === 0);
}

export async function namesWithoutFactor(brand: BrandStore): Promise<string[]> {
  return (await withoutFactor(brand)).map((row) => row.name);
}

/** A second one with the same address is a conflict `agent.email_taken`. */
export function insert(brand: BrandStore, row: AgentRow): Statement {
  return brand.write(brand.q.insertInto('agents').values(row), { expect: 1, otherwise: 'agent.email_taken' });
}

/** A new password, chosen at `at`: nothing asks for another one, and no reminder was sent for it yet. */
export function setPassword(brand: BrandStore, id: string, passwordHash: string, at: number): Statement {
  const set = { password_hash: passwordHash, password_set_at: at, must_change: null, password_reminded: null };
  return brand.write(brand.q.updateTable('agents').set(set).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** As `setPassword`, in the place of the very one that was read before (null: there was none). One changed meanwhile is a conflict `agent.password_changed`. */
export function changePassword(brand: BrandStore, id: string, before: string | null, passwordHash: string, at: number): Statement {
  const set = { password_hash: passwordHash, password_set_at: at, must_change: null, password_reminded: null };
  const query = brand.q.updateTable('agents').set(set).where('id', '=', id);
  return brand.write(before === null ? query.where('password_hash', 'is', null) : query.where('password_hash', '=', before), { expect: 1, otherwise: 'agent.password_changed' });
}

/**
 * A guard: the person is active, and has still the password that was judged (undefined: whichever). Else a conflict `agent.changed`: a
 * session that was being begun while everything of the person was ended must not outlive that.
 */
export function stillThere(brand: BrandStore, id: string, passwordHash: string | undefined): Statement {
  const query = brand.q.updateTable('agents').set((eb) => ({ name: eb.ref('name') })).where('id', '=', id).where('deactivated_at', 'is', null);
  return brand.write(passwordHash === undefined ? query : query.where('password_hash', '=', passwordHash), { expect: 1, otherwise: 'agent.changed' });
}

/** A guard: the person is active, and still an administrator or one with this right. Else a conflict `agent.changed`. */
export function stillMay(brand: BrandStore, id: string, right: 'admin' | 'manage_settings'): Statement {
  const query = brand.q.updateTable('agents').set((eb) => ({ name: eb.ref('name') })).where('id', '=', id).where('deactivated_at', 'is', null);
  const holds = right === 'admin' ? query.where('role', '=', 'admin') : query.where((eb) => eb.or([eb('role', '=', 'admin'), eb('capabilities', 'like', `%"${right}"%`)]));
  return brand.write(holds, { expect: 1, otherwise: 'agent.changed' });
}

/** The same password, hashed anew: its age does not change. */
export function replaceHash(brand: BrandStore, id: string, passwordHash: string): Statement {
  return brand.write(brand.q.updateTable('agents').set({ password_hash: passwordHash }).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** A number that its person has typed a code from. */
export function setPhone(brand: BrandStore, id: string, phone: string, verifiedAt: number): Statement {
  return brand.write(brand.q.updateTable('agents').set({ phone, phone_verified_at: verifiedAt }).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** A number that an administrator wrote, or none: it counts only once its person typed a code back. */
export function writePhone(brand: BrandStore, id: string, phone: string | null): Statement {
  return brand.write(brand.q.updateTable('agents').set({ phone, phone_verified_at: null }).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** As `writePhone`, in the place of the very number that was judged, verified or not as it was then. Changed meanwhile: a conflict `users.changed`. */
export function replacePhone(brand: BrandStore, { id, phone, phone_verified_at }: Pick<AgentRow, 'id' | 'phone' | 'phone_verified_at'>, next: string | null): Statement {
  const query = brand.q.updateTable('agents').set({ phone: next, phone_verified_at: null }).where('id', '=', id);
  const same = phone === null ? query.where('phone', 'is', null) : query.where('phone', '=', phone);
  const as = phone_verified_at === null ? same.where('phone_verified_at', 'is', null) : same.where('phone_verified_at', '=', phone_verified_at);
  return brand.write(as, { expect: 1, otherwise: 'users.changed' });
}

/** The number stays, but a code must be typed back before it counts again. */
export function unverifyPhone(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.updateTable('agents').set({ phone_verified_at: null }).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** Another person's address is a conflict `agent.email_taken` (the unique index), which the caller asks for first. */
export function setProfile(brand: BrandStore, id: string, profile: Pick<AgentRow, 'name' | 'email' | 'email_key'>): Statement {
  return brand.write(brand.q.updateTable('agents').set(profile).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** A new password must be chosen before anything else opens. */
export function requireChange(brand: BrandStore, id: string, why: 'admin' | 'compromised'): Statement {
  return brand.write(brand.q.updateTable('agents').set({ must_change: why }).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** The stage of reminders (14, 7 or 1 days) that was mailed. One that was mailed meanwhile is a conflict `agent.reminded`. */
export function remind(brand: BrandStore, id: string, before: number | null, stage: number): Statement {
  const query = brand.q.updateTable('agents').set({ password_reminded: stage }).where('id', '=', id);
  return brand.write(before === null ? query.where('password_reminded', 'is', null) : query.where('password_reminded', '=', before), { expect: 1, otherwise: 'agent.reminded' });
}

export function reactivate(brand: BrandStore, id: string): Statement {
  const query = brand.q.updateTable('agents').set({ deactivated_at: null }).where('id', '=', id).where('deactivated_at', 'is not', null);
  return brand.write(query, { expect: 1, otherwise: 'agent.active' });
}

export function setRights(brand: BrandStore, id: string, rights: Pick<AgentRow, 'role' | 'capabilities'>): Statement {
  return brand.write(brand.q.updateTable('agents').set(rights).where('id', '=', id), { expect: 1, otherwise: 'agent.missing' });
}

/** Single rights, of somebody who still has the role that was read; the role is never written. Else a conflict `users.changed`. */
export function setCapabilities(brand: BrandStore, id: string, role: AgentRow['role'], capabilities: string): Statement {
  return brand.write(brand.q.updateTable('agents').set({ capabilities }).where('id', '=', id).where('role', '=', role), { expect: 1, otherwise: 'users.changed' });
}

/** Another administrator who is active and has accepted: the guard of everything that takes an administrator away (two at once: the second one fails). */
const unlessLast = (id: string, query: UpdateQueryBuilder<BrandTables, 'agents', 'agents', UpdateResult>) =>
  query.where('id', '=', id).where((eb) => eb.or([
    eb('agents.role', '=', 'agent'),
    eb.exists(eb.selectFrom('agents as others').select('others.id').where('others.id', '!=', id).where('others.role', '=', 'admin').where('others.deactivated_at', 'is', null).where('others.password_hash', 'is not', null)),
  ]));

/** Rights that end an administrator's; for the last one a conflict `users.last_admin`. */
export function demote(brand: BrandStore, id: string, capabilities: string): Statement {
  return brand.write(unlessLast(id, brand.q.updateTable('agents').set({ role: 'agent', capabilities })), { expect: 1, otherwise: 'users.last_admin' });
}

/** Deactivates, but for the last administrator: a conflict `users.last_admin`. Who is deactivated already keeps the first instant. */
export function retire(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(unlessLast(id, brand.q.updateTable('agents').set({ deactivated_at: at }).where('deactivated_at', 'is', null)), { expect: 1, otherwise: 'users.last_admin' });
}
