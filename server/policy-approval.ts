// Proposals that wait for a second person: approved in one unit with the version they become, rejected, withdrawn, put on newer settings, and run out.
import { decideApproval, SETTLED_MS } from '#policy/decide/second-person.ts';
import { type Decision, type Denial, deny } from '#policy/decision.ts';
import { effective } from '#policy/effective.ts';
import { type KeptChange, type KeptState, placeOf, readKeptChanges } from '#policy/history.ts';
import { sourcesOf } from '#policy/policy-file.ts';
import { checkRules } from '#policy/rules.ts';
import * as agentRows from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as proposalRows from '#store/policy-proposals.ts';
import type { PolicyProposalRow } from '#store/policy-proposals.ts';
import * as sessionRows from '#store/sessions.ts';
import * as settingRows from '#store/settings.ts';
import { type BrandStore, Conflict, type Entry } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import { commitPolicy, type Manner, type PolicyKept, type SaveParts, type Saver } from '#server/policy-commit.ts';
import { judgeRestore } from '#server/policy-history.ts';
import { countOfSettings, proposalEnds } from '#server/policy-proposing.ts';

const OVER = deny('policy.proposal_over', null, {});
const STALE = deny('policy.proposal_stale', null, {});

export const changesOf = (row: PolicyProposalRow): readonly KeptChange[] => readKeptChanges(row.changes) ?? [];
export const mannerOf = (row: PolicyProposalRow): Manner => JSON.parse(row.manner) as Manner;

/** An active person with the right to change settings. */
const mayStill = (agent: agentRows.AgentRow | undefined): boolean =>
  agent !== undefined && agent.deactivated_at === null && (agent.role === 'admin' || agent.capabilities.includes('"manage_settings"'));

function endEntry(row: PolicyProposalRow, event: string, actor: Entry['actor'], at: number, more: Readonly<Record<string, unknown>> = {}): Entry {
  return { id: newId('evt'), at, actor, event, entity: { kind: 'policy', id: row.id }, facts: { settings: countOfSettings(changesOf(row)), ...more } };
}

/** Ends what ran out, and what was proposed by somebody who has lost the right since. Gives those that still wait. */
export async function stillWaiting({ store, brands, now }: SaveParts, brand: Brand): Promise<PolicyProposalRow[]> {
  const rows = store.brand(brand.id);
  const found = await proposalRows.waiting(rows);
  const at = now();
  const left: PolicyProposalRow[] = [];
  for (const row of found) {
    const state = !(at < row.until) ? 'expired' : mayStill(await agentRows.byId(rows, row.proposed_by)) ? null : 'withdrawn';
    if (state === null) {
      left.push(row);
      continue;
    }
    try {
      await brands.commit([rows.part({ statements: [proposalRows.end(rows, row.id, { state, at, by: null })], entries: [endEntry(row, `policy.proposal_${state}`, { kind: 'system', id: null }, at)] })]);
    } catch (error) {
      // Somebody else ended it meanwhile.
      if (!(error instanceof Conflict)) throw error;
    }
  }
  return left;
}

const proposalOf = async (parts: SaveParts, brand: Brand, id: string): Promise<PolicyProposalRow | undefined> => (await stillWaiting(parts, brand)).find((row) => row.id === id);

/** Everything as it would stand. */
function stateWith(state: KeptState, changes: readonly KeptChange[]): KeptState {
  const next = new Map(state);
  for (const { channel, key, after } of changes) {
    if (after === null) next.delete(placeOf(channel, key));
    else next.set(placeOf(channel, key), after);
  }
  return next;
}

/** Rules between settings, and whether it shuts out whoever approves: judged as of any save. */
async function judge(rows: BrandStore, changes: readonly KeptChange[], saver: Saver, at: number): Promise<Denial | null> {
  const { module, pinned } = sourcesOf(stateWith(await settingRows.kept(rows), changes));
  const policy = effective({ version: 0, module, pinned });
  if (checkRules(policy.values).length > 0) return STALE;
  return judgeRestore(rows, { policy, changes }, saver, at);
}

export type Approved = { readonly kind: PolicyKept } | { readonly kind: 'denied'; readonly denial: Denial };

/** What gives somebody access, or could hand theirs to whoever does it. */
const GIVING = Object.freeze(['agent.created', 'user.invited', 'user.changed', 'user.reactivated', 'factor.removed', 'factor.reset', 'password.renewal_started', 'password.change_required', 'enrolment.link_issued']);

/** Whether this person may approve it, from what is stored of them. */
export async function judgeApproval(rows: BrandStore, row: PolicyProposalRow, { id, admin }: Saver['session']['person'], version: number, now: number): Promise<Decision> {
  const [approver, accessGivenAt] = await Promise.all([agentRows.byId(rows, id), auditRows.doneByOthers(rows, id, GIVING, row.proposed_at - SETTLED_MS)]);
  return decideApproval({
    proposedBy: row.proposed_by, approver: id, admin, since: approver?.created_at ?? NaN, accessGivenAt, proposedAt: row.proposed_at, until: row.until, now, base: row.base_version, version,
  });
}

/** Approves the proposal `id` and saves it, on top of the version it was made on and nothing newer. A trial it was made with begins now. */
export async function approveProposal(parts: SaveParts, brand: Brand, id: string, saver: Saver): Promise<Approved> {
  const rows = parts.store.brand(brand.id);
  const row = await proposalOf(parts, brand, id);
  if (row === undefined) return { kind: 'denied', denial: OVER };
  const { person } = saver.session;
  const names = await agentRows.namesById(rows);
  const at = parts.now();
  const decision = await judgeApproval(rows, row, person, brand.policy.version, at);
  if (!decision.allowed) return { kind: 'denied', denial: decision };
  const changes = changesOf(row).map((change) => (change.after === null ? change : { ...change, after: { ...change.after, setAt: at } }));
  const denial = await judge(rows, changes, saver, at);
  if (denial !== null) return { kind: 'denied', denial };
  const byName = names.get(row.proposed_by) ?? row.proposed_by;
  const version = row.base_version + 1;
  const made = (JSON.parse(row.entries) as Entry[]).map((entry): Entry => ({ ...entry, id: newId('evt'), at, facts: { ...(entry.facts as Record<string, unknown> | undefined), version, proposal: row.id, approvedBy: person.id } }));
  const entries = [...made, endEntry(row, 'policy.proposal_approved', { kind: 'agent', id: person.id }, at, { by: row.proposed_by, byName, version, address: saver.client.text })];
  return { kind: await commitPolicy(parts, brand, saver, row.base_version, { ...mannerOf(row), changes, entries, at, approval: { proposal: row.id, proposedBy: row.proposed_by } }) };
}

/** One unit that ends a proposal without changing a setting. Null: done. */
async function endBy(parts: SaveParts, brand: Brand, row: PolicyProposalRow, { session }: Saver, right: 'admin' | 'manage_settings', how: { readonly state: proposalRows.ProposalEnd; readonly why?: string; readonly entry: Entry }): Promise<Denial | null> {
  const rows = parts.store.brand(brand.id);
  const { id: by } = session.person;
  try {
    await parts.brands.commit([rows.part({
      statements: [sessionRows.stillOpen(rows, session.id), agentRows.stillMay(rows, by, right), proposalRows.end(rows, row.id, { state: how.state, at: how.entry.at, by, why: how.why ?? null })], entries: [how.entry],
    })]);
    return null;
  } catch (error) {
    if (error instanceof Conflict) return OVER;
    throw error;
  }
}

/** Rejects it with a reason, which its author reads. Also one that settings have left behind. */
export async function rejectProposal(parts: SaveParts, brand: Brand, id: string, why: string, saver: Saver): Promise<Denial | null> {
  const row = await proposalOf(parts, brand, id);
  if (row === undefined) return OVER;
  const { person } = saver.session;
  if (person.id === row.proposed_by) return deny('policy.own_proposal', null, {});
  if (!person.admin) return deny('policy.approver', null, { admin: false });
  const byName = (await agentRows.namesById(parts.store.brand(brand.id))).get(row.proposed_by) ?? row.proposed_by;
  return endBy(parts, brand, row, saver, 'admin', { state: 'rejected', why, entry: endEntry(row, 'policy.proposal_rejected', { kind: 'agent', id: person.id }, parts.now(), { by: row.proposed_by, byName, why, address: saver.client.text }) });
}

/** Its author takes it back. */
export async function withdrawProposal(parts: SaveParts, brand: Brand, id: string, saver: Saver): Promise<Denial | null> {
  const row = await proposalOf(parts, brand, id);
  const { person } = saver.session;
  if (row === undefined || row.proposed_by !== person.id) return OVER;
  return endBy(parts, brand, row, saver, 'manage_settings', { state: 'withdrawn', entry: endEntry(row, 'policy.proposal_withdrawn', { kind: 'agent', id: person.id }, parts.now(), { address: saver.client.text }) });
}

/** Nothing that it names was changed since it was made: it can stand on the newer settings as it is. */
export function isUntouched(present: KeptState, changes: readonly KeptChange[]): boolean {
  return changes.every(({ channel, key, before }) => {
    const is = present.get(placeOf(channel, key)) ?? null;
    return before === null || is === null ? before === is : before.locked === is.locked && JSON.stringify(before.value) === JSON.stringify(is.value);
  });
}

/** Its author proposes it again, on the settings that stand now. Where they changed what it names, it must be made anew in the page. */
export async function proposeAgain(parts: SaveParts, brand: Brand, id: string, saver: Saver): Promise<Denial | null> {
  const rows = parts.store.brand(brand.id);
  const row = await proposalOf(parts, brand, id);
  const { person, id: session } = saver.session;
  if (row === undefined || row.proposed_by !== person.id) return OVER;
  const base = brand.policy.version;
  if (!isUntouched(await settingRows.kept(rows), changesOf(row))) return STALE;
  const at = parts.now();
  const denial = await judge(rows, changesOf(row), saver, at);
  if (denial !== null) return denial;
  const entry = endEntry(row, 'policy.proposed', { kind: 'agent', id: person.id }, at, { base, again: true, address: saver.client.text });
  const statements = [sessionRows.stillOpen(rows, session), agentRows.stillMay(rows, person.id, 'manage_settings'), proposalRows.rebase(rows, id, { base_version: base, proposed_at: at, until: proposalEnds(at) })];
  try {
    await parts.brands.commit([rows.part({ statements, entries: [entry], onPolicyVersion: base })]);
    return null;
  } catch (error) {
    if (error instanceof Conflict) return STALE;
    throw error;
  }
}
