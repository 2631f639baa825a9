// Somebody changes their own password inside a session: because they want to, or because they must.
import type { Fault } from '#policy/fault.ts';
import { decidePasswordChange, decidePasswordDue } from '#policy/decide/password-age.ts';
import { type Denial, deny, sentenceOf } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import * as agentRows from '#store/agents.ts';
import { type Committed, Conflict, type Entry, type Part, type Store } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { judgePasswordAgain } from '#identity/password-again.ts';
import { changedMail, endings, passwordStatements } from '#identity/password-change.ts';
import { type BreachLookup, judgePassword, type Looked, namesAtHand } from '#identity/password-judge.ts';
import { hashPassword } from '#identity/passwords.ts';
import { type LiveSession, type Sessions, useUpFresh } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';

export interface OwnPasswordParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly breach: BreachLookup | null;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

export interface OwnChange {
  readonly session: LiveSession;
  readonly brand: { readonly slug: string; readonly name: string; readonly policy: Policy };
  /** A code was just given in this session and not used for another change yet. */
  readonly fresh: boolean;
  readonly address: string | null;
  /** The present password, as typed. */
  readonly current: string;
  readonly password: string;
}

export type OwnChanged =
  | { readonly ok: true; readonly breachLookup: Looked }
  | { readonly ok: false; readonly denial: Denial }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const BUSY = deny('sign_in.busy', null, {});
const fault = (path: string, denial: Denial): Fault => ({ path, code: denial.code, message: sentenceOf(denial) });

/** May this be asked for at all? Who has a factor gives a fresh code; who has none may only do what they must (SETTINGS.md, "Step-up"). */
function judgeAsking(agent: agentRows.KnownAgent, { brand, fresh }: OwnChange, now: number): Denial | null {
  const age = { now, setAt: agent.password_set_at ?? 0, mustChange: agent.must_change !== null };
  if (agent.has_factor === 1 && !fresh) return deny('step_up.required', null, {});
  if (agent.has_factor === 0 && decidePasswordDue(brand.policy, age).allowed) return deny('factor.none', null, {});
  const early = decidePasswordChange(brand.policy, age);
  return early.allowed ? null : early;
}

/** Codes of denials: `step_up.required`, `factor.none`, `password.too_new`, `sign_in.locked`, `sign_in.busy`; what is wrong with the form comes as faults at `current` and `password`. */
export async function changeOwnPassword(parts: OwnPasswordParts, change: OwnChange): Promise<OwnChanged> {
  const { store, keyring, sessions } = parts;
  const { session } = change;
  const now = parts.now();
  const brand = store.brand(session.brandId);
  const agent = await agentRows.byId(brand, session.person.id);
  if (agent === undefined) return { ok: false, denial: deny('session.ended', null, {}) };
  const unasked = judgeAsking(agent, change, now);
  if (unasked !== null) return { ok: false, denial: unasked };

  const wrong = await judgePasswordAgain(parts, session, change.current);
  if (wrong !== null && wrong.code !== 'password.wrong') return { ok: false, denial: wrong };
  // Whoever does not know the present password is not told whether another one was used before, nor is anybody asked outside.
  const words = namesAtHand(change.brand, agent);
  const known = wrong === null ? { breach: parts.breach, agent } : { breach: null, agent: null };
  const judged = await judgePassword({ policy: change.brand.policy, breach: known.breach, brand }, { password: change.password, agent: known.agent, words });
  if (judged.busy === true) return { ok: false, denial: BUSY };
  const faults = [...(wrong === null ? [] : [fault('current', wrong)]), ...(judged.ok ? [] : [fault('password', judged.denial)])];
  if (faults.length > 0 || !judged.ok) return { ok: false, faults };

  const hashed = await hashPassword(change.password);
  if (typeof hashed !== 'string') return { ok: false, denial: BUSY };
  try {
    await parts.commit(unitOf(parts, change, agent, { hashed, now, breachLookup: judged.breachLookup }));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    if (error.code === 'step_up.required') return { ok: false, denial: deny('step_up.required', null, {}) };
    // It was changed at the same moment, by another page of the same person: what was typed is not the present one any more.
    if (error.code === 'agent.password_changed') return { ok: false, faults: [fault('current', deny('password.wrong', null, {}))] };
    throw error;
  }
  if (agent.has_factor === 1) useUpFresh(session);
  return { ok: true, breachLookup: judged.breachLookup };

  /** The change, what ends with it, its rows and its mail: all or nothing. */
  function unitOf({ store: { system } }: OwnPasswordParts, { address, brand: named }: OwnChange, of: agentRows.KnownAgent, made: { hashed: string; now: number; breachLookup: Looked }): Part[] {
    const ended = endings({ brand, system }, of.id, made.now, session.id);
    const actor: Entry['actor'] = { kind: 'agent', id: of.id };
    const facts = { session: session.id, address, breachLookup: made.breachLookup };
    const entry = (entity: Entry['entity']): Entry => ({ id: newId('evt'), at: made.now, actor, event: 'password.changed', entity, facts });
    const mail = changedMail(keyring, brand, of, named.name, address, made.now);
    const using = of.has_factor === 1 ? [sessions.usingFresh(session, made.now)] : [];
    return [
      system.part({ statements: ended.systemStatements, entries: [entry({ kind: 'brand', id: brand.id })] }),
      brand.part({ statements: [...using, ...passwordStatements(brand, of, made.hashed, made.now), ...ended.brandStatements, mail], entries: [entry({ kind: 'agent', id: of.id })], bumps: ['people'] }),
    ];
  }
}
