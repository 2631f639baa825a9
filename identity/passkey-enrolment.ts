// Enrolling a passkey or security key: what the browser is asked to make, and the public key that is kept of it (WebAuthn Level 3 §7.1).
import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server';
import { type Denial, deny } from '#policy/decision.ts';
import * as agentRows from '#store/agents.ts';
import * as passkeyRows from '#store/passkeys.ts';
import { Conflict, type Entry } from '#store/store.ts';
import { CEREMONY_MS, crossOrigin, newCeremony, openCeremony, type Site } from '#identity/ceremonies.ts';
import { type Changing, consequencesOf } from '#identity/factor-change.ts';
import { type Confirmed, type Enrolling, type FactorsParts, firstRecoveryCodes, judgeEnrolment, overtaken, provenBeyond } from '#identity/factors.ts';
import { transportsOf, userHandleOf, webauthn } from '#identity/passkeys.ts';
import { givenBefore, type LiveSession, useUpFresh } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';

export interface EnrolmentParts extends FactorsParts {
  readonly site: Site;
}

/** EdDSA, ES256 and RS256: what authenticators make (COSE algorithm numbers; WebAuthn §5.8.5). */
const ALGORITHMS = [-8, -7, -257];
/** So many a person: each is offered to the browser at every sign-in. */
const MOST_PASSKEYS = 20;
export const MAX_LABEL = 60;
const TRANSPORTS: ReadonlySet<unknown> = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);

export type BegunPasskey = { readonly ok: true; readonly options: PublicKeyCredentialCreationOptionsJSON; readonly ceremony: string } | { readonly ok: false; readonly denial: Denial };

/** A label as it is kept: no control characters, at most 60. `fallback` where nothing is left. */
export function labelOf(text: string | undefined, fallback: string): string {
  const plain = (text ?? '').normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\s+/g, ' ').trim();
  return [...(plain === '' ? fallback : plain)].slice(0, MAX_LABEL).join('');
}

/** A ceremony that the password alone began says so: it makes a first factor or none. */
const boundTo = (session: LiveSession, proven: boolean): string => (proven ? session.id : `${session.id}/first`);

/** The same rules as for an authenticator app. What was given for it is used up here: the ceremony stands for it, in this session alone. */
export async function beginPasskey(parts: EnrolmentParts, enrolling: Enrolling): Promise<BegunPasskey> {
  const { site, keyring } = parts;
  if (site.rpId === null) return { ok: false, denial: deny('passkey.unavailable', null, {}) };
  const denial = await judgeEnrolment(parts, enrolling);
  if (denial !== null) return { ok: false, denial };
  const { session, brandName } = enrolling;
  const now = parts.now();
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const [agent, known] = await Promise.all([agentRows.byId(brand, agentId), passkeyRows.ofAgent(brand, agentId)]);
  if (known.length >= MOST_PASSKEYS) return { ok: false, denial: deny('method.unavailable', null, { passkeys: known.length }) };
  const proven = provenBeyond(enrolling, now);
  if (enrolling.fresh) await brand.note([parts.sessions.usingFresh(session, now)]);
  useUpFresh(session);
  const { challenge, ceremony } = newCeremony(keyring, { brand, kind: 'enrol', boundTo: boundTo(session, proven) }, now);
  const options = await (await webauthn()).generateRegistrationOptions({
    rpName: `Portcullis (${brandName})`,
    rpID: site.rpId,
    userName: agent?.email ?? '',
    userDisplayName: agent?.name ?? '',
    userID: userHandleOf(agentId),
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: CEREMONY_MS,
    attestationType: 'none',
    excludeCredentials: known.map((row) => ({ id: row.credential_id, transports: transportsOf(row) })),
    // Kept by the authenticator itself where it can: only such a passkey signs in alone. A key without room for it is still a second factor.
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
  return { ok: true, options, ceremony };
}

/** Codes: `passkey.unavailable`, `code.expired`, `passkey.failed`, `code.used`, `sign_in.busy`. */
export async function enrolPasskey(parts: EnrolmentParts, changing: Changing, answer: { readonly credential: object; readonly ceremony: string; readonly label: string | undefined }): Promise<Confirmed> {
  const { site, keyring } = parts;
  if (site.rpId === null) return { ok: false, denial: deny('passkey.unavailable', null, {}) };
  const now = parts.now();
  const { session } = changing;
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const openAs = (proven: boolean) => openCeremony(keyring, { brand, kind: 'enrol', boundTo: boundTo(session, proven) }, answer.ceremony, now);
  const proven = openAs(true);
  const opened = proven ?? openAs(false);
  if (opened === null || (proven === null && (await overtaken(parts, session)))) return { ok: false, denial: deny('code.expired', null, { method: 'passkey' }) };
  const response = answer.credential as RegistrationResponseJSON;
  const made = await verifyMade(response, opened.challenge, { origin: site.origin, rpId: site.rpId });
  if ('why' in made) return { ok: false, denial: deny('passkey.failed', null, { why: made.why }) };
  const codes = await firstRecoveryCodes(parts, session, now);
  if (codes === 'busy') return { ok: false, denial: deny('sign_in.busy', null, {}) };
  const { credential, credentialBackedUp, credentialDeviceType, userVerified } = made;
  const transports = Array.isArray(response.response?.transports) ? response.response.transports.filter((name) => TRANSPORTS.has(name)) : [];
  const id = newId('pky');
  const label = labelOf(answer.label, credentialDeviceType === 'multiDevice' ? 'Passkey' : 'Security key');
  const given = givenBefore(session);
  const rotation = parts.sessions.rotate(session);
  const entry: Entry = {
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: agentId },
    event: 'factor.enrolled',
    entity: { kind: 'factor', id },
    facts: { method: 'passkey', label, session: session.id, userVerified, backedUp: credentialBackedUp, recoveryCodes: codes.texts?.length ?? 0 },
  };
  const changed = await consequencesOf(parts, changing, 'factor_added', `a passkey or security key, “${label}”`, now);
  const row = {
    id,
    agent_id: agentId,
    credential_id: credential.id,
    public_key: credential.publicKey,
    sign_count: credential.counter,
    transports: JSON.stringify(transports),
    label,
    backed_up: credentialBackedUp ? 1 : 0,
    created_at: now,
    last_used_at: null,
  };
  const statements = [opened.using, passkeyRows.insert(brand, row), parts.sessions.factorGiven(session, given, now, 'passkey'), rotation.statement, ...codes.statements, ...changed.statements];
  try {
    await parts.commit([brand.part({ statements, entries: [entry, ...changed.entries], bumps: changed.bumps })]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // Somebody has it already, here or at another's account of the brand: one key is one person's.
    return { ok: false, denial: error.code === 'passkey.known' ? deny('passkey.failed', null, { why: 'known already' }) : deny('code.used', null, { method: 'passkey' }) };
  }
  parts.sessions.markFactor(session, given, now);
  return { ok: true, recoveryCodes: codes.texts, rotation };
}

type Verified = NonNullable<Awaited<ReturnType<typeof verifyRegistrationResponse>>['registrationInfo']>;

/** What came is a stranger's text: the library looks at every part of it, and throws at the first that is wrong. */
export async function verifyMade(response: RegistrationResponseJSON, expectedChallenge: string, site: { readonly origin: string; readonly rpId: string }): Promise<Verified | { readonly why: string }> {
  if (crossOrigin(response.response?.clientDataJSON)) return { why: 'cross origin' };
  try {
    const judged = await (await webauthn()).verifyRegistrationResponse({ response, expectedChallenge, expectedOrigin: site.origin, expectedRPID: site.rpId, requireUserVerification: false, supportedAlgorithmIDs: ALGORITHMS });
    return judged.verified ? judged.registrationInfo : { why: 'attestation' };
  } catch (error) {
    return { why: (error instanceof Error ? error.message : 'unreadable').slice(0, 200) };
  }
}
