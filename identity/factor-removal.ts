// Removing and renaming a person's own factors: an authenticator app, a passkey, the phone.
import { decideFactorRemoval } from '#policy/decide/factor-removal.ts';
import { type Denial, type DenialCode, denials, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import * as agentRows from '#store/agents.ts';
import * as codeRows from '#store/one-time-codes.ts';
import * as passkeyRows from '#store/passkeys.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as totpRows from '#store/totp-factors.ts';
import { type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import { type Changing, consequencesOf } from '#identity/factor-change.ts';
import type { FactorsParts } from '#identity/factors.ts';
import { type LiveSession, useUpFresh } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';

export type Removable = { readonly method: 'passkey' | 'totp'; readonly id: string } | { readonly method: 'sms' };
export type Done = { readonly ok: true } | { readonly ok: false; readonly denial: Denial };

interface Found {
  readonly statements: Statement[];
  readonly words: string;
  readonly entityId: string;
}

async function found(brand: BrandStore, agentId: string, what: Removable, now: number): Promise<Found | null> {
  if (what.method === 'passkey') {
    const row = (await passkeyRows.ofAgent(brand, agentId)).find(({ id }) => id === what.id);
    return row === undefined ? null : { statements: [passkeyRows.remove(brand, agentId, row.id)], words: `the passkey or security key “${row.label}”`, entityId: row.id };
  }
  if (what.method === 'totp') {
    const row = (await totpRows.verifiedOf(brand, agentId)).find(({ id }) => id === what.id);
    return row === undefined ? null : { statements: [totpRows.remove(brand, agentId, row.id)], words: `the authenticator app “${row.label}”`, entityId: row.id };
  }
  const agent = await agentRows.byId(brand, agentId);
  if (agent?.phone == null) return null;
  return { statements: [agentRows.writePhone(brand, agentId, null), codeRows.voidOf(brand, agentId, now)], words: `the phone number that ends in ${agent.phone.slice(-2)}`, entityId: agentId };
}

/** How many factors stay; a phone counts only while messages can be sent. */
async function others(parts: FactorsParts, brand: BrandStore, agentId: string, what: Removable): Promise<number> {
  const [agent, passkeys, totp] = await Promise.all([agentRows.byId(brand, agentId), passkeyRows.ofAgent(brand, agentId), totpRows.verifiedOf(brand, agentId)]);
  const phone = parts.smsConfigured && agent?.phone_verified_at != null && what.method !== 'sms' ? 1 : 0;
  const mine = [...passkeys, ...totp].filter((row) => what.method === 'sms' || row.id !== what.id);
  return mine.length + phone;
}

/** The caller has judged the fresh code; it is used up here. Codes: `factor.missing`, `factor.needed`, `step_up.required`. */
export async function removeFactor(parts: FactorsParts, changing: Changing, policy: Policy, what: Removable): Promise<Done> {
  const now = parts.now();
  const { session } = changing;
  const brand = parts.store.brand(session.brandId);
  const { person } = session;
  const there = await found(brand, person.id, what, now);
  if (there === null) return { ok: false, denial: deny('factor.missing', null, {}) };
  const left = await others(parts, brand, person.id, what);
  const decision = decideFactorRemoval(policy, { admin: person.admin, remoteAccess: person.remoteAccess, others: left });
  if (!decision.allowed) return { ok: false, denial: decision };
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: person.id }, event: 'factor.removed', entity: { kind: 'factor', id: there.entityId }, facts: { method: what.method, left } };
  const changed = await consequencesOf(parts, changing, 'factor_removed', there.words, now);
  // Recovery codes stand beside a factor, never alone.
  const codes = left === 0 ? [recoveryRows.removeAll(brand, person.id)] : [];
  const statements = [parts.sessions.usingFresh(session, now), ...there.statements, ...codes, ...changed.statements];
  try {
    await parts.commit([brand.part({ statements, entries: [entry, ...changed.entries], bumps: changed.bumps })]);
  } catch (error) {
    return conflicted(error);
  }
  useUpFresh(session);
  return { ok: true };
}

/** Another name in the list. It opens and closes nothing, so no code is asked. Code: `factor.missing`. */
export async function renameFactor(parts: FactorsParts, session: LiveSession, what: Exclude<Removable, { method: 'sms' }>, label: string): Promise<Done> {
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const statement = what.method === 'passkey' ? passkeyRows.rename(brand, agentId, what.id, label) : totpRows.rename(brand, agentId, what.id, label);
  const entry: Entry = { id: newId('evt'), at: parts.now(), actor: { kind: 'agent', id: agentId }, event: 'factor.renamed', entity: { kind: 'factor', id: what.id }, facts: { method: what.method, label } };
  try {
    await parts.commit([brand.part({ statements: [statement], entries: [entry], bumps: ['people'] })]);
    return { ok: true };
  } catch (error) {
    return conflicted(error);
  }
}

function conflicted(error: unknown): Done {
  if (!(error instanceof Conflict)) throw error;
  return { ok: false, denial: deny(Object.hasOwn(denials, error.code) ? (error.code as DenialCode) : 'factor.missing', null, {}) };
}
