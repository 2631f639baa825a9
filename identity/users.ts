// People of a brand, made and changed by an administrator: invite, invite again, withdraw, change what is written of them.
import { decideFactorRemoval } from '#policy/decide/factor-removal.ts';
import type { Fault } from '#policy/fault.ts';
import * as agentRows from '#store/agents.ts';
import * as deviceRows from '#store/devices.ts';
import * as linkRows from '#store/links.ts';
import * as codeRows from '#store/one-time-codes.ts';
import * as passkeyRows from '#store/passkeys.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as sessionRows from '#store/sessions.ts';
import * as signInRows from '#store/sign-ins.ts';
import { type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import * as totpRows from '#store/totp-factors.ts';
import { personOf } from '#identity/person.ts';
import { issueInvitation } from '#identity/person-links.ts';
import { maskedPhone } from '#identity/phone.ts';
import { newId } from '#identity/tokens.ts';
import { type GivenFields, letterDenial, readFields, takenFault, type UserFields } from '#identity/user-fields.ts';
import { stateOf } from '#identity/user-list.ts';
import { type Admin, commitChange, denied, done, type Done, linkFor, linkParts, notice, row, type UsersParts } from '#identity/user-unit.ts';

export type Invited = { readonly ok: true; readonly id: string } | Extract<Done, { ok: false }> | { readonly ok: false; readonly faults: readonly Fault[] };
export type Saved = Done | { readonly ok: false; readonly faults: readonly Fault[] };

/** The row of somebody who is invited: without a password nobody signs in as them. */
export function invitedRow(fields: UserFields, now: number): agentRows.KnownAgent {
  return {
    id: newId('agt'), email: fields.email.address, email_key: fields.email.key, name: fields.name, role: fields.role, capabilities: JSON.stringify(fields.capabilities),
    phone: fields.phone, phone_verified_at: null, password_hash: null, password_set_at: null, deactivated_at: null, created_at: now, must_change: null, password_reminded: null,
    has_factor: 0,
  };
}

/** The statement and the row of the trail that make the account. */
export function making(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent, now: number): { statement: Statement; entry: Entry } {
  const { has_factor: _known, ...stored } = agent;
  const after = { email: agent.email, role: agent.role, capabilities: JSON.parse(agent.capabilities) as string[] };
  return { statement: agentRows.insert(parts.store.brand(admin.brand.id), stored), entry: row(admin, now, 'agent.created', agent.id, { after, facts: { role: agent.role } }) };
}

async function taken(parts: UsersParts, admin: Admin, emailKey: string): Promise<Fault[]> {
  const other = await agentRows.byEmailKey(parts.store.brand(admin.brand.id), emailKey);
  return other === undefined ? [] : [takenFault(other.name, other.deactivated_at !== null)];
}

/** What is wrong with an invitation, all at once; empty when nothing is. */
export async function judgeInvite(parts: UsersParts, admin: Admin, given: GivenFields): Promise<{ fields: UserFields | null; faults: Fault[] }> {
  const { fields, faults } = readFields({ ...given, email: given.email ?? '', name: given.name ?? '', role: given.role ?? 'agent', capabilities: given.capabilities ?? [], phone: given.phone ?? null }, admin.policy);
  const all = [...faults, ...(fields.email === undefined ? [] : await taken(parts, admin, fields.email.key))];
  return { fields: all.length === 0 ? (fields as UserFields) : null, faults: all };
}

/** Makes the account and mails its invitation, in one unit. */
export async function invite(parts: UsersParts, admin: Admin, fields: UserFields): Promise<Invited> {
  const now = parts.now();
  const agent = invitedRow(fields, now);
  const { statement, entry } = making(parts, admin, agent, now);
  try {
    const committed = await commitChange(parts, admin, { statements: [statement], entries: [entry], links: [issueInvitation(linkParts(parts, admin, now), linkFor(admin, agent))] }, now);
    return committed.ok ? { ok: true, id: agent.id } : committed;
  } catch (error) {
    if (error instanceof Conflict && error.code === 'agent.email_taken') return { ok: false, faults: await taken(parts, admin, fields.email.key) };
    throw error;
  }
}

/** Another invitation, for whoever has not accepted one; the one before opens nothing any more. */
export async function inviteAgain(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent): Promise<Done> {
  const state = stateOf(agent);
  if (state === 'deactivated') return denied('users.deactivated');
  if (state === 'active') return denied('users.joined');
  const blocked = letterDenial(admin.policy, agent.email);
  if (blocked !== null) return { ok: false, denial: blocked };
  const now = parts.now();
  return commitChange(parts, admin, { statements: [], entries: [], links: [issueInvitation(linkParts(parts, admin, now), linkFor(admin, agent))] }, now);
}

/** Takes an invitation back: its link opens nothing, and the account is deactivated, so that the trail still names it. */
export async function withdraw(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent): Promise<Done> {
  if (stateOf(agent) !== 'invited') return denied(agent.deactivated_at === null ? 'users.joined' : 'users.deactivated');
  const now = parts.now();
  const brand = parts.store.brand(admin.brand.id);
  const { system } = parts.store;
  return commitChange(parts, admin, {
    statements: [agentRows.retire(brand, agent.id, now)],
    entries: [row(admin, now, 'user.deactivated', agent.id, { facts: { withdrawn: true } })],
    system: [linkRows.voidOf(system, brand.id, agent.id, now)],
  }, now);
}

/** What was changed, as the mail and the row say it, and how it was and is. Of a phone only its last two digits. */
interface Difference {
  readonly what: string;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

function differences(agent: agentRows.KnownAgent, fields: Partial<UserFields>): Difference[] {
  const found: Difference[] = [];
  const differ = (what: string, key: string, before: unknown, after: unknown): void => {
    if (JSON.stringify(before) !== JSON.stringify(after)) found.push({ what, before: { [key]: before }, after: { [key]: after } });
  };
  const masked = (phone: string | null): string | null => (phone === null ? null : maskedPhone(phone));
  if (fields.name !== undefined) differ('the name', 'name', agent.name, fields.name);
  if (fields.email !== undefined) differ('the email address', 'email', agent.email, fields.email.address);
  if (fields.role !== undefined) differ('the role', 'role', agent.role, fields.role);
  if (fields.capabilities !== undefined) differ('the rights', 'capabilities', JSON.parse(agent.capabilities), fields.capabilities);
  if (fields.phone !== undefined && fields.phone !== agent.phone) found.push({ what: 'the phone number', before: { phone: masked(agent.phone) }, after: { phone: masked(fields.phone) } });
  return found;
}

const inOne = (parts: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>> => Object.assign({}, ...parts);

/** What is wrong with a change, all at once. */
export async function judgeChange(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent, given: GivenFields): Promise<{ fields: Partial<UserFields>; faults: Fault[] }> {
  const { fields, faults } = readFields(given, admin.policy);
  const moves = fields.email !== undefined && fields.email.key !== agent.email_key;
  return { fields, faults: [...faults, ...(moves ? await taken(parts, admin, fields.email?.key ?? '') : [])] };
}

/** The factors beside the phone; recovery codes are none. */
async function beside(brand: BrandStore, agentId: string): Promise<number> {
  const [passkeys, totp] = await Promise.all([passkeyRows.ofAgent(brand, agentId), totpRows.verifiedOf(brand, agentId)]);
  return passkeys.length + totp.length;
}

/**
 * What goes with a verified phone, which was a factor: trusted devices and sign-ins under way; of another person every session too; with
 * the last factor the recovery codes, which stand beside one, never alone.
 */
function endsOfPhone(brand: BrandStore, agentId: string, self: boolean, left: number, now: number): Statement[] {
  return [
    deviceRows.distrustAll(brand, agentId), signInRows.voidOf(brand, agentId, now),
    ...(self ? [] : [sessionRows.endAllOf(brand, agentId, 'by_admin', now)]),
    ...(left === 0 ? [recoveryRows.removeAll(brand, agentId)] : []),
  ];
}

/** Changes what was given. Nobody takes their own role away; the last administrator stays one. A new address ends every open link; a new phone counts for nothing before its person typed a code back. */
export async function changeUser(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent, fields: Partial<UserFields>): Promise<Saved> {
  const now = parts.now();
  const brand = parts.store.brand(admin.brand.id);
  const { system } = parts.store;
  const found = differences(agent, fields);
  if (found.length === 0) return done;
  const role = fields.role ?? agent.role;
  const self = agent.id === admin.session.person.id;
  if (self && role !== agent.role) return denied('users.yourself');
  const name = fields.name ?? agent.name;
  const email = fields.email ?? { address: agent.email, key: agent.email_key };
  const capabilities = fields.capabilities === undefined ? agent.capabilities : JSON.stringify(fields.capabilities);
  const moved = email.address !== agent.email;
  const statements: Statement[] = [];
  const ends: Statement[] = [];
  const removed: Entry[] = [];
  if (name !== agent.name || moved) statements.push(agentRows.setProfile(brand, agent.id, { name, email: email.address, email_key: email.key }));
  if (role === 'agent' && agent.role === 'admin') statements.push(agentRows.demote(brand, agent.id, capabilities));
  else if (role !== agent.role) statements.push(agentRows.setRights(brand, agent.id, { role, capabilities }));
  // The role as it was read is never written back: somebody may have taken it away meanwhile.
  else if (capabilities !== agent.capabilities) statements.push(agentRows.setCapabilities(brand, agent.id, role, capabilities));
  if (fields.phone !== undefined && fields.phone !== agent.phone) {
    statements.push(agentRows.replacePhone(brand, agent, fields.phone), codeRows.voidOf(brand, agent.id, now));
    if (agent.phone_verified_at !== null) {
      const left = await beside(brand, agent.id);
      const { admin: isAdmin, remoteAccess } = personOf(agent);
      // Whoever does it to another answers for it, as with a reset of factors; nobody takes their own last one away.
      const decision = self ? decideFactorRemoval(admin.policy, { admin: isAdmin, remoteAccess, others: left }) : null;
      if (decision !== null && !decision.allowed) return { ok: false, denial: decision };
      statements.push(...endsOfPhone(brand, agent.id, self, left, now));
      removed.push(row(admin, now, 'factor.removed', agent.id, { facts: { method: 'sms', left, ...(self ? {} : { another: true }) } }));
      // A link under way was made for somebody with a factor, and would ask for none now.
      if (left === 0) ends.push(linkRows.voidOf(system, brand.id, agent.id, now));
    }
  }
  if (moved && ends.length === 0) ends.push(linkRows.voidOf(system, brand.id, agent.id, now));
  const changed = { ...agent, name, email: email.address, email_key: email.key };
  const what = found.map((one) => one.what).join(', ');
  // Whoever has not accepted yet knows no account that could have changed: the invitation follows the address.
  const waits = stateOf(agent) === 'invited';
  const links = waits && moved ? [issueInvitation(linkParts(parts, admin, now), linkFor(admin, changed))] : [];
  if (!waits) {
    statements.push(notice(parts, admin, changed, 'account_changed', { what }, now));
    if (moved) statements.push(notice(parts, admin, agent, 'account_changed', { what }, now));
  }
  const entry = row(admin, now, 'user.changed', agent.id, { before: inOne(found.map((one) => one.before)), after: inOne(found.map((one) => one.after)), facts: { what } });
  const saved = await commitChange(parts, admin, { statements, entries: [entry, ...removed], links, system: ends }, now);
  // Somebody else was given the address at the same moment.
  const clash = !saved.ok && saved.denial.code === 'users.missing' && email.key !== agent.email_key ? await taken(parts, admin, email.key) : [];
  return clash.length > 0 ? { ok: false, faults: clash } : saved;
}
