// What every change of a person's second factors brings with it: its mail, no trusted device or begun enrolment any more, and other sessions ended on request.
import * as agentRows from '#store/agents.ts';
import * as deviceRows from '#store/devices.ts';
import * as sessionRows from '#store/sessions.ts';
import * as totpRows from '#store/totp-factors.ts';
import type { Bump, Entry, Statement, Store } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc } from '#identity/letters.ts';
import { posting } from '#identity/post.ts';
import type { LiveSession } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';

export interface Changing {
  readonly session: LiveSession;
  readonly brandName: string;
  /** Whether the person's other sessions end with it (ASVS 7.4.3). */
  readonly endOthers: boolean;
}

export interface Consequences {
  readonly statements: Statement[];
  readonly entries: Entry[];
  readonly bumps: Bump[];
}

/**
 * @param kind the mail that tells of it
 * @param factor in words, as the mail names it, such as `a passkey “Blue key”`
 */
export async function consequencesOf(parts: { readonly store: Store; readonly keyring: Keyring }, { session, brandName, endOthers }: Changing, kind: 'factor_added' | 'factor_removed', factor: string, now: number): Promise<Consequences> {
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const agent = await agentRows.byId(brand, agentId);
  const mail = { to: agent?.email ?? null, agentId, name: agent?.name ?? '', brandName, kind, facts: { at: inUtc(now), factor } } as const;
  const statements = [deviceRows.distrustAll(brand, agentId), totpRows.removeUnverified(brand, agentId), posting(parts.keyring, brand, mail, now)];
  if (!endOthers) return { statements, entries: [], bumps: ['people'] };
  const others = (await sessionRows.liveOf(brand, agentId)).filter((row) => row.id !== session.id);
  const entries: Entry[] = others.map((row) => ({
    id: newId('evt'),
    at: now,
    actor: { kind: 'agent', id: agentId },
    event: 'session.ended',
    entity: { kind: 'session', id: row.id },
    facts: { reason: 'factor_changed', agent: agentId },
  }));
  return { statements: [...statements, sessionRows.endAllOf(brand, agentId, 'factor_changed', now, session.id)], entries, bumps: ['people'] };
}
