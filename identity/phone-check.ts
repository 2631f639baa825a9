// Verifying a phone number: it counts once a code sent to it was typed back.
import { type Denial, deny } from '#policy/decision.ts';
import { type Committed, Conflict, type Entry, type Part, type Store } from '#store/store.ts';
import * as agentRows from '#store/agents.ts';
import * as codeRows from '#store/one-time-codes.ts';
import { type Changing, consequencesOf } from '#identity/factor-change.ts';
import type { Keyring } from '#identity/keyring.ts';
import { codeState, newOneTimeCode, ONE_TIME_CODE, oneTimeCodeMatches, maySend } from '#identity/one-time-codes.ts';
import { type LiveSession, type Sessions, useUpFresh } from '#identity/sessions.ts';
import { sixDigits } from '#identity/six-digits.ts';
import { newId } from '#identity/tokens.ts';

/** What sends a text message: given by the server, so that this room knows no provider. */
export interface Texting {
  send(message: { readonly to: string; readonly text: string }): Promise<{ readonly sent: true } | { readonly sent: false; readonly code: string; readonly sentence: string }>;
}

export interface PhoneParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly sms: Texting | null;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

const PURPOSE = 'verify_phone';

export type Sent = { readonly ok: true; readonly expiresAt: number } | { readonly ok: false; readonly denial: Denial };

/** Sends a code. The attempt is durable before the provider is asked, so that a storm of requests cannot outrun the caps. */
export async function sendPhoneCode(parts: PhoneParts, session: LiveSession, number: string, brandName: string): Promise<Sent> {
  if (parts.sms === null) return { ok: false, denial: deny('sms.not_configured', null, {}) };
  const now = parts.now();
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const [person, everybody] = await Promise.all([codeRows.sentSince(brand, now - ONE_TIME_CODE.sendsWindowMs, agentId), codeRows.sentSince(brand, now - ONE_TIME_CODE.brandWindowMs)]);
  const may = maySend({ person, brand: everybody }, now);
  if (!may.allowed) return { ok: false, denial: deny('sms.too_many', null, { retryAfterSeconds: Math.ceil((may.retryAt - now) / 1000) }) };
  const id = newId('otc');
  const made = newOneTimeCode(parts.keyring, id);
  const expiresAt = now + ONE_TIME_CODE.lifetimeMs;
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: 'phone.code_sent', entity: { kind: 'agent', id: agentId }, facts: { code: id } };
  const row = { id, agent_id: agentId, purpose: PURPOSE, target: number, hash: made.hash, created_at: now, expires_at: expiresAt, attempts: 0, used_at: null };
  await parts.commit([brand.part({ statements: [parts.sessions.usingFresh(session, now), codeRows.insert(brand, row)], entries: [entry] })]);
  useUpFresh(session);
  const delivery = await parts.sms.send({ to: number, text: `${made.code} is your code for ${brandName} on Portcullis. It works for 10 minutes. Nobody will ask you for it.` });
  if (delivery.sent) return { ok: true, expiresAt };
  // The provider failed, not the person: this send does not count against them. A slow one may have sent it all the same: it counts, and its code works.
  if (delivery.code !== 'provider_slow') await brand.note([codeRows.remove(brand, id)]);
  return { ok: false, denial: deny('sms.failed', null, { why: delivery.sentence }) };
}

/** The code typed back: from now on the phone is a factor (text messages), and everything that comes with a new factor happens. */
export async function confirmPhone(parts: PhoneParts, changing: Changing, code: string): Promise<{ ok: true } | { ok: false; denial: Denial }> {
  const now = parts.now();
  const { session } = changing;
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const row = await codeRows.latest(brand, agentId, PURPOSE);
  if (row === undefined || codeState({ expiresAt: row.expires_at, attempts: row.attempts, usedAt: row.used_at }, now) !== 'open') return { ok: false, denial: deny('code.expired', null, {}) };
  if (sixDigits(code) === null) return { ok: false, denial: deny('code.malformed', null, {}) };
  try {
    // Counted before it is compared, so that parallel tries cannot outrun the count.
    await brand.note([codeRows.countAttempt(brand, row.id, ONE_TIME_CODE.attempts)]);
    if (!oneTimeCodeMatches(parts.keyring, row.id, code, row.hash)) return { ok: false, denial: deny('code.wrong', null, {}) };
    const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: 'phone.verified', entity: { kind: 'agent', id: agentId } };
    const changed = await consequencesOf(parts, changing, 'factor_added', `text messages to the number that ends in ${row.target.slice(-2)}`, now);
    const statements = [codeRows.use(brand, row.id, now), agentRows.setPhone(brand, agentId, row.target, now), ...changed.statements];
    await parts.commit([brand.part({ statements, entries: [entry, ...changed.entries], bumps: changed.bumps })]);
    return { ok: true };
  } catch (error) {
    if (error instanceof Conflict) return { ok: false, denial: deny('code.used', null, {}) };
    throw error;
  }
}
