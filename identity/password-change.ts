// A new password in the place of an old one: what is written, what of the person ends with it, and the mail that tells them.
import * as agentRows from '#store/agents.ts';
import * as hashRows from '#store/password-hashes.ts';
import * as totpRows from '#store/totp-factors.ts';
import type { BrandStore, Statement, SystemStore } from '#store/store.ts';
import { type EndOfAccess, endOfAccess } from '#identity/access-end.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc } from '#identity/letters.ts';
import { posting } from '#identity/post.ts';
import { newId } from '#identity/tokens.ts';

/**
 * The new hash in, the old one (if there was any) into the history, and the history cut to what is kept. `agent` as it was read before the
 * change: a password that was changed meanwhile is a conflict `agent.password_changed`, so that no history misses one.
 * @param now ms since 1970
 */
export function passwordStatements(brand: BrandStore, agent: Pick<agentRows.AgentRow, 'id' | 'password_hash' | 'password_set_at'>, newHash: string, now: number): Statement[] {
  const set = agentRows.changePassword(brand, agent.id, agent.password_hash, newHash, now);
  if (agent.password_hash === null) return [set];
  const old = { id: newId('pwd'), agent_id: agent.id, hash: agent.password_hash, set_at: agent.password_set_at ?? now };
  return [set, hashRows.insertNewest(brand, old), hashRows.trim(brand, agent.id)];
}

/**
 * What every change of a password ends (SETTINGS.md, "Password management"; ASVS 7.4.3): all access but `keepSession`, and authenticators that were
 * begun and not confirmed.
 * @param now ms since 1970
 */
export function endings(stores: { readonly brand: BrandStore; readonly system: SystemStore }, agentId: string, now: number, keepSession?: string): EndOfAccess {
  const ended = endOfAccess(stores, agentId, 'password_changed', now, keepSession);
  return { ...ended, brandStatements: [...ended.brandStatements, totpRows.removeUnverified(stores.brand, agentId)] };
}

/** The mail that tells a person of it; it belongs in the unit of the change. `address`: from where, null when unknown. */
export function changedMail(keyring: Keyring, brand: BrandStore, agent: Pick<agentRows.AgentRow, 'id' | 'email' | 'name'>, brandName: string, address: string | null, now: number): Statement {
  const facts = { at: inUtc(now), ...(address === null ? {} : { address }) };
  return posting(keyring, brand, { to: agent.email, agentId: agent.id, name: agent.name, brandName, kind: 'password_changed', facts }, now);
}
