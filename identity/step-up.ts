// A factor given inside a session: step-up before a sensitive change, and the second factor asked in place when the address moves.
import { type Denial, deny } from '#policy/decision.ts';
import { type Committed, Conflict, type Entry, type Part, type Store } from '#store/store.ts';
import { checkFactor, methodsOf, type Presented, type Site } from '#identity/factor-check.ts';
import { factorOptions, type Offered } from '#identity/factor-options.ts';
import type { Keyring } from '#identity/keyring.ts';
import { afterWrongCode } from '#identity/lock-mails.ts';
import * as locks from '#identity/locks.ts';
import type { Texting } from '#identity/phone-check.ts';
import { FRESH_MS, givenBefore, type LiveSession, type Rotation, type Sessions, STEP_UP_MS } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';

export interface StepUpParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly sms: Texting | null;
  readonly site: Site;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

/** `rotation`: the session's new token, already durable; the answer must carry its cookie (ASVS 5.0 7.2.4). */
export type Given = { readonly ok: true; readonly rotation: Rotation } | { readonly ok: false; readonly denial: Denial };

/** `step_up` opens the one-hour window; `second_factor` only raises how the session is proven. */
export type Purpose = 'step_up' | 'second_factor';

const EVENTS: Readonly<Record<Purpose, string>> = { step_up: 'step_up.granted', second_factor: 'second_factor.given' };

/** A message or ceremony of one session and purpose counts for no other (ASVS 6.6.2). */
const boundTo = (session: LiveSession, purpose: Purpose): string => `${session.id}/${purpose}`;

/**
 * Ten wrong codes of one factor in a row: the session ends and the password is asked again (SETTINGS.md, "One-time codes"). The count stays:
 * the next sign-in does not begin with ten new tries.
 */
async function endAfterTen(parts: StepUpParts, session: LiveSession, lane: locks.Lane, now: number): Promise<boolean> {
  if ((await locks.failures(lane)) < locks.WRONG_CODES_IN_A_ROW) return false;
  const brand = parts.store.brand(session.brandId);
  const ending = parts.sessions.ending(session, 'ended', { kind: 'system', id: null }, now);
  await parts.commit([brand.part({ statements: [ending.statement], entries: [{ ...ending.entry, facts: { reason: 'ten_wrong_codes', agent: session.person.id } }], bumps: ['people'] })]);
  parts.sessions.markEnded(session, 'ended');
  return true;
}

/** What the page needs before a chosen method can be given: a text message sent, or a passkey asked. */
export function optionsOf(parts: StepUpParts, session: LiveSession, purpose: Purpose, brandName: string, method: 'sms' | 'passkey'): Promise<Offered> {
  const brand = parts.store.brand(session.brandId);
  return factorOptions(parts, { brand, agentId: session.person.id, brandName, boundTo: boundTo(session, purpose), purpose }, method);
}

/** Judges a factor in a session and, when right, records it with its audit row. */
export async function giveCode(parts: StepUpParts, session: LiveSession, purpose: Purpose, presented: Presented, from: { readonly address: string | null; readonly brandName: string }): Promise<Given> {
  const now = parts.now();
  const { address } = from;
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const methods = await methodsOf(brand, agentId, { sms: parts.sms !== null });
  if (methods.length === 0) return { ok: false, denial: deny('factor.none', null, {}) };
  const lane = locks.codeLane(parts.keyring, brand, agentId, presented.method);
  const slowed = await locks.attemptCode(lane, now);
  if (slowed !== null) return { ok: false, denial: slowed };
  const checked = await checkFactor({ brand, keyring: parts.keyring, agentId, now, boundTo: boundTo(session, purpose), site: parts.site, ...from }, presented);
  if (!checked.ok) {
    await afterWrongCode(parts, { brand, brandName: from.brandName, agentId }, lane, now);
    const ended = await endAfterTen(parts, session, lane, now);
    return { ok: false, denial: ended ? deny('session.ended', null, { reason: 'ten_wrong_codes' }) : checked.denial };
  }
  const given = purpose === 'step_up' ? { stepUpUntil: now + STEP_UP_MS, address, freshUntil: now + FRESH_MS } : givenBefore(session);
  const entry: Entry = {
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: agentId },
    event: EVENTS[purpose],
    entity: { kind: 'session', id: session.id },
    facts: { method: checked.method, address, ...(purpose === 'step_up' ? { until: given.stepUpUntil } : {}) },
  };
  const clearing = locks.clearCode(lane);
  const rotation = parts.sessions.rotate(session);
  try {
    await parts.commit([brand.part({ statements: [...checked.statements, parts.sessions.factorGiven(session, given, now, checked.method), rotation.statement, ...clearing], entries: [...checked.entries, entry], bumps: ['people'] })]);
  } catch (error) {
    if (error instanceof Conflict) return { ok: false, denial: deny('code.used', null, { method: presented.method }) };
    throw error;
  }
  parts.sessions.markFactor(session, given, now);
  return { ok: true, rotation };
}
