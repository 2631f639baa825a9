// Sessions: who is signed in, how it was proven, and when it was last used. Tokens are kept only as hashes.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { writing } from '#store/template.ts';

export type SessionRow = BrandTables['sessions'];

/** By the SHA-256 of the token; ended ones too, so that the page can say why. */
export function byTokenHash(brand: BrandStore, tokenHash: Uint8Array): Promise<SessionRow | undefined> {
  return brand.one(brand.q.selectFrom('sessions').selectAll().where('token_hash', '=', tokenHash));
}

export function byId(brand: BrandStore, id: string): Promise<SessionRow | undefined> {
  return brand.one(brand.q.selectFrom('sessions').selectAll().where('id', '=', id));
}

export function insert(brand: BrandStore, row: SessionRow): Statement {
  return brand.write(brand.q.insertInto('sessions').values(row), { expect: 1 });
}

export function liveOf(brand: BrandStore, agentId: string): Promise<SessionRow[]> {
  return brand.all(brand.q.selectFrom('sessions').selectAll().where('agent_id', '=', agentId).where('ended_at', 'is', null).orderBy('created_at'));
}

/** What a preview of a new policy needs of each session not ended, of active agents. */
export function openWithPeople(brand: BrandStore) {
  return brand.all(
    brand.q.selectFrom('sessions').innerJoin('agents', 'agents.id', 'sessions.agent_id')
      .select(['sessions.id', 'sessions.agent_id', 'sessions.created_at', 'sessions.last_input_at', 'sessions.address', 'sessions.proven', 'sessions.exempt_until', 'sessions.framed_by'])
      .where('sessions.ended_at', 'is', null).where('agents.deactivated_at', 'is', null),
  );
}

/** Sessions not ended that stand in a frame, with the JSON of whose. */
export function openFramed(brand: BrandStore): Promise<{ id: string; agent_id: string; framed_by: string | null }[]> {
  return brand.all(brand.q.selectFrom('sessions').select(['id', 'agent_id', 'framed_by']).where('framed_by', 'is not', null).where('ended_at', 'is', null));
}

/** Sessions that a break-glass link made and whose exemption still runs. */
export async function exemptNow(brand: BrandStore, now: number): Promise<{ id: string; agent_id: string; agent_name: string; exempt_until: number }[]> {
  const rows = await brand.all(
    brand.q.selectFrom('sessions').innerJoin('agents', 'agents.id', 'sessions.agent_id')
      .select(['sessions.id', 'sessions.agent_id', 'agents.name as agent_name', 'sessions.exempt_until'])
      .where('sessions.ended_at', 'is', null).where('sessions.exempt_until', '>', now).orderBy('sessions.exempt_until'),
  );
  return rows.map((row) => ({ ...row, exempt_until: row.exempt_until as number }));
}

/** The person's own input, and from where it came. An older report, coming late, changes nothing. */
export function recordInput(brand: BrandStore, id: string, at: number, address: string | null): Statement {
  return brand.write(brand.q.updateTable('sessions').set({ last_input_at: at, address }).where('id', '=', id).where('last_input_at', '<', at).where('ended_at', 'is', null));
}

/** A factor was given in this session. A conflict `session.ended` when it has ended. */
export function recordFactor(brand: BrandStore, id: string, given: Pick<SessionRow, 'proven' | 'factor_at' | 'factor_method' | 'step_up_until' | 'step_up_address' | 'fresh_until'>): Statement {
  return brand.write(brand.q.updateTable('sessions').set(given).where('id', '=', id).where('ended_at', 'is', null), { expect: 1, otherwise: 'session.ended' });
}

/** Uses a fresh code up for one change of a credential. None that is fresh at `now`: a conflict `step_up.required`. */
export function useFresh(brand: BrandStore, id: string, now: number): Statement {
  const query = brand.q.updateTable('sessions').set({ fresh_until: null }).where('id', '=', id).where('fresh_until', '>', now).where('ended_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'step_up.required' });
}

/** A guard: the session has not ended. Else a conflict `session.ended`. */
export function stillOpen(brand: BrandStore, id: string): Statement {
  return brand.writeOf(open, { id }, { expect: 1, otherwise: 'session.ended' });
}

const open = writing<{ id: string }>((q, { id }) => q.updateTable('sessions').set((eb) => ({ proven: eb.ref('proven') })).where('id', '=', id).where('ended_at', 'is', null));

/** Another token for the same session: the one before opens nothing any more (ASVS 7.2.4). A conflict `session.ended` when it has ended or was given another meanwhile. */
export function replaceToken(brand: BrandStore, id: string, before: Uint8Array, tokenHash: Uint8Array): Statement {
  const query = brand.q.updateTable('sessions').set({ token_hash: tokenHash }).where('id', '=', id).where('token_hash', '=', before).where('ended_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'session.ended' });
}

/** The newest sessions of everybody, ended ones too, one a person: from where each was seen last. */
export async function lastSeen(brand: BrandStore): Promise<Map<string, Pick<SessionRow, 'address' | 'last_input_at'>>> {
  const rows = await brand.all(brand.q.selectFrom('sessions').select(['agent_id', 'address', 'last_input_at']).orderBy('last_input_at'));
  return new Map(rows.map(({ agent_id, ...seen }) => [agent_id, seen]));
}

/** Ends one. A conflict `session.ended` when somebody else was first. */
export function end(brand: BrandStore, id: string, reason: string, at: number): Statement {
  const query = brand.q.updateTable('sessions').set({ ended_at: at, end_reason: reason }).where('id', '=', id).where('ended_at', 'is', null);
  return brand.write(query, { expect: 1, otherwise: 'session.ended' });
}

/** Ends these, those of them that have not ended. */
export function endThese(brand: BrandStore, ids: readonly string[], reason: string, at: number): Statement {
  return brand.write(brand.q.updateTable('sessions').set({ ended_at: at, end_reason: reason }).where('id', 'in', ids).where('ended_at', 'is', null));
}

/** Ends all sessions of a person, but for one where `except` names it. */
export function endAllOf(brand: BrandStore, agentId: string, reason: string, at: number, except?: string): Statement {
  const query = brand.q.updateTable('sessions').set({ ended_at: at, end_reason: reason }).where('agent_id', '=', agentId).where('ended_at', 'is', null);
  return brand.write(except === undefined ? query : query.where('id', '!=', except));
}

/** Ends the sessions of a person that began on a device, but for the one that `except` names. */
export function endAllOn(brand: BrandStore, agentId: string, deviceId: string, reason: string, at: number, except: string): Statement {
  const query = brand.q.updateTable('sessions').set({ ended_at: at, end_reason: reason }).where('agent_id', '=', agentId).where('device_id', '=', deviceId).where('ended_at', 'is', null);
  return brand.write(query.where('id', '!=', except));
}

/** Ends every one of the brand: what a restored backup held open was perhaps ended since. */
export function endEvery(brand: BrandStore, reason: string, at: number): Statement {
  return brand.write(brand.q.updateTable('sessions').set({ ended_at: at, end_reason: reason }).where('ended_at', 'is', null));
}

/** Forgets sessions that ended before `before`: the audit trail remembers them. */
export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('sessions').where('ended_at', '<', before));
}
