// What an administrator writes about a person: address, name, role, rights, phone. All faults at once, from a form or from a line of a file.
import { lineFaults } from '#policy/brand-name.ts';
import { decideOutboundMail } from '#policy/decide/outbound-mail.ts';
import { sentenceOf } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import { fault, type Fault, shown } from '#policy/fault.ts';
import { type EmailAddress, parseEmailAddress } from '#identity/email-address.ts';
import { CAPABILITIES, type Capability } from '#identity/person.ts';
import { parsePhone } from '#identity/phone.ts';

export type Role = 'admin' | 'agent';

export interface UserFields {
  readonly email: EmailAddress;
  readonly name: string;
  readonly role: Role;
  readonly capabilities: readonly Capability[];
  /** E.164, or null for none. */
  readonly phone: string | null;
}

/** As given: what is undefined was not given. A phone of `null` or nothing but blanks takes the number away. */
export type GivenFields = { readonly [F in keyof UserFields]?: unknown };

/** What was given and is right, and what is wrong with the rest. `path` is the field. */
export interface ReadFields {
  readonly fields: { -readonly [F in keyof UserFields]?: UserFields[F] };
  readonly faults: readonly Fault[];
}

const isCapability = (value: unknown): value is Capability => (CAPABILITIES as readonly unknown[]).includes(value);

function capabilitiesFrom(given: unknown): readonly Capability[] | Fault[] {
  const path = 'capabilities';
  if (!Array.isArray(given)) return [fault(path, 'capabilities.not_list', 'Rights', 'be a list', shown(given))];
  const unknown = given.filter((value) => !isCapability(value));
  if (unknown.length > 0) return unknown.slice(0, 5).map((value) => fault(path, 'capabilities.unknown', 'Rights', `be of ${CAPABILITIES.join(', ')}`, shown(value)));
  return CAPABILITIES.filter((capability) => given.includes(capability));
}

const faulty = (found: readonly unknown[]): found is Fault[] => typeof found[0] === 'object';

/** Why a letter may not go to an address; null: it may. Whoever is never written to cannot be invited. */
export function letterDenial(policy: Policy, address: string) {
  const decision = decideOutboundMail(policy, { kind: 'letter', recipients: [address], details: false, exceptions: [], live: true, now: 0 });
  return decision.allowed || decision.code !== 'mail.blocked' ? null : decision;
}

/** Reads what was given; nothing is altered but the order of the rights and the form of the phone. The policy says who is never written to. */
export function readFields(given: GivenFields, policy: Policy): ReadFields {
  const faults: Fault[] = [];
  const fields: { -readonly [F in keyof UserFields]?: UserFields[F] } = {};
  if (given.email !== undefined) {
    const email = parseEmailAddress(given.email);
    const blocked = email.ok ? letterDenial(policy, email.value.address) : null;
    if (blocked !== null) faults.push({ path: 'email', code: blocked.code, message: sentenceOf(blocked) });
    else if (email.ok) fields.email = email.value;
    else faults.push({ path: 'email', code: email.code, message: email.sentence });
  }
  if (given.name !== undefined) {
    const found = typeof given.name === 'string' ? lineFaults(given.name, 'name', 'Name') : [fault('name', 'text.not_text', 'Name', 'be text', shown(given.name))];
    if (found.length === 0) fields.name = given.name as string;
    else faults.push(...found);
  }
  if (given.role !== undefined) {
    if (given.role === 'admin' || given.role === 'agent') fields.role = given.role;
    else faults.push(fault('role', 'role.unknown', 'Role', 'be admin or agent', shown(given.role)));
  }
  if (given.capabilities !== undefined) {
    const found = capabilitiesFrom(given.capabilities);
    if (faulty(found)) faults.push(...found);
    else fields.capabilities = found;
  }
  if (given.phone !== undefined) {
    const none = given.phone === null || (typeof given.phone === 'string' && given.phone.trim() === '');
    const phone = none ? null : parsePhone(given.phone);
    if (phone === null) fields.phone = null;
    else if (phone.ok) fields.phone = phone.value;
    else faults.push({ path: 'phone', code: phone.code, message: phone.sentence });
  }
  return { fields, faults };
}

/** The address is somebody's already; also one who is deactivated keeps theirs. */
export function takenFault(name: string, deactivated: boolean): Fault {
  const message = deactivated
    ? `Email must not be the one of ${name}, whose account is deactivated: activate that account again instead.`
    : `Email must not be the one of ${name}, who is here already.`;
  return { path: 'email', code: 'email.taken', message };
}
