// A session for a frame: a sign-in window hands it over by a code that is good once, for a minute, and only for the frame that asked (PKCE, RFC 7636).
import { createHash } from 'node:crypto';
import { decideFraming } from '#policy/decide/framing.ts';
import type { Policy } from '#policy/effective.ts';
import { type Denial, deny } from '#policy/decision.ts';
import * as agentRows from '#store/agents.ts';
import * as frameCodeRows from '#store/frame-codes.ts';
import * as sessionRows from '#store/sessions.ts';
import { type BrandStore, type Committed, Conflict, type Entry, type Part, type Store } from '#store/store.ts';
import type { FactorMethod, LiveSession, Proven } from '#identity/live-session.ts';
import { personOf } from '#identity/person.ts';
import { sameText } from '#identity/same-text.ts';
import type { Begun, Sessions } from '#identity/sessions.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';

/** How long a code may be redeemed (SETTINGS.md, `frame.allowed_origins`). */
export const FRAME_CODE_MS = 60_000;

export interface FrameParts {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

export interface FrameAsk {
  /** The origins of the pages around the frame, the nearest first, as its browser tells them. */
  readonly framedBy: readonly string[];
  /** base64url of the SHA-256 of the verifier, which the frame alone holds. */
  readonly challenge: string;
}

/** `<brand id>.<token>`: the brand is needed before the code can be looked up. */
const CODE = /^(b[0-9a-z]{12})\.([A-Za-z0-9_-]{43})$/;

/** The brand that a code names; whether there is such a code is asked later. */
export const brandOfFrameCode = (code: string): string | null => CODE.exec(code)?.[1] ?? null;

const told = (origins: readonly string[]): string => origins.join(' in ');

/** A code for the frame of the person who is signed in here. A break-glass session hands nothing over: what it is for is done in its own window. */
export async function issueFrameCode(parts: FrameParts, policy: Policy, session: LiveSession, ask: FrameAsk, address: string | null): Promise<{ ok: true; code: string } | { ok: false; denial: Denial }> {
  const decision = decideFraming(policy, { ancestors: ask.framedBy });
  if (!decision.allowed) return { ok: false, denial: decision };
  if (session.proven === 'host') return { ok: false, denial: deny('frame.not_here', null, { proven: session.proven }) };
  const now = parts.now();
  const brand = parts.store.brand(session.brandId);
  const token = newToken();
  const row = { id: newId('frc'), session_id: session.id, code_hash: token.hash, challenge: ask.challenge, framed_by: JSON.stringify(ask.framedBy), created_at: now, expires_at: now + FRAME_CODE_MS, used_at: null };
  const actor = { kind: 'agent', id: session.person.id } as const;
  const entry: Entry = { id: newId('evt'), at: now, actor, event: 'frame.admitted', entity: { kind: 'session', id: session.id }, facts: { origins: told(ask.framedBy), address } };
  await parts.commit([brand.part({ statements: [sessionRows.stillOpen(brand, session.id), frameCodeRows.insert(brand, row)], entries: [entry] })]);
  return { ok: true, code: `${brand.id}.${token.text}` };
}

export interface Redeeming {
  readonly code: string;
  readonly verifier: string;
  /** The pages around the frame, as it sees them itself. */
  readonly framedBy: readonly string[];
  readonly address: string | null;
  readonly userAgent: string;
}

type Redeemed = { readonly ok: true; readonly begun: Begun } | { readonly ok: false; readonly denial: Denial; readonly agentId: string | null };

/** Redeems a code: a session of its own begins, proven as the one that handed it over and as old as that one, bound to the pages around the frame. */
export async function redeemFrameCode(parts: FrameParts, brand: BrandStore, policy: Policy, given: Redeeming): Promise<Redeemed> {
  const now = parts.now();
  const invalid = (why: string, agentId: string | null = null): Redeemed => ({ ok: false, denial: deny('frame.code_invalid', null, { why }), agentId });
  const row = await frameCodeRows.byHash(brand, tokenHash(CODE.exec(given.code)?.[2] ?? ''));
  if (row === undefined) return invalid('unknown');
  const parent = await sessionRows.byId(brand, row.session_id);
  const agent = parent === undefined ? undefined : await agentRows.byId(brand, parent.agent_id);
  if (parent === undefined || agent === undefined || agent.deactivated_at !== null) return invalid('gone');
  const fits = sameText(createHash('sha256').update(given.verifier, 'utf8').digest('base64url'), row.challenge);
  if (!fits || JSON.stringify(given.framedBy) !== row.framed_by) {
    await brand.note([frameCodeRows.spend(brand, row.id, now)]);
    return invalid(fits ? 'origins' : 'verifier', agent.id);
  }
  const framedBy = JSON.parse(row.framed_by) as string[];
  const decision = decideFraming(policy, { ancestors: framedBy });
  if (!decision.allowed) return { ok: false, denial: decision, agentId: agent.id };

  const begun = parts.sessions.begin({
    brandId: brand.id, person: personOf(agent), proven: parent.proven as Proven, factorMethod: parent.factor_method as FactorMethod | null, deviceId: parent.device_id,
    address: given.address, userAgent: given.userAgent, framedBy, signedInAt: parent.created_at,
  }, now);
  const entry: Entry = {
    id: newId('evt'), at: now, actor: { kind: 'agent', id: agent.id }, event: 'frame.signed_in', entity: { kind: 'session', id: begun.session.id },
    facts: { origins: told(framedBy), from: parent.id, address: given.address },
  };
  const guards = [frameCodeRows.use(brand, row.id, now), sessionRows.stillOpen(brand, parent.id), agentRows.stillThere(brand, agent.id, agent.password_hash ?? undefined)];
  try {
    await parts.commit([brand.part({ statements: [...guards, begun.statement], entries: [entry], bumps: [] })]);
  } catch (error) {
    if (error instanceof Conflict) return invalid(error.code, agent.id);
    throw error;
  }
  parts.sessions.adopt(begun.session);
  return { ok: true, begun };
}
