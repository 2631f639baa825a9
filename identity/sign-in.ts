// Signing in: email and password, then a factor where the two-factor table asks for one at this address, unless this device is trusted.
import type { Address } from '#policy/address.ts';
import { insideListThatIsOn } from '#policy/decide/enrolment.ts';
import { type Needs, signInNeeds } from '#policy/decide/management-access.ts';
import { type Denial, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import * as agentRows from '#store/agents.ts';
import * as deviceRows from '#store/devices.ts';
import * as signInRows from '#store/sign-ins.ts';
import { type BrandStore, type Bump, type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import * as devices from '#identity/devices.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import { type Method, methodsOf, type Site } from '#identity/factor-check.ts';
import type { Keyring } from '#identity/keyring.ts';
import { afterWrongPassword } from '#identity/lock-mails.ts';
import * as locks from '#identity/locks.ts';
import { hashesAreFull, hashPassword, needsRehash, verifyDecoy, verifyPassword } from '#identity/passwords.ts';
import { type Person, personOf } from '#identity/person.ts';
import type { Begun, FactorMethod, Sessions } from '#identity/sessions.ts';
import { newId, newToken } from '#identity/tokens.ts';

/** A pending sign-in, between password and code, lives this long (SETTINGS.md, "One-time codes": 10 minutes, 5 attempts). */
export const PENDING_MS = 600_000;
export const CODE_ATTEMPTS = 5;
/** Where people of brands that do not exist are looked for: there is nobody, and it costs the same. */
export const NOBODYS_BRAND = 'b000000000000';

/** The brand at whose door somebody knocks; null where the name in the path is nobody's. */
export interface Knocked {
  readonly brand: BrandStore;
  /** Of the brand, for a person once they are known. */
  readonly policyFor: (personId: string) => Policy;
  readonly slug: string;
  readonly name: string;
}

export interface Caller {
  readonly address: Address | null;
  readonly addressText: string | null;
  readonly network: string;
  readonly userAgent: string;
  /** The token of the browser's device cookie; null when it has none. */
  readonly device: string | null;
}

export interface SignInParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
  readonly site: Site;
  /** Null: no provider of text messages is configured. */
  readonly sms: object | null;
}

/** `told` is what the caller may see; `denial` is what the row says. */
export type SignInResult =
  | { readonly kind: 'signed_in'; readonly begun: Begun; readonly device: string }
  | { readonly kind: 'code'; readonly pending: string; readonly methods: Method[]; readonly trustDays: number }
  | { readonly kind: 'denied'; readonly denial: Denial; readonly told: Denial; readonly agentId: string | null };

export const FAILED = deny('sign_in.failed', null, {});

export function denied(denial: Denial, agentId: string | null, told: Denial = denial): SignInResult {
  return { kind: 'denied', denial, told, agentId };
}

/** What the two-factor table asks of this person at the caller's address. */
export function needsOf(policy: Policy, { admin, remoteAccess }: Person, caller: Caller): Needs {
  return signInNeeds(policy, { address: caller.address, admin, remoteAccess, exempt: false });
}

export function notFromHere(caller: Caller, at: string): Denial {
  return deny(caller.address === null ? 'network.client_unknown' : 'network.not_allowed', 'management.allowlist', { at });
}

export interface How {
  readonly proven: 'password' | 'password+code';
  readonly factorMethod: FactorMethod | null;
  readonly deviceId: string | null;
}

/** What is used up by the sign-in, and stands in its unit. */
export interface Extra {
  /** The hash of the password that was judged; left out where none was. */
  readonly passwordHash?: string;
  readonly statements: readonly Statement[];
  readonly entries: readonly Entry[];
  readonly bumps: readonly Bump[];
}

/** Begins a session with its audit row, in one unit with `extra`. Throws the Conflict of a guard in it. */
async function beginSession(parts: Pick<SignInParts, 'sessions' | 'commit' | 'now'>, brand: BrandStore, person: Person, how: How, caller: Pick<Caller, 'addressText' | 'userAgent'>, extra: Extra): Promise<Begun> {
  const now = parts.now();
  const { proven, factorMethod, deviceId } = how;
  const begun = parts.sessions.begin({ brandId: brand.id, person, proven, factorMethod, deviceId, address: caller.addressText, userAgent: caller.userAgent }, now);
  const entry: Entry = {
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: person.id },
    event: 'sign_in.succeeded',
    entity: { kind: 'session', id: begun.session.id },
    facts: { proven, method: factorMethod, device: deviceId, address: caller.addressText },
  };
  await parts.commit([brand.part({ statements: [agentRows.stillThere(brand, person.id, extra.passwordHash), ...extra.statements, begun.statement], entries: [...extra.entries, entry], bumps: [...extra.bumps] })]);
  parts.sessions.adopt(begun.session);
  return begun;
}

/** Begins a session and makes the browser a known device of its person. */
export async function enter(parts: SignInParts, brand: BrandStore, person: Person, how: Omit<How, 'deviceId'>, caller: Caller, extra: Extra, trust = false): Promise<SignInResult> {
  for (let again = false; ; again = true) {
    const known = await devices.knowDevice(brand, { agentId: person.id, token: caller.device, address: caller.addressText, userAgent: caller.userAgent, trust }, parts.now());
    const together = { ...extra, statements: [...extra.statements, ...known.statements], entries: [...extra.entries, ...known.entries], bumps: extra.bumps };
    try {
      return { kind: 'signed_in', begun: await beginSession(parts, brand, person, { ...how, deviceId: known.deviceId }, caller, together), device: known.token };
    } catch (error) {
      // Another sign-in of this browser made it known at the same moment.
      if (again || !(error instanceof Conflict) || error.code !== 'device.known') throw error;
    }
  }
}

/**
 * Judges email and password. A wrong name, a wrong password, a deactivated person and a right password without the right
 * to be at this address all get `sign_in.failed`, after the same work.
 */
export async function signIn(parts: SignInParts, brandName: string, knocked: Knocked | null, given: { email: string; password: string }, caller: Caller): Promise<SignInResult> {
  const now = parts.now();
  const parsed = parseEmailAddress(given.email);
  const key = parsed.ok ? parsed.value.key : given.email;
  // Asked before the try is counted: the server's own load is nobody's failure.
  if (hashesAreFull()) return denied(deny('sign_in.busy', null, {}), null);
  // The same questions for names that nobody has, and at brands that do not exist.
  const rows = knocked?.brand ?? parts.store.brand(NOBODYS_BRAND);
  const agent = await agentRows.byEmailKey(rows, parsed.ok ? key : '');
  const device = await devices.knownDevice(rows, agent?.id ?? null, caller.device);
  const lane = locks.signInLane(parts.keyring, knocked?.brand ?? { system: parts.store.system, slug: brandName }, key, caller.network, device?.id);
  const tried = await locks.attemptSignIn(lane, now);
  const usable = agent !== undefined && agent.deactivated_at === null && agent.password_hash !== null;
  const place = { brand: knocked?.brand ?? null, slug: knocked?.slug ?? '', name: knocked?.name ?? '' };
  const failed = (count: number) => afterWrongPassword({ ...parts, origin: parts.site.origin }, place, usable ? agent : null, lane, count, now);
  if ('allowed' in tried) {
    // The lock of the day may stand untold, when its last try met a full queue or a fault: the mail is the way in that it must not lack.
    await failed(0);
    return denied(tried, null);
  }

  const verified = usable ? await verifyPassword(agent.password_hash as string, given.password) : await verifyDecoy(given.password);
  if (verified === 'busy') return denied(deny('sign_in.busy', null, {}), null);
  const fail = async (denial: Denial): Promise<SignInResult> => {
    await failed(tried.count);
    return denied(denial, agent?.id ?? null, FAILED);
  };
  if (verified !== 'match' || !usable || knocked === null) return fail(FAILED);

  const { brand } = knocked;
  const person = personOf(agent);
  const policy = knocked.policyFor(person.id);
  const needs = needsOf(policy, person, caller);
  if (needs === 'denied') return fail(notFromHere(caller, 'sign_in'));
  const methods = needs === 'password' ? [] : await methodsOf(brand, person.id, { sms: parts.sms !== null });
  // Whoever has no factor enrols one inside a list that is on, and cannot from outside: there the same answer as a wrong password.
  const mayEnrol = !person.hasFactor && insideListThatIsOn(policy, caller.address);
  if (needs === 'password+code' && methods.length === 0 && !mayEnrol) return fail(deny('factor.none', 'two_factor.mode', { at: 'sign_in' }));

  const rehash = needsRehash(agent.password_hash as string) ? await hashPassword(given.password) : null;
  const clearing = [...locks.clear(lane), ...(typeof rehash === 'string' ? [agentRows.replaceHash(brand, agent.id, rehash)] : [])];
  const passwordHash = agent.password_hash as string;
  const extra: Extra = { statements: clearing, entries: [], bumps: [], passwordHash };
  try {
    if (methods.length === 0) return await enter(parts, brand, person, { proven: 'password', factorMethod: null }, caller, extra);
    if (person.hasFactor && device !== undefined && devices.isTrusted(policy, device, now)) {
      const trusting = { ...extra, statements: [deviceRows.stillTrusted(brand, device), ...clearing] };
      return await enter(parts, brand, person, { proven: 'password+code', factorMethod: 'trusted_device' }, caller, trusting);
    }
    return await askFactor();
  } catch (error) {
    // The password was changed, the person deactivated or the trust in the device ended while this one was judged.
    if (error instanceof Conflict && error.code === 'agent.changed') return fail(FAILED);
    throw error;
  }

  async function askFactor(): Promise<SignInResult> {
    const token = newToken();
    await brand.note([
      agentRows.stillThere(brand, person.id, passwordHash),
      ...clearing,
      signInRows.insert(brand, { id: newId('sgn'), agent_id: person.id, token_hash: token.hash, created_at: now, expires_at: now + PENDING_MS, attempts: 0, done_at: null }),
    ]);
    return { kind: 'code', pending: `${brand.id}.${token.text}`, methods, trustDays: policy.values['two_factor.trust_days'] };
  }
}
