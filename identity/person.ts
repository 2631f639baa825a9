// A person who signs in: what doors and decisions need to know of an agent, and no secret.
import type { KnownAgent } from '#store/agents.ts';

export type Capability = 'remote_access' | 'forward' | 'manage_settings' | 'see_audit' | 'customer_privacy';

/** Every single right an agent may have (Settings → Users); an admin has all. */
export const CAPABILITIES: readonly Capability[] = Object.freeze(['remote_access', 'forward', 'manage_settings', 'see_audit', 'customer_privacy']);

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

/** What many people have in common. */
type Common = Omit<Person, 'id' | 'passwordSetAt'>;
const commons = new Map<string, Common>();

function commonOf(row: KnownAgent): Common {
  const admin = row.role === 'admin';
  const capabilities = admin ? CAPABILITIES : capabilitiesOf(row.capabilities);
  const hasFactor = row.has_factor === 1;
  const mustChange = row.must_change !== null;
  const key = [admin, hasFactor, mustChange, ...capabilities].join();
  const present = commons.get(key);
  if (present !== undefined) return present;
  const common = Object.freeze({ admin, remoteAccess: capabilities.includes('remote_access'), capabilities, hasFactor, mustChange });
  commons.set(key, common);
  return common;
}

/** Frozen. What many people have in common stands once, in the prototype: a hundred thousand sessions hold a person each. */
export function personOf(row: KnownAgent): Person {
  return Object.freeze({ __proto__: commonOf(row), id: row.id, passwordSetAt: row.password_set_at ?? 0 }) as unknown as Person;
}

export function may(person: Pick<Person, 'capabilities'>, capability: Capability): boolean {
  return person.capabilities.includes(capability);
}
