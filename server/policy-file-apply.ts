// Applies a plan of a policy file from the host: one unit on top of the version it was planned on, with a row for each setting.
import { labelOf } from '#policy/catalogue.ts';
import { PINNED, type Plan, type Present } from '#policy/policy-file.ts';
import * as channelRows from '#store/channels.ts';
import { readDraft } from '#policy/stage.ts';
import * as stageRows from '#store/policy-stages.ts';
import * as trialRows from '#store/policy-trials.ts';
import * as settingRows from '#store/settings.ts';
import { type BrandStore, Conflict, type Entry, type Store } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { endOfFramed } from '#server/framed-sessions.ts';
import { keepingOf } from '#server/policy-commit.ts';
import { touchesStage } from '#server/stage-overlap.ts';
import { auditValues } from '#server/policy-save.ts';

export async function presentOf(rows: BrandStore): Promise<Present> {
  const [state, channels] = await Promise.all([settingRows.kept(rows), channelRows.all(rows)]);
  return { state, channels: channels.map(({ id, name }) => ({ id, name })) };
}

export interface Applying {
  readonly store: Store;
  readonly brandId: string;
  /** The version of the policy that the plan was made on. */
  readonly baseVersion: number;
  readonly plan: Plan;
  /** Name of the file, for the history. */
  readonly file: string;
  readonly reason: string | undefined;
  /** In the workspace a second person would have to approve it; on the host nobody has to, and the rows say so. */
  readonly pastSecondPerson: boolean;
  readonly at: number;
}

/** Gives what stands in the way, as a sentence; undefined when it is applied, whole and durable. */
export async function applyPlan({ store, brandId, baseVersion, plan, file, reason, pastSecondPerson, at }: Applying): Promise<string | undefined> {
  const rows = store.brand(brandId);
  const names = new Map((await channelRows.all(rows)).map(({ id, name }) => [id, name]));
  const entries: Entry[] = plan.changes.map(({ channel, key, before, after }) => ({
    id: newId('evt'), at, actor: { kind: 'host', id: null }, event: 'policy.applied', entity: { kind: 'setting', id: key }, ...auditValues(before?.value ?? null, after?.value ?? null),
    facts: {
      label: labelOf(key), file, version: baseVersion + 1, ...(pastSecondPerson ? { pastSecondPerson } : {}), ...(channel === PINNED ? { pinned: after !== null } : channel === null ? {} : { channel, channelName: names.get(channel) ?? channel }),
    },
  }));
  const stage = await stageRows.running(rows);
  if (stage !== undefined && (await touchesStage(rows, readDraft(stage.draft), plan.changes))) return 'A change of these settings is on stage: enforce it or take it back first. Nothing was changed.';
  const words = reason ?? `Applied from ${file}`;
  const framed = await endOfFramed(rows, plan.changes, { actor: { kind: 'host', id: null }, at });
  const statements = [trialRows.noneWaiting(rows), ...framed.statements, ...keepingOf(rows, plan.changes, { version: baseVersion + 1, at, author: null, reason: words })];
  try {
    await store.commit([rows.part({ statements, entries: [...entries, ...framed.entries], bumps: ['policy', ...framed.bumps], onPolicyVersion: baseVersion })]);
    return undefined;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    if (error.code === 'policy.trial_waiting') return 'A change is on trial: confirm it or take it back first. Nothing was changed.';
    return 'Somebody saved settings at the same moment. Look at the plan again. Nothing was changed.';
  }
}
