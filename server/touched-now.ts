// Tells before a save what it would touch at once beside sessions: keys that would be refused, files that would close or open, uploads under way, and channels.
import type { Key } from '#policy/catalogue.ts';
import type { PolicyFor } from '#policy/replay.ts';
import type { BrandStore } from '#store/store.ts';
import { type TouchedChannels, touchedChannels } from '#server/touched-channels.ts';
import { type TouchedFiles, touchedFiles } from '#server/touched-files.ts';
import { type TouchedKeys, touchedKeys } from '#server/touched-keys.ts';

export interface TouchedNow {
  readonly keys: TouchedKeys;
  readonly files: TouchedFiles;
  readonly channels: TouchedChannels;
}

export interface Draft {
  /** Of the brand (null) and of each channel. */
  readonly current: PolicyFor;
  readonly next: PolicyFor;
  /** The settings that the draft names. */
  readonly changed: readonly Key[];
}

export async function touchedNow(brand: BrandStore, draft: Draft, now: number): Promise<TouchedNow> {
  const [keys, files, channels] = await Promise.all([touchedKeys(brand, draft, now), touchedFiles(brand, draft, now), touchedChannels(brand, draft)]);
  return { keys, files, channels };
}
