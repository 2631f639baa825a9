// What follows when a lock begins: its audit row, and a mail to the person with a link that lets one more browser try.
import * as agentRows from '#store/agents.ts';
import type { KnownAgent } from '#store/agents.ts';
import * as linkRows from '#store/links.ts';
import { type BrandStore, type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc } from '#identity/letters.ts';
import { codesStopped, type Lane, type Lock, lockBegun, oneOfTheDay } from '#identity/locks.ts';
import { posting } from '#identity/post.ts';
import { newId, newToken } from '#identity/tokens.ts';

/** The mailed link works once, and for one hour; that of the day's lock until the lock ends, since no other comes before. */
export const ADMISSION_MS = 3_600_000;
/** Mails of locks of a network or device a person gets within a day: more would be a way to flood a mailbox. That of the day's lock comes whatever these are. */
export const LOCK_MAILS_A_DAY = 3;

export interface LockParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  /** Of PUBLIC_URL: links are built from nothing else. */
  readonly origin: string;
}

/** Where it happened. `brand` null: at a name that no brand has. */
export interface LockPlace {
  readonly brand: BrandStore | null;
  readonly slug: string;
  readonly name: string;
}

/** The link of a lock. Without a person it is dead, and only costs what one costs. */
function linkRow(brandId: string | null, agentId: string | null, tokenHash: Uint8Array, endsAt: number, now: number): linkRows.LinkRow {
  const dead = brandId === null || agentId === null;
  return { id: newId('lnk'), kind: 'admit', target_brand: brandId, agent_id: agentId, token_hash: tokenHash, payload: '{}', sealed: null, created_at: now, expires_at: dead ? now : endsAt, used_at: null };
}

async function tell(parts: LockParts, place: LockPlace, agent: KnownAgent | null, lane: Lane, { lock, counted }: { lock: Lock; counted: Statement | null }, now: number): Promise<void> {
  const { store, keyring, origin } = parts;
  const { brand } = place;
  const { system } = store;
  const token = newToken();
  const endsAt = lock.of === 'day' ? lock.until : now + ADMISSION_MS;
  const link = linkRow(brand?.id ?? null, agent?.id ?? null, token.hash, endsAt, now);
  const network = lock.of === 'network' ? { network: lane.key.network } : {};
  const facts = { failures: lock.failures, ...network, until: inUtc(lock.until), works: inUtc(endsAt), link: `${origin}/b/${place.slug}/admit#${token.text}` };
  const mail = brand === null || counted === null ? [] : [posting(keyring, brand, { to: agent?.email ?? null, agentId: agent?.id ?? null, name: agent?.name ?? '', brandName: place.name, kind: 'admission', facts }, now)];
  const counting = counted === null ? [] : [counted];
  if (brand === null) return system.note([lock.standing, ...counting, linkRows.insert(system, link)]);
  if (agent === null) {
    await Promise.all([brand.note([lock.standing, ...counting, ...mail]), system.note(counted === null ? [] : [linkRows.insert(system, link)])]);
    return;
  }
  const told = { failures: lock.failures, network: lock.of === 'device' ? 'a known device' : lock.of === 'day' ? 'all networks' : lane.key.network, until: lock.until, subject: lane.key.subject };
  const entry = (entity: Entry['entity']): Entry => ({ id: newId('evt'), at: now, actor: { kind: 'system', id: null }, event: 'lock.began', entity, facts: told });
  const part = brand.part({ statements: [lock.standing, ...counting, ...mail], entries: [entry({ kind: 'agent', id: agent.id })] });
  const linked = counted === null ? [] : [system.part({ statements: [linkRows.insert(system, link)], entries: [entry({ kind: 'brand', id: brand.id })] })];
  await parts.commit([...linked, part]);
}

/**
 * Call it after a password was wrong. When that began a lock, its row and mail stand in one unit with the counter that it holds by.
 * After a try that was refused (`count` 0) it tells of a lock of the day that was not told when it began.
 * For a name that nobody has (`agent` null) the same work is done, and leads nowhere.
 */
export async function afterWrongPassword(parts: LockParts, place: LockPlace, agent: KnownAgent | null, lane: Lane, count: number, now: number): Promise<void> {
  const lock = await lockBegun(lane, count, now);
  if (lock === null) return;
  // A lock of the day stands for many tries that are under way: it is told once. That is a budget of its own: mails of other locks must not use up the one with the way in.
  const counted = lock.of === 'day' ? await oneOfTheDay(lane, `lock_told.${lock.until}`, 1, now) : await oneOfTheDay(lane, 'lock_mails', LOCK_MAILS_A_DAY, now);
  if (lock.of === 'day' && counted === null) return;
  try {
    await tell(parts, place, agent, lane, { lock, counted }, now);
  } catch (error) {
    // The lock was lifted meanwhile, or another try tells of it.
    if (!(error instanceof Conflict)) throw error;
  }
}

export interface CodesOf {
  readonly brand: BrandStore;
  readonly brandName: string;
  readonly agentId: string;
}

/** The factors that can be stopped, as the mail calls them. */
const FACTORS: Readonly<Record<string, string>> = { totp: 'authenticator app', sms: 'text message', recovery: 'recovery codes' };

/** Call it after a code was wrong: the thirtieth of a day stops its factor, which is told once, in a row and in a mail. */
export async function afterWrongCode(parts: Pick<LockParts, 'keyring' | 'commit'>, { brand, brandName, agentId }: CodesOf, lane: Lane, now: number): Promise<void> {
  const stopped = await codesStopped(lane, now);
  if (stopped === null) return;
  const method = lane.key.network;
  const once = await oneOfTheDay(lane, `codes_told.${method}.${stopped.until}`, 1, now);
  const agent = await agentRows.byId(brand, agentId);
  if (once === null || agent === undefined) return;
  const mail = posting(parts.keyring, brand, { to: agent.email, agentId: agent.id, name: agent.name, brandName, kind: 'codes_stopped', facts: { failures: stopped.failures, factor: FACTORS[method] ?? method, until: inUtc(stopped.until) } }, now);
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'system', id: null }, event: 'codes.stopped', entity: { kind: 'agent', id: agent.id }, facts: { failures: stopped.failures, method, until: stopped.until } };
  try {
    await parts.commit([brand.part({ statements: [once, mail], entries: [entry] })]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}
