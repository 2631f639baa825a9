// Checks a second factor that somebody presents: a code of an authenticator app, or a recovery code. Each works once.
import * as recoveryRows from '#store/recovery-codes.ts';
import * as totpRows from '#store/totp-factors.ts';
import type { BrandStore, Bump, Entry, Statement } from '#store/store.ts';
import { type Denial, deny } from '#policy/decision.ts';
import type { Keyring } from '#identity/keyring.ts';
import { matchRecoveryCode } from '#identity/recovery-codes.ts';
import { newId } from '#identity/tokens.ts';
import { matchTotp } from '#identity/totp.ts';

export type Method = 'totp' | 'recovery';

export interface Presented {
  readonly method: Method;
  readonly code: string;
}

/** A right code: the statements that use it up belong in the same unit as what it opens (guarded: a second use conflicts). */
export interface Right {
  readonly ok: true;
  readonly method: Method;
  readonly statements: Statement[];
  readonly entries: Entry[];
  /** `people` when what the person's pages show of their account has changed: a recovery code less. */
  readonly bumps: Bump[];
}

export type Checked = Right | { readonly ok: false; readonly denial: Denial };

export interface FactorParts {
  readonly brand: BrandStore;
  readonly keyring: Keyring;
  readonly agentId: string;
  readonly now: number;
}

/** What the secret of an authenticator is sealed to, so that a row copied to another person opens nothing. */
export function totpOwner(agentId: string, factorId: string): string {
  return `totp/${agentId}/${factorId}`;
}

async function checkTotp({ brand, keyring, agentId, now }: FactorParts, code: string): Promise<Checked> {
  for (const factor of await totpRows.verifiedOf(brand, agentId)) {
    const secret = Buffer.from(keyring.open(factor.secret_sealed, totpOwner(agentId, factor.id))).toString('utf8');
    const match = matchTotp(secret, code, now);
    if (match === null) continue;
    if (match.step <= factor.last_step) return { ok: false, denial: deny('code.used', null, { method: 'totp' }) };
    return { ok: true, method: 'totp', statements: [totpRows.useStep(brand, factor.id, match.step)], entries: [], bumps: [] };
  }
  return { ok: false, denial: deny('code.wrong', null, { method: 'totp' }) };
}

async function checkRecovery({ brand, keyring, agentId, now }: FactorParts, code: string): Promise<Checked> {
  const rows = await recoveryRows.unusedOf(brand, agentId);
  const match = await matchRecoveryCode(keyring, code, rows.map((row) => row.hash));
  if (match !== null && 'busy' in match) return { ok: false, denial: deny('sign_in.busy', null, {}) };
  const found = match === null ? undefined : rows[match.index];
  if (found === undefined) return { ok: false, denial: deny('code.wrong', null, { method: 'recovery' }) };
  const entry: Entry = {
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: agentId },
    event: 'recovery_code.used',
    entity: { kind: 'agent', id: agentId },
    facts: { left: rows.length - 1 },
  };
  return { ok: true, method: 'recovery', statements: [recoveryRows.use(brand, found.id, now)], entries: [entry], bumps: ['people'] };
}

export function checkFactor(parts: FactorParts, presented: Presented): Promise<Checked> {
  return presented.method === 'totp' ? checkTotp(parts, presented.code) : checkRecovery(parts, presented.code);
}

/** Which methods a person can be asked for. Empty: no second factor at all. */
export async function methodsOf(brand: BrandStore, agentId: string): Promise<Method[]> {
  const [totp, recovery] = await Promise.all([totpRows.verifiedOf(brand, agentId), recoveryRows.unusedOf(brand, agentId)]);
  const methods: Method[] = [];
  if (totp.length > 0) methods.push('totp');
  if (totp.length > 0 && recovery.length > 0) methods.push('recovery');
  return methods;
}
