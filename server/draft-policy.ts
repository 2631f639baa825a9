// The policy of the brand and of each channel as a draft would make them: one snapshot, for whatever asks many questions of it.
import { effective, type Policy, type Stored } from '#policy/effective.ts';
import type { PolicyFor } from '#policy/replay.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore } from '#store/store.ts';

/** `make` is asked once a channel. */
export function onceEach(brandWide: Policy, make: (channel: string) => Policy): PolicyFor {
  const made = new Map<string, Policy>();
  return (channel) => {
    if (channel === null) return brandWide;
    const kept = made.get(channel) ?? make(channel);
    made.set(channel, kept);
    return kept;
  };
}

/** A draft of the module's values: channels keep their own, and what a file pins stays. */
export async function draftPolicy(rows: BrandStore, { policy, next }: { readonly policy: Policy; readonly next: Readonly<Record<string, Stored>> }): Promise<PolicyFor> {
  const { channels, pinned } = await settingRows.all(rows);
  return onceEach(policy, (id) => (Object.hasOwn(channels, id) ? effective({ version: 0, module: next, channel: channels[id]!, pinned }) : policy));
}
