// What the workspace door decided, for the journal: the same session at the same address within the same minute counts one group up, and costs next to nothing.
import { decideEnrolmentDue } from '#policy/decide/enrolment.ts';
import { decideManagementAccess } from '#policy/decide/management-access.ts';
import { decidePasswordDue } from '#policy/decide/password-age.ts';
import { decideSession } from '#policy/decide/session.ts';
import type { Decision } from '#policy/decision.ts';
import type { QuestionName } from '#policy/questions.ts';
import type { LiveSession } from '#identity/sessions.ts';
import { timeOn } from '#identity/steady-clock.ts';
import type { Brand } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import { type Group, type Journal, noJournal } from '#server/journal.ts';
import { openAgain } from '#server/journal-memo.ts';

const MINUTE = 60_000;

export type SessionJournal = (brand: Brand, session: LiveSession, client: Client, wall: number, uptime: number) => void;

export function openSessionJournal(journal: Journal): SessionJournal {
  if (journal === noJournal) return () => undefined;
  const again = openAgain(journal);

  /** The questions in the order of the door, until one is answered with no. */
  function noteAll(brand: Brand, session: LiveSession, client: Client, now: number): Group[] {
    const { person, proven } = session;
    const policy = brand.policyFor(person.id);
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
    const idle = Math.floor((now - session.lastInputAt) / MINUTE);
    const age = Math.floor((now - session.createdAt) / MINUTE);
    const exempt = session.exemptUntil > now;
    const stamp = [brand.policyFor(session.person.id), session.person, client.text, session.proven, exempt, idle, age, session.endedBy];
    again(session, stamp, now, () => noteAll(brand, session, client, now));
  };
}
