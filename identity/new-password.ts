// A password chosen with a mailed link: judged, hashed, and stored together with all that a new password ends.
import { sentenceOf } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { Fault } from '#policy/fault.ts';
import type { KnownAgent } from '#store/agents.ts';
import type { BrandStore, Statement, SystemStore } from '#store/store.ts';
import { endings, passwordStatements } from '#identity/password-change.ts';
import { type BreachLookup, judgePassword, type Looked, namesAtHand } from '#identity/password-judge.ts';
import { hashPassword } from '#identity/passwords.ts';

export interface Choosing {
  readonly policy: Policy;
  readonly rows: BrandStore;
  readonly breach: BreachLookup | null;
  readonly brand: { readonly name: string; readonly slug: string };
  /** Whose earlier passwords are refused too; null: not looked at (yet). */
  readonly agent: KnownAgent | null;
  readonly email: string;
  readonly name: string;
}

export type Chosen = { readonly kind: 'good'; readonly breachLookup: Looked } | { readonly kind: 'fault'; readonly fault: Fault } | { readonly kind: 'busy' };

/** Judges a password that somebody types on the page of a link. No age is asked: these never wait (SETTINGS.md, `password.min_age_days`). */
export async function judgeChosen({ policy, rows, breach, brand, agent, email, name }: Choosing, password: string): Promise<Chosen> {
  const words = namesAtHand(brand, { name, email });
  const judged = await judgePassword({ policy, breach, brand: rows }, { password, agent, words });
  if ('busy' in judged) return { kind: 'busy' };
  if (judged.ok) return { kind: 'good', breachLookup: judged.breachLookup };
  return { kind: 'fault', fault: { path: 'password', code: judged.denial.code, message: sentenceOf(judged.denial) } };
}

/** What is written with a new password: of the brand, and of the system (every other link of the person). */
export interface NewPassword {
  readonly brandStatements: Statement[];
  readonly systemStatements: Statement[];
}

/** Hashes it; null when too many sign-ins wait. Statements that use codes up stand before these, which void the open ones. */
export async function newPassword(stores: { readonly brand: BrandStore; readonly system: SystemStore }, agent: KnownAgent, password: string, now: number): Promise<NewPassword | null> {
  const hash = await hashPassword(password);
  if (typeof hash !== 'string') return null;
  const ended = endings(stores, agent.id, now);
  return { brandStatements: [...passwordStatements(stores.brand, agent, hash, now), ...ended.brandStatements], systemStatements: ended.systemStatements };
}
