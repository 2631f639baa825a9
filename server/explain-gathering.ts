// What an explanation stands on, read as it lies in the store: the settings that stand, the names in them, and what was before.
import * as agentRows from '#store/agents.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as channelRows from '#store/channels.ts';
import * as stageRows from '#store/policy-stages.ts';
import * as versionRows from '#store/policy-versions.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore } from '#store/store.ts';
import type { Before, StoredSettings } from '#server/explaining.ts';
import { AT_ONCE } from '#server/state-then.ts';

/** A `StoredSettings` whose values are not read yet: a list of 100,000 is a tenth of a second's work, for whoever has the time. */
export interface Gathered extends Omit<StoredSettings, 'state'> {
  readonly rows: readonly settingRows.SettingRow[];
}

export async function gather(brand: BrandStore, version: number): Promise<Gathered> {
  const [rows, channels, people] = await Promise.all([settingRows.rowsOf(brand), channelRows.all(brand), agentRows.namesById(brand)]);
  const setBy = new Set(rows.map((row) => row.set_by).filter((id) => id !== null && !people.has(id)));
  const keys = await apiKeyRows.namesOf(brand, [...setBy] as string[]);
  return { version, rows, channels: channels.map(({ id, name }) => ({ id, name })), names: new Map([...people, ...keys]) };
}

export const standingIn = ({ rows, ...rest }: Gathered): StoredSettings => ({ ...rest, state: settingRows.keptIn(rows) });
export const standingOf = async (brand: BrandStore, version: number): Promise<StoredSettings> => standingIn(await gather(brand, version));

export const beforeIn = (brand: BrandStore): Before => ({
  laterThan: (version) => async (before) => (await versionRows.after(brand, version, AT_ONCE, before)).map(({ version: one, diff }) => ({ version: one, diff })),
  stageAt: async (at) => (await stageRows.at(brand, at))?.draft ?? null,
});
