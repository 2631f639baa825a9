// Checks a second factor that somebody presents: passkey, authenticator app, text message or recovery code. Each answer works once.
import * as agentRows from '#store/agents.ts';
import * as passkeyRows from '#store/passkeys.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as totpRows from '#store/totp-factors.ts';
import type { BrandStore, Bump, Entry, Statement } from '#store/store.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { type Site, siteOf } from '#identity/ceremonies.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc } from '#identity/letters.ts';
import { checkPasskey } from '#identity/passkeys.ts';
import { posting } from '#identity/post.ts';
import { matchRecoveryCode } from '#identity/recovery-codes.ts';
import { sixDigits } from '#identity/six-digits.ts';
import { checkSmsCode } from '#identity/sms-factor.ts';
import { newId } from '#identity/tokens.ts';
import { matchTotp } from '#identity/totp.ts';

export { type Site, siteOf };

export type Method = 'passkey' | 'totp' | 'sms' | 'recovery';

export type Presented =
  | { readonly method: 'totp' | 'sms' | 'recovery'; readonly code: string }
  | { readonly method: 'passkey'; readonly credential: object; readonly ceremony: string };

/** A right factor: the statements that use it up belong in the same unit as what it opens (guarded: a second use conflicts). */
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
  /** ms since 1970. */
  readonly now: number;
  /** The id of the sign-in, session or link that asks: a ceremony or text message made for another one counts for nothing (ASVS 6.6.2). */
  readonly boundTo: string;
  readonly site: Site;
  /** Whom to name in the mail that a recovery code was used. */
  readonly address?: string | null;
  readonly brandName: string;
}

/** What the secret of an authenticator is sealed to, so that a row copied to another person opens nothing. */
export function totpOwner(agentId: string, factorId: string): string {
  return `totp/${agentId}/${factorId}`;
}

const right = (method: Method, statements: Statement[], entries: Entry[] = [], bumps: Bump[] = []): Right => ({ ok: true, method, statements, entries, bumps });

async function checkTotp({ brand, keyring, agentId, now }: FactorParts, code: string): Promise<Checked> {
  for (const factor of await totpRows.verifiedOf(brand, agentId)) {
    const secret = Buffer.from(keyring.open(factor.secret_sealed, totpOwner(agentId, factor.id))).toString('utf8');
    const match = matchTotp(secret, code, now);
    if (match === null) continue;
    if (match.step <= factor.last_step) return { ok: false, denial: deny('code.used', null, { method: 'totp' }) };
    return right('totp', [totpRows.useStep(brand, factor.id, match.step)]);
  }
  return { ok: false, denial: deny('code.wrong', null, { method: 'totp' }) };
}

async function checkRecovery({ brand, keyring, agentId, now, address, brandName }: FactorParts, code: string): Promise<Checked> {
  const rows = await recoveryRows.unusedOf(brand, agentId);
  const match = await matchRecoveryCode(keyring, code, rows.map((row) => row.hash));
  if (match !== null && 'busy' in match) return { ok: false, denial: deny('sign_in.busy', null, {}) };
  const found = match === null ? undefined : rows[match.index];
  if (found === undefined) return { ok: false, denial: deny('code.wrong', null, { method: 'recovery' }) };
  const left = rows.length - 1;
  const entry: Entry = {
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: agentId },
    event: 'recovery_code.used',
    entity: { kind: 'agent', id: agentId },
    facts: { left },
  };
  const agent = await agentRows.byId(brand, agentId);
  const facts = { at: inUtc(now), left, ...(address == null ? {} : { address }) };
  const mail = posting(keyring, brand, { to: agent?.email ?? null, agentId, name: agent?.name ?? '', brandName, kind: 'recovery_code_used', facts }, now);
  return right('recovery', [recoveryRows.use(brand, found.id, now), mail], [entry], ['people']);
}

async function checkSms(parts: FactorParts, code: string): Promise<Checked> {
  const checked = await checkSmsCode(parts, code);
  return checked.ok ? right('sms', checked.statements) : checked;
}

/** Judges what was presented. The caller has counted the try (`locks.attemptCode`) before. */
export async function checkFactor(parts: FactorParts, presented: Presented): Promise<Checked> {
  const { method } = presented;
  if ((method === 'totp' || method === 'sms') && sixDigits(presented.code) === null) return { ok: false, denial: deny('code.malformed', null, { method }) };
  switch (presented.method) {
    case 'totp':
      return checkTotp(parts, presented.code);
    case 'recovery':
      return checkRecovery(parts, presented.code);
    case 'sms':
      return checkSms(parts, presented.code);
    case 'passkey': {
      const proved = await checkPasskey(parts, { credential: presented.credential, ceremony: presented.ceremony, boundTo: parts.boundTo });
      return proved.ok ? right('passkey', proved.statements) : { ok: false, denial: proved.denial };
    }
  }
}

/**
 * Which methods a person can be asked for, the strongest first; recovery codes only beside another one. Empty: no second factor at all.
 * @param how `sms`: whether a provider of text messages is configured
 */
export async function methodsOf(brand: BrandStore, agentId: string, how: { readonly sms: boolean }): Promise<Method[]> {
  const [agent, passkeys, totp, recovery] = await Promise.all([
    agentRows.byId(brand, agentId), passkeyRows.ofAgent(brand, agentId), totpRows.verifiedOf(brand, agentId), recoveryRows.unusedOf(brand, agentId),
  ]);
  const methods: Method[] = [];
  if (passkeys.length > 0) methods.push('passkey');
  if (totp.length > 0) methods.push('totp');
  if (how.sms && agent?.phone != null && agent.phone_verified_at !== null) methods.push('sms');
  if (methods.length > 0 && recovery.length > 0) methods.push('recovery');
  return methods;
}
