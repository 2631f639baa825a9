// Where two chosen presets ask for what no value can be both: found from their data, with what became of each in the settings as they stand.
import { aboutOf, compatible, type Preset, type Requirement } from './preset.ts';
import type { Checked, Deviation, State } from './preset-check.ts';

/** Open: one of the two is not met, and nobody has recorded why. */
export type ConflictState = 'open' | 'decided' | 'avoided';

interface Side {
  readonly preset: string;
  readonly requirement: string;
  readonly number: string;
  readonly asks: string;
  readonly state: State;
  /** Why it does not apply at present. */
  readonly because: string | null;
}

export interface PresetConflict {
  /** What both are about: the label of a setting, or of what is built in. */
  readonly about: string;
  readonly value: string | null;
  readonly state: ConflictState;
  readonly sides: readonly [Side, Side];
}

const subjectOf = (requirement: Requirement): string | null => (requirement.by === 'setting' ? requirement.key : requirement.by === 'you' ? null : requirement.fact);

function contradict(a: Requirement, b: Requirement): boolean {
  if (a.by === 'you' || b.by === 'you' || subjectOf(a) !== subjectOf(b)) return false;
  return !compatible(a.want, b.want);
}

export interface CheckedPreset {
  readonly preset: Preset;
  readonly checked: readonly Checked<Deviation>[];
}

const sideOf = ({ preset }: CheckedPreset, { requirement: { id, number, asks }, state, because }: Checked): Side => ({ preset: preset.id, requirement: id, number, asks, state, because });

function stateOf(sides: readonly Checked[]): ConflictState {
  if (sides.some(({ state }) => state === 'not_met')) return 'open';
  return sides.some(({ state }) => state === 'deviation') ? 'decided' : 'avoided';
}

/** Every pair, in the order of the presets. */
export function conflictsBetween(all: readonly CheckedPreset[]): PresetConflict[] {
  return all.flatMap((one, at) => all.slice(at + 1).flatMap((other) => one.checked.flatMap((mine) => other.checked.filter((theirs) => contradict(mine.requirement, theirs.requirement)).map((theirs) => {
    const { requirement, value } = mine;
    return { about: aboutOf(requirement) ?? '', value, state: stateOf([mine, theirs]), sides: [sideOf(one, mine), sideOf(other, theirs)] as const };
  }))));
}
