// The settings of a brand as one version of them holds: of the brand, of a channel, and of a person, where a change on stage holds for some and not for others.
import { effective, type Policy } from '#policy/effective.ts';
import { readKeptChanges, undone } from '#policy/history.ts';
import { sourcesOf } from '#policy/policy-file.ts';
import type { PolicyFor } from '#policy/replay.ts';
import { readDraft, type SavedValues, stageApplies, type StagedDraft, type StagedFor, stagedOver } from '#policy/stage.ts';
import * as stageRows from '#store/policy-stages.ts';
import type { PolicyStageRow } from '#store/policy-stages.ts';
import * as trialRows from '#store/policy-trials.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore } from '#store/store.ts';
import * as teamRows from '#store/teams.ts';

/** A change whose effect is counted: each decision that is noted is made both ways. */
export interface Compared {
  /** Of the stage or the trial. */
  readonly id: string;
  /** It holds for everybody: a change on trial. */
  readonly everybody: boolean;
  readonly before: PolicyFor;
  readonly after: PolicyFor;
}

export interface RunningStage extends StagedFor {
  readonly row: PolicyStageRow;
  readonly draft: StagedDraft;
  members: ReadonlySet<string>;
}

export interface BrandPolicy {
  /** Of the brand itself, as it is saved. Frozen; replaced whole when the brand's settings change. */
  policy: Policy;
  /** Of one channel, with its own values over the brand's; kept until the settings change. */
  policyIn(channelId: string): Policy;
  /** Of the brand, for this person: what is on stage where it holds for them. Its version is below zero then. */
  policyFor(personId: string): Policy;
  /** As it is saved, whatever is on stage. Null: of the brand. */
  savedIn(channelId: string | null): Policy;
  /** The change on stage; null while none is. */
  stage: RunningStage | null;
  compared: Compared | null;
  /** People or teams changed: whom the stage holds for is read again. True when it holds for others now. */
  readMembers(): Promise<boolean>;
}

/** Policies made when they are first asked for. */
function policiesOf(version: number, { module, channels }: SavedValues, pinned: Readonly<Record<string, unknown>>): PolicyFor {
  const own = new Map(Object.entries(channels));
  const kept = new Map<string, Policy>();
  let wide: Policy | undefined;
  const ofBrand = (): Policy => (wide ??= effective({ version, module, pinned }));
  return (channelId) => {
    const channel = channelId === null ? undefined : own.get(channelId);
    if (channelId === null || channel === undefined) return ofBrand();
    const present = kept.get(channelId);
    if (present !== undefined) return present;
    const made = effective({ version, module, channel, pinned });
    kept.set(channelId, made);
    return made;
  };
}

/** People whose share is remembered: asked several times a request, it costs more to work out than to look up. */
const MOST_REMEMBERED = 100_000;

function holdingOf(stage: StagedFor): (personId: string) => boolean {
  if (stage.kind !== 'share') return (personId) => stageApplies(stage, personId);
  const known = new Map<string, boolean>();
  return (personId) => {
    const present = known.get(personId);
    if (present !== undefined) return present;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const holds = stageApplies(stage, personId);
    known.set(personId, holds);
    return holds;
  };
}

const membersOf = async (rows: BrandStore, teamId: string | null): Promise<ReadonlySet<string>> => new Set(teamId === null ? [] : (await teamRows.members(rows, teamId)).map(({ agent_id }) => agent_id));

export async function readBrandPolicy(rows: BrandStore, version: number): Promise<BrandPolicy> {
  const [saved, row, trial] = await Promise.all([settingRows.all(rows), stageRows.running(rows), trialRows.waiting(rows)]);
  const savedIn = policiesOf(version, saved, saved.pinned);
  const policy = savedIn(null);
  const plain: BrandPolicy = { policy, policyIn: savedIn, policyFor: () => policy, savedIn, stage: null, compared: null, readMembers: async () => false };
  if (row === undefined) {
    if (trial === undefined || trial.limit_percent === null) return plain;
    const { pinned, ...earlier } = sourcesOf(undone(await settingRows.kept(rows), readKeptChanges(trial.undo) ?? []));
    return { ...plain, compared: { id: trial.id, everybody: true, before: policiesOf(-version, earlier, pinned), after: savedIn } };
  }
  const draft = readDraft(row.draft);
  const stage: RunningStage = { id: row.id, kind: row.kind, share: row.share, members: await membersOf(rows, row.team_id), row, draft };
  const holdsFor = holdingOf(stage);
  const staged = policiesOf(-version, stagedOver(saved, draft), saved.pinned);
  return {
    ...plain,
    policyIn: row.kind === 'channel' ? (channelId) => (channelId === row.channel_id ? staged : savedIn)(channelId) : savedIn,
    policyFor: (personId) => (holdsFor(personId) ? staged(null) : policy),
    stage,
    compared: { id: row.id, everybody: false, before: savedIn, after: staged },
    async readMembers() {
      if (stage.kind !== 'team') return false;
      const members = await membersOf(rows, row.team_id);
      const same = members.size === stage.members.size && [...members].every((id) => stage.members.has(id));
      stage.members = members;
      return !same;
    },
  };
}
