// The second step of signing in, and the step that needs no first: a factor after the password, or a passkey alone.
import { type Denial, deny } from '#policy/decision.ts';
import * as agentRows from '#store/agents.ts';
import * as signInRows from '#store/sign-ins.ts';
import { type BrandStore, Conflict } from '#store/store.ts';
import { checkFactor, type Method, methodsOf, type Presented } from '#identity/factor-check.ts';
import { afterWrongCode } from '#identity/lock-mails.ts';
import * as locks from '#identity/locks.ts';
import { type AskedPasskey, passkeyAlone, passkeyOptions } from '#identity/passkeys.ts';
import { personOf } from '#identity/person.ts';
import { type Caller, CODE_ATTEMPTS, denied, enter, FAILED, type Knocked, needsOf, NOBODYS_BRAND, notFromHere, type SignInParts, type SignInResult } from '#identity/sign-in.ts';
import { tokenHash } from '#identity/tokens.ts';

/** What a ceremony of a passkey alone is bound to: there is no sign-in yet. */
const ALONE = 'sign-in';

/** A pending sign-in that still waits for its code; undefined when it is unknown, too old, used or tried too often. */
export async function pendingSignIn(brand: BrandStore, pendingToken: string, now: number): Promise<signInRows.SignInRow | undefined> {
  const pending = await signInRows.byTokenHash(brand, tokenHash(pendingToken));
  return pending === undefined || pending.done_at !== null || pending.expires_at <= now || pending.attempts >= CODE_ATTEMPTS ? undefined : pending;
}

/** What the page of the code step may offer. */
export async function codeStep(parts: SignInParts, { brand, policyFor }: Knocked, pending: signInRows.SignInRow): Promise<{ methods: Method[]; trustDays: number }> {
  return { methods: await methodsOf(brand, pending.agent_id, { sms: parts.sms !== null }), trustDays: policyFor(pending.agent_id).values['two_factor.trust_days'] };
}

/**
 * May a text message be sent, or a passkey asked for, in this pending sign-in? Judged as the factor itself will be, so that nothing is sent
 * that could open nothing: the person, the address, and the lock of codes; nothing is counted. Null: it may.
 */
export async function judgeOptions(parts: SignInParts, { brand, policyFor }: Knocked, pending: signInRows.SignInRow, method: 'sms' | 'passkey', caller: Caller): Promise<Extract<SignInResult, { kind: 'denied' }> | null> {
  const no = (denial: Denial, told: Denial = denial) => ({ kind: 'denied', denial, told, agentId: pending.agent_id }) as const;
  const agent = await agentRows.byId(brand, pending.agent_id);
  if (agent === undefined || agent.deactivated_at !== null) return no(FAILED);
  if (needsOf(policyFor(agent.id), personOf(agent), caller) === 'denied') return no(notFromHere(caller, 'code'), FAILED);
  const slowed = await locks.codesRefused(locks.codeLane(parts.keyring, brand, agent.id, method), parts.now());
  return slowed === null ? null : no(slowed);
}

/** Judges the factor of a pending sign-in. The address is judged again: it may not be the one that gave the password. */
export async function signInWithFactor(parts: SignInParts, knocked: Knocked, pendingToken: string, presented: Presented, trust: boolean, caller: Caller): Promise<SignInResult> {
  const now = parts.now();
  const { brand, policyFor } = knocked;
  const pending = await pendingSignIn(brand, pendingToken, now);
  if (pending === undefined) return denied(deny('session.missing', null, { at: 'code' }), null);
  const agent = await agentRows.byId(brand, pending.agent_id);
  if (agent === undefined || agent.deactivated_at !== null) return denied(FAILED, pending.agent_id);
  const person = personOf(agent);
  const policy = policyFor(person.id);
  if (needsOf(policy, person, caller) === 'denied') return denied(notFromHere(caller, 'code'), person.id, FAILED);

  // Wrong codes of one factor are counted together over all sign-ins and sessions: who knows the password may not begin anew for five more.
  const lane = locks.codeLane(parts.keyring, brand, person.id, presented.method);
  const slowed = await locks.attemptCode(lane, now);
  if (slowed !== null) return denied(slowed, person.id);
  // The attempt is counted before the code is looked at, so that parallel tries cannot outrun the count.
  try {
    await brand.note([signInRows.countAttempt(brand, pending.id, CODE_ATTEMPTS)]);
  } catch (error) {
    if (error instanceof Conflict) return denied(deny('session.missing', null, { at: 'code' }), person.id);
    throw error;
  }
  const { keyring, site } = parts;
  const checked = await checkFactor({ brand, keyring, agentId: person.id, now, boundTo: pending.id, site, address: caller.addressText, brandName: knocked.name }, presented);
  if (!checked.ok) {
    await afterWrongCode(parts, { brand, brandName: knocked.name, agentId: person.id }, lane, now);
    return denied(checked.denial, person.id);
  }
  const extra = { statements: [...checked.statements, signInRows.finish(brand, pending.id, now), ...locks.clearCode(lane)], entries: checked.entries, bumps: checked.bumps };
  const trusted = trust && policy.values['two_factor.trust_days'] > 0;
  return unlessUsed(enter(parts, brand, person, { proven: 'password+code', factorMethod: checked.method }, caller, extra, trusted), deny('code.used', null, { at: 'code' }), person.id);
}

/** A factor that was used at the same moment opens nothing. */
async function unlessUsed(entering: Promise<SignInResult>, denial: Denial, agentId: string): Promise<SignInResult> {
  try {
    return await entering;
  } catch (error) {
    if (error instanceof Conflict) return denied(denial, agentId);
    throw error;
  }
}

/** What the browser is asked for a passkey alone: the same for brands that do not exist. The caller has looked whether `site.rpId` is null. */
export function aloneOptions({ store, keyring, site, now }: SignInParts, knocked: Knocked | null): Promise<AskedPasskey> {
  return passkeyOptions({ brand: knocked?.brand ?? store.brand(NOBODYS_BRAND), keyring, site, agentId: null, boundTo: ALONE, now: now(), userVerification: 'required' });
}

/**
 * Signs in with a passkey alone: it holds two factors, since its PIN, fingerprint or face was asked (NIST 800-63B-4 §2.2.1). A passkey
 * that nobody has here and one that may not be used from here get the same answer.
 */
export async function signInWithPasskey(parts: SignInParts, knocked: Knocked | null, given: { credential: object; ceremony: string }, caller: Caller): Promise<SignInResult> {
  const now = parts.now();
  const { keyring, site, store } = parts;
  const proved = await passkeyAlone({ brand: knocked?.brand ?? store.brand(NOBODYS_BRAND), keyring, site, now }, { ...given, boundTo: ALONE });
  const failed = deny('passkey.failed', null, {});
  if (!proved.ok) return denied(proved.denial, proved.agentId, proved.denial.code === 'passkey.failed' ? failed : proved.denial);
  if (knocked === null) return denied(failed, null);
  const { brand, policyFor } = knocked;
  const agent = await agentRows.byId(brand, proved.agentId);
  if (agent === undefined || agent.deactivated_at !== null) return denied(failed, proved.agentId);
  const person = personOf(agent);
  const policy = policyFor(person.id);
  if (needsOf(policy, person, caller) === 'denied') return denied(notFromHere(caller, 'passkey'), person.id, failed);
  const extra = { statements: proved.statements, entries: [], bumps: [] };
  return unlessUsed(enter(parts, brand, person, { proven: 'password+code', factorMethod: 'passkey' }, caller, extra), failed, person.id);
}
