// What every route that changes settings needs of its request: the window of a fresh code, the version the change was made from, and how it says no.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, deny } from '#policy/decision.ts';
import type { Origin } from '#policy/effective.ts';
import type { BrandStore } from '#store/store.ts';
import * as agentRows from '#store/agents.ts';
import type { PolicyKept } from '#server/policy-commit.ts';
import { judgeStepUp } from '#server/doors/workspace.ts';
import type { Parts } from '#server/parts.ts';

const ETAG = /^"v(\d{1,12})"$/;

const NOT_KEPT = { on_trial: 'policy.trial_waiting', staged: 'policy.staged', needs_second: 'policy.needs_second_person', many: 'policy.proposals_many', over: 'policy.proposal_over', unwatched: 'policy.trial_unwatched' } as const;

export function settingsDesk(parts: Parts) {
  const { problems, sessions, now } = parts;

  const refuse = problems.refuseActor;

  /** The denial when no fresh code was given within the hour. It may have been given at another node: that is read before anybody is asked. */
  async function stepUp({ session, brand, client }: FastifyRequest): Promise<Denial | null> {
    if (judgeStepUp(session, brand, client, now()).allowed) return null;
    await sessions.refresh(session);
    const judged = judgeStepUp(session, brand, client, now());
    return judged.allowed ? null : judged;
  }

  /** The version of If-Match, or the denial of who does not say it. */
  function baseOf(request: FastifyRequest): number | Denial {
    const base = ETAG.exec(request.headers['if-match'] ?? '');
    return base === null ? deny('policy.version_missing', null, {}) : Number(base[1]);
  }

  const stale = (request: FastifyRequest): Denial => deny('policy.stale', null, { version: request.brand.policy.version });

  /** Why nothing was saved. */
  function notKept(request: FastifyRequest, kept: Exclude<PolicyKept, 'saved' | 'proposed'>): Denial {
    if (kept === 'stale') return stale(request);
    return kept === 'needs_second' ? deny(NOT_KEPT[kept], 'policy.second_person', {}) : deny(NOT_KEPT[kept], null, {});
  }

  /** Nothing changed yet: it waits for a second person. */
  const waits = (request: FastifyRequest, reply: FastifyReply): FastifyReply => reply.code(202).send({ proposed: true, version: request.brand.policy.version });

  return { refuse, stepUp, baseOf, stale, notKept, waits };
}

/** An origin as the page draws it: `setByName` is null for somebody unknown. */
export interface ShownOrigin {
  readonly from: Origin['from'];
  readonly locked: boolean;
  readonly clamped: boolean;
  readonly looser: boolean;
  readonly setBy: string | null;
  readonly setByName: string | null;
  readonly setAt: number | null;
}

export function shownOrigin(origin: Origin, names: ReadonlyMap<string, string>): ShownOrigin {
  const { from, locked, clamped, looser, setBy, setAt } = origin;
  return { from, locked, clamped, looser, setBy: setBy ?? null, setByName: setBy === undefined ? null : (names.get(setBy) ?? null), setAt: setAt ?? null };
}

export const namesOf = (brand: BrandStore): Promise<ReadonlyMap<string, string>> => agentRows.namesById(brand);
