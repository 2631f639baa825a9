// The one unit that changes stored settings: whoever saves, locks or restores them says what changes; the version, its history and a trial follow.
import { needsSecondPerson } from '#policy/decide/second-person.ts';
import { type KeptChange, writeKeptChanges } from '#policy/history.ts';
import { onlyOutsideMeets } from '#policy/stage.ts';
import type { RefusalLimit } from '#policy/stage-figures.ts';
import * as agentRows from '#store/agents.ts';
import * as proposalRows from '#store/policy-proposals.ts';
import * as trialRows from '#store/policy-trials.ts';
import * as settingRows from '#store/settings.ts';
import { type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import { type Actor, stillMay } from '#identity/actor.ts';
import type { LiveSession } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand, Brands } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import type { LetterParts } from '#server/policy-letters.ts';
import { keepProposal } from '#server/policy-proposing.ts';
import { touchesStage } from '#server/stage-overlap.ts';
import { endOfFramed } from '#server/framed-sessions.ts';

export interface SaveParts extends LetterParts {
  readonly brands: Brands;
  readonly now: () => number;
}

export interface Saver {
  readonly session: LiveSession;
  readonly client: Client;
}

/** A program that saves: no session, and the scope of its key in the place of a right. */
export interface Program {
  readonly program: Actor;
  readonly client: Client;
}

/** How a change is made, beside what it changes. */
export interface Manner {
  /** Why, in the words of whoever saves. */
  readonly reason?: string | undefined;
  /** The change is on trial: it is taken back after so many minutes unless somebody confirms it. */
  readonly trialMinutes?: number | undefined;
  /** Of a trial: it is taken back before its time when refusals rise over this. */
  readonly limit?: RefusalLimit | undefined;
  /** Of a trial with a limit: nobody need confirm it, it stays at its end unless refusals rose. */
  readonly stays?: boolean | undefined;
  /** The stage whose draft it is, to the letter: it ends with the save. Proposed, it is enforced by whoever approves. */
  readonly enforces?: string | undefined;
}

export interface PolicyUnit extends Manner {
  readonly changes: readonly KeptChange[];
  readonly entries: readonly Entry[];
  readonly at: number;
  /** It was proposed by somebody else, and whoever saves approves it. */
  readonly approval?: { readonly proposal: string; readonly proposedBy: string; readonly told: readonly Statement[] } | undefined;
  /** The change on stage ends with this unit: it is what is saved. */
  readonly ending?: { readonly statements: readonly Statement[]; readonly entries: readonly Entry[] } | undefined;
}

/**
 * `staged`: a change on stage is in the way. `proposed`: it waits for a second person. `needs_second`: it would have to, and no proposal can be made
 * of it. `many`: too many wait. `over`: the proposal was ended meanwhile. `unwatched`: it was to stay unless refusals rose, and none would count.
 */
export type PolicyKept = 'saved' | 'stale' | 'on_trial' | 'staged' | 'proposed' | 'needs_second' | 'many' | 'over' | 'unwatched';

const MINUTE = 60_000;

/** What stores these changes, and takes note of them as version `version`. */
export function keepingOf(rows: BrandStore, changes: readonly KeptChange[], row: { readonly version: number; readonly at: number; readonly author: string | null; readonly reason: string | null; readonly approvals?: string | null }): Statement[] {
  return [
    ...changes.map(({ channel, key, after }) => (after === null ? settingRows.remove(rows, key, channel ?? undefined) : settingRows.putBack(rows, channel, key, after))),
    settingRows.version(rows, { ...row, diff: writeKeptChanges(changes) }),
  ];
}

/** A unit on top of one version of the policy: who saves must still be there and still may, and nothing may be on trial. */
export async function commitPolicy(parts: SaveParts, brand: Brand, saver: Saver | Program, baseVersion: number, unit: PolicyUnit): Promise<PolicyKept> {
  const { changes, entries, at, reason, trialMinutes, limit, stays, approval, ending } = unit;
  const rows = parts.store.brand(brand.id);
  const actor: Entry['actor'] = 'program' in saver ? saver.program : { kind: 'agent', id: saver.session.person.id };
  const author = actor.id as string;
  const version = baseVersion + 1;
  if (stays === true && onlyOutsideMeets(changes.map(({ key }) => key))) return 'unwatched';
  if (brand.stage !== null && ending === undefined && (await touchesStage(rows, brand.stage.draft, changes))) return 'staged';
  if (approval === undefined && needsSecondPerson(brand.policy, changes.map(({ key }) => key))) {
    return 'program' in saver ? 'needs_second' : keepProposal(parts, brand, saver, baseVersion, unit);
  }
  const trial = trialMinutes === undefined ? null : {
    id: newId('trl'), version, undo: writeKeptChanges(changes), began_at: at, began_by: author, until: at + trialMinutes * MINUTE,
    limit_percent: limit?.percent ?? null, limit_least: limit?.least ?? null, limit_minutes: limit?.minutes ?? null, stays: stays === true ? 1 : 0,
  };
  const began: Entry[] = trial === null ? [] : [{
    id: newId('evt'), at, actor, event: 'policy.trial_began', entity: { kind: 'policy', id: String(version) },
    facts: { trial: trial.id, minutes: trialMinutes, ...(limit === undefined ? {} : { limit: `${limit.percent} %` }), ...(stays === true ? { stays } : {}), settings: changes.length === 1 ? '1 setting' : `${changes.length} settings`, until: trial.until },
  }];
  const framed = await endOfFramed(rows, changes, { actor, at });
  const statements = [
    // What was judged before may have ended while it was: the unit asks again.
    ...('program' in saver ? [saver.program.still(rows)] : stillMay(rows, saver.session, approval === undefined ? 'manage_settings' : 'admin')),
    ...(approval === undefined ? [] : [agentRows.stillMay(rows, approval.proposedBy, 'manage_settings'), proposalRows.end(rows, approval.proposal, { state: 'approved', at, by: author }), ...approval.told]),
    trialRows.noneWaiting(rows),
    ...keepingOf(rows, changes, { version, at, author: approval?.proposedBy ?? author, reason: reason ?? null, approvals: approval === undefined ? null : JSON.stringify([{ by: author, at }]) }),
    ...(trial === null ? [] : [trialRows.insert(rows, trial)]),
    ...framed.statements,
    ...(ending?.statements ?? []),
  ];
  try {
    await parts.brands.commit([rows.part({ statements, entries: [...entries, ...began, ...framed.entries, ...(ending?.entries ?? [])], bumps: ['policy', ...framed.bumps], onPolicyVersion: baseVersion })]);
    return 'saved';
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await parts.brands.confirm(brand.id);
    if (error.code === 'policy.proposal_over' || error.code === 'policy.stage_over') return 'over';
    return error.code === 'policy.trial_waiting' ? 'on_trial' : 'stale';
  }
}
