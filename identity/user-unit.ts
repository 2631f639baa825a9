// One unit of an administrator's change to people: it uses the fresh code up, and stands or falls with its rows and its mails.
import { type Denial, type DenialCode, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { KnownAgent } from '#store/agents.ts';
import { type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import { stillMay } from '#identity/actor.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc, type LetterKind } from '#identity/letters.ts';
import type { IssuedLink, LinkFor, LinkParts } from '#identity/person-links.ts';
import { posting } from '#identity/post.ts';
import { type LiveSession, type Sessions, useUpFresh } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';

export interface UsersParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
  /** The origin of PUBLIC_URL. */
  readonly origin: string;
}

/** Who does it, where. `name` stands in the mails. */
export interface Admin {
  readonly session: LiveSession;
  readonly name: string;
  readonly brand: { readonly id: string; readonly slug: string; readonly name: string };
  readonly policy: Policy;
}

export interface Change {
  readonly statements: readonly Statement[];
  readonly entries: readonly Entry[];
  readonly links?: readonly IssuedLink[];
  /** Statements of the system, such as the end of open links; they get a row there. */
  readonly system?: readonly Statement[];
}

export type Done = { readonly ok: true } | { readonly ok: false; readonly denial: Denial };
export const done: Done = Object.freeze({ ok: true });
export const denied = (code: DenialCode): { readonly ok: false; readonly denial: Denial } => ({ ok: false, denial: deny(code, null, {}) });

/** What a guard found, as the person is told. */
const CONFLICTS: Readonly<Record<string, DenialCode>> = {
  'step_up.required': 'step_up.required',
  'users.last_admin': 'users.last_admin',
  'users.changed': 'users.changed',
  'agent.missing': 'users.missing',
  'agent.active': 'users.missing',
  'agent.changed': 'capability.missing',
  'session.ended': 'session.ended',
};

export function row(admin: Admin, now: number, event: string, agentId: string | null, detail: Pick<Entry, 'before' | 'after' | 'facts'> = {}): Entry {
  return { id: newId('evt'), at: now, actor: { kind: 'agent', id: admin.session.person.id }, event, entity: { kind: 'agent', id: agentId }, ...detail };
}

/** A mail to somebody about their account; `to` where it goes to another address than the present one. */
export function notice(parts: UsersParts, admin: Admin, agent: KnownAgent, kind: LetterKind, facts: Readonly<Record<string, string | number>>, now: number, to = agent.email): Statement {
  const { brand } = admin;
  return posting(parts.keyring, parts.store.brand(brand.id), { to, agentId: agent.id, name: agent.name, brandName: brand.name, kind, facts: { at: inUtc(now), by: admin.name, ...facts } }, now);
}

export function linkParts(parts: UsersParts, admin: Admin, now: number): LinkParts {
  return { store: parts.store, keyring: parts.keyring, origin: parts.origin, now, policy: admin.policy };
}

export function linkFor(admin: Admin, agent: KnownAgent): LinkFor {
  return { brand: admin.brand, agent, by: { id: admin.session.person.id, name: admin.name } };
}

/** Commits the change. `fresh`: it uses the code up that was just given in the administrator's session (credentials ask each time). */
export async function commitChange(parts: UsersParts, admin: Admin, change: Change, now: number, fresh = true): Promise<Done> {
  const { session } = admin;
  const brand = parts.store.brand(admin.brand.id);
  const { system } = parts.store;
  const links = change.links ?? [];
  const using = fresh ? [parts.sessions.usingFresh(session, now)] : [];
  // What was judged at the door may have ended meanwhile: the unit asks again.
  const still = stillMay(brand, session, 'admin');
  const statements = [...still, ...using, ...change.statements, ...links.flatMap((link) => link.statements)];
  const entries = [...change.entries, ...links.flatMap((link) => link.entries)];
  const ended = change.system ?? [];
  const first = change.entries[0];
  const ending = ended.length === 0 || first === undefined ? [] : [system.part({ statements: [...ended], entries: [{ ...first, id: newId('evt'), entity: { kind: 'brand', id: admin.brand.id }, before: undefined, after: undefined, facts: { agent: first.entity.id } }] })];
  try {
    await parts.commit([...ending, ...links.map((link) => link.systemPart), brand.part({ statements, entries, bumps: ['people'] })]);
  } catch (error) {
    const code = error instanceof Conflict ? CONFLICTS[error.code] : undefined;
    if (code === undefined) throw error;
    return denied(code);
  }
  if (fresh) useUpFresh(session);
  return done;
}
