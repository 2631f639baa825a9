// The rules between settings, judged on the whole next policy whichever way it came in.
import { type Key, type Values, catalogue } from './catalogue.ts';
import type { Fault } from './fault.ts';

/** Below this many characters a password may not stand alone (NIST SP 800-63B-4 §3.1.1.2). */
export const ALONE_MIN_LENGTH = 15;

const rules: readonly ((values: Values) => Fault | undefined)[] = [
  function shortPasswordNeedsSecondFactor(values) {
    const length = values['password.min_length'];
    if (length >= ALONE_MIN_LENGTH || values['two_factor.mode'] === 'on') return undefined;
    const { label } = catalogue['password.min_length'];
    return {
      path: 'password.min_length',
      code: 'rule.short_password_needs_second_factor',
      message: `${label} must be at least ${ALONE_MIN_LENGTH} while ${catalogue['two_factor.mode'].label} is not on for everyone, not ${length}.`,
      offer: String(ALONE_MIN_LENGTH),
    };
  },
  function maximumAgeExceedsMinimum(values) {
    const max = values['password.max_age_days'];
    const min = values['password.min_age_days'];
    if (max === 0 || max > min) return undefined;
    const { label } = catalogue['password.max_age_days'];
    return {
      path: 'password.max_age_days',
      code: 'rule.maximum_age_exceeds_minimum',
      message: `${label} must be more than ${catalogue['password.min_age_days'].label} (${min} days) or 0, not ${max}.`,
    };
  },
];

/** All broken rules at once; empty when the values agree with each other. */
export function checkRules(values: Values): Fault[] {
  return rules.map((rule) => rule(values)).filter((found) => found !== undefined);
}

/** What may be saved but is worth a word at save. */
export interface Warning {
  readonly key: Key;
  readonly message: string;
}

/** What the page says before a save that changes these keys. */
export function warningsOf(values: Values, changed: readonly Key[]): readonly Warning[] {
  const touched = changed.includes('two_factor.mode') || changed.includes('management.allowlist');
  if (!touched || values['two_factor.mode'] !== 'remote_only' || values['management.allowlist'].state !== 'any') return [];
  return [
    {
      key: 'two_factor.mode',
      message: `While ${catalogue['management.allowlist'].label} lets anyone connect, everyone is inside: "Remote only" never asks for a code at sign-in.`,
    },
  ];
}
