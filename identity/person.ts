// A person who signs in: what doors and decisions need to know of an agent, and no secret.
import type { AgentRow } from '#store/agents.ts';

export type Capability = 'remote_access' | 'forward' | 'manage_settings' | 'see_audit';

/** Every single right an agent may have (Settings → Users); an admin has all. */
export const CAPABILITIES: readonly Capability[] = Object.freeze(['remote_access', 'forward', 'manage_settings', 'see_audit']);

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly admin: boolean;
  readonly remoteAccess: boolean;
  readonly capabilities: readonly Capability[];
}

export function personOf(row: AgentRow): Person {
  const admin = row.role === 'admin';
  const given = JSON.parse(row.capabilities) as string[];
  const capabilities = admin ? CAPABILITIES : CAPABILITIES.filter((capability) => given.includes(capability));
  return Object.freeze({ id: row.id, name: row.name, email: row.email, admin, remoteAccess: capabilities.includes('remote_access'), capabilities });
}

export function may(person: Person, capability: Capability): boolean {
  return person.capabilities.includes(capability);
}
