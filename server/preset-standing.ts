// Presets held against a brand's settings as they stand now: what the store adds to the pure check, and how each requirement is shown.
import type { Policy } from '#policy/effective.ts';
import { aboutOf, type Preset } from '#policy/preset.ts';
import { type Checked, checkPreset, type Deviation, type InForce } from '#policy/preset-check.ts';
import { proofsOf } from '#policy/proofs.ts';
import type { ServerFacts } from '#policy/server-facts.ts';
import * as agentRows from '#store/agents.ts';
import * as channelRows from '#store/channels.ts';
import * as deviationRows from '#store/deviations.ts';
import type { DeviationRow } from '#store/deviations.ts';
import type { BrandStore } from '#store/store.ts';
import type { Config } from '#server/config.ts';
import { shownOrigin } from '#server/settings-desk.ts';

/** What a standard asks of the configuration, as this process has it. */
export const serverFactsOf = ({ clamd, publicUrl }: Pick<Config, 'clamd' | 'publicUrl'>): ServerFacts => ({ antivirus: clamd !== null, https: publicUrl.protocol === 'https:' });

/** The module's policy and each channel's, as one snapshot: a brand is one. */
export interface Holding {
  readonly policy: Policy;
  policyIn(channelId: string): Policy;
}

export interface KeptDeviation extends Deviation {
  readonly row: DeviationRow;
}

export interface Gathered {
  readonly standing: InForce;
  readonly deviations: readonly KeptDeviation[];
  /** Of people, by id. */
  readonly names: ReadonlyMap<string, string>;
}

export async function gather(rows: BrandStore, holding: Holding, server: ServerFacts): Promise<Gathered> {
  const { policy } = holding;
  const [channels, kept, names] = await Promise.all([channelRows.all(rows), deviationRows.all(rows), agentRows.namesById(rows)]);
  return {
    // A channel that is off counts too: switching it on is no change of settings.
    standing: { policy, channels: channels.map(({ id, name }) => ({ id, name, policy: holding.policyIn(id) })), server },
    deviations: kept.map((row) => ({ id: row.id, requirement: row.requirement, values: row.found, row })),
    names,
  };
}

export const checkGathered = (preset: Preset, { standing, deviations }: Gathered): Checked<KeptDeviation>[] =>
  checkPreset(preset, standing, deviations.filter(({ row }) => row.preset === preset.id));

/** A requirement as the page and programs read it. */
export function shownRequirement({ requirement, state, value, wanted, because, loose, deviation, stale }: Checked<KeptDeviation>, { standing, names }: Gathered) {
  const { id, number, asks, by } = requirement;
  const key = requirement.by === 'setting' ? requirement.key : null;
  return {
    id, number, asks, by, state, key, value, wanted, because,
    about: aboutOf(requirement),
    origin: key === null ? null : shownOrigin(standing.policy.origins[key], names),
    loose: [...loose],
    deviation: deviation === null ? null : { id: deviation.id, reason: deviation.row.reason, at: deviation.row.recorded_at, by: deviation.row.recorded_by, byName: names.get(deviation.row.recorded_by) ?? null, stale },
    proof: [...proofsOf(requirement)],
  };
}
