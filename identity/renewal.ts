// "Forgot password": asking for a mailed link, looking at it, and choosing a new password with it (SETTINGS.md, `password.reset_without_otp`).
import { type Denial, deny } from '#policy/decision.ts';
import { decideRenewal } from '#policy/decide/renewal.ts';
import { signInNeeds } from '#policy/decide/management-access.ts';
import * as agentRows from '#store/agents.ts';
import * as failureRows from '#store/failures.ts';
import * as linkRows from '#store/links.ts';
import { type BrandStore, Conflict, type Statement, type SystemStore } from '#store/store.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import { type LinkBrand, type LinkCaller, type LinkUseParts } from '#identity/link-person.ts';
import { ASKED_RENEWAL, issueRenewal, startedByAdmin } from '#identity/person-links.ts';
import { personOf } from '#identity/person.ts';
import { newId, newToken } from '#identity/tokens.ts';

/** Mails of this kind to one person in an hour; more are asked for in vain, and nobody is told. */
export const RENEWAL_MAILS_AN_HOUR = 3;
const HOUR = 3_600_000;

/**
 * One more mail for this name, or null when there were enough. Names that nobody has are counted too: the count must not tell.
 * Counted from the last mail on, so that no hour whatever has more than three.
 */
async function oneMore(store: BrandStore | SystemStore, subject: string, now: number): Promise<Statement | null> {
  const key = { kind: 'renewal', subject, network: '' };
  const row = await failureRows.byKey(store, key);
  const over = row === undefined || now - row.window_start >= HOUR || now < row.window_start;
  const count = over ? 0 : row.count;
  if (count >= RENEWAL_MAILS_AN_HOUR) return null;
  return failureRows.record(store, { ...key, window_start: now, count: count + 1, locked_until: null }, row === undefined ? null : row.count);
}

/** Why this person gets no mail; null when they do. The row says it, the answer does not. */
function whyNot(agent: agentRows.KnownAgent | undefined, { policy }: LinkBrand, { address }: LinkCaller): Denial | null {
  if (agent === undefined) return deny('users.missing', null, {});
  if (agent.deactivated_at !== null) return deny('users.deactivated', null, {});
  // An invitation that was not accepted yet is the only way in: an administrator sends it again.
  if (agent.password_hash === null) return deny('reset.needs_admin', null, {});
  const { admin, remoteAccess } = personOf(agent);
  if (signInNeeds(policy, { address, admin, remoteAccess, exempt: false }) !== 'denied') return null;
  return deny(address === null ? 'network.client_unknown' : 'network.not_allowed', 'management.allowlist', {});
}

/**
 * Mails a link to whoever has this address, and does the same work when nobody has. It tells its caller nothing: the answer is the same for
 * every name, brand and network (ASVS 6.3.8). `brand` null: there is no such brand.
 */
export async function askRenewal(parts: LinkUseParts, asked: { readonly slug: string; readonly email: string }, brand: LinkBrand | null, caller: LinkCaller): Promise<void> {
  const { store, keyring } = parts;
  const now = parts.now();
  const parsed = parseEmailAddress(asked.email);
  const name = parsed.ok ? parsed.value.key : asked.email;
  try {
    if (brand === null) return await askNobody(parts, asked.slug, name, caller);
    const rows = store.brand(brand.id);
    const counted = await oneMore(rows, keyring.mac('failures', name), now);
    const agent = await agentRows.byEmailKey(rows, name);
    if (counted === null) return;
    // While a link that an administrator started is open, that one is the way: nobody else's asking makes another beside it.
    const started = startedByAdmin(await linkRows.openOf(store.system, brand.id, now, agent?.id ?? ''));
    const why = whyNot(agent, brand, caller)?.code ?? (started ? 'an administrator’s link is open' : null);
    const facts = { address: caller.addressText, ...(why === null ? {} : { why, ...(agent === undefined ? {} : { agent: agent.id }) }) };
    const issued = issueRenewal({ store, keyring, origin: parts.origin, now, policy: brand.policy }, { brand, agent: why === null ? (agent ?? null) : null, by: null, facts });
    await parts.commit([issued.systemPart, rows.part({ statements: [counted, ...issued.statements], entries: issued.entries })]);
  } catch (error) {
    // Two at the same moment: the other one's mail is on its way.
    if (!(error instanceof Conflict)) throw error;
  }
}

/** The work of asking at a brand that does not exist: rows of the system, of the same size, that open nothing. */
async function askNobody({ store, keyring, commit, now }: LinkUseParts, slug: string, name: string, caller: LinkCaller): Promise<void> {
  const at = now();
  const { system } = store;
  const counted = await oneMore(system, keyring.mac('failures', JSON.stringify([slug, name])), at);
  // In the place of the look for a person.
  await linkRows.byTokenHash(system, newToken().hash);
  if (counted === null) return;
  // In the place of the look for a link that an administrator started.
  await linkRows.openOf(system, '', at, '');
  const row = (): linkRows.LinkRow => {
    const id = newId('lnk');
    return { id, kind: 'reset', target_brand: null, agent_id: null, token_hash: newToken().hash, payload: ASKED_RENEWAL, sealed: keyring.seal(id, id), created_at: at, expires_at: at, used_at: null };
  };
  const entry = { id: newId('evt'), at, actor: { kind: 'anonymous', id: null }, event: 'password.renewal_asked', entity: { kind: 'brand', id: null }, facts: { address: caller.addressText, why: 'users.missing' } } as const;
  const statements = [counted, linkRows.voidMadeWith(system, '', '', at, 'reset', ASKED_RENEWAL), linkRows.insert(system, row()), linkRows.insert(system, row())];
  await commit([system.part({ statements, entries: [entry, { ...entry, id: newId('evt') }, { ...entry, id: newId('evt') }] })]);
}

/** What a link asks beside itself of this person. */
export function renewalNeeds({ policy }: LinkBrand, agent: agentRows.KnownAgent, link: linkRows.LinkRow, factorGiven: boolean): ReturnType<typeof decideRenewal> {
  const { byAdmin } = JSON.parse(link.payload) as { byAdmin: boolean };
  return decideRenewal(policy, { hasFactor: agent.has_factor === 1, byAdmin, factorGiven });
}
