// A person who signs in: what doors and decisions need to know of an agent, and no secret.
import type { KnownAgent } from '#store/agents.ts';

export type Capability = 'remote_access' | 'forward' | 'manage_settings' | 'see_audit';

/** Every single right an agent may have (Settings → Users); an admin has all. */
export const CAPABILITIES: readonly Capability[] = Object.freeze(['remote_access', 'forward', 'manage_settings', 'see_audit']);

export interface Person {
  readonly id: string;
  readonly admin: boolean;
  readonly remoteAccess: boolean;
  readonly capabilities: readonly Capability[];
  /** A second factor is enrolled and verified. */
  readonly hasFactor: boolean;
  /** When the present password was chosen, ms; 0 while there is none. */
  readonly passwordSetAt: number;
  /** An administrator, or a breach, asks for a new password before anything else opens. */
  readonly mustChange: boolean;
}

/** There are few sets of rights and many people: each set is kept once. */
const sets = new Map<string, readonly Capability[]>();

function capabilitiesOf(text: string): readonly Capability[] {
  const given = JSON.parse(text) as string[];
  const found = CAPABILITIES.filter((capability) => given.includes(capability));
  const key = found.join();
  const present = sets.get(key);
  if (present !== undefined) return present;
  sets.set(key, Object.freeze(found));
  return found;
}

export function personOf(row: KnownAgent): Person {
  const admin = row.role === 'admin';
  const capabilities = admin ? CAPABILITIES : capabilitiesOf(row.capabilities);
  return Object.freeze({
    id: row.id,
    admin,
    remoteAccess: capabilities.includes('remote_access'),
    capabilities,
    hasFactor: row.has_factor === 1,
    passwordSetAt: row.password_set_at ?? 0,
    mustChange: row.must_change !== null,
  });
}

export function may(person: Person, capability: Capability): boolean {
  return person.capabilities.includes(capability);
}
