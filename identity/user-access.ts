// What an administrator does to somebody's access: deactivate and activate, renew a password, take factors away, lift locks, send enrolment links.
import * as agentRows from '#store/agents.ts';
import { letterDenial } from '#identity/user-fields.ts';
import { endOfAccess, endOfFactors } from '#identity/access-end.ts';
import { clearPerson } from '#identity/locks.ts';
import { issueEnrolment, issueInvitation, issueRenewal } from '#identity/person-links.ts';
import { stateOf } from '#identity/user-list.ts';
import { type Admin, commitChange, denied, type Done, linkFor, linkParts, notice, row, type UsersParts } from '#identity/user-unit.ts';

const isSelf = (admin: Admin, agent: agentRows.KnownAgent): boolean => agent.id === admin.session.person.id;

/** Ends everything of the person at once: sessions, links, codes, sign-ins under way, trusted devices. The account stays, so that the trail names it. */
export async function deactivate(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent): Promise<Done> {
  if (isSelf(admin, agent)) return denied('users.yourself');
  if (stateOf(agent) === 'deactivated') return denied('users.deactivated');
  const now = parts.now();
  const brand = parts.store.brand(admin.brand.id);
  const mails = stateOf(agent) === 'invited' ? [] : [notice(parts, admin, agent, 'account_deactivated', {}, now)];
  const end = endOfAccess({ brand, system: parts.store.system }, agent.id, 'deactivated', now);
  return commitChange(parts, admin, {
    statements: [agentRows.retire(brand, agent.id, now), ...end.brandStatements, ...mails],
    entries: [row(admin, now, 'user.deactivated', agent.id)],
    system: end.systemStatements,
  }, now);
}

/** The account opens again with the password and the factors it had; who never had one is invited anew. */
export async function reactivate(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent): Promise<Done> {
  if (stateOf(agent) !== 'deactivated') return denied('users.active');
  const now = parts.now();
  const invited = agent.password_hash === null;
  const links = invited ? [issueInvitation(linkParts(parts, admin, now), linkFor(admin, agent))] : [];
  const mails = invited ? [] : [notice(parts, admin, agent, 'account_changed', { what: 'it was activated again' }, now)];
  return commitChange(parts, admin, {
    statements: [agentRows.reactivate(parts.store.brand(admin.brand.id), agent.id), ...mails],
    entries: [row(admin, now, 'user.reactivated', agent.id)],
    links,
  }, now);
}

/** Mails a link to choose a new password. `requireChange`: until then nothing else opens, at the very next request. */
export async function renewPassword(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent, requireChange: boolean): Promise<Done> {
  if (isSelf(admin, agent)) return denied('users.yourself');
  const state = stateOf(agent);
  if (state !== 'active') return denied(state === 'deactivated' ? 'users.deactivated' : 'users.not_joined');
  const blocked = letterDenial(admin.policy, agent.email);
  if (blocked !== null) return { ok: false, denial: blocked };
  const now = parts.now();
  const brand = parts.store.brand(admin.brand.id);
  return commitChange(parts, admin, {
    statements: requireChange ? [agentRows.requireChange(brand, agent.id, 'admin')] : [],
    entries: requireChange ? [row(admin, now, 'password.change_required', agent.id)] : [],
    links: [issueRenewal(linkParts(parts, admin, now), linkFor(admin, agent))],
  }, now);
}

/** Takes every second factor away, with what it had opened. `sendLink`: a link to enrol a new one goes out in the same unit. */
export async function resetFactors(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent, sendLink: boolean): Promise<Done> {
  if (isSelf(admin, agent)) return denied('users.yourself');
  const state = stateOf(agent);
  if (state !== 'active') return denied(state === 'deactivated' ? 'users.deactivated' : 'users.not_joined');
  const now = parts.now();
  const brand = parts.store.brand(admin.brand.id);
  const bare = { ...agent, has_factor: 0, phone_verified_at: null };
  const end = endOfAccess({ brand, system: parts.store.system }, agent.id, 'by_admin', now);
  return commitChange(parts, admin, {
    statements: [...endOfFactors(brand, agent.id), ...end.brandStatements, notice(parts, admin, agent, 'factors_reset', {}, now)],
    entries: [row(admin, now, 'factor.reset', agent.id)],
    links: sendLink ? [issueEnrolment(linkParts(parts, admin, now), linkFor(admin, bare))] : [],
    // A link under way was made for somebody with these factors.
    system: end.systemStatements,
  }, now);
}

/** Forgets the failures of the person, so that every lock ends. */
export async function liftLocks(parts: UsersParts, admin: Admin, agent: agentRows.KnownAgent): Promise<Done> {
  const now = parts.now();
  const brand = parts.store.brand(admin.brand.id);
  return commitChange(parts, admin, { statements: clearPerson(parts.keyring, brand, agent.email_key, agent.id), entries: [row(admin, now, 'lock.lifted', agent.id)] }, now);
}

/** Why somebody was not sent a link: they have a factor, have not joined, are deactivated, or are not there. */
export type NotSent = 'has_factor' | 'not_joined' | 'deactivated' | 'missing';

/** Mails enrolment links to whoever of these is active and has no factor, in one unit; for each other one it says why not. */
export async function sendEnrolmentLinks(parts: UsersParts, admin: Admin, ids: readonly string[]): Promise<{ sent: string[]; skipped: { id: string; why: NotSent }[] } | Extract<Done, { ok: false }>> {
  const now = parts.now();
  const everybody = new Map((await agentRows.everybody(parts.store.brand(admin.brand.id))).map((agent) => [agent.id, agent]));
  const sent: agentRows.KnownAgent[] = [];
  const skipped: { id: string; why: NotSent }[] = [];
  for (const id of new Set(ids)) {
    const agent = everybody.get(id);
    if (agent === undefined) skipped.push({ id, why: 'missing' });
    else if (stateOf(agent) !== 'active') skipped.push({ id, why: stateOf(agent) === 'deactivated' ? 'deactivated' : 'not_joined' });
    else if (agent.has_factor === 1) skipped.push({ id, why: 'has_factor' });
    else sent.push(agent);
  }
  if (sent.length > 0) {
    const links = sent.map((agent) => issueEnrolment(linkParts(parts, admin, now), linkFor(admin, agent)));
    const committed = await commitChange(parts, admin, { statements: [], entries: [], links }, now, false);
    if (!committed.ok) return committed;
  }
  return { sent: sent.map(({ id }) => id), skipped };
}
