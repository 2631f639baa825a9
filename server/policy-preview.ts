// Tells before a save what it would do to the sessions that are open now: the same decisions, asked with the next policy.
import { decideEnrolmentDue } from '#policy/decide/enrolment.ts';
import { decideFraming } from '#policy/decide/framing.ts';
import { decideManagementAccess } from '#policy/decide/management-access.ts';
import { decidePasswordDue } from '#policy/decide/password-age.ts';
import { decideSession } from '#policy/decide/session.ts';
import type { Policy } from '#policy/effective.ts';
import { parseAddress } from '#policy/address.ts';
import * as agentRows from '#store/agents.ts';
import * as sessionRows from '#store/sessions.ts';
import type { Store } from '#store/store.ts';
import type { Proven, Sessions } from '#identity/sessions.ts';

export interface Touched {
  /** Sessions that end: idle or too old under the next policy, at an address it refuses, or in a frame of a site it does not list. */
  readonly ending: number;
  /** Sessions that go on once their person gives a code. */
  readonly askedForCode: number;
  /** Sessions that open nothing any more until their person has chosen a new password, or enrolled a second factor. */
  readonly heldBack: number;
}

/** As the door asks after everything else: the password first, then the factor. */
function isHeldBack(policy: Policy, agent: agentRows.KnownAgent | undefined, now: number): boolean {
  if (agent === undefined) return false;
  const due = decidePasswordDue(policy, { now, setAt: agent.password_set_at ?? 0, mustChange: agent.must_change !== null });
  return !due.allowed || !decideEnrolmentDue(policy, { now, hasFactor: agent.has_factor === 1 }).allowed;
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
    const person = { admin: row.role === 'admin', remoteAccess: row.role === 'admin' || row.capabilities.includes('"remote_access"') };
    const clock = { now, createdAt: row.created_at, lastInputAt: seen?.lastInputAt ?? row.last_input_at, ended: false };
    const text = seen?.address ?? row.address;
    const access = {
      address: text === null ? null : (parseAddress(text) ?? null),
      ...person,
      proven: (seen?.proven ?? row.proven) as Proven,
      exempt: (row.exempt_until ?? 0) > now,
    };
    const framing = row.framed_by === null ? null : { ancestors: JSON.parse(row.framed_by) as string[] };
    const mayBeFramed = (policy: Policy): boolean => framing === null || decideFraming(policy, framing).allowed;
    const wasAllowed = decideSession(current, clock).allowed && mayBeFramed(current) && decideManagementAccess(current, access).allowed;
    if (!wasAllowed) continue;
    const alive = decideSession(next, clock);
    if (!mayBeFramed(next)) {
      ending += 1;
      continue;
    }
    const judged = alive.allowed ? decideManagementAccess(next, access) : alive;
    if (judged.allowed) {
      if (!access.exempt && isHeldBack(next, people.get(row.agent_id), now) && !isHeldBack(current, people.get(row.agent_id), now)) heldBack += 1;
      continue;
    }
    if (judged.code === 'second_factor.required') askedForCode += 1;
    else ending += 1;
  }
  return { ending, askedForCode, heldBack };
}
