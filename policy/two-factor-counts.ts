// The two-factor table with people in it: who stands in which cell at the address they were last seen at, and what that means for each.
import type { Address } from './address.ts';
import { insideListThatIsOn } from './decide/enrolment.ts';
import type { Policy } from './effective.ts';
import { insideManagementList, type Needs, signInNeeds } from './management-table.ts';

export type Mode = Policy['values']['two_factor.mode'];
export const MODES: readonly Mode[] = Object.freeze(['off', 'remote_only', 'on'] as const);

export type Column = 'inside' | 'outside_admin' | 'outside_remote' | 'outside_other';
export const COLUMNS: readonly Column[] = Object.freeze(['inside', 'outside_admin', 'outside_remote', 'outside_other'] as const);

/** An active person, with the address they were last seen at. */
export interface SeenPerson {
  readonly id: string;
  readonly name: string;
  readonly admin: boolean;
  readonly remoteAccess: boolean;
  readonly hasFactor: boolean;
  /** False for whom no session was ever begun by: nobody can say where they would be. */
  readonly seen: boolean;
  /** Null when the address was not known, which is outside of every list. */
  readonly address: Address | null;
}

/**
 * What this person meets at the next sign-in from there: `password` (let in by it), `code` (asked for one, and has a factor), `enrol` (let in
 * as far as the enrolment page), `stuck` (asked for a code without a factor to give one), `denied`.
 */
export type Outcome = 'password' | 'code' | 'enrol' | 'stuck' | 'denied';

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface TwoFactorCounts {
  /** How many people stand in each column. The list decides that; the mode decides what is asked there. */
  readonly columns: Readonly<Record<Column, number>>;
  /** What each mode asks for in each column. */
  readonly asks: Readonly<Record<Mode, Readonly<Record<Column, Needs>>>>;
  /** Under the mode of the policy itself. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly denied: readonly Named[];
  readonly stuck: readonly Named[];
  readonly enrol: readonly Named[];
  /** Everybody active without a factor, seen or not. */
  readonly withoutFactor: readonly Named[];
  readonly neverSeen: readonly Named[];
  readonly people: number;
}

/** Which column of the table this person stands in. */
export function columnOf(policy: Policy, person: Pick<SeenPerson, 'address' | 'admin' | 'remoteAccess'>): Column {
  if (insideManagementList(policy, person.address)) return 'inside';
  if (person.admin) return 'outside_admin';
  return person.remoteAccess ? 'outside_remote' : 'outside_other';
}

/** What the workspace door would do with this person, by the same functions that it asks. */
export function outcomeOf(policy: Policy, person: SeenPerson): Outcome {
  const needs = signInNeeds(policy, { address: person.address, admin: person.admin, remoteAccess: person.remoteAccess, exempt: false });
  if (needs !== 'password+code') return needs;
  if (person.hasFactor) return 'code';
  return insideListThatIsOn(policy, person.address) ? 'enrol' : 'stuck';
}

function asksOf(policy: Policy, mode: Mode): Readonly<Record<Column, Needs>> {
  const under = { ...policy, values: { ...policy.values, 'two_factor.mode': mode } };
  const ask = (inside: boolean, admin: boolean, remoteAccess: boolean): Needs => signInNeeds(under, { address: null, inside, admin, remoteAccess, exempt: false });
  return Object.freeze({ inside: ask(true, false, false), outside_admin: ask(false, true, true), outside_remote: ask(false, false, true), outside_other: ask(false, false, false) });
}

/** Counts active people under a policy, which may be one that is not saved. Names are in the order given. */
export function countTwoFactor(policy: Policy, people: readonly SeenPerson[]): TwoFactorCounts {
  const columns: Record<Column, number> = { inside: 0, outside_admin: 0, outside_remote: 0, outside_other: 0 };
  const met: Record<Outcome, Named[]> = { password: [], code: [], enrol: [], stuck: [], denied: [] };
  const named = ({ id, name }: SeenPerson): Named => ({ id, name });
  for (const person of people) {
    if (!person.seen) continue;
    columns[columnOf(policy, person)] += 1;
    met[outcomeOf(policy, person)].push(named(person));
  }
  return {
    columns,
    asks: { off: asksOf(policy, 'off'), remote_only: asksOf(policy, 'remote_only'), on: asksOf(policy, 'on') },
    outcomes: { password: met.password.length, code: met.code.length, enrol: met.enrol.length, stuck: met.stuck.length, denied: met.denied.length },
    denied: met.denied,
    stuck: met.stuck,
    enrol: met.enrol,
    withoutFactor: people.filter((person) => !person.hasFactor).map(named),
    neverSeen: people.filter((person) => !person.seen).map(named),
    people: people.length,
  };
}
