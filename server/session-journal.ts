// What the workspace door decided, for the journal: the same session at the same address within the same minute counts one group up, and costs next to nothing.
import { decideEnrolmentDue } from '#policy/decide/enrolment.ts';
import { decideManagementAccess } from '#policy/decide/management-access.ts';
import { decidePasswordDue } from '#policy/decide/password-age.ts';
import { decideSession } from '#policy/decide/session.ts';
import type { Decision } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { QuestionName } from '#policy/questions.ts';
import type { Person } from '#identity/person.ts';
import type { EndReason, LiveSession, Proven } from '#identity/sessions.ts';
import { timeOn } from '#identity/steady-clock.ts';
import type { Brand } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import { type Group, type Journal, noJournal } from '#server/journal.ts';
import { countUp, openMemo } from '#server/journal-memo.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

export type SessionJournal = (brand: Brand, session: LiveSession, client: Client, wall: number, uptime: number) => void;

/** What every answer about a session hangs on. */
interface Stamp {
  readonly policy: Policy;
  readonly person: Person;
  readonly address: string | null;
  readonly proven: Proven;
  readonly endedBy: EndReason | null;
  readonly lastInputAt: number;
  readonly exemptUntil: number;
  /** From when on it is another minute of silence or of age, another day, or an exemption is over. */
  readonly until: number;
}

function stampOf(policy: Policy, session: LiveSession, client: Client, now: number): Stamp {
  const { person, proven, endedBy, lastInputAt, exemptUntil, createdAt } = session;
  const next = (since: number, unit: number): number => since + (Math.floor((now - since) / unit) + 1) * unit;
  const until = Math.min(next(lastInputAt, MINUTE), next(createdAt, MINUTE), next(person.passwordSetAt, DAY), next(0, DAY), exemptUntil > now ? exemptUntil : Infinity);
  return { policy, person, address: client.text, proven, endedBy, lastInputAt, exemptUntil, until };
}

export function openSessionJournal(journal: Journal): SessionJournal {
  if (journal === noJournal) return () => undefined;
  const memo = openMemo<Stamp>(journal);

  /** The questions in the order of the door, until one is answered with no. */
  function noteAll(brand: Brand, policy: Policy, session: LiveSession, client: Client, now: number): Group[] {
    const { person, proven } = session;
    const exempt = session.exemptUntil > now;
    const subject = { kind: 'agent', id: person.id } as const;
    const groups: Group[] = [];
    const ask = (question: QuestionName, facts: object, decision: Decision): boolean => {
      groups.push(journal.note(brand.id, { question, channel: null, subject, facts: facts as never, decision, version: policy.version }));
      return decision.allowed;
    };
    const life = { now, createdAt: session.createdAt, lastInputAt: session.lastInputAt, ended: session.endedBy !== null };
    if (!ask('session', life, decideSession(policy, life))) return groups;
    const access = { address: client.address, admin: person.admin, remoteAccess: person.remoteAccess, proven, exempt };
    if (!ask('management-access', access, decideManagementAccess(policy, access)) || exempt) return groups;
    const password = { now, setAt: person.passwordSetAt, mustChange: person.mustChange };
    if (!ask('password-due', password, decidePasswordDue(policy, password))) return groups;
    const factor = { now, hasFactor: person.hasFactor };
    ask('enrolment-due', factor, decideEnrolmentDue(policy, factor));
    return groups;
  }

  return (brand, session, client, wall, uptime) => {
    const now = timeOn(session.course, wall, uptime);
    const policy = brand.policyFor(session.person.id);
    const last = memo.last(session);
    if (last === undefined || now >= last.stamp.until || last.stamp.policy !== policy || last.stamp.person !== session.person || last.stamp.address !== client.text || last.stamp.proven !== session.proven
      || last.stamp.endedBy !== session.endedBy || last.stamp.lastInputAt !== session.lastInputAt || last.stamp.exemptUntil !== session.exemptUntil) {
      memo.keep(session, stampOf(policy, session, client, now), noteAll(brand, policy, session, client, now));
    } else countUp(last.groups, now);
  };
}
