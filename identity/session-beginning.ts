// What a session begins with, and the row that is first written of it.
import type * as sessionRows from '#store/sessions.ts';
import type { BrandId } from '#store/store.ts';
import type { FactorMethod, LiveSession, Proven } from '#identity/live-session.ts';
import type { Person } from '#identity/person.ts';

export interface Beginning {
  readonly brandId: BrandId;
  readonly person: Person;
  readonly proven: Proven;
  readonly address: string | null;
  readonly userAgent: string;
  readonly exemptUntil?: number;
  /** Which factor proved it beside the password, or in its place. */
  readonly factorMethod?: FactorMethod | null;
  /** The known device it was begun on. */
  readonly deviceId?: string | null;
  /** In whose pages it stands, when it stands in a frame. */
  readonly framedBy?: readonly string[] | null;
  /** When its person signed in, where that was before: how long a session may live counts from there. */
  readonly signedInAt?: number;
}

/** The row of a session that begins now; its token is in it as a hash. */
export function firstRow(session: LiveSession, more: { readonly tokenHash: Uint8Array; readonly userAgent: string; readonly factorMethod: FactorMethod | null; readonly deviceId: string | null }, now: number): sessionRows.SessionRow {
  return {
    id: session.id,
    agent_id: session.person.id,
    token_hash: more.tokenHash,
    created_at: session.createdAt,
    last_input_at: now,
    ended_at: null,
    end_reason: null,
    proven: session.proven,
    factor_at: session.usedFactor ? now : null,
    step_up_until: null,
    step_up_address: null,
    fresh_until: null,
    exempt_until: session.exemptUntil || null,
    address: session.address,
    user_agent: more.userAgent.slice(0, 400),
    factor_method: more.factorMethod,
    device_id: more.deviceId,
    framed_by: session.framedBy === null ? null : JSON.stringify(session.framedBy),
  };
}
