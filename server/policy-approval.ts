// Proposals that wait for a second person: approved in one unit with the version they become, rejected, withdrawn, and put on newer settings.
import { type Denial, deny } from '#policy/decision.ts';
import { effective } from '#policy/effective.ts';
import { type KeptChange, type KeptState, placeOf } from '#policy/history.ts';
import { sourcesOf } from '#policy/policy-file.ts';
import { checkRules } from '#policy/rules.ts';
import * as agentRows from '#store/agents.ts';
import * as proposalRows from '#store/policy-proposals.ts';
import type { PolicyProposalRow } from '#store/policy-proposals.ts';
import * as settingRows from '#store/settings.ts';
import { type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import { stillMay } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import { commitPolicy, type Manner, type PolicyKept, type SaveParts, type Saver } from '#server/policy-commit.ts';
import { judgeApproval } from '#server/policy-approvers.ts';
import { judgeRestore } from '#server/policy-history.ts';
import { outcomeLetters, proposalLetters } from '#server/policy-letters.ts';
import { changesOf, endEntry, stillWaiting } from '#server/policy-proposal-ends.ts';
import { proposalEnds, stillTold } from '#server/policy-proposing.ts';
import { endingOf } from '#server/policy-stages.ts';

const OVER = deny('policy.proposal_over', null, {});
const STANDS = deny('policy.proposal_stands', null, {});
const STALE = deny('policy.proposal_stale', null, {});
const TOLD_AGAIN_MS = 3_600_000;

export const mannerOf = (row: PolicyProposalRow): Manner => JSON.parse(row.manner) as Manner;

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
  const manner = mannerOf(row);
  const { enforces } = manner;
  // Exactly what is on stage: its draft never changes, and whoever it was made to hold for since has made another version of it.
  const stage = enforces !== undefined && brand.stage?.id === enforces ? brand.stage : null;
  if (enforces !== undefined && stage === null) return { kind: 'denied', denial: STALE };
  const ending = stage === null ? undefined : await endingOf(rows, stage, { at, by: person.id, version, address: saver.client.text });
  const told = await outcomeLetters(parts, brand, row, changes, { outcome: 'approved', by: names.get(person.id) ?? person.id, minutes: manner.trialMinutes }, at);
  return { kind: await commitPolicy(parts, brand, saver, row.base_version, { ...manner, changes, entries, at, ending, approval: { proposal: row.id, proposedBy: row.proposed_by, told } }) };
}

/** One unit that ends a proposal without changing a setting. Null: done. */
async function endBy(parts: SaveParts, brand: Brand, row: PolicyProposalRow, { session }: Saver, right: 'admin' | 'manage_settings', how: { readonly state: proposalRows.ProposalEnd; readonly why?: string; readonly entry: Entry; readonly told?: readonly Statement[] }): Promise<Denial | null> {
  const rows = parts.store.brand(brand.id);
  const { id: by } = session.person;
  try {
    await parts.brands.commit([rows.part({
      statements: [...stillMay(rows, session, right), proposalRows.end(rows, row.id, { state: how.state, at: how.entry.at, by, why: how.why ?? null }), ...(how.told ?? [])], entries: [how.entry],
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
  const names = await agentRows.namesById(parts.store.brand(brand.id));
  const at = parts.now();
  const entry = endEntry(row, 'policy.proposal_rejected', { kind: 'agent', id: person.id }, at, { by: row.proposed_by, byName: names.get(row.proposed_by) ?? row.proposed_by, why, address: saver.client.text });
  return endBy(parts, brand, row, saver, 'admin', { state: 'rejected', why, entry, told: await outcomeLetters(parts, brand, row, changesOf(row), { outcome: 'rejected', by: names.get(person.id) ?? person.id }, at) });
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
  const { person } = saver.session;
  if (row === undefined || row.proposed_by !== person.id) return OVER;
  const base = brand.policy.version;
  // Else it would never run out, and its approvers would be told of it without end.
  if (row.base_version === base) return STANDS;
  if (!isUntouched(await settingRows.kept(rows), changesOf(row))) return STALE;
  const at = parts.now();
  const denial = await judge(rows, changesOf(row), saver, at);
  if (denial !== null) return denial;
  const entry = endEntry(row, 'policy.proposed', { kind: 'agent', id: person.id }, at, { base, again: true, address: saver.client.text });
  const anew = { base_version: base, proposed_at: at, until: proposalEnds(at) };
  // Whoever was told within the hour is not told again.
  const told = at - row.proposed_at < TOLD_AGAIN_MS || !(await stillTold(rows, person.id, at)) ? [] : await proposalLetters(parts, brand, { ...row, ...anew }, changesOf(row), at);
  const statements = [...stillMay(rows, saver.session, 'manage_settings'), proposalRows.rebase(rows, id, anew), ...told];
  try {
    await parts.brands.commit([rows.part({ statements, entries: [entry], onPolicyVersion: base })]);
    return null;
  } catch (error) {
    if (error instanceof Conflict) return STALE;
    throw error;
  }
}
