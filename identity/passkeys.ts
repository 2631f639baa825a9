// Passkeys and security keys as they are presented: what the browser is asked, and what its answer proves (WebAuthn Level 3 §7.2).
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { type Denial, deny } from '#policy/decision.ts';
import * as agentRows from '#store/agents.ts';
import * as passkeyRows from '#store/passkeys.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import { CEREMONY_MS, type CeremonyKind, crossOrigin, newCeremony, openCeremony, type Site } from '#identity/ceremonies.ts';
import type { Keyring } from '#identity/keyring.ts';

export interface PasskeyParts {
  readonly brand: BrandStore;
  readonly keyring: Keyring;
  readonly site: Site;
  /** ms since 1970. */
  readonly now: number;
}

export interface PasskeyAnswer {
  readonly credential: object;
  readonly ceremony: string;
  readonly boundTo: string;
}

export interface AskedPasskey {
  readonly options: PublicKeyCredentialRequestOptionsJSON;
  readonly ceremony: string;
}

/** Read when the first passkey is: it would be a tenth of every start of the program. */
export const webauthn = () => import('@simplewebauthn/server');

/** What a row keeps of how the authenticator is reached, as the browser named it. */
export function transportsOf(row: Pick<passkeyRows.PasskeyRow, 'transports'>): string[] {
  return JSON.parse(row.transports) as string[];
}

/** The user handle of a person (WebAuthn §5.4.3): says nothing of who they are. */
export const userHandleOf = (agentId: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(agentId, 'utf8'));

/**
 * What the page hands to the browser. `agentId` null: any passkey of this site, for signing in with it alone.
 * The caller has looked whether `site.rpId` is null.
 */
export async function passkeyOptions({ brand, keyring, site, agentId, boundTo, now, userVerification }: PasskeyParts & { agentId: string | null; boundTo: string; userVerification: 'required' | 'preferred' }): Promise<AskedPasskey> {
  const kind: CeremonyKind = agentId === null ? 'alone' : 'factor';
  const { challenge, ceremony } = newCeremony(keyring, { brand, kind, boundTo }, now);
  const known = agentId === null ? [] : await passkeyRows.ofAgent(brand, agentId);
  const options = await (await webauthn()).generateAuthenticationOptions({
    rpID: site.rpId ?? '',
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: CEREMONY_MS,
    userVerification,
    allowCredentials: known.map((row) => ({ id: row.credential_id, transports: transportsOf(row) })),
  });
  return { options, ceremony };
}

export type Proved = { readonly ok: true; readonly row: passkeyRows.PasskeyRow; readonly userVerified: boolean; readonly statements: Statement[] } | { readonly ok: false; readonly denial: Denial; readonly agentId: string | null };

const failed = (why: string, agentId: string | null = null): Proved => ({ ok: false, denial: deny('passkey.failed', null, { why: why.slice(0, 200) }), agentId });

/** Judges an answer. The statements use its challenge and its counter up; they belong in the unit of what it opens. */
async function prove({ brand, keyring, site, now }: PasskeyParts, kind: CeremonyKind, { credential, ceremony, boundTo }: PasskeyAnswer): Promise<Proved> {
  if (site.rpId === null) return { ok: false, denial: deny('passkey.unavailable', null, {}), agentId: null };
  const opened = openCeremony(keyring, { brand, kind, boundTo }, ceremony, now);
  if (opened === null) return { ok: false, denial: deny('code.expired', null, { method: 'passkey' }), agentId: null };
  // What came is a stranger's text: the library looks at every part of it, and throws at the first that is wrong.
  const response = credential as AuthenticationResponseJSON;
  const row = typeof response.id === 'string' ? await passkeyRows.byCredentialId(brand, response.id) : undefined;
  if (row === undefined) return failed('unknown credential');
  const handle = response.response?.userHandle;
  if (handle !== undefined && handle !== null && handle !== Buffer.from(userHandleOf(row.agent_id)).toString('base64url')) return failed('user handle', row.agent_id);
  const given = await verifyGiven(response, opened.challenge, { origin: site.origin, rpId: site.rpId }, row);
  if ('why' in given) return failed(given.why, row.agent_id);
  const counter = given.newCounter;
  // A counter that does not go on: perhaps a copy of the key is about (WebAuthn §7.2, step 22). The row of the refusal tells it.
  if ((counter > 0 || row.sign_count > 0) && counter <= row.sign_count) {
    return { ok: false, denial: deny('passkey.failed', null, { why: 'counter went back', passkey: row.id, counter, before: row.sign_count }), agentId: row.agent_id };
  }
  return { ok: true, row, userVerified: given.userVerified, statements: [opened.using, passkeyRows.use(brand, row.id, row.sign_count, counter, now)] };
}

/** Origin, RP id, challenge, presence and signature; the counter is left to the caller. `why` for the row of a refusal. */
export async function verifyGiven(response: AuthenticationResponseJSON, expectedChallenge: string, site: { readonly origin: string; readonly rpId: string }, row: Pick<passkeyRows.PasskeyRow, 'credential_id' | 'public_key'>): Promise<{ readonly newCounter: number; readonly userVerified: boolean } | { readonly why: string }> {
  if (crossOrigin(response.response?.clientDataJSON)) return { why: 'cross origin' };
  try {
    const { verified, authenticationInfo } = await (await webauthn()).verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      requireUserVerification: false,
      credential: { id: row.credential_id, publicKey: new Uint8Array(row.public_key), counter: 0 },
    });
    return verified ? authenticationInfo : { why: 'signature' };
  } catch (error) {
    return { why: error instanceof Error ? error.message : 'unreadable' };
  }
}

/** A passkey as a second factor of a known person. User verification is not asked: the password stands beside it. */
export async function checkPasskey(parts: PasskeyParts & { readonly agentId: string }, answer: PasskeyAnswer): Promise<Proved> {
  const proved = await prove(parts, 'factor', answer);
  if (proved.ok && proved.row.agent_id !== parts.agentId) return failed('of somebody else', parts.agentId);
  return proved;
}

export type Alone = { readonly ok: true; readonly agentId: string; readonly statements: Statement[] } | { readonly ok: false; readonly denial: Denial; readonly agentId: string | null };

/**
 * A passkey in the place of email and password. It must have asked for its PIN, fingerprint or face (user verification): then it
 * is two factors in one (NIST 800-63B-4 §2.2.1). The caller judges where the person may be, and whether they are locked.
 */
export async function passkeyAlone(parts: PasskeyParts, answer: PasskeyAnswer): Promise<Alone> {
  const proved = await prove(parts, 'alone', answer);
  if (!proved.ok) return proved;
  const agentId = proved.row.agent_id;
  if (!proved.userVerified) return { ok: false, denial: deny('passkey.unverified', null, { passkey: proved.row.id }), agentId };
  const agent = await agentRows.byId(parts.brand, agentId);
  if (agent === undefined || agent.deactivated_at !== null) return { ok: false, denial: deny('passkey.failed', null, { why: 'deactivated' }), agentId };
  return { ok: true, agentId, statements: proved.statements };
}
