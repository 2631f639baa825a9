// The receipt of a file: what was judged, by which setting and whose value of it, with which result. Kept with the row, shown to administrators.
import type { Key } from '#policy/catalogue.ts';
import type { Denial } from '#policy/decision.ts';
import type { Origin, Policy } from '#policy/effective.ts';

export type Step = 'declared' | 'counted' | 'type' | 'contents' | 'antivirus' | 'metadata' | 'stored' | 'quarantine';

export interface Judged {
  readonly step: Step;
  readonly result: 'passed' | 'refused' | 'off' | 'held back' | 'changed' | 'cleaned' | 'released';
  readonly setting?: Key;
  /** As the setting stood, printed; and where that value came from. */
  readonly value?: string;
  readonly origin?: Origin;
  readonly code?: string;
  /** What was counted, recognised or removed. Never a name, never a byte of the file. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface Receipt {
  readonly policyVersion: number;
  /** ms since 1970 UTC */
  readonly at: number;
  readonly judged: readonly Judged[];
}

/** What of the settings a step was judged by. */
export function bySetting(policy: Policy, setting: Key): Pick<Judged, 'setting' | 'value' | 'origin'> {
  const value = policy.values[setting];
  return { setting, value: typeof value === 'object' ? JSON.stringify(value) : String(value), origin: policy.origins[setting] };
}

export function refusedAt(step: Step, policy: Policy, { code, setting, facts }: Denial): Judged {
  return { step, result: 'refused', code, ...(setting === null ? {} : bySetting(policy, setting)), facts };
}

export function readReceipt(text: string): Receipt | null {
  const read: unknown = JSON.parse(text);
  return typeof read === 'object' && read !== null && 'judged' in read ? (read as Receipt) : null;
}
