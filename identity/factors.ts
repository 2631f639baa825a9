// A person's own second factors: who may enrol one now, an authenticator app begun and confirmed, recovery codes renewed.
import { type Denial, deny } from '#policy/decision.ts';
import { type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import * as agentRows from '#store/agents.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as totpRows from '#store/totp-factors.ts';
import { type Changing, consequencesOf } from '#identity/factor-change.ts';
import { methodsOf, totpOwner } from '#identity/factor-check.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc } from '#identity/letters.ts';
import { judgePasswordAgain } from '#identity/password-again.ts';
import { openPending, sealPending } from '#identity/pending-totp.ts';
import { posting } from '#identity/post.ts';
import { newRecoveryCodes } from '#identity/recovery-codes.ts';
import { givenBefore, type LiveSession, type Rotation, type Sessions, useUpFresh } from '#identity/sessions.ts';
import { sixDigits } from '#identity/six-digits.ts';
import { newId } from '#identity/tokens.ts';
import { matchTotp, newTotpSecret, totpUri } from '#identity/totp.ts';

export interface FactorsParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  /** Whether a provider of text messages is configured. */
  readonly smsConfigured: boolean;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

/** Where the enrolment is asked from, as SETTINGS.md ("Enrolling without an existing factor") needs it. */
export interface Enrolling {
  readonly session: LiveSession;
  readonly brandName: string;
  /** What a first factor needs from this address (policy/decide/enrolment.ts). */
  readonly firstNeeds: 'nothing' | 'password' | 'link';
  /** A code was just given in this session and not used for another change yet. */
  readonly fresh: boolean;
  readonly password: string | undefined;
}

export type Begun = { readonly ok: true; readonly id: string; readonly secret: string; readonly uri: string } | { readonly ok: false; readonly denial: Denial };

/** May this person enrol now? With a factor: only after step-up. Without: inside a list that is on, by break-glass, or with the password again. */
export async function judgeEnrolment(parts: FactorsParts, { session, firstNeeds, fresh, password }: Enrolling): Promise<Denial | null> {
  const brand = parts.store.brand(session.brandId);
  if (session.exemptUntil > parts.now()) return null;
  if ((await methodsOf(brand, session.person.id, { sms: parts.smsConfigured })).length > 0) return fresh ? null : deny('step_up.required', null, {});
  if (firstNeeds === 'nothing') return null;
  return firstNeeds === 'password' ? judgePasswordAgain(parts, session, password) : deny('factor.enrol_elsewhere', 'two_factor.mode', {});
}

/** Whether more than the password stands behind what is begun now: a code just given, or the host itself. */
export const provenBeyond = ({ session, fresh }: Enrolling, now: number): boolean => fresh || session.exemptUntil > now;

/** A factor that the password alone began is the first one, or none: somebody enrolled another meanwhile, maybe to keep out whoever began this one. */
export async function overtaken(parts: FactorsParts, session: LiveSession): Promise<boolean> {
  return (await methodsOf(parts.store.brand(session.brandId), session.person.id, { sms: parts.smsConfigured })).length > 0;
}

/** Makes a secret that counts only once a code of it was typed back, in this session and within ten minutes. */
export async function beginTotp(parts: FactorsParts, enrolling: Enrolling): Promise<Begun> {
  const denial = await judgeEnrolment(parts, enrolling);
  if (denial !== null) return { ok: false, denial };
  const { session } = enrolling;
  const brand = parts.store.brand(session.brandId);
  const id = newId('fac');
  const secret = newTotpSecret();
  const now = parts.now();
  // With a factor already there, the code that was given for this is used up here.
  const using = enrolling.fresh ? [parts.sessions.usingFresh(session, now)] : [];
  await brand.note([
    ...using,
    totpRows.removeUnverified(brand, session.person.id),
    totpRows.insert(brand, {
      id,
      agent_id: session.person.id,
      secret_sealed: sealPending(parts.keyring, { agentId: session.person.id, factorId: id }, { secret, session: session.id, proven: provenBeyond(enrolling, now) }),
      label: 'Authenticator app',
      verified_at: null,
      last_step: 0,
      created_at: now,
    }),
  ]);
  useUpFresh(session);
  const agent = await agentRows.byId(brand, session.person.id);
  return { ok: true, id, secret, uri: totpUri({ secret, account: agent?.email ?? '', brand: enrolling.brandName }) };
}

/** `rotation`: the session's new token, already durable; the answer must carry its cookie (ASVS 5.0 7.2.4). */
export type Confirmed = { readonly ok: true; readonly recoveryCodes: readonly string[] | null; readonly rotation: Rotation } | { readonly ok: false; readonly denial: Denial };

/** Recovery codes for somebody who has none: shown once. Null when there are some; Busy when too many sign-ins wait. */
export async function firstRecoveryCodes(parts: FactorsParts, session: LiveSession, now: number): Promise<{ readonly texts: readonly string[] | null; readonly statements: Statement[] } | 'busy'> {
  const brand = parts.store.brand(session.brandId);
  if ((await recoveryRows.unusedOf(brand, session.person.id)).length > 0) return { texts: null, statements: [] };
  const codes = await newRecoveryCodes(parts.keyring);
  if ('busy' in codes) return 'busy';
  const rows = codes.map((made) => ({ id: newId('rec'), hash: made.hash }));
  return { texts: codes.map((made) => made.text), statements: recoveryRows.replaceAll(brand, session.person.id, rows, now) };
}

/**
 * The first code typed back: the new authenticator counts, and replaces an older one. Recovery codes are made when there are none.
 * Codes: `link.invalid`, `code.expired`, `code.malformed`, `code.wrong`, `sign_in.busy`, `code.used`.
 */
export async function confirmTotp(parts: FactorsParts, changing: Changing, factorId: string, code: string): Promise<Confirmed> {
  const now = parts.now();
  const { session } = changing;
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const factor = await totpRows.byId(brand, factorId);
  if (factor === undefined || factor.agent_id !== agentId || factor.verified_at !== null) return { ok: false, denial: deny('link.invalid', null, {}) };
  const pending = openPending(parts.keyring, { agentId, factorId }, factor, now);
  if (pending === 'expired') return { ok: false, denial: deny('code.expired', null, { method: 'totp' }) };
  if (pending.session !== session.id) return { ok: false, denial: deny('link.invalid', null, {}) };
  if (!pending.proven && (await overtaken(parts, session))) return { ok: false, denial: deny('code.expired', null, { method: 'totp' }) };
  const match = matchTotp(pending.secret, code, now);
  if (match === null) return { ok: false, denial: deny(sixDigits(code) === null ? 'code.malformed' : 'code.wrong', null, {}) };
  const replaced = await totpRows.verifiedOf(brand, agentId);
  const codes = await firstRecoveryCodes(parts, session, now);
  if (codes === 'busy') return { ok: false, denial: deny('sign_in.busy', null, {}) };
  const given = givenBefore(session);
  const rotation = parts.sessions.rotate(session);
  const entry: Entry = {
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: agentId },
    event: 'factor.enrolled',
    entity: { kind: 'factor', id: factorId },
    facts: { method: 'totp', session: session.id, recoveryCodes: codes.texts?.length ?? 0 },
  };
  const removed: Entry[] = replaced.map((old) => ({ ...entry, id: newId('evt'), event: 'factor.removed', entity: { kind: 'factor', id: old.id }, facts: { method: 'totp', replacedBy: factorId } }));
  const changed = await consequencesOf(parts, changing, 'factor_added', replaced.length === 0 ? 'an authenticator app' : 'an authenticator app, in place of the one before', now);
  const statements = [
    totpRows.removeVerified(brand, agentId),
    totpRows.verify(brand, factorId, parts.keyring.seal(pending.secret, totpOwner(agentId, factorId)), now, match.step),
    parts.sessions.factorGiven(session, given, now, 'totp'),
    rotation.statement,
    ...codes.statements,
    ...changed.statements,
  ];
  try {
    await parts.commit([brand.part({ statements, entries: [...removed, entry, ...changed.entries], bumps: changed.bumps })]);
  } catch (error) {
    if (error instanceof Conflict) return { ok: false, denial: deny('code.used', null, {}) };
    throw error;
  }
  parts.sessions.markFactor(session, given, now);
  return { ok: true, recoveryCodes: codes.texts, rotation };
}

/** New recovery codes; the old ones stop working. The caller has judged the step-up. Null when too many sign-ins wait. */
export async function renewRecoveryCodes(parts: FactorsParts, session: LiveSession, brandName: string): Promise<readonly string[] | null> {
  const now = parts.now();
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const codes = await newRecoveryCodes(parts.keyring);
  if ('busy' in codes) return null;
  const rows = codes.map((made) => ({ id: newId('rec'), hash: made.hash }));
  const agent = await agentRows.byId(brand, agentId);
  const mail = posting(parts.keyring, brand, { to: agent?.email ?? null, agentId, name: agent?.name ?? '', brandName, kind: 'recovery_codes_made', facts: { at: inUtc(now) } }, now);
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: 'recovery_codes.made', entity: { kind: 'agent', id: agentId }, facts: { made: codes.length } };
  const statements = [parts.sessions.usingFresh(session, now), ...recoveryRows.replaceAll(brand, agentId, rows, now), mail];
  await parts.commit([brand.part({ statements, entries: [entry], bumps: ['people'] })]);
  useUpFresh(session);
  return codes.map((made) => made.text);
}
