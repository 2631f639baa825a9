// A person's sessions as a page lists them, and how one, some or all of them are ended by hand (OWASP ASVS 5.0, 7.4.5 and 7.5.2).
import { decideSession } from '#policy/decide/session.ts';
import type { Policy } from '#policy/effective.ts';
import * as sessionRows from '#store/sessions.ts';
import type { BrandStore, Entry, Statement } from '#store/store.ts';
import { type DeviceName, deviceName } from '#identity/device-name.ts';
import type { FactorMethod, Proven } from '#identity/live-session.ts';
import { newId } from '#identity/tokens.ts';

export interface SessionShown extends DeviceName {
  readonly id: string;
  readonly address: string | null;
  /** Instants in ms since 1970. */
  readonly signedInAt: number;
  readonly lastInputAt: number;
  readonly proven: Proven;
  readonly factorMethod: FactorMethod | null;
}

/** What this node knows better than the rows: input is written down only every few seconds. */
export interface Fresher {
  readonly id: string;
  readonly lastInputAt: number;
  readonly address: string | null;
  readonly endedBy: string | null;
}

/**
 * The sessions of one person that are still alive, the one used last first. With `alive`, those that ran out under its policy
 * but were not ended yet are left out.
 */
export async function sessionsOf(brand: BrandStore, agentId: string, alive?: { readonly policy: Policy; readonly now: number }, memory: Iterable<Fresher> = []): Promise<SessionShown[]> {
  const fresher = new Map<string, Fresher>();
  for (const one of memory) fresher.set(one.id, one);
  const shown: SessionShown[] = [];
  for (const row of await sessionRows.liveOf(brand, agentId)) {
    const known = fresher.get(row.id);
    const lastInputAt = Math.max(row.last_input_at, known?.lastInputAt ?? 0);
    if (known != null && known.endedBy !== null) continue;
    if (alive !== undefined && !decideSession(alive.policy, { now: alive.now, createdAt: row.created_at, lastInputAt, ended: false }).allowed) continue;
    shown.push({
      id: row.id,
      ...deviceName(row.user_agent ?? ''),
      address: known?.address ?? row.address,
      signedInAt: row.created_at,
      lastInputAt,
      proven: row.proven as Proven,
      factorMethod: row.factor_method as FactorMethod | null,
    });
  }
  return shown.sort((one, other) => other.lastInputAt - one.lastInputAt);
}

export interface Ending {
  readonly ids: readonly string[];
  readonly statements: readonly Statement[];
  readonly entries: readonly Entry[];
  readonly bumps: readonly ['people'];
}

export interface EndAsk {
  readonly agentId: string;
  /** Who ends them; the row says so. */
  readonly actor: Entry['actor'];
  /** `elsewhere`: by the person, from another session. `by_admin`: by somebody else. */
  readonly reason: 'elsewhere' | 'by_admin';
  /** Only this one; where it is absent, all. */
  readonly only?: string;
  /** All but this one. */
  readonly except?: string;
}

/**
 * The statements and the row that end sessions of one person, for one unit of work; null when there is none to end. Once the
 * unit is durable the caller calls `personChanged`. A conflict `session.ended` when somebody else was first with `only`.
 */
export async function endSessions({ brand, now }: { readonly brand: BrandStore; readonly now: number }, ask: EndAsk): Promise<Ending | null> {
  const { agentId, actor, reason, only, except } = ask;
  const ids = (await sessionRows.liveOf(brand, agentId)).map(({ id }) => id).filter((id) => id !== except && (only === undefined || id === only));
  if (ids.length === 0) return null;
  const statement = only === undefined ? sessionRows.endAllOf(brand, agentId, reason, now, except) : sessionRows.end(brand, only, reason, now);
  const entity = { kind: 'agent', id: agentId };
  const entry: Entry = { id: newId('evt'), at: now, actor, event: 'sessions.ended', entity, facts: { reason, agent: agentId, sessions: ids.length, ids } };
  return { ids, statements: [statement], entries: [entry], bumps: ['people'] };
}
