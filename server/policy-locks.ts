// Locking a module value, so that channels may only be tighter, and lifting such a lock: what it would hold back, then the unit that keeps it.
import { catalogue, type Key, settingOf } from '#policy/catalogue.ts';
import { type LockProposal, proposeLock } from '#policy/channel-change.ts';
import type { Fault } from '#policy/fault.ts';
import { placeOf } from '#policy/history.ts';
import * as channelRows from '#store/channels.ts';
import * as settingRows from '#store/settings.ts';
import type { Entry } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand } from '#server/brands.ts';
import { commitPolicy, type PolicyKept, type SaveParts, type Saver } from '#server/policy-commit.ts';
import { draftPolicy } from '#server/draft-policy.ts';
import { chatsClosing } from '#server/site-preview.ts';

export interface AskedLock {
  readonly key: string;
  readonly locked: boolean;
}

export type LockSaved = { readonly kind: PolicyKept | 'unchanged' } | { readonly kind: 'invalid'; readonly faults: readonly Fault[] };

export interface LockPreview {
  readonly faults: readonly Fault[];
  /** The channels whose own value the lock holds back (or lets go of), in words. */
  readonly channels: readonly { readonly id: string; readonly name: string; readonly own: string; readonly held: string }[];
  readonly value: string;
  /** False: the value is the default, and is saved together with the lock. */
  readonly saved: boolean;
  readonly chatsClosing: number;
}

async function propose(parts: SaveParts, brand: Brand, asked: AskedLock, by?: { readonly setBy: string; readonly setAt: number }): Promise<LockProposal> {
  const { module, channels, pinned } = await settingRows.all(parts.store.brand(brand.id));
  return proposeLock(module, channels, asked, { ...by, pinned });
}

/** What the lock would do, before it is saved. */
export async function previewLock(parts: SaveParts, brand: Brand, asked: AskedLock): Promise<LockPreview> {
  const rows = parts.store.brand(brand.id);
  const proposal = await propose(parts, brand, asked);
  if (!proposal.ok) return { faults: proposal.faults, channels: [], value: '', saved: true, chatsClosing: 0 };
  const key = asked.key as Key;
  const say = settingOf(key).kind.print as (value: unknown) => string;
  const { change, next } = proposal;
  const names = new Map((await channelRows.all(rows)).map((row) => [row.id, row.name]));
  const closing = await chatsClosing(rows, parts.now(), brand.savedIn, await draftPolicy(rows, { policy: brand.policy, next }));
  return {
    faults: [],
    channels: (change?.channels ?? []).map((one) => ({ id: one.id, name: names.get(one.id) ?? one.id, own: say(one.own), held: say(one.held) })),
    value: say(brand.policy.values[key]),
    saved: change?.saved ?? true,
    chatsClosing: closing,
  };
}

/** Locks or unlocks, on top of `baseVersion` and nothing newer. A default that is locked is saved in the same unit. */
export async function saveLock(parts: SaveParts, brand: Brand, asked: AskedLock, baseVersion: number, saver: Saver): Promise<LockSaved> {
  if (brand.policy.version !== baseVersion) return { kind: 'stale' };
  const at = parts.now();
  const author = saver.session.person.id;
  const proposal = await propose(parts, brand, asked, { setBy: author, setAt: at });
  if (!proposal.ok) return { kind: 'invalid', faults: proposal.faults };
  const { change } = proposal;
  if (change === null) return { kind: 'unchanged' };
  const rows = parts.store.brand(brand.id);
  const { key, locked, saved, value } = change;
  const before = (await settingRows.kept(rows)).get(placeOf(null, key)) ?? null;
  const after = before === null ? { value, locked, setBy: author, setAt: at } : { ...before, locked };
  const entry: Entry = {
    id: newId('evt'),
    at,
    actor: { kind: 'agent', id: author },
    event: locked ? 'policy.locked' : 'policy.unlocked',
    entity: { kind: 'setting', id: key },
    facts: { label: catalogue[key].label, channels: change.channels.length, savedDefault: !saved, version: baseVersion + 1, address: saver.client.text },
  };
  return { kind: await commitPolicy(parts, brand, saver, baseVersion, { changes: [{ channel: null, key, before, after }], entries: [entry], at }) };
}
