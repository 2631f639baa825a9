// The first authenticator of somebody who was sent a link: stored with recovery codes, in the unit that uses the link up.
import { type Denial, deny } from '#policy/decision.ts';
import type { KnownAgent } from '#store/agents.ts';
import type { LinkRow } from '#store/links.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import type { BrandStore, Entry, Statement } from '#store/store.ts';
import * as totpRows from '#store/totp-factors.ts';
import { totpOwner } from '#identity/factor-check.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc } from '#identity/letters.ts';
import { secretOf } from '#identity/link-secrets.ts';
import { posting } from '#identity/post.ts';
import { newRecoveryCodes } from '#identity/recovery-codes.ts';
import { newId } from '#identity/tokens.ts';
import { matchTotp } from '#identity/totp.ts';

export interface FirstParts {
  readonly keyring: Keyring;
  readonly rows: BrandStore;
  readonly agent: KnownAgent;
  readonly link: LinkRow;
  readonly brandName: string;
  /** ms */
  readonly now: number;
}

export interface First {
  readonly ok: true;
  readonly statements: Statement[];
  readonly entries: Entry[];
  /** Shown once. */
  readonly recoveryCodes: readonly string[];
}

/** Whether the code is one of the secret in the link, now; the step it belongs to. */
export const codeOfLink = (keyring: Keyring, link: LinkRow, code: string, now: number) => matchTotp(secretOf(keyring, link), code, now);

/** Codes: `code.wrong`, `sign_in.busy`. Nothing is written yet: the statements belong into the caller's unit. */
export async function firstAuthenticator(parts: FirstParts, code: string): Promise<First | { readonly ok: false; readonly denial: Denial }> {
  const { keyring, rows, agent, link, brandName, now } = parts;
  const match = codeOfLink(keyring, link, code, now);
  if (match === null) return { ok: false, denial: deny('code.wrong', null, { method: 'totp', link: link.kind }) };
  const codes = await newRecoveryCodes(keyring);
  if ('busy' in codes) return { ok: false, denial: deny('sign_in.busy', null, {}) };
  const factorId = newId('fac');
  const factor = {
    id: factorId,
    agent_id: agent.id,
    secret_sealed: keyring.seal(secretOf(keyring, link), totpOwner(agent.id, factorId)),
    label: 'Authenticator app',
    verified_at: now,
    last_step: match.step,
    created_at: now,
  };
  const facts = { method: 'totp', recoveryCodes: codes.length, via: link.kind, link: link.id };
  const mail = { to: agent.email, agentId: agent.id, name: agent.name, brandName, kind: 'factor_added', facts: { at: inUtc(now), factor: 'an authenticator app' } } as const;
  return {
    ok: true,
    statements: [
      totpRows.removeUnverified(rows, agent.id),
      totpRows.insert(rows, factor),
      ...recoveryRows.replaceAll(rows, agent.id, codes.map((made) => ({ id: newId('rec'), hash: made.hash })), now),
      posting(keyring, rows, mail, now),
    ],
    entries: [{ id: newId('evt'), at: now, actor: { kind: 'agent', id: agent.id }, event: 'factor.enrolled', entity: { kind: 'factor', id: factorId }, facts }],
    recoveryCodes: codes.map((made) => made.text),
  };
}
