// Judges a new password before it is hashed: length, common ones, names, those used before, and a live look-up where the setting asks for one.
import { breachLookupWanted, decidePassword, type PasswordFacts, passwordsCompared } from '#policy/decide/password.ts';
import type { Denial } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import { contextWords } from '#policy/context-words.ts';
import type { KnownAgent } from '#store/agents.ts';
import * as hashRows from '#store/password-hashes.ts';
import type { BrandStore } from '#store/store.ts';
import { whyCommon } from '#identity/common-passwords.ts';
import type { Keyring } from '#identity/keyring.ts';
import { passwordLength, verifyPassword } from '#identity/passwords.ts';

/** Asks somebody outside whether a password is among those of known breaches, without telling which it is. Never throws. */
export interface BreachLookup {
  look(password: string): Promise<'clean' | 'breached' | 'failed'>;
}

/** What a look-up came to: `off` when the setting asks for none, `failed` when there was no answer. The page and the audit row say so. */
export type Looked = 'off' | 'clean' | 'failed';

export interface JudgeParts {
  readonly policy: Policy;
  readonly keyring?: Keyring;
  /** Null: this server has none; a setting that asks for one is then answered with `failed`. */
  readonly breach: BreachLookup | null;
  /** Null at setup, before there is a brand: then there is no history either. */
  readonly brand: BrandStore | null;
}

export interface NewPassword {
  readonly password: string;
  /** Whose it becomes; null for somebody who has no password yet. */
  readonly agent: KnownAgent | null;
  /** The brand's name and address, the person's name, what stands before the @: none may be what it is built from. */
  readonly words: readonly string[];
}

export type PasswordJudged =
  | { readonly ok: true; readonly breachLookup: Looked; readonly busy?: never }
  | { readonly ok: false; readonly denial: Denial; readonly busy?: never }
  /** Too many hashes are under way: try again in a moment. */
  | { readonly ok?: never; readonly busy: true };

/** The name of the product is as easy to guess as that of the brand (ASVS 6.1.2). */
const PRODUCT_WORDS = ['Portcullis'];

/** The names that no password of this person may be built from (ASVS 6.1.2), beside the product's own. */
export function namesAtHand(brand: { readonly name: string; readonly slug: string }, person: { readonly name: string; readonly email: string }): string[] {
  return [brand.name, brand.slug, person.name, person.email.split('@')[0] ?? ''];
}

/** How many passwords ago each one that matches was used; compared one with another, without stopping at the first, so that time tells nothing. */
async function usedAgo({ policy, brand }: JudgeParts, { password, agent }: NewPassword): Promise<number | null | 'busy'> {
  if (agent === null || agent.password_hash === null || brand === null) return null;
  const earlier = await hashRows.earlierOf(brand, agent.id, passwordsCompared(policy) - 1);
  let found: number | null = null;
  for (const [ago, hash] of [agent.password_hash, ...earlier.map((row) => row.hash)].entries()) {
    const verdict = await verifyPassword(hash, password);
    if (verdict === 'busy') return 'busy';
    if (verdict === 'match') found ??= ago;
  }
  return found;
}

/** All but the ages. What is cheap is judged first: nothing is hashed for a password that is too short, and nothing asked outside for one used before. */
export async function judgePassword(parts: JudgeParts, wanted: NewPassword): Promise<PasswordJudged> {
  const { policy } = parts;
  const { password } = wanted;
  const length = passwordLength(password);
  const short: PasswordFacts = { length, containsContextWord: false, common: null, usedAgo: null, breached: false };
  const long = decidePassword(policy, short);
  if (!long.allowed) return { ok: false, denial: long };

  const facts = { ...short, containsContextWord: contextWords(password, [...PRODUCT_WORDS, ...wanted.words]), common: whyCommon(password) };
  const seen = decidePassword(policy, facts);
  if (!seen.allowed) return { ok: false, denial: seen };

  const ago = await usedAgo(parts, wanted);
  if (ago === 'busy') return { busy: true };
  const recent = decidePassword(policy, { ...facts, usedAgo: ago });
  if (!recent.allowed) return { ok: false, denial: recent };

  if (!breachLookupWanted(policy)) return { ok: true, breachLookup: 'off' };
  const looked = (await parts.breach?.look(password)) ?? 'failed';
  const decision = decidePassword(policy, { ...facts, usedAgo: ago, breached: looked === 'breached' });
  if (!decision.allowed) return { ok: false, denial: decision };
  return { ok: true, breachLookup: looked === 'clean' ? 'clean' : 'failed' };
}
