// A proposed change of a channel's own values, or of a lock on the module's: every fault at once, or the whole next policy.
import { type Key, settingOf } from './catalogue.ts';
import { type Change, type ChangeContext, readValue, refuseKey, sameValue } from './change.ts';
import { type Policy, type Stored, effective } from './effective.ts';
import { type Fault, fault, isRecord, shown } from './fault.ts';
import type { Comparison } from './kind.ts';
import { checkRules } from './rules.ts';

type Saved = Readonly<Record<string, Stored>>;

/** `before` and `after` are what holds in the channel. */
export interface ChannelChange extends Change {
  /** The channel's own value as it is stored; undefined while it inherits. */
  readonly ownBefore: unknown;
  readonly ownAfter: unknown;
  /** The next value is looser than the module's. */
  readonly looser: boolean;
}

export type ChannelProposal =
  | { readonly ok: true; readonly next: Saved; readonly changed: readonly ChannelChange[]; readonly policy: Policy }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What is stored for the module and for this channel. */
export interface ChannelSources {
  readonly module: Saved;
  readonly channel: Saved;
}

/**
 * Reads a patch (key to new value, or to null: inherit again) over a channel's own values. Nothing is taken in part. Fault codes
 * beside those of `proposeChange`: `setting.not_per_channel`; `setting.locked` for a value looser than the one the module locks.
 */
export function proposeChannelChange({ module, channel }: ChannelSources, patch: unknown, context: ChangeContext = {}): ChannelProposal {
  if (!isRecord(patch)) return { ok: false, faults: [fault('', 'policy.shape', 'The settings', 'be an object from key to value or null', shown(patch))] };
  const { version = 0, setBy, setAt, pinned = {} } = context;
  const before = effective({ version, module, channel, pinned });
  const wide = effective({ version, module, pinned });
  const faults: Fault[] = [];
  const touched: Key[] = [];
  const next: Record<string, Stored> = { ...channel };

  for (const key of Object.keys(patch)) {
    const refusal = refuseKey(key, pinned) ?? refuseScope(key as Key);
    if (refusal !== undefined) {
      faults.push(refusal);
      continue;
    }
    const known = key as Key;
    if (patch[key] === null) {
      if (channel[key] === undefined) continue;
      delete next[key];
      touched.push(known);
      continue;
    }
    const read = readValue(known, channel[key]?.value ?? wide.values[known], patch[key]);
    if (!read.ok) {
      faults.push(...read.faults);
      continue;
    }
    if (channel[key] !== undefined && sameValue(ownValue(known, channel[key]), read.value)) continue;
    if (module[key]?.locked === true && !within(known, read.value, wide.values[known])) {
      faults.push(refuseLooser(known, wide.values[known], read.value));
      continue;
    }
    next[key] = Object.freeze({ value: read.value, ...(setBy === undefined ? {} : { setBy }), ...(setAt === undefined ? {} : { setAt }) });
    touched.push(known);
  }
  const policy = effective({ version, module, channel: next, pinned });
  faults.push(...checkRules(policy.values).filter((broken) => !faults.some((found) => found.path.split('/')[0] === broken.path)));
  if (faults.length > 0) return { ok: false, faults };
  const changed = touched.map((key) => changeOf(key, channel, before, next, policy));
  return { ok: true, next: Object.freeze(next), changed: Object.freeze(changed), policy };
}

function refuseScope(key: Key): Fault | undefined {
  const { label, scope } = settingOf(key);
  if (scope === 'channel') return undefined;
  return { path: key, code: 'setting.not_per_channel', message: `${label} must be set for the whole brand in Privacy & Security, not for one channel.` };
}

function refuseLooser(key: Key, wide: unknown, narrow: unknown): Fault {
  const { kind, label } = settingOf(key);
  const say = kind.print as (value: unknown) => string;
  return fault(key, 'setting.locked', label, `be no looser than what the module locks (${say(wide)})`, say(narrow));
}

/** Does the first allow nothing that the second refuses? */
function within(key: Key, narrow: unknown, wide: unknown): boolean {
  const compare = settingOf(key).kind.compare as (a: unknown, b: unknown) => Comparison;
  return ['tighter', 'equal'].includes(compare(narrow, wide));
}

/** As its kind reads it: what is stored may be an older form of the same value. */
function ownValue(key: Key, stored: Stored): unknown {
  const read = readValue(key, undefined, stored.value);
  return read.ok ? read.value : stored.value;
}

function changeOf(key: Key, channel: Saved, before: Policy, next: Saved, after: Policy): ChannelChange {
  const { kind } = settingOf(key);
  const print = kind.print as (value: unknown) => string;
  const compare = kind.compare as (a: unknown, b: unknown) => Comparison;
  return Object.freeze({
    key,
    before: before.values[key],
    after: after.values[key],
    beforeText: print(before.values[key]),
    afterText: print(after.values[key]),
    direction: compare(after.values[key], before.values[key]),
    ownBefore: channel[key]?.value,
    ownAfter: next[key]?.value,
    looser: after.origins[key].looser,
  });
}

export interface LockChange {
  readonly key: Key;
  readonly locked: boolean;
  /** The module's value that is locked; it is stored with the lock when nobody had saved it. */
  readonly value: unknown;
  readonly saved: boolean;
  /** Channels whose own value the lock holds back, or lets go of: by id, what stands there and what holds under the lock. */
  readonly channels: readonly { readonly id: string; readonly own: unknown; readonly held: unknown }[];
}

export type LockProposal =
  | { readonly ok: true; readonly change: LockChange | null; readonly next: Saved }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Locks a module value, so that channels may only be tighter, or unlocks it. `change` is null when it stands so already. */
export function proposeLock(module: Saved, channels: Readonly<Record<string, Saved>>, asked: { readonly key: string; readonly locked: boolean }, context: ChangeContext = {}): LockProposal {
  const { version = 0, setBy, setAt, pinned = {} } = context;
  const refusal = refuseKey(asked.key, pinned) ?? refuseScope(asked.key as Key);
  if (refusal !== undefined) return { ok: false, faults: [refusal] };
  const key = asked.key as Key;
  const stored = module[key];
  const { locked } = asked;
  if ((stored?.locked === true) === locked) return { ok: true, change: null, next: module };
  const value = effective({ version, module, pinned }).values[key];
  const lockedOne: Stored = { ...(stored ?? { value, ...(setBy === undefined ? {} : { setBy }), ...(setAt === undefined ? {} : { setAt }) }), locked: true };
  const next = Object.freeze({ ...module, [key]: Object.freeze({ ...lockedOne, locked }) });
  const underLock = { ...module, [key]: lockedOne };
  const held = Object.entries(channels).flatMap(([id, channel]) => {
    if (channel[key] === undefined) return [];
    const policy = effective({ version, module: underLock, channel: { [key]: channel[key] }, pinned });
    return policy.origins[key].clamped ? [{ id, own: ownValue(key, channel[key]), held: policy.values[key] as unknown }] : [];
  });
  return { ok: true, change: Object.freeze({ key, locked, value, saved: stored !== undefined, channels: Object.freeze(held) }), next };
}
