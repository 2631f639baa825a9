// A change on stage: beginning it, making it hold for others, enforcing it for everybody, taking it back; each one unit with its rows and a version of the policy.
import { type Key, settingOf } from '#policy/catalogue.ts';
import { decideAlone } from '#policy/decide/second-person.ts';
import { allow, type Denial, deny } from '#policy/decision.ts';
import { type Fault, fault } from '#policy/fault.ts';
import { writeKeptChanges } from '#policy/history.ts';
import { type StageFigures, figuresOf, type RefusalLimit } from '#policy/stage-figures.ts';
import { type StagedDraft, stageFaults, type StageKind, writeDraft } from '#policy/stage.ts';
import * as channelRows from '#store/channels.ts';
import * as countRows from '#store/policy-counts.ts';
import * as stageRows from '#store/policy-stages.ts';
import * as trialRows from '#store/policy-trials.ts';
import * as settingRows from '#store/settings.ts';
import { type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import * as teamRows from '#store/teams.ts';
import { stillMay } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand, RunningStage } from '#server/brands.ts';
import { proposeForChannel, saveChannelPolicy } from '#server/channel-policy-save.ts';
import type { Manner, PolicyUnit, SaveParts, Saver } from '#server/policy-commit.ts';
import { judgeProposal, propose, savePolicy } from '#server/policy-save.ts';

const DAY = 86_400_000;

/** Whom a change on stage holds for. */
export interface Holding {
  readonly kind: StageKind;
  readonly share?: number | undefined;
  readonly team?: string | undefined;
  readonly in?: string | undefined;
  /** It ends by itself when refusals rise over this; for a report there is nothing to end. */
  readonly limit?: RefusalLimit | undefined;
}

export interface Staging extends Holding, StagedDraft {
  /** Ends by itself after so many days. */
  readonly days: number;
  readonly reason?: string | undefined;
}

export type Staged =
  | { readonly kind: 'done' | 'unchanged' | 'stale' | 'on_trial' | 'running' | 'over' | 'proposed' | 'many' }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }
  | { readonly kind: 'denied'; readonly denial: Denial };

type Kept = 'done' | 'stale' | 'on_trial' | 'running' | 'over';
const CONFLICTS: Readonly<Record<string, Kept>> = { 'policy.trial_waiting': 'on_trial', 'policy.stage_running': 'running', 'policy.stage_over': 'over' };

export const countOfSettings = ({ settings }: StagedDraft): string => (Object.keys(settings).length === 1 ? '1 setting' : `${Object.keys(settings).length} settings`);

/** A unit that changes whom settings hold for, and none that is saved: a version of its own, so that every node reads them anew. */
export async function commitStage(parts: SaveParts, brand: Brand, base: number, unit: { readonly statements: readonly Statement[]; readonly entry: Entry; readonly author: string | null; readonly words: string }): Promise<Kept> {
  const rows = parts.store.brand(brand.id);
  const version = settingRows.version(rows, { version: base + 1, at: unit.entry.at, author: unit.author, reason: unit.words, diff: writeKeptChanges([]) });
  try {
    await parts.brands.commit([rows.part({ statements: [...unit.statements, version], entries: [unit.entry], bumps: ['policy'], onPolicyVersion: base })]);
    return 'done';
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await parts.brands.confirm(brand.id);
    return CONFLICTS[error.code] ?? 'stale';
  }
}

/** What there is to hold for, in words; faults where there is none. */
async function holdingOf(rows: BrandStore, { kind, share, team, in: channelId }: Holding): Promise<{ readonly faults: readonly Fault[]; readonly words: string }> {
  if (kind === 'report') return { faults: [], words: 'as report only' };
  if (kind === 'share') return share === undefined ? { faults: [fault('share', 'stage.share', 'The share', 'be a whole number from 1 to 99 percent', 'missing')], words: '' } : { faults: [], words: `for ${share} % of people` };
  const found = kind === 'team' ? await teamRows.byId(rows, team ?? '') : await channelRows.byId(rows, channelId ?? '');
  const path = kind === 'team' ? 'team' : 'in';
  if (found === undefined) return { faults: [fault(path, `${kind}.missing`, `The ${kind}`, 'be one of this brand', 'another')], words: '' };
  return { faults: [], words: kind === 'team' ? `for the team “${found.name}”` : `in the channel “${found.name}”` };
}

const rowOf = ({ kind, share, team, in: channelId, limit }: Holding) => ({
  kind, share: kind === 'share' ? (share ?? null) : null, team_id: kind === 'team' ? (team ?? null) : null, channel_id: kind === 'channel' ? (channelId ?? null) : null,
  limit_percent: kind === 'report' ? null : (limit?.percent ?? null), limit_least: kind === 'report' ? null : (limit?.least ?? null), limit_minutes: kind === 'report' ? null : (limit?.minutes ?? null),
});

interface Judged { readonly draft: StagedDraft; readonly denial: Denial | null; readonly faults: readonly Fault[] }

/** The draft as it would be stored, and what stands in its way; nobody is shut out by what is only counted. */
async function judgeDraft(parts: SaveParts, brand: Brand, { channel, settings }: StagedDraft, kind: StageKind, saver: Saver): Promise<Judged> {
  const rows = parts.store.brand(brand.id);
  const proposal = channel === null ? await propose(parts.store, brand, settings) : await proposeForChannel(rows, channel, settings);
  if (!proposal.ok) return { draft: { channel, settings }, denial: null, faults: proposal.faults };
  const changed = proposal.changed.map((change): [Key, unknown] => [change.key, 'ownAfter' in change ? (change.ownAfter ?? null) : change.after]);
  const denial = kind === 'report' || !('warnings' in proposal) ? null : await judgeProposal(parts.store, brand, proposal, saver, parts.now());
  return { draft: { channel, settings: Object.fromEntries(changed) }, denial, faults: stageFaults(kind, channel, changed.map(([key]) => key)) };
}

/** What holds for some holds: where it needs a second person it is only counted, and then proposed with what was counted. */
function aloneOn(brand: Brand, kind: StageKind, { settings }: StagedDraft): Denial | null {
  const decision = kind === 'report' ? allow() : decideAlone(brand.policy, Object.keys(settings));
  return decision.allowed ? null : decision;
}

/** Puts a draft on stage, on top of version `base` and nothing newer. */
export async function beginStage(parts: SaveParts, brand: Brand, staging: Staging, base: number, saver: Saver): Promise<Staged> {
  if (brand.policy.version !== base) return { kind: 'stale' };
  const rows = parts.store.brand(brand.id);
  const [judged, holding] = [await judgeDraft(parts, brand, staging, staging.kind, saver), await holdingOf(rows, staging)];
  const faults = [...judged.faults, ...holding.faults];
  if (faults.length > 0) return { kind: 'invalid', faults };
  if (judged.denial !== null) return { kind: 'denied', denial: judged.denial };
  const { draft } = judged;
  const alone = aloneOn(brand, staging.kind, draft);
  if (alone !== null) return { kind: 'denied', denial: alone };
  if (Object.keys(draft.settings).length === 0) return { kind: 'unchanged' };
  const at = parts.now();
  const by = saver.session.person.id;
  const id = newId('stg');
  const row = { ...rowOf(staging), id, draft: writeDraft(draft), from_version: base + 1, began_at: at, began_by: by, phase_at: at, until: at + staging.days * DAY, reason: staging.reason ?? null };
  const labels = Object.keys(draft.settings).map((key) => settingOf(key as Key).label);
  const entry: Entry = {
    id: newId('evt'), at, actor: { kind: 'agent', id: by }, event: 'policy.stage_began', entity: { kind: 'policy', id: String(base + 1) },
    facts: { stage: id, for: holding.words, settings: countOfSettings(draft), labels, until: row.until, address: saver.client.text, ...(staging.reason === undefined ? {} : { reason: staging.reason }) },
  };
  return { kind: await commitStage(parts, brand, base, { statements: [...stillMay(rows, saver.session, 'manage_settings'), trialRows.noneWaiting(rows), stageRows.insert(rows, row)], entry, author: by, words: `On stage ${holding.words}: ${labels.join(', ')}.` }) };
}

const running = (brand: Brand, id: string): RunningStage | null => (brand.stage?.id === id ? brand.stage : null);

/** Makes the stage hold for others: more people, or fewer. Its time begins anew. */
export async function widenStage(parts: SaveParts, brand: Brand, id: string, to: Holding & { readonly days: number }, saver: Saver): Promise<Staged> {
  const stage = running(brand, id);
  if (stage === null) return { kind: 'over' };
  const rows = parts.store.brand(brand.id);
  // What is judged below is judged on it; a save meanwhile makes the unit fail.
  const base = brand.policy.version;
  const [judged, holding] = [await judgeDraft(parts, brand, stage.draft, to.kind, saver), await holdingOf(rows, to)];
  const faults = [...judged.faults, ...holding.faults];
  if (faults.length > 0) return { kind: 'invalid', faults };
  const denial = judged.denial ?? aloneOn(brand, to.kind, stage.draft);
  if (denial !== null) return { kind: 'denied', denial };
  const at = parts.now();
  const by = saver.session.person.id;
  const entry: Entry = {
    id: newId('evt'), at, actor: { kind: 'agent', id: by }, event: 'policy.stage_widened', entity: { kind: 'policy', id: String(base + 1) }, facts: { stage: id, for: holding.words, address: saver.client.text },
  };
  const statements = [...stillMay(rows, saver.session, 'manage_settings'), trialRows.noneWaiting(rows), stageRows.widen(rows, id, { ...rowOf(to), phase_at: at, until: at + to.days * DAY })];
  return { kind: await commitStage(parts, brand, base, { statements, entry, author: by, words: `The change on stage now holds ${holding.words}.` }) };
}

/** Everything counted of a change since it began. */
export async function figuresSince(rows: BrandStore, compared: string, from: number): Promise<StageFigures> {
  return figuresOf(await countRows.since(rows, compared, countRows.slotOf(from)));
}

/** What ends the stage in the unit of the save that enforces it. */
export async function endingOf(rows: BrandStore, { row }: RunningStage, { at, by, version, address }: { readonly at: number; readonly by: string; readonly version: number; readonly address: string | null }): Promise<NonNullable<PolicyUnit['ending']>> {
  const figures = await figuresSince(rows, row.id, row.began_at);
  const facts = { stage: row.id, refused: figures.nowRefused, decisions: figures.decisions, address };
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'agent', id: by }, event: 'policy.stage_enforced', entity: { kind: 'policy', id: String(version) }, facts };
  return { statements: [stageRows.end(rows, row.id, { state: 'enforced', at, by, figures: JSON.stringify(figures) })], entries: [entry] };
}

/** Saves what is on stage, for everybody, and ends the stage in the same unit; where it needs a second person, proposes exactly that. */
export async function enforceStage(parts: SaveParts, brand: Brand, id: string, saver: Saver, manner: Manner): Promise<Staged> {
  const stage = running(brand, id);
  if (stage === null) return { kind: 'over' };
  const rows = parts.store.brand(brand.id);
  const at = parts.now();
  const by = saver.session.person.id;
  const base = brand.policy.version;
  const ending = await endingOf(rows, stage, { at, by, version: base + 1, address: saver.client.text });
  const reason = manner.reason ?? stage.row.reason ?? undefined;
  const { channel, settings } = stage.draft;
  const row = channel === null ? null : await channelRows.byId(rows, channel);
  if (row === undefined) return { kind: 'invalid', faults: [fault('channel', 'channel.missing', 'The channel', 'be one of this brand', 'gone')] };
  const saved = row === null ? await savePolicy(parts, brand, settings, base, saver, { ...manner, reason, ending, enforces: id }) : await saveChannelPolicy(parts, brand, row, settings, base, saver, { ...manner, reason, ending, enforces: id });
  if (saved.kind === 'invalid' || saved.kind === 'denied') return saved;
  if (saved.kind === 'stale' || saved.kind === 'on_trial' || saved.kind === 'proposed' || saved.kind === 'many' || saved.kind === 'over') return { kind: saved.kind };
  if (saved.kind === 'unwatched') return { kind: 'denied', denial: deny('policy.trial_unwatched', null, {}) };
  if (saved.kind === 'saved') return { kind: 'done' };
  if (saved.kind !== 'unchanged') return { kind: 'stale' };
  // What is on stage was saved otherwise meanwhile, by a policy file: nothing is left to save.
  return { kind: await commitStage(parts, brand, base, { statements: [...stillMay(rows, saver.session, 'manage_settings'), ...ending.statements], entry: ending.entries[0] as Entry, author: by, words: 'The change on stage was saved already.' }) };
}

/** Takes the stage back: nothing of it holds any more. */
export async function takeStageBack(parts: SaveParts, brand: Brand, id: string, saver: Saver): Promise<Staged> {
  const stage = running(brand, id);
  if (stage === null) return { kind: 'over' };
  const rows = parts.store.brand(brand.id);
  const at = parts.now();
  const by = saver.session.person.id;
  const figures = JSON.stringify(await figuresSince(rows, id, stage.row.began_at));
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'agent', id: by }, event: 'policy.stage_taken_back', entity: { kind: 'policy', id: String(brand.policy.version + 1) }, facts: { stage: id, address: saver.client.text } };
  return { kind: await commitStage(parts, brand, brand.policy.version, { statements: [...stillMay(rows, saver.session, 'manage_settings'), stageRows.end(rows, id, { state: 'taken_back', at, by, figures })], entry, author: by, words: 'The change on stage was taken back.' }) };
}

export const OVER = deny('policy.stage_over', null, {});
