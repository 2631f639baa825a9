// Saving a channel's own settings: the draft is judged over what the module says now, then stored with its version and audit rows in one unit.
import { catalogue, type Key } from '#policy/catalogue.ts';
import { type ChannelChange, type ChannelProposal, proposeChannelChange } from '#policy/channel-change.ts';
import type { Fault } from '#policy/fault.ts';
import { placeOf } from '#policy/history.ts';
import type { ChannelRow } from '#store/channels.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore, Entry } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import { commitPolicy, type Manner, type PolicyKept, type PolicyUnit, type SaveParts, type Saver } from '#server/policy-commit.ts';
import { auditValues } from '#server/policy-save.ts';

export type ChannelSaved =
  | { readonly kind: PolicyKept | 'unchanged' }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] };

/** Parses a draft (null: inherit again) against what is stored now. Used alike by preview and save. */
export async function proposeForChannel(rows: BrandStore, channelId: string, patch: Readonly<Record<string, unknown>>): Promise<ChannelProposal> {
  const { module, channels, pinned } = await settingRows.all(rows);
  return proposeChannelChange({ module, channel: channels[channelId] ?? {} }, patch, { pinned });
}

/** Saves the draft of one channel, on top of `baseVersion` and nothing newer. */
export async function saveChannelPolicy(parts: SaveParts, brand: Brand, channel: ChannelRow, patch: Readonly<Record<string, unknown>>, baseVersion: number, saver: Saver, manner: Manner & Pick<PolicyUnit, 'ending'> = {}): Promise<ChannelSaved> {
  if (brand.policy.version !== baseVersion) return { kind: 'stale' };
  const rows = parts.store.brand(brand.id);
  const [proposal, stored] = await Promise.all([proposeForChannel(rows, channel.id, patch), settingRows.kept(rows)]);
  if (!proposal.ok) return { kind: 'invalid', faults: proposal.faults };
  if (proposal.changed.length === 0) return { kind: 'unchanged' };
  const { reason } = manner;
  const at = parts.now();
  const author = saver.session.person.id;
  const changes = proposal.changed.map(({ key, ownAfter }) => ({
    channel: channel.id, key, before: stored.get(placeOf(channel.id, key)) ?? null, after: ownAfter === undefined ? null : { value: ownAfter, locked: false, setBy: author, setAt: at },
  }));
  const entries = proposal.changed.map((change) => entryOf(change, channel, { at, author, version: baseVersion + 1, address: saver.client.text, ...(reason === undefined ? {} : { reason }) }));
  return { kind: await commitPolicy(parts, brand, saver, baseVersion, { ...manner, changes, entries, at }) };
}

interface Made { readonly at: number; readonly author: string; readonly version: number; readonly address: string | null; readonly reason?: string }

/** `before` and `after` are the channel's own values; null while it inherits. */
function entryOf(change: ChannelChange, channel: ChannelRow, { at, author, version, address, reason }: Made): Entry {
  const { key, direction, looser, ownBefore = null, ownAfter = null } = change;
  return {
    id: newId('evt'),
    at,
    actor: { kind: 'agent', id: author },
    event: 'policy.changed',
    entity: { kind: 'setting', id: key },
    ...auditValues(ownBefore, ownAfter),
    facts: { label: catalogue[key as Key].label, direction, channel: channel.id, channelName: channel.name, ...(looser ? { looser: true } : {}), version, address, ...(reason === undefined ? {} : { reason }) },
  };
}
