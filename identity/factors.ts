// A person's own second factors: enrol an authenticator, confirm it, renew recovery codes.
import { type Denial, deny } from '#policy/decision.ts';
import { type Committed, Conflict, type Entry, type Part, type Store } from '#store/store.ts';
import * as agentRows from '#store/agents.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as totpRows from '#store/totp-factors.ts';
import { methodsOf, totpOwner } from '#identity/factor-check.ts';
import type { Keyring } from '#identity/keyring.ts';
import * as locks from '#identity/locks.ts';
import { verifyPassword } from '#identity/passwords.ts';
import { newRecoveryCodes } from '#identity/recovery-codes.ts';
import { givenBefore, type LiveSession, type Sessions, useUpFresh } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import { matchTotp, newTotpSecret, totpUri } from '#identity/totp.ts';

export interface FactorsParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

/** Where the enrolment is asked from, as SETTINGS.md ("Enrolling without an existing factor") needs it. */
export interface Enrolling {
  readonly session: LiveSession;
  readonly brandName: string;
  /** The white-list is on and this address is on it. */
  readonly insideListThatIsOn: boolean;
  /** The white-list is `any` and the two-factor mode is not `on`. */
  readonly passwordSuffices: boolean;
  /** A code was just given in this session and not used for another change yet. */
  readonly fresh: boolean;
  readonly password: string | undefined;
}

export type Begun = { readonly ok: true; readonly id: string; readonly secret: string; readonly uri: string } | { readonly ok: false; readonly denial: Denial };

/** May this person enrol now? With a factor: only after step-up. Without: inside a list that is on, by break-glass, or with the password again. */
async function judgeEnrolment(parts: FactorsParts, enrolling: Enrolling): Promise<Denial | null> {
  const { session } = enrolling;
  const brand = parts.store.brand(session.brandId);
  if (session.exemptUntil > parts.now()) return null;
  if ((await methodsOf(brand, session.person.id)).length > 0) return enrolling.fresh ? null : deny('step_up.required', null, {});
  if (enrolling.insideListThatIsOn) return null;
  if (!enrolling.passwordSuffices) return deny('factor.enrol_elsewhere', 'two_factor.mode', {});
  const agent = await agentRows.byId(brand, session.person.id);
  if (enrolling.password === undefined || agent?.password_hash == null) return deny('password.required', null, {});
  // Whoever holds a session may not guess the password here: counted in the lane of codes, which a person without a factor uses for nothing else.
  const lane = locks.codeLane(parts.keyring, brand, agent.id);
  const slowed = await locks.attempt(lane, parts.now());
  if (slowed !== null) return slowed;
  const verified = await verifyPassword(agent.password_hash, enrolling.password);
  if (verified === 'busy') return deny('sign_in.busy', null, {});
  if (verified !== 'match') return deny('password.wrong', null, {});
  await brand.note(locks.clear(lane));
  return null;
}

/** Makes a secret that counts only once a code of it was typed back. */
export async function beginTotp(parts: FactorsParts, enrolling: Enrolling): Promise<Begun> {
  const denial = await judgeEnrolment(parts, enrolling);
  if (denial !== null) return { ok: false, denial };
  const { session } = enrolling;
  const brand = parts.store.brand(session.brandId);
  const id = newId('fac');
  const secret = newTotpSecret();
  // With a factor already there, the code that was given for this is used up here.
  const using = enrolling.fresh ? [parts.sessions.usingFresh(session, parts.now())] : [];
  await brand.note([
    ...using,
    totpRows.removeUnverified(brand, session.person.id),
    totpRows.insert(brand, {
      id,
      agent_id: session.person.id,
      secret_sealed: parts.keyring.seal(secret, totpOwner(session.person.id, id)),
      label: 'Authenticator app',
      verified_at: null,
      last_step: 0,
      created_at: parts.now(),
    }),
  ]);
  useUpFresh(session);
  const agent = await agentRows.byId(brand, session.person.id);
  return { ok: true, id, secret, uri: totpUri({ secret, account: agent?.email ?? '', brand: enrolling.brandName }) };
}

export type Confirmed = { readonly ok: true; readonly recoveryCodes: readonly string[] | null } | { readonly ok: false; readonly denial: Denial };

/** The first code typed back: the new authenticator counts, and replaces an older one. Recovery codes are made when there are none. */
export async function confirmTotp(parts: FactorsParts, session: LiveSession, factorId: string, code: string): Promise<Confirmed> {
  const now = parts.now();
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const factor = await totpRows.byId(brand, factorId);
  if (factor === undefined || factor.agent_id !== agentId || factor.verified_at !== null) return { ok: false, denial: deny('link.invalid', null, {}) };
  const secret = Buffer.from(parts.keyring.open(factor.secret_sealed, totpOwner(agentId, factorId))).toString('utf8');
  const match = matchTotp(secret, code, now);
  if (match === null) return { ok: false, denial: deny('code.wrong', null, {}) };
  const replaced = await totpRows.verifiedOf(brand, agentId);
  const hasCodes = (await recoveryRows.unusedOf(brand, agentId)).length > 0;
  const codes = hasCodes ? null : await newRecoveryCodes(parts.keyring);
  if (codes !== null && 'busy' in codes) return { ok: false, denial: deny('sign_in.busy', null, {}) };
  const given = givenBefore(session);
  const entry: Entry = {
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: agentId },
    event: 'factor.enrolled',
    entity: { kind: 'factor', id: factorId },
    facts: { method: 'totp', session: session.id, recoveryCodes: codes?.length ?? 0 },
  };
  const removed: Entry[] = replaced.map((old) => ({ ...entry, id: newId('evt'), event: 'factor.removed', entity: { kind: 'factor', id: old.id }, facts: { method: 'totp', replacedBy: factorId } }));
  const statements = [
    totpRows.removeVerified(brand, agentId),
    totpRows.verify(brand, factorId, now, match.step),
    parts.sessions.factorGiven(session, given, now, 'totp'),
    ...(codes === null ? [] : recoveryRows.replaceAll(brand, agentId, codes.map((made) => ({ id: newId('rec'), hash: made.hash })), now)),
  ];
  try {
    await parts.commit([brand.part({ statements, entries: [...removed, entry], bumps: ['people'] })]);
  } catch (error) {
    if (error instanceof Conflict) return { ok: false, denial: deny('code.used', null, {}) };
    throw error;
  }
  parts.sessions.markFactor(session, given, now);
  return { ok: true, recoveryCodes: codes?.map((made) => made.text) ?? null };
}

/** New recovery codes; the old ones stop working. The caller has judged the step-up. Null when too many sign-ins wait. */
export async function renewRecoveryCodes(parts: FactorsParts, session: LiveSession): Promise<readonly string[] | null> {
  const now = parts.now();
  const brand = parts.store.brand(session.brandId);
  const codes = await newRecoveryCodes(parts.keyring);
  if ('busy' in codes) return null;
  const rows = codes.map((made) => ({ id: newId('rec'), hash: made.hash }));
  const actor: Entry['actor'] = { kind: 'agent', id: session.person.id };
  const entry: Entry = { id: newId('evt'), at: now, actor, event: 'recovery_codes.made', entity: { kind: 'agent', id: session.person.id }, facts: { made: codes.length } };
  const statements = [parts.sessions.usingFresh(session, now), ...recoveryRows.replaceAll(brand, session.person.id, rows, now)];
  await parts.commit([brand.part({ statements, entries: [entry], bumps: ['people'] })]);
  useUpFresh(session);
  return codes.map((made) => made.text);
}
