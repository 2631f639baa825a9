// What ends somebody's access at once: all by which they are in or could come in without the password, and every second factor.
import * as agentRows from '#store/agents.ts';
import * as deviceRows from '#store/devices.ts';
import * as linkRows from '#store/links.ts';
import * as codeRows from '#store/one-time-codes.ts';
import * as passkeyRows from '#store/passkeys.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as sessionRows from '#store/sessions.ts';
import * as signInRows from '#store/sign-ins.ts';
import type { BrandStore, Statement, SystemStore } from '#store/store.ts';
import * as totpRows from '#store/totp-factors.ts';
import type { EndReason } from '#identity/live-session.ts';

export interface EndOfAccess {
  /** Of the person's brand: sessions (with what a code opened in them), sign-ins under way, codes sent, trust in devices. */
  readonly brandStatements: Statement[];
  /** Of the system: every open link of the person. They stand before a new one of the same unit, which would be void with them. */
  readonly systemStatements: Statement[];
}

/**
 * @param now ms since 1970
 * @param keepSession the session that makes the change and goes on, where there is one
 */
export function endOfAccess({ brand, system }: { readonly brand: BrandStore; readonly system: SystemStore }, agentId: string, reason: EndReason, now: number, keepSession?: string): EndOfAccess {
  return {
    brandStatements: [
      sessionRows.endAllOf(brand, agentId, reason, now, keepSession), signInRows.voidOf(brand, agentId, now), codeRows.voidOf(brand, agentId, now), deviceRows.distrustAll(brand, agentId),
    ],
    systemStatements: [linkRows.voidOf(system, brand.id, agentId, now)],
  };
}

/** Takes every second factor away. The phone number stays, but counts only once a code was typed back. */
export function endOfFactors(brand: BrandStore, agentId: string): Statement[] {
  return [totpRows.removeAll(brand, agentId), passkeyRows.removeAll(brand, agentId), recoveryRows.removeAll(brand, agentId), agentRows.unverifyPhone(brand, agentId)];
}
