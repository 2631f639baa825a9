// Signing in: email and password, then a code where the two-factor table asks for one at this address.
import type { Address } from '#policy/address.ts';
import { signInNeeds } from '#policy/decide/management-access.ts';
import { type Denial, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import * as agentRows from '#store/agents.ts';
import * as signInRows from '#store/sign-ins.ts';
import { type BrandStore, type Bump, type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import { checkFactor, type Method, methodsOf, type Presented } from '#identity/factor-check.ts';
import type { Keyring } from '#identity/keyring.ts';
import * as locks from '#identity/locks.ts';
import { hashesAreFull, hashPassword, needsRehash, verifyDecoy, verifyPassword } from '#identity/passwords.ts';
import { type Person, personOf } from '#identity/person.ts';
import type { Begun, Sessions } from '#identity/sessions.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';

/** A pending sign-in, between password and code, lives this long (SETTINGS.md, "One-time codes": 10 minutes, 5 attempts). */
export const PENDING_MS = 600_000;
export const CODE_ATTEMPTS = 5;

/** The brand at whose door somebody knocks; null where the name in the path is nobody's. */
export interface Knocked {
  readonly brand: BrandStore;
  readonly policy: Policy;
}

export interface Caller {
  readonly address: Address | null;
  readonly addressText: string | null;
  readonly network: string;
  readonly userAgent: string;
}

export interface SignInParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

/** `told` is what the caller may see; `denial` is what the row says. */
export type SignInResult =
  | { readonly kind: 'signed_in'; readonly begun: Begun }
  | { readonly kind: 'code'; readonly pending: string; readonly methods: Method[] }
  | { readonly kind: 'denied'; readonly denial: Denial; readonly told: Denial; readonly agentId: string | null };

const FAILED = deny('sign_in.failed', null, {});

function denied(denial: Denial, agentId: string | null, told: Denial = denial): SignInResult {
  return { kind: 'denied', denial, told, agentId };
}

function signedInEntry(person: Person, sessionId: string, proven: string, caller: Caller, now: number): Entry {
  return {
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: person.id },
    event: 'sign_in.succeeded',
    entity: { kind: 'session', id: sessionId },
    facts: { proven, address: caller.addressText },
  };
}

async function beginSession(parts: SignInParts, brand: BrandStore, person: Person, proven: 'password' | 'password+code', caller: Caller, extra: { statements: Statement[]; entries: Entry[]; bumps: Bump[] }): Promise<Begun> {
  const now = parts.now();
  const begun = parts.sessions.begin({ brandId: brand.id, person, proven, address: caller.addressText, userAgent: caller.userAgent }, now);
  const entry = signedInEntry(person, begun.session.id, proven, caller, now);
  await parts.commit([brand.part({ statements: [...extra.statements, begun.statement], entries: [...extra.entries, entry], bumps: extra.bumps })]);
  parts.sessions.adopt(begun.session);
  return begun;
}

/**
 * Judges email and password. A wrong name, a wrong password, a deactivated person and a right password without the right
 * to be at this address all get `sign_in.failed`, after the same work.
 */
export async function signIn(parts: SignInParts, brandName: string, knocked: Knocked | null, given: { email: string; password: string }, caller: Caller): Promise<SignInResult> {
  const now = parts.now();
  const parsed = parseEmailAddress(given.email);
  const key = parsed.ok ? parsed.value.key : given.email;
  const lane = locks.signInLane(parts.keyring, knocked?.brand ?? { system: parts.store.system, slug: brandName }, key, caller.network);
  // Asked before the try is counted: the server's own load is nobody's failure.
  if (hashesAreFull()) return denied(deny('sign_in.busy', null, {}), null);
  const locked = await locks.attempt(lane, now);
  if (locked !== null) return denied(locked, null);

  const agent = knocked === null || !parsed.ok ? undefined : await agentRows.byEmailKey(knocked.brand, key);
  const usable = agent !== undefined && agent.deactivated_at === null && agent.password_hash !== null;
  const verified = usable ? await verifyPassword(agent.password_hash as string, given.password) : await verifyDecoy(given.password);
  if (verified === 'busy') return denied(deny('sign_in.busy', null, {}), null);
  if (verified !== 'match' || !usable || knocked === null) return denied(FAILED, agent?.id ?? null);

  const { brand, policy } = knocked;
  const person = personOf(agent);
  const needs = signInNeeds(policy, { address: caller.address, admin: person.admin, remoteAccess: person.remoteAccess, exempt: false });
  if (needs === 'denied') {
    const why = caller.address === null ? 'network.client_unknown' : 'network.not_allowed';
    return denied(deny(why, 'management.allowlist', { at: 'sign_in' }), person.id, FAILED);
  }
  const rehash = needsRehash(agent.password_hash as string) ? await hashPassword(given.password) : null;
  const clearing = [...locks.clear(lane), ...(typeof rehash === 'string' ? [agentRows.replaceHash(brand, agent.id, rehash)] : [])];
  if (needs === 'password') {
    return { kind: 'signed_in', begun: await beginSession(parts, brand, person, 'password', caller, { statements: clearing, entries: [], bumps: [] }) };
  }

  const methods = await methodsOf(brand, person.id);
  // Whoever has no factor cannot enrol one from outside: same answer as a wrong password.
  if (methods.length === 0) return denied(deny('factor.none', 'two_factor.mode', { at: 'sign_in' }), person.id, FAILED);
  const token = newToken();
  await brand.note([
    ...clearing,
    signInRows.insert(brand, { id: newId('sgn'), agent_id: person.id, token_hash: token.hash, created_at: now, expires_at: now + PENDING_MS, attempts: 0, done_at: null }),
  ]);
  return { kind: 'code', pending: `${brand.id}.${token.text}`, methods };
}

/** Judges the code of a pending sign-in. The address is judged again: it may not be the one that gave the password. */
export async function signInWithCode(parts: SignInParts, knocked: Knocked, pendingToken: string, presented: Presented, caller: Caller): Promise<SignInResult> {
  const now = parts.now();
  const { brand, policy } = knocked;
  const pending = await signInRows.byTokenHash(brand, tokenHash(pendingToken));
  if (pending === undefined || pending.done_at !== null || pending.expires_at <= now || pending.attempts >= CODE_ATTEMPTS) {
    return denied(deny('session.missing', null, { at: 'code' }), pending?.agent_id ?? null);
  }
  const agent = await agentRows.byId(brand, pending.agent_id);
  if (agent === undefined || agent.deactivated_at !== null) return denied(FAILED, pending.agent_id);
  const person = personOf(agent);
  const needs = signInNeeds(policy, { address: caller.address, admin: person.admin, remoteAccess: person.remoteAccess, exempt: false });
  if (needs === 'denied') return denied(deny('network.not_allowed', 'management.allowlist', { at: 'code' }), person.id, FAILED);

  // Wrong codes of all sign-ins and sessions of a person are counted together: who knows the password may not begin anew for five more.
  const lane = locks.codeLane(parts.keyring, brand, person.id);
  const slowed = await locks.attemptCode(lane, now);
  if (slowed !== null) return denied(slowed, person.id);
  // The attempt is counted before the code is looked at, so that parallel tries cannot outrun the count.
  try {
    await brand.note([signInRows.countAttempt(brand, pending.id, CODE_ATTEMPTS)]);
  } catch (error) {
    if (error instanceof Conflict) return denied(deny('session.missing', null, { at: 'code' }), person.id);
    throw error;
  }
  const checked = await checkFactor({ brand, keyring: parts.keyring, agentId: person.id, now }, presented);
  if (!checked.ok) return denied(checked.denial, person.id);
  try {
    const statements = [...checked.statements, signInRows.finish(brand, pending.id, now), ...locks.clearCode(lane)];
    return { kind: 'signed_in', begun: await beginSession(parts, brand, person, 'password+code', caller, { statements, entries: checked.entries, bumps: checked.bumps }) };
  } catch (error) {
    if (error instanceof Conflict) return denied(deny('code.used', null, { at: 'code' }), person.id);
    throw error;
  }
}
