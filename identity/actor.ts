// Who does something in a brand: a person in a session, or a program with a key. What is done takes an actor and need not ask which.
import type { DenialCode } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { ApiKey } from '#identity/api-keys.ts';
import { capabilitiesOf } from '#identity/api-scopes.ts';
import type { LiveSession } from '#identity/live-session.ts';
import type { Capability } from '#identity/person.ts';
import * as agentRows from '#store/agents.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as sessionRows from '#store/sessions.ts';
import type { BrandStore, Statement } from '#store/store.ts';

/** Gives the effective policy of a channel, as `Brand.policyIn`. */
export type PolicyIn = (channelId: string) => Policy;

/** `kind` and `id` are what the audit trail names: an actor can stand as the actor of an entry. */
export interface Actor {
  readonly kind: 'agent' | 'key';
  readonly id: string;
  /** Sees every conversation of the brand: an administrator does, and a key, of which its scopes say what it may do there. */
  readonly admin: boolean;
  readonly capabilities: readonly Capability[];
  /** A guard for the unit of whatever the actor changes: the session is open still, the key works still. Else a conflict of `endedWhile`. */
  still(brand: BrandStore): Statement;
  /** The settings it acts under. */
  readonly policyIn: PolicyIn;
}

export function sessionActor({ id, person }: Pick<LiveSession, 'id' | 'person'>, policyIn: PolicyIn): Actor {
  return { kind: 'agent', id: person.id, admin: person.admin, capabilities: person.capabilities, still: (brand) => sessionRows.stillOpen(brand, id), policyIn };
}

export function keyActor({ id, scopes }: Pick<ApiKey, 'id' | 'scopes'>, policyIn: PolicyIn): Actor {
  return { kind: 'key', id, admin: true, capabilities: capabilitiesOf(scopes), still: (brand) => apiKeyRows.stillWorks(brand, id), policyIn };
}

/** The guards for the unit of what a person changes by a right: the session is open still, and they may still. Else a conflict `session.ended` or `agent.changed`. */
export const stillMay = (brand: BrandStore, { id, person }: { readonly id: string; readonly person: Pick<LiveSession['person'], 'id'> }, right: 'admin' | 'manage_settings'): Statement[] =>
  [sessionRows.stillOpen(brand, id), agentRows.stillMay(brand, person.id, right)];

/** The refusal of an actor who was let in and has ended since, by the conflict of its guard; undefined for another conflict. */
export const endedWhile = (conflict: string): DenialCode | undefined => (conflict === 'session.ended' || conflict === 'api.key_revoked' ? conflict : undefined);
