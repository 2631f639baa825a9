// The people of a brand as Settings → Users shows them: rights, state, factors, locks, open links, and where each was seen last.
import * as agentRows from '#store/agents.ts';
import * as linkRows from '#store/links.ts';
import * as sessionRows from '#store/sessions.ts';
import type { Store } from '#store/store.ts';
import * as facts from '#store/user-facts.ts';
import type { Keyring } from '#identity/keyring.ts';
import { locksOf, type StandingLock } from '#identity/locks.ts';
import { type Capability, personOf } from '#identity/person.ts';

export type UserState = 'invited' | 'active' | 'deactivated';

/** All instants in ms since 1970 UTC. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'admin' | 'agent';
  readonly capabilities: readonly Capability[];
  readonly phone: string | null;
  readonly phoneVerifiedAt: number | null;
  readonly state: UserState;
  readonly createdAt: number;
  readonly deactivatedAt: number | null;
  readonly passwordSetAt: number | null;
  /** Why a new password must be chosen before anything else opens. */
  readonly mustChange: 'admin' | 'compromised' | null;
  readonly hasFactor: boolean;
  readonly factors: { readonly passkeys: readonly Factor[]; readonly totp: readonly Factor[]; readonly sms: boolean; readonly recoveryCodesLeft: number; readonly trustedDevices: number };
  readonly lastSeen: { readonly at: number; readonly address: string | null } | null;
  readonly locks: readonly StandingLock[];
  readonly links: readonly { readonly kind: string; readonly createdAt: number; readonly expiresAt: number }[];
}

interface Factor {
  readonly id: string;
  readonly label: string;
  readonly createdAt: number;
}

export interface UserFilter {
  /** In the name or the address, whatever the case. */
  readonly text?: string | undefined;
  readonly state?: UserState | undefined;
  readonly role?: 'admin' | 'agent' | undefined;
  readonly factor?: 'none' | 'some' | undefined;
  readonly locked?: boolean | undefined;
}

export interface Looking {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly now: number;
}

export const stateOf = (row: Pick<agentRows.AgentRow, 'deactivated_at' | 'password_hash'>): UserState =>
  row.deactivated_at !== null ? 'deactivated' : row.password_hash === null ? 'invited' : 'active';

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

function fits(user: User, { text, state, role, factor, locked }: UserFilter): boolean {
  if (state !== undefined && user.state !== state) return false;
  if (role !== undefined && user.role !== role) return false;
  if (factor !== undefined && user.hasFactor !== (factor === 'some')) return false;
  if (locked === true && user.locks.length === 0) return false;
  return text === undefined || fold(`${user.name}\n${user.email}`).includes(fold(text));
}

function factorsOf(rows: readonly facts.FactorFact[]): Map<string, Factor[]> {
  const found = new Map<string, Factor[]>();
  for (const { agent_id, id, label, created_at } of rows) found.set(agent_id, [...(found.get(agent_id) ?? []), { id, label, createdAt: created_at }]);
  return found;
}

async function shown({ store, keyring, now }: Looking, brandId: string, rows: readonly agentRows.KnownAgent[], only?: string): Promise<User[]> {
  const brand = store.brand(brandId);
  const seen = only === undefined ? sessionRows.lastSeen(brand) : facts.lastSeenOf(brand, only).then((one) => new Map(one === undefined ? [] : [[only, one] as const]));
  const [totp, passkeys, recovery, devices, links, locks, last] = await Promise.all([
    facts.totp(brand, only), facts.passkeys(brand, only), facts.recoveryCodes(brand, only), facts.trustedDevices(brand, only),
    linkRows.openOf(store.system, brandId, now, only), locksOf(keyring, brand, rows, now), seen,
  ]);
  const totpBy = factorsOf(totp);
  const passkeysBy = factorsOf(passkeys);
  return rows.map((row) => {
    const { capabilities } = personOf({ ...row, role: 'agent' });
    const lastSeen = last.get(row.id);
    return {
      id: row.id,
      name: row.name,
      email: row.email,
      role: row.role,
      // As they are kept: an administrator has all of them, and these again once they are none.
      capabilities,
      phone: row.phone,
      phoneVerifiedAt: row.phone_verified_at,
      state: stateOf(row),
      createdAt: row.created_at,
      deactivatedAt: row.deactivated_at,
      passwordSetAt: row.password_set_at,
      mustChange: row.must_change,
      hasFactor: row.has_factor === 1,
      factors: { passkeys: passkeysBy.get(row.id) ?? [], totp: totpBy.get(row.id) ?? [], sms: row.phone_verified_at !== null, recoveryCodesLeft: recovery.get(row.id) ?? 0, trustedDevices: devices.get(row.id) ?? 0 },
      lastSeen: lastSeen === undefined ? null : { at: lastSeen.last_input_at, address: lastSeen.address },
      locks: locks.get(row.id) ?? [],
      links: links.filter((link) => link.agent_id === row.id && link.kind !== 'unlock').map((link) => ({ kind: link.kind, createdAt: link.created_at, expiresAt: link.expires_at })),
    };
  });
}

/** Everybody who fits, in the order of their names, and how many there are in each state. */
export async function listUsers(looking: Looking, brandId: string, filter: UserFilter): Promise<{ users: User[]; counts: Record<UserState, number> }> {
  const rows = await agentRows.everybody(looking.store.brand(brandId));
  const counts = { invited: 0, active: 0, deactivated: 0 };
  for (const row of rows) counts[stateOf(row)] += 1;
  const users = (await shown(looking, brandId, rows)).filter((user) => fits(user, filter));
  return { users: users.sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.email < b.email ? -1 : 1)), counts };
}

export async function readUser(looking: Looking, brandId: string, id: string): Promise<User | null> {
  const row = await agentRows.byId(looking.store.brand(brandId), id);
  if (row === undefined) return null;
  const [user] = await shown(looking, brandId, [row], id);
  return user ?? null;
}
