// A new password in the place of an old one: what is written, and what of the person ends with it.
import * as agentRows from '#store/agents.ts';
import * as deviceRows from '#store/devices.ts';
import * as codeRows from '#store/one-time-codes.ts';
import * as hashRows from '#store/password-hashes.ts';
import * as sessionRows from '#store/sessions.ts';
import * as signInRows from '#store/sign-ins.ts';
import * as linkRows from '#store/links.ts';
import * as totpRows from '#store/totp-factors.ts';
import type { BrandStore, Statement, SystemStore } from '#store/store.ts';
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

/** What every change of a password ends (SETTINGS.md, "Password management"; ASVS 7.4.3). */
export interface Endings {
  /** Of the person's brand: sessions (all but `keepSession`), trust in devices, codes sent, sign-ins between password and code, authenticators begun and not confirmed. */
  readonly brandStatements: Statement[];
  /** Of the system: every open link of the person. A part of the system needs an entry of its own. */
  readonly systemStatements: Statement[];
}

/**
 * @param keepSession the session that makes the change and goes on, where there is one
 * @param now ms since 1970
 */
export function endings({ brand, system }: { readonly brand: BrandStore; readonly system: SystemStore }, agentId: string, now: number, keepSession?: string): Endings {
  return {
    brandStatements: [
      sessionRows.endAllOf(brand, agentId, 'password_changed', now, keepSession),
      deviceRows.distrustAll(brand, agentId),
      codeRows.voidOf(brand, agentId, now),
      signInRows.voidOf(brand, agentId, now),
      totpRows.removeUnverified(brand, agentId),
    ],
    systemStatements: [linkRows.voidOf(system, brand.id, agentId, now)],
  };
}
