// Devices: browsers that a person has signed in with before. They have a lane of their own when strangers guess, and may be trusted instead of a code.
import { decideTrustedDevice, trustEndsAt } from '#policy/decide/trusted-device.ts';
import type { Policy } from '#policy/effective.ts';
import * as deviceRows from '#store/devices.ts';
import * as sessionRows from '#store/sessions.ts';
import { type BrandStore, type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import { deviceName } from '#identity/device-name.ts';
import { type LiveSession, type Sessions, useUpFresh } from '#identity/sessions.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';

/** How long a browser keeps the cookie: the longest that browsers allow (RFC 6265bis §5.5), renewed at each sign-in. */
export const DEVICE_COOKIE_SECONDS = 400 * 86_400;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The token of a cookie as it can be looked up; one that is none is like no cookie. */
export const deviceToken = (cookie: string | undefined): string | null => (cookie !== undefined && TOKEN.test(cookie) ? cookie : null);

/**
 * The device of this person that a browser's token names. For a name that nobody has (`agentId` null), and for a browser without a
 * token, the same query is made: the time does not tell whether a name exists.
 */
export function knownDevice(brand: BrandStore, agentId: string | null, token: string | null): Promise<deviceRows.DeviceRow | undefined> {
  return deviceRows.byToken(brand, agentId ?? 'nobody', tokenHash(token ?? ''));
}

export interface KnownDevice {
  readonly deviceId: string;
  /** What the cookie carries: the token it carried before, or a new one. */
  readonly token: string;
  readonly statements: Statement[];
  readonly entries: Entry[];
}

export interface Knowing {
  readonly agentId: string;
  /** The token of the browser's cookie; null when it has none. */
  readonly token: string | null;
  readonly address: string | null;
  readonly userAgent: string;
  /** The person asks not to be asked for a code here again. Only after a code was given. */
  readonly trust?: boolean;
}

/**
 * Makes a browser one that this person has used. One browser may be known for several people and brands: it keeps its token. When it
 * is trusted it gets another one, so that nobody who copied the old one (from a machine that is shared) is trusted with it.
 */
export async function knowDevice(brand: BrandStore, { agentId, token, address, userAgent, trust = false }: Knowing, now: number): Promise<KnownDevice> {
  const present = token === null ? undefined : await knownDevice(brand, agentId, token);
  const kept = trust || token === null ? newToken() : { text: token, hash: tokenHash(token) };
  const used = { last_used_at: now, address, user_agent: userAgent.slice(0, 400) };
  const deviceId = present?.id ?? newId('dev');
  const moving = trust && token !== null ? [deviceRows.replaceToken(brand, tokenHash(token), kept.hash)] : [];
  const row = { id: deviceId, agent_id: agentId, token_hash: kept.hash, created_at: now, trusted_at: null, ...used };
  const statements = [...moving, present === undefined ? deviceRows.insert(brand, row) : deviceRows.use(brand, deviceId, used)];
  if (!trust) return { deviceId, token: kept.text, statements, entries: [] };
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: 'device.trusted', entity: { kind: 'device', id: deviceId }, facts: { address } };
  return { deviceId, token: kept.text, statements: [...statements, deviceRows.trust(brand, deviceId, now)], entries: [entry] };
}

/** May this device stand in for a code now? */
export function isTrusted(policy: Policy, device: Pick<deviceRows.DeviceRow, 'trusted_at'> | undefined, now: number): boolean {
  return decideTrustedDevice(policy, { now, trustedAt: device?.trusted_at ?? null }).allowed;
}

/** A device as the person's own page shows it. Instants in ms. */
export interface ShownDevice {
  readonly id: string;
  /** Such as `Firefox 128` on `Windows 10`; null when the browser did not say. */
  readonly browser: string | null;
  readonly system: string | null;
  readonly address: string | null;
  readonly firstUsedAt: number;
  readonly lastUsedAt: number;
  /** Null: a code is asked for at this device as at any other. */
  readonly trustedUntil: number | null;
  /** The browser that asks. */
  readonly here: boolean;
}

export async function devicesOf(brand: BrandStore, policy: Policy, agentId: string, token: string | null, now: number): Promise<ShownDevice[]> {
  const hash = token === null ? null : Buffer.from(tokenHash(token));
  const rows = await deviceRows.ofAgent(brand, agentId);
  return rows.map((row) => ({
    id: row.id,
    browser: deviceName(row.user_agent).browser,
    system: deviceName(row.user_agent).system,
    address: row.address,
    firstUsedAt: row.created_at,
    lastUsedAt: row.last_used_at,
    trustedUntil: isTrusted(policy, row, now) ? trustEndsAt(policy, row.trusted_at as number) : null,
    here: hash !== null && hash.equals(row.token_hash),
  }));
}

export interface ForgetParts {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

/**
 * Forgets a device, or all: strangers' lanes hold for it again, and sessions begun on it end, but the one that asks. Uses a fresh
 * code up. False when it is not there (any more); throws a Conflict `step_up.required` when the code was used meanwhile.
 */
export async function forgetDevices(parts: ForgetParts, session: LiveSession, which: string | 'all'): Promise<boolean> {
  const now = parts.now();
  const brand = parts.store.brand(session.brandId);
  const agentId = session.person.id;
  const rows = (await deviceRows.ofAgent(brand, agentId)).filter((row) => which === 'all' || row.id === which);
  if (rows.length === 0) return which === 'all';
  const statements = rows.flatMap(({ id }) => [deviceRows.remove(brand, agentId, id), sessionRows.endAllOn(brand, agentId, id, 'elsewhere', now, session.id)]);
  const entries = rows.map(({ id, trusted_at }): Entry => ({
    id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: 'device.forgotten', entity: { kind: 'agent', id: agentId }, facts: { device: id, trusted: trusted_at !== null },
  }));
  try {
    await parts.commit([brand.part({ statements: [parts.sessions.usingFresh(session, now), ...statements], entries, bumps: ['people'] })]);
  } catch (error) {
    if (error instanceof Conflict && error.code === 'device.missing') return false;
    throw error;
  }
  useUpFresh(session);
  return true;
}
