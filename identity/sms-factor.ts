// A code by text message as a second factor: to a verified phone only, for the one sign-in, session or link it was asked for.
import { type Denial, deny } from '#policy/decision.ts';
import * as agentRows from '#store/agents.ts';
import * as codeRows from '#store/one-time-codes.ts';
import * as challengeRows from '#store/used-challenges.ts';
import { type BrandStore, type Committed, Conflict, type Entry, type Part, type Statement } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { codeState, maySend, newOneTimeCode, ONE_TIME_CODE, oneTimeCodeMatches } from '#identity/one-time-codes.ts';
import type { Texting } from '#identity/phone-check.ts';
import { newId } from '#identity/tokens.ts';

export interface SmsParts {
  readonly keyring: Keyring;
  readonly sms: Texting | null;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

/** What a code is asked for; the message says it, so that nobody reads it out for something else. */
export type CodeFor = 'sign_in' | 'step_up' | 'second_factor' | 'renewal';
const WORDS: Readonly<Record<CodeFor, string>> = { sign_in: 'to sign in to', step_up: 'to confirm a change at', second_factor: 'to go on at', renewal: 'for a new password at' };

export interface Asking {
  readonly brand: BrandStore;
  readonly agentId: string;
  readonly brandName: string;
  /** The id of what asks: the code counts there and nowhere else (ASVS 6.6.2). */
  readonly boundTo: string;
  readonly purpose: CodeFor;
}

export type CodeSent = { readonly ok: true; readonly sentTo: string; readonly expiresAt: number } | { readonly ok: false; readonly denial: Denial };

/** What a page may say of a number: its last two digits. */
export const maskedPhone = (number: string): string => `••${number.slice(-2)}`;
const purposeOf = (boundTo: string): string => `factor:${boundTo}`;

/**
 * Sends a code. The send is durable before the provider is asked, and two at the same moment are one: a storm of requests cannot outrun
 * the caps. What the provider did not take does not count against the person.
 */
export async function sendFactorCode({ keyring, sms, commit, now: clock }: SmsParts, { brand, agentId, brandName, boundTo, purpose }: Asking): Promise<CodeSent> {
  if (sms === null) return { ok: false, denial: deny('sms.not_configured', null, {}) };
  const now = clock();
  const agent = await agentRows.byId(brand, agentId);
  if (agent?.phone == null || agent.phone_verified_at === null) return { ok: false, denial: deny('method.unavailable', null, { method: 'sms' }) };
  const [person, everybody] = await Promise.all([codeRows.sentSince(brand, now - ONE_TIME_CODE.sendsWindowMs, agentId), codeRows.sentSince(brand, now - ONE_TIME_CODE.brandWindowMs)]);
  const may = maySend({ person, brand: everybody }, now);
  if (!may.allowed) return { ok: false, denial: deny('sms.too_many', null, { retryAfterSeconds: Math.ceil((may.retryAt - now) / 1000), limit: may.limit }) };
  const id = newId('otc');
  const made = newOneTimeCode(keyring, id);
  const expiresAt = now + ONE_TIME_CODE.lifetimeMs;
  // Named by the sends before it: of several at once, one is taken.
  const slot = keyring.mac('text message', JSON.stringify([agentId, person]));
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: 'code.sent', entity: { kind: 'agent', id: agentId }, facts: { code: id, for: purpose } };
  const row = { id, agent_id: agentId, purpose: purposeOf(boundTo), target: agent.phone, hash: made.hash, created_at: now, expires_at: expiresAt, attempts: 0, used_at: null };
  try {
    await commit([brand.part({ statements: [challengeRows.use(brand, slot, now + ONE_TIME_CODE.sendsWindowMs), codeRows.insert(brand, row)], entries: [entry] })]);
  } catch (error) {
    if (error instanceof Conflict) return { ok: false, denial: deny('request.rate_limited', null, { retryAfterSeconds: 1 }) };
    throw error;
  }
  const text = `${made.code} is your code ${WORDS[purpose]} ${brandName} on Portcullis. It works for 10 minutes. Nobody will ask you for it.`;
  const delivery = await sms.send({ to: agent.phone, text });
  if (delivery.sent) return { ok: true, sentTo: maskedPhone(agent.phone), expiresAt };
  // A slow provider may have sent it all the same: it counts, and its code works.
  if (delivery.code !== 'provider_slow') await brand.note([codeRows.remove(brand, id), challengeRows.forget(brand, slot)]);
  return { ok: false, denial: deny('sms.failed', null, { why: delivery.sentence }) };
}

export interface SmsCheckParts {
  readonly brand: BrandStore;
  readonly keyring: Keyring;
  readonly agentId: string;
  readonly now: number;
  readonly boundTo: string;
}

/** Judges a typed code: the newest one sent for this, to the number that is verified now. The statement uses it up. */
export async function checkSmsCode({ brand, keyring, agentId, now, boundTo }: SmsCheckParts, typed: string): Promise<{ readonly ok: true; readonly statements: Statement[] } | { readonly ok: false; readonly denial: Denial }> {
  const expired = { ok: false, denial: deny('code.expired', null, { method: 'sms' }) } as const;
  const [agent, row] = await Promise.all([agentRows.byId(brand, agentId), codeRows.latest(brand, agentId, purposeOf(boundTo))]);
  if (row === undefined || agent?.phone !== row.target || agent.phone_verified_at === null) return expired;
  if (codeState({ expiresAt: row.expires_at, attempts: row.attempts, usedAt: row.used_at }, now) !== 'open') return expired;
  try {
    // Counted before it is compared, so that parallel tries cannot outrun the count.
    await brand.note([codeRows.countAttempt(brand, row.id, ONE_TIME_CODE.attempts)]);
  } catch (error) {
    if (error instanceof Conflict) return expired;
    throw error;
  }
  if (!oneTimeCodeMatches(keyring, row.id, typed, row.hash)) return { ok: false, denial: deny('code.wrong', null, { method: 'sms' }) };
  return { ok: true, statements: [codeRows.use(brand, row.id, now)] };
}
