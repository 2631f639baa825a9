// Saving settings: the draft is parsed and judged whole, then stored with its version and audit row in one unit.
import { type Key, catalogue } from '#policy/catalogue.ts';
import { type Change, proposeChange, type Proposal } from '#policy/change.ts';
import { decidePolicySave } from '#policy/decide/policy-save.ts';
import { decideRule } from '#policy/decide/second-person.ts';
import type { Denial } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { Fault } from '#policy/fault.ts';
import { placeOf } from '#policy/history.ts';
import * as agentRows from '#store/agents.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore, Entry, Store } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import { signingAdmins } from '#server/policy-approvers.ts';
import { commitPolicy, type Manner, type PolicyKept, type PolicyUnit, type Program, type SaveParts, type Saver } from '#server/policy-commit.ts';

export type Saved =
  | { readonly kind: 'saved'; readonly changed: readonly Change[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }
  | { readonly kind: 'denied'; readonly denial: Denial }
  | { readonly kind: Exclude<PolicyKept, 'saved'> };

/** Entries of a list that an audit row names one by one; more are only counted. */
const NAMED_ENTRIES = 500;

interface Listed {
  readonly state: string;
  readonly entries: readonly { readonly value: string; readonly note?: string }[];
}

function isListed(value: unknown): value is Listed {
  return typeof value === 'object' && value !== null && 'entries' in value && 'state' in value;
}

/** How a value stands in an audit row: a long list by its state, its count and what was added or removed. */
export function auditValues(before: unknown, after: unknown): { before: unknown; after: unknown } {
  if (!isListed(before) || !isListed(after)) return { before, after };
  if (before.entries.length + after.entries.length <= NAMED_ENTRIES) return { before, after };
  const had = new Set(before.entries.map((entry) => entry.value));
  const has = new Set(after.entries.map((entry) => entry.value));
  const removed = [...had].filter((value) => !has.has(value));
  const added = [...has].filter((value) => !had.has(value));
  return {
    before: { state: before.state, entries: had.size, removed: removed.slice(0, NAMED_ENTRIES), removedCount: removed.length },
    after: { state: after.state, entries: has.size, added: added.slice(0, NAMED_ENTRIES), addedCount: added.length },
  };
}

/** Parses a draft against what is stored now. Used alike by preview and save. */
export async function propose(store: Store, brand: Brand, patch: Readonly<Record<string, unknown>>): Promise<Proposal> {
  const { module, pinned } = await settingRows.all(store.brand(brand.id));
  return proposeChange(module, patch, { pinned });
}

/** What stands in the way of saving a proposal, beside its faults. */
export async function judgeProposal(store: Store, brand: Brand, proposal: Extract<Proposal, { ok: true }>, saver: Saver, now: number): Promise<Denial | null> {
  const { session, client } = saver;
  const bare = proposal.policy.values['two_factor.mode'] === 'on' ? await agentRows.namesWithoutFactor(store.brand(brand.id)) : [];
  const decision = decidePolicySave(proposal.policy, {
    address: client.address,
    admin: session.person.admin,
    remoteAccess: session.person.remoteAccess,
    usedFactorInSession: session.usedFactor,
    agentsWithoutFactor: bare,
    exempt: session.exemptUntil > now,
    changed: proposal.changed.map((change) => change.key),
  });
  if (!decision.allowed) return decision;
  return judgeRule(store.brand(brand.id), proposal.policy, proposal.changed.map(({ key }) => key));
}

/** A rule that asks for a second person needs somebody who could be it. */
export async function judgeRule(rows: BrandStore, next: Policy, changed: readonly string[]): Promise<Denial | null> {
  const decision = decideRule(next, { changed, administrators: (await signingAdmins(rows)).length });
  return decision.allowed ? null : decision;
}

/** Saves the draft, on top of `baseVersion` and nothing newer. */
export async function savePolicy(parts: SaveParts, brand: Brand, patch: Readonly<Record<string, unknown>>, baseVersion: number, saver: Saver | Program, manner: Manner & Pick<PolicyUnit, 'ending'> = {}): Promise<Saved> {
  if (brand.policy.version !== baseVersion) return { kind: 'stale' };
  const rows = parts.store.brand(brand.id);
  const [proposal, stored] = await Promise.all([propose(parts.store, brand, patch), settingRows.kept(rows)]);
  if (!proposal.ok) return { kind: 'invalid', faults: proposal.faults };
  if (proposal.changed.length === 0) return { kind: 'unchanged' };
  const now = parts.now();
  // What could shut somebody out no program may change (policy/decide/policy-by-key.ts).
  const denial = 'program' in saver ? null : await judgeProposal(parts.store, brand, proposal, saver, now);
  if (denial !== null) return { kind: 'denied', denial };

  const actor: Entry['actor'] = 'program' in saver ? saver.program : { kind: 'agent', id: saver.session.person.id };
  const author = actor.id as string;
  const { reason, trialMinutes } = manner;
  const entries: Entry[] = proposal.changed.map((change) => ({
    id: newId('evt'),
    at: now,
    actor,
    event: 'policy.changed',
    entity: { kind: 'setting', id: change.key },
    ...auditValues(change.before, change.after),
    facts: {
      label: catalogue[change.key as Key].label, direction: change.direction, version: baseVersion + 1, address: saver.client.text,
      ...(reason === undefined ? {} : { reason }), ...(trialMinutes === undefined ? {} : { trialMinutes }),
    },
  }));
  const changes = proposal.changed.map(({ key, after }) => {
    const before = stored.get(placeOf(null, key)) ?? null;
    return { channel: null, key, before, after: { value: after, locked: before?.locked ?? false, setBy: author, setAt: now } };
  });
  const kept = await commitPolicy(parts, brand, saver, baseVersion, { ...manner, changes, entries, at: now });
  return kept === 'saved' ? { kind: 'saved', changed: proposal.changed } : { kind: kept };
}
