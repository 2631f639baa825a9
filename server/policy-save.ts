// Saving settings: the draft is parsed and judged whole, then stored with its version and audit row in one unit.
import { type Key, catalogue } from '#policy/catalogue.ts';
import { type Change, proposeChange, type Proposal } from '#policy/change.ts';
import { decidePolicySave } from '#policy/decide/policy-save.ts';
import type { Denial } from '#policy/decision.ts';
import type { Fault } from '#policy/fault.ts';
import * as agentRows from '#store/agents.ts';
import * as sessionRows from '#store/sessions.ts';
import * as settingRows from '#store/settings.ts';
import { Conflict, type Entry, type Statement, type Store } from '#store/store.ts';
import type { LiveSession } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand, Brands } from '#server/brands.ts';
import type { Client } from '#server/client.ts';

export type Saved =
  | { readonly kind: 'saved'; readonly changed: readonly Change[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }
  | { readonly kind: 'denied'; readonly denial: Denial }
  | { readonly kind: 'stale' };

export interface Saver {
  readonly session: LiveSession;
  readonly client: Client;
}

export interface SaveParts {
  readonly store: Store;
  readonly brands: Brands;
  readonly now: () => number;
}

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
  const current = await settingRows.ofModule(store.brand(brand.id));
  return proposeChange(current, patch);
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
  return decision.allowed ? null : decision;
}

/** A unit on top of one version of the policy: who saves must still be there and still may. Gives false when somebody else saved first. */
export async function commitPolicy(parts: SaveParts, brand: Brand, saver: Saver, baseVersion: number, change: { statements: readonly Statement[]; entries: readonly Entry[]; diff: unknown; at: number }): Promise<boolean> {
  const rows = parts.store.brand(brand.id);
  const author = saver.session.person.id;
  const statements = [
    // What was judged before may have ended while it was: the unit asks again.
    sessionRows.stillOpen(rows, saver.session.id),
    agentRows.stillMay(rows, author, 'manage_settings'),
    ...change.statements,
    settingRows.version(rows, { version: baseVersion + 1, at: change.at, author, diff: JSON.stringify(change.diff) }),
  ];
  try {
    await parts.brands.commit([rows.part({ statements, entries: change.entries, bumps: ['policy'], onPolicyVersion: baseVersion })]);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await parts.brands.confirm();
    return false;
  }
}

/** Saves the draft, on top of `baseVersion` and nothing newer. */
export async function savePolicy(parts: SaveParts, brand: Brand, patch: Readonly<Record<string, unknown>>, baseVersion: number, saver: Saver): Promise<Saved> {
  if (brand.policy.version !== baseVersion) return { kind: 'stale' };
  const proposal = await propose(parts.store, brand, patch);
  if (!proposal.ok) return { kind: 'invalid', faults: proposal.faults };
  if (proposal.changed.length === 0) return { kind: 'unchanged' };
  const now = parts.now();
  const denial = await judgeProposal(parts.store, brand, proposal, saver, now);
  if (denial !== null) return { kind: 'denied', denial };

  const rows = parts.store.brand(brand.id);
  const author = saver.session.person.id;
  const actor: Entry['actor'] = { kind: 'agent', id: author };
  const entries: Entry[] = proposal.changed.map((change) => ({
    id: newId('evt'),
    at: now,
    actor,
    event: 'policy.changed',
    entity: { kind: 'setting', id: change.key },
    ...auditValues(change.before, change.after),
    facts: { label: catalogue[change.key as Key].label, direction: change.direction, version: baseVersion + 1, address: saver.client.text },
  }));
  const statements = proposal.changed.map((change) => settingRows.put(rows, { key: change.key, value: JSON.stringify(change.after), set_by: author, set_at: now }));
  const diff = proposal.changed.map((change) => ({ key: change.key, before: change.before, after: change.after }));
  if (!(await commitPolicy(parts, brand, saver, baseVersion, { statements, entries, diff, at: now }))) return { kind: 'stale' };
  return { kind: 'saved', changed: proposal.changed };
}
