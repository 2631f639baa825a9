// A preset held against the settings as they stand: each requirement met, not met, answered by a recorded deviation, not applicable, or yours to see to.
import { builtInOf } from './built-in.ts';
import { settingOf } from './catalogue.ts';
import type { Policy } from './effective.ts';
import type { Preset, Requirement, Unless } from './preset.ts';
import { satisfies, wantWords } from './preset.ts';
import { type ServerFacts, serverFacts } from './server-facts.ts';

export type State = 'met' | 'not_met' | 'deviation' | 'not_applicable' | 'yours';

/** The settings as they stand: the module's, of each channel what holds there, and what the server's configuration says. */
export interface InForce {
  readonly policy: Policy;
  readonly channels: readonly { readonly id: string; readonly name: string; readonly policy: Policy }[];
  readonly server: ServerFacts;
}

/** A deviation that somebody recorded: a requirement is not met, and that is meant. */
export interface Deviation {
  readonly id: string;
  readonly requirement: string;
  /** What stood there then, as `valuesAt` gives it. */
  readonly values: string;
}

export interface Checked<D extends Deviation = Deviation> {
  readonly requirement: Requirement;
  readonly state: State;
  /** What stands there now; null for what is yours. */
  readonly value: string | null;
  readonly wanted: string | null;
  /** Why it does not apply, or why it is yours. */
  readonly because: string | null;
  /** Channels whose own value does not satisfy it, though the module's may. */
  readonly loose: readonly { readonly id: string; readonly name: string; readonly value: string }[];
  readonly deviation: D | null;
  /** The recorded deviation speaks of other values than those of now, or nothing is left to deviate from. */
  readonly stale: boolean;
}

const holds = ({ key, want }: Unless, policy: Policy): boolean => satisfies(want, policy.values[key]);
const printOf = (key: Parameters<typeof settingOf>[0]) => settingOf(key).kind.print as (value: unknown) => string;

/** A list stands by its state: which addresses it names is no matter of a standard, and may be a hundred thousand. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'state' in value ? { state: value.state } : value;
}

/** What a deviation is recorded of: the values that do not satisfy a requirement, canonical, so that another value shows. */
export function valuesAt(requirement: Requirement, { policy, channels, server }: InForce): string {
  if (requirement.by === 'you') return 'null';
  if (requirement.by === 'product') return JSON.stringify({ value: builtInOf(requirement.fact).value });
  if (requirement.by === 'server') return JSON.stringify({ value: server[requirement.fact] });
  const { key, want } = requirement;
  const loose = channels.filter((channel) => !satisfies(want, channel.policy.values[key])).map(({ id, policy: own }) => [id, plain(own.values[key])] as const);
  return JSON.stringify({ value: plain(policy.values[key]), channels: Object.fromEntries(loose.toSorted(([a], [b]) => (a < b ? -1 : 1))) });
}

type Judged = Pick<Checked, 'value' | 'wanted' | 'because' | 'loose'> & { readonly state: 'met' | 'not_met' | 'not_applicable' | 'yours' };

function judge(requirement: Requirement, { policy, channels, server }: InForce): Judged {
  if (requirement.by === 'you') return { state: 'yours', value: null, wanted: null, because: requirement.why, loose: [] };
  if (requirement.by === 'product') {
    const { value, words } = builtInOf(requirement.fact);
    return { state: satisfies(requirement.want, value) ? 'met' : 'not_met', value: words, wanted: null, because: null, loose: [] };
  }
  if (requirement.by === 'server') {
    const value = server[requirement.fact];
    return { state: satisfies(requirement.want, value) ? 'met' : 'not_met', value: serverFacts[requirement.fact][value ? 'on' : 'off'], wanted: null, because: null, loose: [] };
  }
  const { key, want, unless } = requirement;
  const print = printOf(key);
  const stands = { value: print(policy.values[key]), wanted: wantWords(want, print) };
  if (unless !== undefined && holds(unless, policy)) return { ...stands, state: 'not_applicable', because: unless.because, loose: [] };
  const loose = settingOf(key).scope === 'channel' ? channels.filter((channel) => !satisfies(want, channel.policy.values[key])) : [];
  const met = satisfies(want, policy.values[key]) && loose.length === 0;
  return { ...stands, state: met ? 'met' : 'not_met', because: null, loose: loose.filter((channel) => channel.policy.origins[key].from === 'channel').map(({ id, name, policy: own }) => ({ id, name, value: print(own.values[key]) })) };
}

/** Every requirement of the preset, in its order. */
export function checkPreset<D extends Deviation>(preset: Preset, standing: InForce, deviations: readonly D[]): Checked<D>[] {
  return preset.requirements.map((requirement) => {
    const judged = judge(requirement, standing);
    const deviation = deviations.find((one) => one.requirement === requirement.id) ?? null;
    const current = deviation !== null && judged.state === 'not_met' && deviation.values === valuesAt(requirement, standing);
    return { requirement, ...judged, state: current ? 'deviation' : judged.state, deviation, stale: deviation !== null && !current };
  });
}

export type Summary = Readonly<Record<State, number>>;

export function summaryOf(checked: readonly { readonly state: State }[]): Summary {
  const count = (state: State): number => checked.filter((one) => one.state === state).length;
  return { met: count('met'), not_met: count('not_met'), deviation: count('deviation'), not_applicable: count('not_applicable'), yours: count('yours') };
}
