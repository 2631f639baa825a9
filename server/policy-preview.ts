// Tells before a save what it would do to the sessions that are open now: the same decisions, asked with the next policy.
import { parseAddress } from '#policy/address.ts';
import type { Policy } from '#policy/effective.ts';
import { heldBackBy, judgeOpenSession, type OpenSessionFacts } from '#policy/session-judgement.ts';
import * as agentRows from '#store/agents.ts';
import * as sessionRows from '#store/sessions.ts';
import type { Store } from '#store/store.ts';
import { personOf } from '#identity/person.ts';
import type { Proven, Sessions } from '#identity/sessions.ts';

export interface Touched {
  /** Sessions that end: idle or too old under the next policy, at an address it refuses, or in a frame of a site it does not list. */
  readonly ending: number;
  /** Sessions that go on once their person gives a code. */
  readonly askedForCode: number;
  /** Sessions that open nothing any more until their person has chosen a new password, or enrolled a second factor. */
  readonly heldBack: number;
}

/** Judges each open session under `next`, at the address it was last seen at, and counts what would change. `except`: the id of the saver's own session. */
export async function previewSessions(parts: { store: Store; sessions: Sessions; now: () => number }, brandId: string, current: Policy, next: Policy, except?: string): Promise<Touched> {
  const now = parts.now();
  const inMemory = new Map([...parts.sessions.each()].filter((session) => session.brandId === brandId).map((session) => [session.id, session]));
  let ending = 0;
  let askedForCode = 0;
  let heldBack = 0;
  const people = new Map((await agentRows.everybody(parts.store.brand(brandId))).map((one) => [one.id, one]));
  for (const row of await sessionRows.openWithPeople(parts.store.brand(brandId))) {
    if (row.id === except) continue;
    const seen = inMemory.get(row.id);
    const agent = people.get(row.agent_id);
    if (agent === undefined) continue;
    const text = seen?.address ?? row.address;
    const facts: OpenSessionFacts = {
      now, createdAt: row.created_at, lastInputAt: seen?.lastInputAt ?? row.last_input_at,
      framedBy: row.framed_by === null ? null : (JSON.parse(row.framed_by) as string[]),
      address: text === null ? null : (parseAddress(text) ?? null),
      proven: (seen?.proven ?? row.proven) as Proven,
      exempt: (row.exempt_until ?? 0) > now,
      person: personOf(agent),
    };
    const before = judgeOpenSession(current, facts);
    if (!before.allowed && heldBackBy(before) === null) continue;
    const then = judgeOpenSession(next, facts);
    if (then.allowed) continue;
    if (heldBackBy(then) !== null) heldBack += before.allowed ? 1 : 0;
    else if (then.code === 'second_factor.required') askedForCode += 1;
    else ending += 1;
  }
  return { ending, askedForCode, heldBack };
}
