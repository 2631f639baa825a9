// How a change of settings is made, as a body says it: why, and for how long it is on trial.
import { Type } from 'typebox';
import { type Fault, fault, firstUnstorable } from '#policy/fault.ts';

const LONGEST_REASON = 500;
/** A day: whoever must think longer may save it twice. */
const LONGEST_TRIAL = 1_440;

/** When a change goes back by itself: more than `percent` of what is decided under it, at least `least` times within `minutes`, is refused and was allowed before. */
export const LIMIT = Type.Object({
  percent: Type.Integer({ minimum: 1, maximum: 100 }), least: Type.Integer({ minimum: 1, maximum: 1_000_000 }), minutes: Type.Integer({ minimum: 5, maximum: LONGEST_TRIAL, multipleOf: 5 }),
}, { additionalProperties: false });

export const MANNER = {
  reason: Type.Optional(Type.String({ maxLength: 2_000 })),
  /** Whole minutes. */
  trialMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: LONGEST_TRIAL })),
  /** Of a trial. */
  limit: Type.Optional(LIMIT),
  /** Of a trial with a limit: it stays at its end by itself unless refusals rose. */
  stays: Type.Optional(Type.Boolean()),
};

/** What is wrong with the words; the numbers are judged by the schema. */
export function mannerFaults({ reason, trialMinutes, limit, stays }: { readonly reason?: string; readonly trialMinutes?: number; readonly limit?: object; readonly stays?: boolean }): Fault[] {
  if (stays === true && limit === undefined) return [fault('stays', 'trial.stays', 'A change that stays by itself', 'have a rate of refusals at which it goes back', 'none')];
  if (stays === true && trialMinutes === undefined) return [fault('trialMinutes', 'trial.minutes', 'A change that stays by itself', 'say for how many minutes it is watched', 'none')];
  if (reason === undefined) return [];
  const length = [...reason].length;
  if (length > LONGEST_REASON) return [fault('reason', 'reason.too_long', 'The reason', `have at most ${LONGEST_REASON} characters`, String(length))];
  const bad = firstUnstorable(reason);
  return bad === undefined ? [] : [fault('reason', 'reason.unstorable', 'The reason', 'have no control characters', bad)];
}
