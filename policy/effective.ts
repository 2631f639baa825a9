// The effective policy: default, then brand, then channel, each value with its origin; a value pinned by file stands above all.
import { type Key, type KeyOfKind, type Values, isKey, keys, settingOf } from './catalogue.ts';
import type { CidrSet } from './cidr-set.ts';
import { cidrSetOf } from './kinds/cidr-list.ts';

/** A value as the store remembers it. `value` is read again by its kind: what is stored is not trusted. */
export interface Stored {
  readonly value: unknown;
  /** Of a module value: a channel may only be tighter. */
  readonly locked?: boolean;
  readonly setBy?: string;
  /** Milliseconds since 1970. */
  readonly setAt?: number;
}

export interface Origin {
  readonly from: 'default' | 'brand' | 'channel' | 'file';
  /** A narrower scope cannot loosen this value. */
  readonly locked: boolean;
  /** A stored channel value is held back by the lock. */
  readonly clamped: boolean;
  /** A channel's value that is looser than the module's. */
  readonly looser: boolean;
  readonly setBy?: string;
  readonly setAt?: number;
}

/** Frozen for one version of the settings; the same object serves every request of that version. */
export interface Policy {
  readonly version: number;
  readonly values: Values;
  readonly origins: { readonly [K in Key]: Origin };
  /** The address lists compiled at first use; null while a list lets anyone in. */
  readonly sets: { readonly [K in KeyOfKind<'cidr-list'>]: CidrSet | null };
}

export interface PolicySources {
  readonly version: number;
  readonly module: Readonly<Record<string, Stored>>;
  readonly channel?: Readonly<Record<string, Stored>>;
  readonly pinned?: Readonly<Record<string, unknown>>;
}

interface Resolved {
  readonly value: unknown;
  readonly origin: Origin;
}

/**
 * Throws when a source holds an unknown key, a value its kind refuses, or a channel value of a brand-wide setting: a policy that
 * cannot be read must not be guessed (in doubt: deny).
 */
export function effective(sources: PolicySources): Policy {
  const { version, module, channel = {}, pinned = {} } = sources;
  for (const key of [...Object.keys(module), ...Object.keys(channel), ...Object.keys(pinned)]) {
    if (!isKey(key)) throw new TypeError(`the stored setting "${key.slice(0, 100)}" is unknown to this program`);
  }
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const key of keys) {
    const { value, origin } = resolve(key, own(module, key), own(channel, key), own(pinned, key), Object.hasOwn(pinned, key));
    values[key] = value;
    origins[key] = origin;
  }
  const frozen = Object.freeze(values) as unknown as Values;
  return Object.freeze({ version, values: frozen, origins: Object.freeze(origins) as Policy['origins'], sets: lazySets(frozen) });
}

/** The same policy but for one value, which its kind has read: what an explanation asks again with. Not to be enforced: its origin is still that of the value before. */
export function withValue(policy: Policy, key: Key, value: unknown): Policy {
  const values = Object.freeze({ ...policy.values, [key]: value }) as Values;
  return Object.freeze({ version: policy.version, values, origins: policy.origins, sets: lazySets(values) });
}

/** Only what the record itself holds: not what its prototype would add. */
const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(record, key) ? record[key] : undefined);

function resolve(key: Key, module: Stored | undefined, channel: Stored | undefined, pinned: unknown, isPinned: boolean): Resolved {
  const { kind, scope, default: standard } = settingOf(key);
  if (channel !== undefined && scope !== 'channel') throw new TypeError(`${key} is set for the whole brand, so a channel cannot have a value of its own`);
  if (isPinned) return { value: read(key, pinned), origin: origin('file', undefined, { locked: true }) };

  const locked = module?.locked === true;
  const wide: Resolved =
    module === undefined
      ? { value: standard, origin: origin('default', undefined, {}) }
      : { value: read(key, module.value), origin: origin('brand', module, { locked }) };
  if (channel === undefined) return wide;

  const narrow = read(key, channel.value);
  // Each kind compares and narrows its own values; here they are only carried.
  const compare = kind.compare as (a: unknown, b: unknown) => string;
  const tighter = kind.tighter as (a: unknown, b: unknown) => unknown;
  if (!locked) return { value: narrow, origin: origin('channel', channel, { looser: !['tighter', 'equal'].includes(compare(narrow, wide.value)) }) };
  const held = tighter(wide.value, narrow);
  if (compare(held, narrow) === 'equal') return { value: narrow, origin: origin('channel', channel, { locked }) };
  return { value: held, origin: origin('brand', module, { locked, clamped: true }) };
}

function read(key: Key, stored: unknown): unknown {
  const { kind, label } = settingOf(key);
  const result = kind.parse(stored, label, key);
  if (result.ok) return result.value;
  throw new TypeError(`the stored value of ${key} cannot be read: ${result.faults[0]?.message ?? 'it is invalid'}`);
}

function origin(from: Origin['from'], stored: Stored | undefined, marks: Partial<Origin>): Origin {
  return Object.freeze({
    from,
    locked: false,
    clamped: false,
    looser: false,
    ...marks,
    ...(stored?.setBy === undefined ? {} : { setBy: stored.setBy }),
    ...(stored?.setAt === undefined ? {} : { setAt: stored.setAt }),
  });
}

function lazySets(values: Values): Policy['sets'] {
  const sets = {};
  for (const key of keys) {
    if (settingOf(key).kind.name !== 'cidr-list') continue;
    const list = values[key as KeyOfKind<'cidr-list'>];
    Object.defineProperty(sets, key, { enumerable: true, get: () => compiled(list) });
  }
  return Object.freeze(sets) as Policy['sets'];
}

const EMPTY = Object.freeze({ state: 'none', entries: Object.freeze([]) } as const);

function compiled(list: Values[KeyOfKind<'cidr-list'>]): CidrSet | null {
  if (list.state === 'any') return null;
  return cidrSetOf(list.state === 'none' ? EMPTY : list);
}
