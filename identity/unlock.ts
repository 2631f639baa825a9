// Break-glass on the host: a one-time link signs one admin in, whose session alone is exempt from the white-list for a while.
import * as agentRows from '#store/agents.ts';
import * as brandRows from '#store/brands.ts';
import * as linkRows from '#store/links.ts';
import { type BrandStore, type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import { endOfAccess, endOfFactors } from '#identity/access-end.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc } from '#identity/letters.ts';
import * as locks from '#identity/locks.ts';
import { personOf } from '#identity/person.ts';
import { posting } from '#identity/post.ts';
import type { Begun, Sessions } from '#identity/sessions.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';

/** The printed link works for ten minutes and once (SETTINGS.md, "Break-glass"). */
export const UNLOCK_LINK_MS = 600_000;
/** Longest time a session may be exempt. */
export const MOST_EXEMPT_MS = 24 * 3_600_000;

export interface UnlockParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

export interface Unlock {
  readonly brandId: string;
  readonly agentId: string;
  readonly exemptMs: number;
  readonly liftLock: boolean;
  readonly resetFactors: boolean;
}

/** Every administrator is told: nobody opens the house from its host unseen. */
async function mailsToAdmins({ store, keyring }: UnlockParts, brand: BrandStore, agentId: string, now: number): Promise<Statement[]> {
  const [row, admins] = await Promise.all([brandRows.byId(store.system, brand.id), agentRows.activeAdmins(brand)]);
  const whom = admins.find((admin) => admin.id === agentId)?.email ?? agentId;
  const facts = { at: inUtc(now), whom };
  return admins.map((admin) => posting(keyring, brand, { to: admin.email, agentId: admin.id, name: admin.name, brandName: row?.name ?? brand.id, kind: 'break_glass', facts }, now));
}

/** Issues the link; with `resetFactors` all else by which its person is or comes in ends. Nothing changes for anybody else; the row in the audit trail says that the host did it. */
export async function issueUnlock(parts: UnlockParts, wanted: Unlock): Promise<{ token: string; linkId: string }> {
  const now = parts.now();
  const { system } = parts.store;
  const brand = parts.store.brand(wanted.brandId);
  const token = newToken();
  const id = newId('lnk');
  const host: Entry['actor'] = { kind: 'host', id: null };
  const agent: Entry['entity'] = { kind: 'agent', id: wanted.agentId };
  const entries: Entry[] = [
    { id: newId('evt'), at: now, actor: host, event: 'unlock.issued', entity: agent, facts: { link: id, exemptMinutes: wanted.exemptMs / 60_000, expiresAt: now + UNLOCK_LINK_MS } },
  ];
  const statements: Statement[] = [];
  if (wanted.liftLock) {
    const agentRow = await agentRows.byId(brand, wanted.agentId);
    statements.push(...locks.clearPerson(parts.keyring, brand, agentRow?.email_key ?? '', wanted.agentId));
    entries.push({ id: newId('evt'), at: now, actor: host, event: 'lock.lifted', entity: agent });
  }
  const voided: Statement[] = [];
  if (wanted.resetFactors) {
    // Whoever took a factor over may be in by it, and an enrolment link of old would open again for a person without one.
    const end = endOfAccess({ brand, system }, wanted.agentId, 'factor_changed', now);
    statements.push(...endOfFactors(brand, wanted.agentId), ...end.brandStatements);
    voided.push(...end.systemStatements);
    entries.push({ id: newId('evt'), at: now, actor: host, event: 'factor.reset', entity: agent, facts: { all: true } });
  }
  statements.push(...(await mailsToAdmins(parts, brand, wanted.agentId, now)));
  const link = {
    id,
    kind: 'unlock',
    target_brand: wanted.brandId,
    agent_id: wanted.agentId,
    token_hash: token.hash,
    payload: JSON.stringify({ exemptMs: wanted.exemptMs }),
    sealed: null,
    created_at: now,
    expires_at: now + UNLOCK_LINK_MS,
    used_at: null,
  } as const;
  const systemEntry: Entry = { id: newId('evt'), at: now, actor: host, event: 'unlock.issued', entity: { kind: 'brand', id: wanted.brandId }, facts: { link: id } };
  await parts.commit([
    system.part({ statements: [...voided, linkRows.insert(system, link)], entries: [systemEntry] }),
    brand.part({ statements, entries, bumps: ['people'] }),
  ]);
  return { token: token.text, linkId: id };
}

/** Uses the link up and begins the exempt session. Null when the link is unknown, used, too old or its person is gone or no administrator any more, also at this moment. */
export async function redeemUnlock(parts: UnlockParts & { sessions: Sessions }, token: string, caller: { addressText: string | null; userAgent: string }): Promise<Begun | null> {
  const now = parts.now();
  const { system } = parts.store;
  const link = await linkRows.byTokenHash(system, tokenHash(token));
  if (link === undefined || link.kind !== 'unlock' || link.used_at !== null || link.expires_at <= now || link.target_brand === null || link.agent_id === null) return null;
  const brand = parts.store.brand(link.target_brand);
  const agent = await agentRows.byId(brand, link.agent_id);
  if (agent === undefined || agent.deactivated_at !== null || agent.role !== 'admin') return null;
  const person = personOf(agent);
  const { exemptMs } = JSON.parse(link.payload) as { exemptMs: number };
  const begun = parts.sessions.begin({ brandId: brand.id, person, proven: 'host', address: caller.addressText, userAgent: caller.userAgent, exemptUntil: now + exemptMs }, now);
  const facts = { link: link.id, address: caller.addressText, exemptUntil: now + exemptMs };
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: person.id }, event: 'unlock.used', entity: { kind: 'session', id: begun.session.id }, facts };
  try {
    await parts.commit([
      system.part({ statements: [linkRows.use(system, link.id, now)], entries: [{ ...entry, id: newId('evt'), entity: { kind: 'brand', id: brand.id } }] }),
      brand.part({ statements: [agentRows.stillMay(brand, person.id, 'admin'), begun.statement], entries: [entry], bumps: ['people'] }),
    ]);
  } catch (error) {
    if (error instanceof Conflict) return null;
    throw error;
  }
  parts.sessions.adopt(begun.session);
  return begun;
}
