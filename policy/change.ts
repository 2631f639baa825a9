// A proposed change of settings: every fault at once, or the whole next policy with what changes and in which direction.
import { type Key, isKey, settingOf } from './catalogue.ts';
import { type Policy, type Stored, effective } from './effective.ts';
import { type Fault, type Parsed, fault, isRecord, shown } from './fault.ts';
import type { Comparison } from './kind.ts';
import { nearestKey } from './nearest-key.ts';
import { notEnforced } from './not-enforced.ts';
import { type Warning, checkRules, warningsOf } from './rules.ts';

export interface Change {
  readonly key: Key;
  readonly before: unknown;
  readonly after: unknown;
  readonly beforeText: string;
  readonly afterText: string;
  /** How `after` stands to `before`; `equal` when only a note or an unused entry changed. */
  readonly direction: Comparison;
}

/** Who changes it, and what else the next policy is made of. */
export interface ChangeContext {
  /** The version of the next policy. */
  readonly version?: number;
  readonly setBy?: string;
  /** Milliseconds since 1970. */
  readonly setAt?: number;
  readonly pinned?: Readonly<Record<string, unknown>>;
}

export type Proposal =
  | { readonly ok: true; readonly next: Readonly<Record<string, Stored>>; readonly changed: readonly Change[]; readonly policy: Policy; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads a patch (key to new value) over the brand's stored values. Nothing is taken in part. A list given without entries keeps
 * those it has. Fault codes beside those of the kinds and rules: `policy.shape`, `setting.unknown`, `setting.not_enforced`, `setting.pinned`.
 */
export function proposeChange(current: Readonly<Record<string, Stored>>, patch: unknown, context: ChangeContext = {}): Proposal {
  if (!isRecord(patch)) return { ok: false, faults: [fault('', 'policy.shape', 'The settings', 'be an object from key to value', shown(patch))] };
  const { version = 0, setBy, setAt, pinned = {} } = context;
  const before = effective({ version, module: current, pinned });
  const faults: Fault[] = [];
  const changed: Change[] = [];
  const next: Record<string, Stored> = { ...current };

  for (const key of Object.keys(patch)) {
    const refusal = refuseKey(key, pinned);
    if (refusal !== undefined) {
      faults.push(refusal);
      continue;
    }
    const change = readChange(key as Key, before.values[key as Key], patch[key]);
    if (!change.ok) {
      faults.push(...change.faults);
      continue;
    }
    if (change.value === undefined) continue;
    changed.push(change.value);
    const locked = current[key]?.locked;
    next[key] = Object.freeze({
      value: change.value.after,
      ...(locked === undefined ? {} : { locked }),
      ...(setBy === undefined ? {} : { setBy }),
      ...(setAt === undefined ? {} : { setAt }),
    });
  }
  // A value that was refused leaves its old one in place, so that the rules still find what else is wrong.
  const policy = effective({ version, module: next, pinned });
  faults.push(...checkRules(policy.values).filter((broken) => !faults.some((found) => found.path.split('/')[0] === broken.path)));
  if (faults.length > 0) return { ok: false, faults };
  const warnings = warningsOf(policy.values, changed.map((change) => change.key));
  return { ok: true, next: Object.freeze(next), changed: Object.freeze(changed), policy, warnings };
}

/** The fault of a key that cannot be saved, whatever the value: unknown, not enforced yet, or fixed by the policy file. */
export function refuseKey(key: string, pinned: Readonly<Record<string, unknown>>): Fault | undefined {
  if (!isKey(key)) {
    const offer = nearestKey(key);
    const message = `${shown(key)} must be the key of a setting, not an unknown name${offer === undefined ? '' : ` (perhaps ${offer})`}.`;
    const path = key.slice(0, 100);
    return offer === undefined ? { path, code: 'setting.unknown', message } : { path, code: 'setting.unknown', message, offer };
  }
  if (notEnforced[key] !== undefined) {
    return { path: key, code: 'setting.not_enforced', message: `${settingOf(key).label}: this setting is not enforced yet, so it cannot be saved.` };
  }
  if (Object.hasOwn(pinned, key)) {
    return { path: key, code: 'setting.pinned', message: `${settingOf(key).label} must be changed in the policy file that fixes it, not here.` };
  }
  return undefined;
}

type ReadChange = { readonly ok: true; readonly value: Change | undefined } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads one value; a list given without entries keeps those that stand in `before`. */
export function readValue(key: Key, before: unknown, input: unknown): Parsed<unknown> {
  const { kind, label } = settingOf(key);
  const keepsEntries = 'states' in kind && isRecord(input) && isRecord(before) && !Object.hasOwn(input, 'entries');
  return kind.parse(keepsEntries ? { ...input, entries: before['entries'] } : input, label, key);
}

/** Equal as stored. */
export const sameValue = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function readChange(key: Key, before: unknown, input: unknown): ReadChange {
  const { kind } = settingOf(key);
  const read = readValue(key, before, input);
  if (!read.ok) return read;
  const after: unknown = read.value;
  if (sameValue(after, before)) return { ok: true, value: undefined };
  const print = kind.print as (value: unknown) => string;
  const compare = kind.compare as (a: unknown, b: unknown) => Comparison;
  const change = { key, before, after, beforeText: print(before), afterText: print(after), direction: compare(after, before) };
  return { ok: true, value: Object.freeze(change) };
}
