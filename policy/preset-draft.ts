// The draft that would meet chosen presets: a value for each setting that stands in their way; never a looser one than needed, and none where they contradict each other.
import { type Key, settingOf } from './catalogue.ts';
import { type OfSetting, satisfies } from './preset.ts';
import type { CheckedPreset } from './preset-conflicts.ts';

export interface DraftValue {
  readonly key: Key;
  readonly label: string;
  readonly value: unknown;
  readonly beforeText: string;
  readonly afterText: string;
  /** What asks for it: names of presets with the number. */
  readonly askedBy: readonly string[];
}

interface Asking { readonly preset: string; readonly requirement: OfSetting }

/** `values`: the module's, as they stand. A setting that is fixed by the policy file, or whose only fault lies in channels, is left alone. */
export function draftFor(chosen: readonly CheckedPreset[], values: Readonly<Record<string, unknown>>, pinned: ReadonlySet<string>): DraftValue[] {
  // A requirement that somebody deviates from on purpose asks for nothing.
  const asking: Asking[] = chosen.flatMap(({ preset, checked }) => checked.flatMap(({ requirement, state }) => (requirement.by === 'setting' && state !== 'deviation' ? [{ preset: preset.name, requirement }] : [])));
  // What others hang on comes first: while everybody is asked for two factors some requirements do not apply.
  const conditions = new Set(asking.flatMap(({ requirement }) => (requirement.unless === undefined ? [] : [requirement.unless.key])));
  const keys = [...new Set(asking.map(({ requirement }) => requirement.key))].toSorted((a, b) => Number(conditions.has(b)) - Number(conditions.has(a)));
  const next: Record<string, unknown> = { ...values };
  return keys.filter((key) => !pinned.has(key)).flatMap((key) => {
    const these = asking.filter(({ requirement }) => requirement.key === key && (requirement.unless === undefined || !satisfies(requirement.unless.want, next[requirement.unless.key])));
    const fits = (value: unknown): boolean => these.every(({ requirement }) => satisfies(requirement.want, value));
    if (fits(values[key])) return [];
    const set = these.map(({ requirement }) => requirement.set).find(fits);
    if (set === undefined) return [];
    const { kind, label } = settingOf(key);
    const read = kind.parse(set, label, key);
    if (!read.ok) return [];
    // A list keeps its entries, so that switching its state back brings them back.
    const before = values[key];
    const value = typeof before === 'object' && before !== null && 'entries' in before ? { ...before, ...(set as object) } : read.value;
    next[key] = value;
    const print = kind.print as (one: unknown) => string;
    return [{ key, label, value, beforeText: print(before), afterText: print(value), askedBy: these.filter(({ requirement }) => !satisfies(requirement.want, before)).map(({ preset, requirement }) => `${preset} ${requirement.number}`) }];
  });
}
